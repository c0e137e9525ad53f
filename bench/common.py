"""What the measuring scripts share: labelled lines, the FAQ as texts, Markdown tables, the page they write to."""

from __future__ import annotations

import atexit
import datetime
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from spasmcli.faqfile.check import load_document
from spasmcli.records import Document
from spasmcli.text.words import normal_form

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
FAQ_FILE = ROOT / "data" / "faq.yaml"
#: The labelled lines that nothing was learnt from; those that are there are measured.
QUESTIONS = BENCH / "fresh_questions.jsonl"
SETS = (QUESTIONS, BENCH / "fresh_signs.jsonl")
#: The day that "since Christmas" is reckoned from, so that a run next year gives the same figures.
TODAY = datetime.date(2026, 11, 22)
#: What stands where there is nothing to measure.
NOTHING = "-"


class Line(NamedTuple):
    """A labelled question: *ids* are the entries that fit, best first, empty where none does, None where nobody said.

    *kind* is near-miss or denial where a quiet line was made to mislead; *near* tells off-topic questions that sound
    like a back spasm from the others; *place* is the file and line, by which it is named wherever it is missed.
    """

    q: str
    ids: tuple[str, ...] | None
    urgency: str
    flag: str
    kind: str
    author: str
    near: bool | None
    place: str


class Item(NamedTuple):
    """An entry as the peers see it: its *phrasings* are the question, the aliases and the lines that people typed."""

    id: str
    phrasings: tuple[str, ...]
    answer: str


def lines(path: Path) -> list[Line]:
    """Return the labelled lines of the JSON Lines file *path*."""
    found = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if text.strip():
            row = json.loads(text)
            ids = row.get("ids")
            kind = row.get("kind") or ("near-miss" if re.search("sign|flag", path.stem) else "ordinary")
            found.append(
                Line(
                    row["q"], None if ids is None else tuple(ids), row.get("urgency") or "none", row.get("flag") or "",
                    kind, row.get("author") or "", row.get("near"), f"{path.parent.name}/{path.name}:{number}",
                )
            )  # fmt: skip
    return found


def sets(outside: Iterable[Sequence[Path]], document: Document) -> tuple[dict[str, list[Line]], str]:
    """Return our own sets and those *outside* by name, and a sentence on what was left out of them.

    A line that the FAQ itself holds, word for word, measures memory alone, so it is not asked.
    """
    files = {path.stem.replace("_", " "): [path] for path in SETS if path.is_file()}
    files |= {" + ".join(f"{path.parent.name}/{path.stem}" for path in some): list(some) for some in outside}
    texts = [text for entry in document.entries for text in (entry.question, *entry.aliases)]
    known = {normal_form(text) for text in (*texts, *(line.text for line in document.asked))}
    kept, left = {}, []
    for name, paths in files.items():
        every = [line for path in paths for line in lines(path)]
        kept[name] = [line for line in every if normal_form(line.q) not in known]
        left.append(f"{name} {len(every) - len(kept[name])} of {len(every)}")
    told = f"Left out, as the FAQ itself holds them word for word: {', '.join(left)}."
    return {name: found for name, found in kept.items() if found}, told


def items(path: Path = FAQ_FILE) -> list[Item]:
    """Return the entries of an FAQ file; a line that several answer counts for the first."""
    document = load_document(str(path))
    asked: dict[str, list[str]] = {}
    for line in document.asked:
        asked.setdefault("".join(line.wants[:1]), []).append(line.text)
    return [Item(e.id, (e.question, *e.aliases, *asked.get(e.id, ())), e.answer) for e in document.entries]


def private_cache() -> None:
    """Keep the compiled FAQs of this run in a folder of its own, so that they do not crowd out the user's."""
    folder = tempfile.mkdtemp(prefix="spasm-bench-")
    os.environ["XDG_CACHE_HOME"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


def state() -> str:
    """Return a line that tells which FAQ and which program were measured."""
    from hashlib import sha256

    import spasmcli

    package = Path(str(spasmcli.__file__)).parent
    code, data = (
        sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()[:8]
        for files in (package.rglob("*.py"), FAQ_FILE.parent.glob("*.yaml"))
    )
    return f"Measured: spasm {spasmcli.__version__}, code {code}, data {data}."


def percent(part: float, whole: float) -> str:
    """Return *part* of *whole* in per cent, or a dash where there is nothing to share out."""
    return f"{100 * part / whole:.1f}" if whole else NOTHING


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; columns of numbers are flush right."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    columns = list(zip(head, *cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    numbers = [all(cell in ("", NOTHING) or cell[0].isdigit() for cell in column[1:]) for column in columns]

    def written(row: Sequence[str]) -> str:
        padded = (c.rjust(w) if n else c.ljust(w) for c, w, n in zip(row, widths, numbers, strict=True))
        return f"| {' | '.join(padded)} |"

    ruler = "|".join("-" * (width + 1) + ":-"[not number] for width, number in zip(widths, numbers, strict=True))
    return "\n".join([written(head), f"|{ruler}|", *map(written, cells)])


def show(title: str, text: str, section: str, out: Path | None) -> None:
    """Print *text* under its *title*, or put it into the *section* of the Markdown page *out* that a script owns."""
    text = f"## {title}\n\n{text.strip()}"
    if out is None:
        print(text)
        return
    begin, end = f"<!-- {section}: written by bench/{section}.py -->", f"<!-- end of {section} -->"
    old = out.read_text(encoding="utf-8") if out.exists() else ""
    new = f"{begin}\n{text}\n{end}"
    if begin in old:
        old = re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: new, old, flags=re.DOTALL)
    else:
        old = f"{old.rstrip()}\n\n{new}\n".lstrip()
    out.write_text(old, encoding="utf-8")
