"""The sources of the FAQ: entries and signs without any, sources without address, plain http, doubles, never used.

    python bench/sources.py [--every]

--every lists every entry and warning sign with its sources too.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping

from common import FAQ_FILE, table

from spasmcli.faqfile.check import load_document
from spasmcli.records import Document, Source


def users(document: Document) -> dict[str, tuple[Source, ...]]:
    """Return whoever has sources, by name: entries, and warning signs."""
    entries = {entry.id: entry.sources for entry in document.entries}
    return entries | {f"sign {flag.id}": flag.sources for flag in document.red_flags}


def declared() -> dict[str, Source]:
    """Return the sources that the bundled FAQ file declares, by key."""
    import yaml

    found = yaml.load(FAQ_FILE.read_bytes(), yaml.CSafeLoader).get("sources", {})
    return {key: Source(one["publisher"], one["title"], one.get("url")) for key, one in found.items()}


def doubles(known: Mapping[str, Source]) -> list[tuple[str, str]]:
    """Return (what is the same, keys): an address but for its form, or else the title and the publisher."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for key, one in known.items():
        alike[f"{one.publisher}: {one.title}".casefold()].append(key)
        if one.url:
            alike[one.url.casefold().split("://")[-1].removeprefix("www.").rstrip("/")].append(key)
    by_keys = {", ".join(keys): same for same, keys in alike.items() if len(keys) > 1}
    return [(same, keys) for keys, same in by_keys.items()]


def main() -> None:
    """Print Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", action="store_true", help="list every entry and warning sign too")
    options = parser.parse_args()
    used, known = users(load_document(str(FAQ_FILE))), declared()
    of = {source: ", ".join(name for name, some in used.items() if source in some) for source in known.values()}
    bare = [(name, "none") for name, some in used.items() if not some]
    found = {
        "Without a source": (("entry or sign", "sources"), bare),
        "Sources without an address": (("key", "used by"), [(k, of[s]) for k, s in known.items() if not s.url]),
        "Plain http": (("key", "address"), [(k, s.url) for k, s in known.items() if s.url and s.url[:5] == "http:"]),
        "Doubles": (("the same", "keys"), doubles(known)),
        "Never used": (("key", "title"), [(k, s.title) for k, s in known.items() if not of[s]]),
    }
    keys = {source: key for key, source in known.items()}
    if options.every:
        every = [(name, ", ".join(keys.get(one, one.title) for one in some)) for name, some in used.items()]
        found["All"] = (("entry or sign", "sources"), every)
    print(f"{len(known)} sources, {len(used)} entries and warning signs.")
    for title, (head, rows) in found.items():
        print(f"\n{title}: {len(rows)}\n\n{table(head, rows)}" if rows else f"\n{title}: none")


if __name__ == "__main__":
    main()
