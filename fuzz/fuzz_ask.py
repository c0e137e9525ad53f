"""Fuzz questions: ask, then render as card, plain text, Markdown or JSON, none of them with a control character.

pip install atheris && mkdir -p fuzz/corpus/ask
python fuzz/fuzz_ask.py -max_total_time=600 -max_len=512 fuzz/corpus/ask
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports():
    from spasmcli.api import load
    from spasmcli.ask import explain  # noqa: F401  (imported late otherwise, and then not instrumented)
    from spasmcli.safetext import transliterate
    from spasmcli.show import card, data, markdown, plain
    from spasmcli.show.page import Page

FAQ = load()
PAGE = Page(note=FAQ.note, fallback=FAQ.fallback, batch=True)


def one(raw: bytes) -> None:
    """Ask the text of *raw* and look at what would reach a terminal; its size chooses the width and the renderer."""
    size = len(raw)
    answer = FAQ.ask(raw.decode("utf-8", "surrogateescape"), top=1 + size % 7, strict=size % 5 == 0, explained=True)
    page = PAGE._replace(width=1 + size % 120, unicode=size % 2 == 0)
    for renderer in (plain, data, card if size % 4 == 0 else markdown):
        text = renderer.answer(answer, page)
        if any((ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160 for char in text):
            raise AssertionError("a control character would reach the terminal")
        text.encode("utf-8")
        transliterate(text, "cp1252").encode("cp1252")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
