"""Whether warning signs in a question raise an alert, and whether anything else does.

    python bench/triage.py [--set FILE ...] [--bounds] [--out docs/quality.md]

A line with a level of urgent or emergency is a red flag; it is raised when the answer says urgent or emergency. Any
other line is a false alarm if it does. --set takes files of {"q", "urgency", "flag"} lines. Of a file with "sign" or
"flag" in its name, quiet lines without a "kind" are near misses; of any other they are ordinary. Misses and false
alarms are printed by file and line, never as questions; a page gets the table alone. --bounds measures all lines
together with each bound of the score of `spasmcli.triage` moved, the others as they are.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from common import FAQ_FILE, TODAY, Line, percent, sets, show, state, table
from slips import slipped

import spasmcli
from spasmcli import triage
from spasmcli.faqfile.check import load_document
from spasmcli.records import EMERGENCY, NONE, RANK, SOON, URGENT

#: How many different slips each question gets: one draw alone would be a lottery.
DRAWS = 3
HEAD = (
    "set", "red flags", "raised", "1 slip", "emergencies", "raised", "1 slip", "as emergency", "soon", "raised",
    "near misses", "alarmed", "1 slip", "ordinary", "alarmed", "1 slip",
)  # fmt: skip
#: The bounds of the score, and to what they are moved.
BOUNDS = {
    "RAISE": (0.05, 0.09, 0.12, 0.2),
    "RAISE_ALONE": (0.12, 0.19, 0.25, 0.33),
    "RAISE_UNCLEAR": (0.25, 0.38, 0.5),
    "LIFT": (0.5, 0.7, 0.9, 2),
}


class Seen(NamedTuple):
    """A line and the alerts that it raised: the highest *level* and the *flags* as id:level."""

    line: Line
    level: str
    flags: tuple[str, ...]

    @property
    def serious(self) -> bool:
        """Whether it raised urgent or emergency."""
        return RANK[self.level] >= RANK[URGENT]


Test = Callable[[Seen], bool]
#: What goes wrong, gravest first.
FAULTS: dict[str, Test] = {
    "Emergencies that raised nothing serious": lambda s: s.line.urgency == EMERGENCY and not s.serious,
    "Emergencies raised as urgent only": lambda s: s.line.urgency == EMERGENCY and s.level == URGENT,
    "Urgent signs missed": lambda s: s.line.urgency == URGENT and not s.serious,
    "False alarms (urgent or emergency)": lambda s: s.line.urgency == NONE and s.serious,
    "Soon, but raised as urgent or emergency": lambda s: s.line.urgency == SOON and s.serious,
    "Soon, but nothing raised": lambda s: s.line.urgency == SOON and s.level == NONE,
    "Raised as soon without cause": lambda s: s.line.urgency == NONE and s.level == SOON,
}


def raised(asked: Iterable[tuple[Line, str]], faq: spasmcli.FAQ) -> list[Seen]:
    """Ask every question as typed and return what it raised."""
    answers = ((line, faq.ask(typed, today=TODAY)) for line, typed in asked)
    return [Seen(line, a.urgency, tuple(f"{alert.id}:{alert.level}" for alert in a.alerts)) for line, a in answers]


def row(name: str, seen: Sequence[Seen], slips: Sequence[Seen]) -> tuple[str, ...]:
    """Return the cells of `HEAD` for one set, as typed and after one slip."""

    def share(group: Test, test: Test, of: Sequence[Seen] = seen) -> str:
        chosen = [one for one in of if group(one)]
        return percent(sum(map(test, chosen)), len(chosen))

    def alarms(group: Test) -> tuple[str, ...]:
        """Return how many are of *group*, and the share of them that raises, as typed and after a slip."""
        return str(sum(map(group, seen))), *(share(group, lambda s: s.serious, of) for of in (seen, slips))

    def at(level: str) -> Test:
        return lambda s: s.line.urgency == level

    return (
        name, *alarms(lambda s: RANK[s.line.urgency] >= RANK[URGENT]), *alarms(at(EMERGENCY)),
        share(at(EMERGENCY), lambda s: s.level == EMERGENCY),
        alarms(at(SOON))[0], share(at(SOON), lambda s: s.level != NONE),
        *alarms(lambda s: s.line.urgency == NONE and s.line.kind != "ordinary"),
        *alarms(lambda s: s.line.urgency == NONE and s.line.kind == "ordinary"),
    )  # fmt: skip


def rows(name: str, seen: Sequence[Seen], slips: Sequence[Seen]) -> list[tuple[str, ...]]:
    """Return the row of a set, and one for each of its authors where there are several."""
    authors = sorted({one.line.author for one in seen})
    found = [row(name, seen, slips)]
    for author in authors if len(authors) > 1 else ():
        own = ([one for one in some if one.line.author == author] for some in (seen, slips))
        found.append(row(f"{name}, {author or 'no author'}", *own))
    return found


def faults(seen: Sequence[Seen]) -> list[str]:
    """Return every miss and false alarm by file and line, by kind."""
    parts = []
    for kind, test in FAULTS.items():
        found = [one for one in seen if test(one)]
        wanted = [f"{s.line.flag}:{s.line.urgency}" if s.line.urgency != NONE else "nothing" for s in found]
        if found:
            listed = zip(found, wanted, strict=True)
            told = [f"- {s.line.place} (wanted {w}; got {', '.join(s.flags) or 'nothing'})" for s, w in listed]
            parts += [f"{kind} ({len(found)}):", "\n".join(told)]
    return parts


def bounds(lines: Sequence[Line], faq: spasmcli.FAQ) -> str:
    """Return the table of `HEAD` with each bound of the score moved, for all *lines* together."""
    found = []
    for name, values in BOUNDS.items():
        kept = getattr(triage, name)
        for value in values:
            setattr(triage, name, value)
            seen = raised(((line, line.q) for line in lines), faq)
            found.append(row(f"{name} {value}{' (as it is)' if value == kept else ''}", seen, ()))
        setattr(triage, name, kept)
    return table(("bound", *HEAD[1:]), found)


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", nargs="+", type=Path, default=[], metavar="FILE", help="one more set")
    parser.add_argument("--bounds", action="store_true", help="measure with the bounds of the score moved too")
    parser.add_argument("--out", type=Path, help="put the table into this Markdown page")
    options = parser.parse_args()
    faq = spasmcli.load(FAQ_FILE)
    named, left = sets(options.set, load_document(str(FAQ_FILE)))
    every: list[Seen] = []
    found = []
    for name, some in named.items():
        seen = raised([(line, line.q) for line in some], faq)
        slips = raised([(line, slipped(line.q, 1, seed)) for seed in range(DRAWS) for line in some], faq)
        found += rows(name, seen, slips)
        every += seen
    parts = [state(), table(HEAD, found), left, *([] if options.out else faults(every))]
    if options.bounds:
        parts.append(bounds([line for some in named.values() for line in some], faq))
    show("Warning signs", "\n\n".join(parts), "triage", options.out)


if __name__ == "__main__":
    main()
