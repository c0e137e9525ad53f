"""Shell completion: ids and topics, with nothing imported that only questions need."""

from __future__ import annotations

import contextlib
import json

from spasmcli import cache
from spasmcli.errors import FAQError
from spasmcli.records import Entry
from spasmcli.terminal import Terminal


def known_ids(faq: str = "") -> list[str]:
    """Return the ids of the FAQ file *faq*, or of the one in use, for shell completion; nothing if it cannot be used.

    Ids alone, whose characters mean nothing to any shell: zsh would run a command written in a question.
    """
    return [name for (name,) in _quietly("select id from entry order by number", faq)]


def known_topics(faq: str = "") -> list[str]:
    """Return the topic names for shell completion."""
    rows = _quietly("select value from meta where key = 'topics'", faq)
    declared = [name for row in rows for name, _ in json.loads(row[0])]
    bodies = [] if declared else _quietly("select body from entry order by number", faq)
    place = Entry._fields.index("topics")
    return declared or list(dict.fromkeys(name for row in bodies for name in json.loads(row[0])[place]))


def _quietly(query: str, faq: str) -> list[tuple[str]]:
    path = faq or Terminal.current().faq or None
    with contextlib.suppress(FAQError, OSError):
        try:
            return cache.opened(path).execute(query).fetchall()
        except cache.HARMED:
            return cache.opened(path, fresh=True).execute(query).fetchall()
    return []
