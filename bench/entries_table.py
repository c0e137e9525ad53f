"""Write docs/entries.md: every entry with its topics, its conditions by level and its number of sources.

    python bench/entries_table.py [--out PAGE] [--check]

--check writes nothing and fails if the page is not up to date.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from common import FAQ_FILE, ROOT, table

from spasmcli.faqfile.check import load_document
from spasmcli.records import LEVELS, NOTICE_LEVELS, RANK, Document, Entry

_INTRO = """# The entries

Written by `python bench/entries_table.py` from `data/faq.yaml`: do not edit by hand. Words are those of the direct
answer and of its details. Conditions stand beside the answer and say when to be seen, a caution what to mind; warning
signs are looked for in the question itself, whatever the closest entry is."""


def conditions(entry: Entry) -> Counter[str]:
    """Return how many conditions an entry has at each level; a notice without any counts as one."""
    found: Counter[str] = Counter()
    for notice in entry.notices:
        found[notice.level] += len(notice.conditions) or 1
    return found


def page(document: Document) -> str:
    """Return the page in Markdown."""
    levels = tuple(reversed(NOTICE_LEVELS))
    rows, total = [], Counter[str]()
    for entry in document.entries:
        own = conditions(entry)
        total += own
        words = f"{len(entry.short.split())} + {len(entry.details.split())}"
        counts = (str(own[level] or "") for level in levels)
        rows.append((f"`{entry.id}`", entry.question, ", ".join(entry.topics), words, *counts, str(len(entry.sources))))
    sources = {source for entry in document.entries for source in entry.sources}
    rows.append(("all", "", "", "", *(str(total[level]) for level in levels), str(len(sources))))
    highest = Counter(max((one.level for one in flag.raises), key=RANK.__getitem__) for flag in document.red_flags)
    signs = [(level, str(highest[level])) for level in reversed(LEVELS) if highest[level]]
    topics = Counter(name for entry in document.entries for name in entry.topics)
    by_topic = [(f"`{topic.name}`", topic.title, str(topics[topic.name])) for topic in document.topics]
    parts = (
        _INTRO, table(("id", "question", "topics", "words", *levels, "sources"), rows),
        "Topics:", table(("topic", "title", "entries"), by_topic),
        "Warning signs, by the highest level that each can have:", table(("level", "signs"), signs),
    )  # fmt: skip
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write or check the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "entries.md", help="where to write it")
    parser.add_argument("--check", action="store_true", help="only tell whether it is up to date")
    options = parser.parse_args()
    text = page(load_document(str(FAQ_FILE)))
    if not options.check:
        options.out.write_text(text, encoding="utf-8")
    elif not options.out.exists() or options.out.read_text(encoding="utf-8") != text:
        sys.exit(f"{options.out} is not up to date: run python bench/entries_table.py")


if __name__ == "__main__":
    main()
