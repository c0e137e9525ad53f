"""Fuzz questions: ask, then show as card, plain text, Markdown or JSON, none of them with a control character.

pip install atheris && mkdir -p fuzz/corpus/ask
python fuzz/fuzz_ask.py -max_total_time=600 -max_len=512 fuzz/corpus/ask
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports():
    from spasmcli import explain  # noqa: F401  (imported late otherwise, and then not instrumented)
    from spasmcli.api import load
    from spasmcli.records import EMERGENCY_NUMBERS, PHONE_LISTS
    from spasmcli.safetext import transliterate
    from spasmcli.show.page import Page
    from spasmcli.show.renderer import renderer

FAQ = load(region="GB")
CARD, PLAIN, MARKDOWN, JSON = map(renderer, ("card", "plain", "markdown", "json"))
PAGE = Page(
    note=FAQ.note,
    title=FAQ.title,
    fallback=FAQ.fallback,
    own=FAQ.number(EMERGENCY_NUMBERS),
    phones={kind: tuple(FAQ.phones(kind)) for kind in PHONE_LISTS},
    batch=True,
)


def one(raw: bytes) -> None:
    """Ask the text of *raw* and look at what would reach a terminal; its size chooses the page and what is shown."""
    size = len(raw)
    answer = FAQ.ask(
        raw.decode("utf-8", "surrogateescape"), top=1 + size % 7, strict=size % 5 == 0, explained=size % 9 == 0
    )
    page = PAGE._replace(width=1 + size % 120, rows=24 * (size % 2), unicode=size % 3 == 0)
    whole, screen = (CARD, CARD) if size % 4 == 0 else (MARKDOWN, PLAIN)
    pages = [one.answer(answer, page) for one in (PLAIN, JSON, whole)]
    for shown in (*pages, screen.screen(answer, page)[1]):
        if any((ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160 for char in shown):
            raise AssertionError("a control character would reach the terminal")
        shown.encode("utf-8")
        transliterate(shown, "cp1252").encode("cp1252")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
