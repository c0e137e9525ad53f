"""What a line typed in the conversation stands for: a key, a number, or something to ask."""

from __future__ import annotations

import re

from spasmcli.incoming import LONGEST_LINE

LEAVE, HELP, MORE, SOURCES, NOTE, TOPICS = "q", "?", "m", "s", "n", ""
EXPLAINED = (
    "a number goes on with that question of the page",
    "m shows more of the answer, s its sources",
    "n writes a note of what you asked and read, such as for your doctor; n note.md saves it as a file",
    "Enter alone shows the topics",
    "Ctrl-C clears the line, q leaves",
)
#: What people type for each key: the key, its word on the page, and habits from elsewhere.
_TYPED = {
    LEAVE: ("q", "quit", "exit", "bye", "leave", ":q", ":q!"),
    HELP: ("?", "help", "spasm help"),
    MORE: ("m", "more"),
    SOURCES: ("s", "source", "sources"),
    NOTE: ("n", "note"),
    TOPICS: ("", "topics", "list", "spasm list"),
}
_KEYS = {typed: key for key, several in _TYPED.items() for typed in several}
YES, NO = frozenset({"y", "yes"}), frozenset({"", "n", "no"})


def tidy(line: str) -> str:
    """Return *line* without the space around it and without "spasm ask", which somebody may type out of habit."""
    line = line.replace("\t", " ").strip()[:LONGEST_LINE]
    return re.sub(r"^spasm +(?:ask|show) +", "", line) if line.startswith("spasm ") else line


def key(line: str) -> str | None:
    """Return the key that *line* stands for, or None."""
    return _KEYS.get(line.lower())


def number(line: str) -> int | None:
    """Return the number that *line* is, as lists have it ("2", "2."), or None."""
    found = re.fullmatch(r"#?([0-9]{1,2})[.)]?", line)
    return int(found[1]) if found else None
