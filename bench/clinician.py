"""One numbered document of all that a reader can be told, with the sources beside it, for a clinician to check.

    python bench/clinician.py [--out PAGE]

Every statement has a number to refer to and room for remarks: answers, details, timelines, cautions and conditions;
where to turn; warning signs, why they matter and what is advised at each level; quiet lines; numbers to call.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from common import FAQ_FILE, state

from spasmcli.faqfile.check import load_document
from spasmcli.records import Document, Door, Entry, Notice, RedFlag, Source, Stage

_INTRO = """# All that spasm can tell a reader

For a clinician to check. Each statement has a number; write beside it what is wrong, missing, out of date or hard to
understand. Sources stand below the first statement that rests on them. A name in braces, such as {emergency_numbers},
stands for the number of the reader's own country from the lists at the end. **emergency** means now, **urgent** today,
**soon** an appointment; a **caution** stands beside the answer and never raises a level. Which words of a question
raise a warning sign is not shown here."""
#: What stands under a statement, to be filled in.
_ROOM = "> [ ] right   [ ] wrong   Remarks:"


class Said(NamedTuple):
    """A statement: its *label*, its *text*, and the sources it rests on."""

    label: str
    text: str
    sources: tuple[Source, ...] = ()


def of_entry(entry: Entry, doors: dict[str, Door]) -> Iterator[Said]:
    """Yield what is told about an entry."""
    yield Said("Answer", entry.short, entry.sources)
    yield Said("Details", entry.details, entry.sources)
    yield from (Said(_days(stage), _stage(stage), entry.sources) for stage in entry.timeline)
    for notice in entry.notices:
        label = _notice(notice, doors)
        yield Said(label, notice.text, entry.sources)
        yield from (Said(label, one.text, entry.sources) for one in notice.conditions)


def _days(stage: Stage) -> str:
    return f"Timeline, day {stage.from_day} " + (f"to {stage.to_day}" if stage.to_day else "and after")


def _stage(stage: Stage) -> str:
    told = (("Usual", stage.usual), ("To do", stage.do), ("To be seen", stage.see))
    return "\n\n".join(f"{label}: {text}" for label, text in told if text)


def _notice(notice: Notice, doors: dict[str, Door]) -> str:
    door = doors.get(notice.door)
    return f"{door.short} ({notice.level})" if door else notice.level.capitalize()


def of_sign(flag: RedFlag, doors: dict[str, Door]) -> Iterator[Said]:
    """Yield what is told about a warning sign: at each level, the advice in full."""
    yield Said("Sign", flag.sign, flag.sources)
    yield Said("Why", flag.why, flag.sources)
    for one in flag.raises:
        door = doors.get(one.door)
        lead = one.lead or (door.lead if door else "")
        heading = f", under the heading '{door.heading}'" if door else ""
        yield Said(f"Advice at {one.level}{heading}", " ".join((lead, *one.more)), flag.sources)
    yield from (Said("Quiet line", hint.text, flag.sources) for hint in flag.hints)
    if flag.see:
        yield Said("Entry shown beside it", f"`{flag.see}`")


def chapters(document: Document) -> Iterator[tuple[str, str, Iterable[Said]]]:
    """Yield (chapter, section, statements) of the whole document."""
    doors = {door.name: door for door in document.doors}
    for entry in document.entries:
        yield "Questions and answers", f"{entry.question} (`{entry.id}`)", of_entry(entry, doors)
    for flag in document.red_flags:
        yield "Warning signs", f"{flag.sign[:1].upper()}{flag.sign[1:]} (`{flag.id}`)", of_sign(flag, doors)
    for door in document.doors:
        told = (Said("Heading", door.heading), Said("Lead", door.lead), Said("In short", door.do))
        yield "Where to turn", f"{door.short} ... ({door.level}, `{door.name}`)", told
    for kind, lines in document.phones.items():
        numbers = [Said(line.country, f"{line.name} {line.number}".strip()) for line in lines]
        yield (
            "Numbers",
            kind.replace("_", " ").capitalize(),
            [*numbers, Said("Anywhere else", document.elsewhere.get(kind, ""))],
        )
    yield "On every page", "The note", [Said("Note", document.note)]


def written(document: Document) -> Iterator[str]:
    """Yield the paragraphs of the document."""
    yield _INTRO
    yield state()
    before, number = "", 0
    for chapter, section, statements in chapters(document):
        if chapter != before:
            yield f"## {chapter}"
        before = chapter
        yield f"### {section}"
        shown: tuple[Source, ...] = ()
        for said in statements:
            if not said.text:
                continue
            number += 1
            yield f"**{number}. {said.label}.** {said.text.strip()}"
            if said.sources and said.sources != shown:  # those of a whole section stand at its first statement
                shown = said.sources
                yield "Sources:\n" + "\n".join(f"- {_source(one)}" for one in shown)
            yield _ROOM


def _source(one: Source) -> str:
    return f"{one.publisher}: {one.title}. " + (f"<{one.url}>" if one.url else "(no address known)")


def main() -> None:
    """Write the document to standard output, or to a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="write it to this file")
    options = parser.parse_args()
    text = "\n\n".join(written(load_document(str(FAQ_FILE)))) + "\n"
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
