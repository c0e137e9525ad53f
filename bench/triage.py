"""Whether warning signs in a question raise an alert, and whether anything else does.

    python bench/triage.py [--set FILE ...] [--facts FILE] [--half tune|report|all] [--quiet | --names] [--out PAGE]

A line with a level of urgent or emergency is a red flag. It is raised when the answer says urgent or emergency.
Any other line is a false alarm if it does. --set takes files of {"q", "urgency", "flag"} lines, --facts a sheet
with "### `rf-x` - level" blocks whose "People type" lines hold phrasings and "Must not raise it" lines near misses.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from common import (
    QUESTIONS,
    TODAY,
    WARNING_SIGNS,
    Line,
    lines,
    named,
    percent,
    private_cache,
    show,
    state,
    table,
)
from slips import slipped

import spasmcli
from spasmcli.records import RANK, URGENT

#: How many different slips each question gets: one draw alone would be a lottery.
DRAWS = 5
_BLOCK = re.compile(r"### `rf-([\w-]+)` - (\w+)")
_HEAD = (
    "set", "red flags", "raised", "emergencies", "raised", "as emergency", "soon", "raised", "near misses, denials",
    "false alarms", "any alert", "ordinary", "false alarms", "any alert",
)  # fmt: skip
_SLIP_HEAD = (
    "set, one slip", "red flags", "raised", "emergencies", "raised", "as emergency", "not flags", "false alarms"
)  # fmt: skip


class Seen(NamedTuple):
    """A line and the alerts that it raised: the highest *level* and the *flags* as id:level."""

    line: Line
    level: str
    flags: tuple[str, ...]


def facts(sheet: Path) -> Iterator[Line]:
    """Yield the lay phrasings and near misses of a fact sheet."""
    flag = level = ""
    for number, text in enumerate(sheet.read_text(encoding="utf-8").splitlines(), 1):
        if block := _BLOCK.match(text):
            flag, level = block.groups()
        elif text.startswith("#"):
            flag = ""
        stated, near = text.startswith("- **People type**"), text.startswith("- **Must not raise it**")
        if flag and (stated or near):
            for quoted in re.findall(r"`([^`]+)`", text):
                kind, urgency = ("stated", level) if stated else ("near-miss", "none")
                yield Line(quoted, (), urgency, flag, kind, "", None, f"{sheet.name}:{number}", False)


def raised(asked: Iterable[tuple[Line, str]], faq: spasmcli.FAQ) -> list[Seen]:
    """Ask every question as typed and return what it raised."""
    found = []
    for line, typed in asked:
        answer = faq.ask(typed, today=TODAY)
        found.append(Seen(line, answer.urgency, tuple(f"{alert.id}:{alert.level}" for alert in answer.alerts)))
    return found


def serious(level: str) -> bool:
    """Whether *level* is urgent or emergency."""
    return RANK[level] >= RANK[URGENT]


def ordinary(line: Line) -> bool:
    """Whether the line is an everyday question rather than one made to mislead."""
    return line.kind == "ordinary"


def _share(seen: Sequence[Seen], test: Callable[[Seen], bool]) -> str:
    return percent(sum(map(test, seen)), len(seen))


def _flags(seen: Sequence[Seen]) -> tuple[str, ...]:
    """Return the cells on red flags: how many there are and how many are raised."""
    flags = [one for one in seen if serious(one.line.urgency)]
    emergencies = [one for one in flags if one.line.urgency == "emergency"]
    return (
        str(len(flags)), _share(flags, lambda one: serious(one.level)), str(len(emergencies)),
        _share(emergencies, lambda one: serious(one.level)), _share(emergencies, lambda one: one.level == "emergency"),
    )  # fmt: skip


def row(name: str, seen: Sequence[Seen]) -> tuple[str, ...]:
    """Return the cells of the main table for one set."""
    soon = [one for one in seen if one.line.urgency == "soon"]
    quiet = [one for one in seen if one.line.urgency == "none"]
    plain = [one for one in quiet if ordinary(one.line)]
    near = [one for one in quiet if not ordinary(one.line)]
    cells = [*_flags(seen), str(len(soon)), _share(soon, lambda one: one.level != "none")]
    for group in (near, plain):
        alarmed, alerted = _share(group, lambda one: serious(one.level)), _share(group, lambda one: one.level != "none")
        cells += [str(len(group)), alarmed, alerted]
    return (name, *cells)


def slip_row(name: str, seen: Sequence[Seen]) -> tuple[str, ...]:
    """Return the cells of the table after one slip."""
    others = [one for one in seen if not serious(one.line.urgency)]
    return (name, *_flags(seen), str(len(others)), _share(others, lambda one: serious(one.level)))


def faults(seen: Sequence[Seen]) -> dict[str, list[Seen]]:
    """Return what went wrong, by kind, gravest first."""
    kinds: dict[str, Callable[[Seen], bool]] = {
        "Emergencies that raised nothing serious": lambda s: s.line.urgency == "emergency" and not serious(s.level),
        "Emergencies raised as urgent only": lambda s: s.line.urgency == "emergency" and s.level == "urgent",
        "Urgent signs missed": lambda s: s.line.urgency == "urgent" and not serious(s.level),
        "False alarms (urgent or emergency)": lambda s: s.line.urgency == "none" and serious(s.level),
        "Soon, but raised as urgent or emergency": lambda s: s.line.urgency == "soon" and serious(s.level),
        "Soon, but nothing raised": lambda s: s.line.urgency == "soon" and s.level == "none",
        "Raised as soon without cause": lambda s: s.line.urgency == "none" and s.level == "soon",
    }
    return {kind: found for kind, test in kinds.items() if (found := [one for one in seen if test(one)])}


def _verdict(one: Seen) -> str:
    wanted = f"{one.line.flag}:{one.line.urgency}" if one.line.urgency != "none" else "nothing"
    return f"wanted {wanted}; got {', '.join(one.flags) or 'nothing'}"


def named_faults(sets: Sequence[tuple[str, list[Seen]]], published: bool, unsealed: bool) -> list[str]:
    """Return every miss and false alarm by name."""
    parts = []
    for name, seen in sets:
        for kind, found in faults(seen).items():
            parts.append(f"{kind}, {name} ({len(found)}):")
            parts.append("\n".join(f"- {named(one.line, published, unsealed)} ({_verdict(one)})" for one in found))
    return parts


def gather(options: argparse.Namespace) -> list[tuple[str, list[Line]]]:
    """Return the sets to measure: our own halves, the ordinary questions, and those named on the command line."""
    halves = ("tune", "report") if options.half == "all" else (options.half,)
    sets = [(f"warning signs, {half} half", lines(WARNING_SIGNS, half)) for half in halves]
    for half in halves:
        none = [line._replace(kind="ordinary") for line in lines(QUESTIONS, half) if line.urgency == "none"]
        sets.append((f"own questions without a sign, {half} half", none))
    sets += [(path.stem, lines(path)) for path in options.set]
    return [*sets, *([(options.facts.stem, list(facts(options.facts)))] if options.facts else [])]


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="extend", nargs="+", type=Path, default=[], metavar="FILE", help="more lines")
    parser.add_argument("--facts", type=Path, help="a fact sheet with phrasings and near misses")
    parser.add_argument("--half", choices=("tune", "report", "all"), default="report", help="of our own lines")
    parser.add_argument("--quiet", action="store_true", help="the tables alone, without misses by name")
    parser.add_argument("--names", action="store_true", help="name the questions of the report half too")
    parser.add_argument("--out", type=Path, help="put the report into this Markdown page")
    options = parser.parse_args()
    private_cache()
    faq = spasmcli.load()
    sets = gather(options)
    clean = [(name, raised([(line, line.q) for line in found], faq)) for name, found in sets]
    slips = [
        (name, raised([(line, slipped(line.q, 1, seed)) for seed in range(DRAWS) for line in found], faq))
        for name, found in sets
    ]
    parts = [state(), table(_HEAD, [row(*one) for one in clean]), table(_SLIP_HEAD, [slip_row(*one) for one in slips])]
    if not options.quiet:
        parts += named_faults(clean, bool(options.out), options.names)
    show("Warning signs", "\n\n".join(parts), "triage", options.out)


if __name__ == "__main__":
    main()
