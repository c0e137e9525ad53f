"""Records as pages for people: `outline` says what stands there, and the module of a format paints it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from spasmcli.records import Entry, Topic
from spasmcli.results import Answer, ShownFlag
from spasmcli.show import outline
from spasmcli.show.outline import Part
from spasmcli.show.page import Page, clean


class Pages:
    """The pages of one format, painted by *painter*: `card`, `plain` or `markdown`. Every text ends with a newline.

    A painter has ``paint`` and ``listing``, and ``screen`` if it fits answers to the rows of the terminal. What it is
    given is safe to print.
    """

    def __init__(self, painter: Any) -> None:
        self._paint: Callable[[Sequence[Part], Page], str] = painter.paint
        self._list: Callable[[Sequence[Entry], Sequence[Topic], Page], str] = painter.listing
        self._fit: Callable[[Answer, Page], tuple[list[Part], str]] | None = getattr(painter, "screen", None)

    def answer(self, a: Answer, page: Page) -> str:
        """Return the whole answer *a*: its alerts first, then the entry or that none is close."""
        return self._paint(outline.whole(clean(a), page), page)

    def screen(self, a: Answer, page: Page) -> tuple[list[Part], str]:
        """Return the parts that *a* has on one screen, and the screen."""
        if self._fit:
            return self._fit(clean(a), page)
        parts = outline.screen(clean(a), page)
        return parts, self._paint(parts, page)

    def alerts(self, a: Answer, page: Page) -> str:
        """Return the alerts of *a* alone, for where the output has no room for them; an empty string if none."""
        return self._paint(outline.alarms(clean(a), page), page) if a.alerts else ""

    def entry(self, e: Entry, page: Page) -> str:
        """Return the entry *e*."""
        return self._paint(outline.entry(clean(e), page), page)

    def listing(self, entries: Sequence[Entry], topics: Sequence[Topic], page: Page) -> str:
        """Return *entries*, grouped by *topics* where the format has groups."""
        return self._list(clean(tuple(entries)), clean(tuple(topics)), page)

    def flags(self, flags: Sequence[ShownFlag], page: Page) -> str:
        """Return the warning signs *flags*, the most serious first, those with the same advice together."""
        return self._paint(outline.flags(clean(tuple(flags)), page), page)
