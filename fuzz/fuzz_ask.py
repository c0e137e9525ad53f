"""Fuzz questions: ask, then render as plain text, Markdown and JSON, none of them with a control character.

pip install atheris && python fuzz/fuzz_ask.py -max_total_time=600 -max_len=512 fuzz/corpus/ask
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports():
    from spasmcli.api import load
    from spasmcli.show import data, markdown, plain
    from spasmcli.show.page import Page

FAQ = load()
PAGE = Page(note=FAQ.note, fallback=FAQ.fallback, batch=True)


def one(raw: bytes) -> None:
    """Ask the text of *raw* and look at what would reach a terminal."""
    answer = FAQ.ask(raw.decode("utf-8", "surrogateescape"), explained=True)
    for shown in (plain.answer(answer, PAGE), markdown.answer(answer, PAGE), data.answer(answer, PAGE)):
        if any((ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160 for char in shown):
            raise AssertionError("a control character would reach the terminal")
        shown.encode("utf-8")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
