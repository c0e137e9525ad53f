"""Shell completion: ids and topics, with nothing imported that only questions need."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from spasmcli.environment import Environment
from spasmcli.errors import FAQError
from spasmcli.faq import cache
from spasmcli.faq.store import Store


def known_ids() -> list[str]:
    """Return the ids for shell completion; nothing if the FAQ cannot be used.

    Ids alone, whose characters mean nothing to any shell: zsh would run a command written in a question.
    """
    return _quietly(lambda store: [name for name, _ in store.ids()])


def known_topics() -> list[str]:
    """Return the topic names for shell completion."""
    return _quietly(lambda store: [topic.name for topic in store.topics])


def _quietly(wanted: Callable[[Store], list[str]]) -> list[str]:
    path = Environment.current().faq

    def read(fresh: bool) -> list[str]:
        return wanted(cache.open_file(path, fresh=fresh) if path else cache.open_bundled(fresh=fresh))

    with contextlib.suppress(FAQError, OSError):
        try:
            return read(fresh=False)
        except cache.HARMED:
            return read(fresh=True)
    return []
