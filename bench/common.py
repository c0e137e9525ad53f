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

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
FAQ_FILE = ROOT / "data" / "faq.yaml"
QUESTIONS = BENCH / "questions.jsonl"
WARNING_SIGNS = BENCH / "warning_signs.jsonl"
#: The day that "since Christmas" is reckoned from, so that a run next year gives the same figures.
TODAY = datetime.date(2026, 11, 22)
#: What stands where there is nothing to measure.
NOTHING = "-"


class Line(NamedTuple):
    """A labelled question: *ids* are the entries that fit, best first, and empty where none does.

    *near* tells off-topic questions that sound like a back spasm from the others, or is None where nobody said;
    *place* is the file and line; *own* is False for a file from outside, whose questions may not be printed
    into the repository.
    """

    q: str
    ids: tuple[str, ...]
    urgency: str
    flag: str
    kind: str
    half: str
    near: bool | None
    place: str
    own: bool


class Item(NamedTuple):
    """An entry as the peers see it: its *phrasings* are the question and the aliases."""

    id: str
    phrasings: tuple[str, ...]
    answer: str


def lines(path: Path, half: str = "all") -> list[Line]:
    """Return the labelled lines of the JSON Lines file *path*; *half* keeps the tune or report half of our own."""
    own = path.resolve().is_relative_to(BENCH)
    found = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not text.strip():
            continue
        row = json.loads(text)
        line = Line(
            row["q"], tuple(row.get("ids", ())), row.get("urgency", "none"), row.get("flag") or "",
            row.get("kind", ""), row.get("half", ""), row.get("near"), f"{path.name}:{number}", own,
        )  # fmt: skip
        if half in ("all", line.half):
            found.append(line)
    return found


def items(path: Path = FAQ_FILE) -> list[Item]:
    """Return the entries of an FAQ file."""
    return [Item(e.id, (e.question, *e.aliases), e.answer) for e in load_document(str(path)).entries]


def private_cache() -> None:
    """Keep compiled FAQs in a folder of this run only.

    An index compiled by an older state of the program would be measured otherwise, and the user's cache filled up.
    """
    folder = tempfile.mkdtemp(prefix="spasm-bench-")
    os.environ["XDG_CACHE_HOME"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


def state(faq: Path = FAQ_FILE) -> str:
    """Return a line that tells which FAQ and which program were measured."""
    from hashlib import sha256

    import spasmcli

    package = Path(str(spasmcli.__file__)).parent
    code = b"".join(path.read_bytes() for folder in ("", "text", "faqfile") for path in sorted((package / folder).glob("*.py")))
    return (
        f"Measured: spasm {spasmcli.__version__}, code {sha256(code).hexdigest()[:8]}, "
        f"{faq.name} {sha256(faq.read_bytes()).hexdigest()[:8]}."
    )


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


def named(line: Line, published: bool, unsealed: bool) -> str:
    """Return the question itself, or only its place where it must not be read.

    That is a question from outside on a *published* page, and one of the report half that nobody *unsealed*: whoever
    reads what failed there and mends it has no unseen questions left.
    """
    hidden = (published and not line.own) or (line.half == "report" and not unsealed)
    return f"`{line.place}`" if hidden else line.q.replace("\n", " ")


def publish(page: Path, section: str, text: str) -> None:
    """Put *text* into the *section* of the Markdown *page* that a script owns, or at its end if it has none yet."""
    begin, end = f"<!-- {section}: written by bench/{section}.py -->", f"<!-- end of {section} -->"
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    new = f"{begin}\n{text.strip()}\n{end}"
    if begin in old:
        old = re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: new, old, flags=re.DOTALL)
    else:
        old = f"{old.rstrip()}\n\n{new}\n".lstrip()
    page.write_text(old, encoding="utf-8")


def show(title: str, text: str, section: str, out: Path | None) -> None:
    """Print *text* under its *title*, or put it into its section of the page *out*."""
    text = f"## {title}\n\n{text}"
    if out:
        publish(out, section, text)
    else:
        print(text)
