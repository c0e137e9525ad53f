"""Write docs/entries.md: every entry with its topics, its notices by level and its number of sources.

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
from spasmcli.records import NOTICE_LEVELS, Document

_INTRO = """# The entries

Written by `python bench/entries_table.py` from `data/faq.yaml`: do not edit by hand. Notices stand beside the answer
and say when to see a doctor; warning signs are looked for in the question itself, whatever the closest entry is."""


def page(document: Document) -> str:
    """Return the page in Markdown."""
    notices = Counter(notice.level for entry in document.entries for notice in entry.notices)
    flags = Counter(flag.level for flag in document.red_flags)
    sources = {source for entry in document.entries for source in entry.sources}
    levels = tuple(reversed(NOTICE_LEVELS))
    rows = []
    for entry in document.entries:
        own = Counter(notice.level for notice in entry.notices)
        by_level = [str(own[level] or "") for level in levels]
        sizes = (str(len(entry.aliases)), str(len(entry.answer.split())), *by_level, str(len(entry.sources)))
        rows.append((f"`{entry.id}`", entry.question, ", ".join(entry.topics), *sizes))
    total = ("all", "", "", str(sum(len(entry.aliases) for entry in document.entries)), "")
    rows.append((*total, *(str(notices[level]) for level in levels), str(len(sources))))
    head = ("id", "question", "topics", "aliases", "words", *levels, "sources")
    signs = [(level, str(flags[level])) for level in levels if flags[level]]
    topics = Counter(name for entry in document.entries for name in entry.topics)
    by_topic = [(f"`{topic.name}`", topic.title, str(topics[topic.name])) for topic in document.topics]
    parts = (
        _INTRO, table(head, rows), "Topics:", table(("topic", "title", "entries"), by_topic),
        "Warning signs looked for in the question:", table(("level", "signs"), signs),
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
