"""What every output format offers, and how the one that is wanted is found."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from spasmcli.records import Entry, Topic
from spasmcli.results import Answer, ShownFlag
from spasmcli.show.page import Page


class Renderer(Protocol):
    """A module that turns records into the text of one format. Every text ends with a newline or is empty."""

    def answer(self, a: Answer, page: Page) -> str:
        """Return the answer *a*: its alerts first, then the entry or that none is close."""

    def entry(self, e: Entry, page: Page) -> str:
        """Return the entry *e*."""

    def listing(self, entries: Sequence[Entry], topics: Sequence[Topic], page: Page) -> str:
        """Return *entries*, grouped by *topics* where the format has groups."""

    def flags(self, flags: Sequence[ShownFlag], page: Page) -> str:
        """Return the warning signs *flags*, the most serious first."""


#: The formats for programs. There "no match" and an empty list are records on standard output too, and nothing parts
#: the records of a batch; readers of the others are told on standard error.
FOR_PROGRAMS = frozenset({"json"})


def renderer(form: str) -> Renderer:
    """Return the renderer of the format *form* (card, plain, json, markdown). Only this module is imported."""
    return cast(Renderer, import_module(f"spasmcli.show.{form}"))
