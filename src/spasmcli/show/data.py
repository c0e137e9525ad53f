"""The JSON output. Its keys and their order are a promise to scripts: keys are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from spasmcli.ask.result import Alert, Answer, Explanation, ShownEntry, ShownFlag
from spasmcli.errors import Problem
from spasmcli.model import Source, Topic
from spasmcli.safetext import sanitise
from spasmcli.show.page import KEPT, Page, severity

Object = dict[str, Any]
_NO_ENTRY = '"entry": null'


def answer(a: Answer, page: Page) -> str:
    """Return the answer *a* as JSON; in a batch on one line."""
    if not page.batch or a.entry is None:
        return dumps(answer_object(a), page)
    # Most of the text is the entry's, and a batch shows the same entries over and over. Within a string of JSON every
    # quotation mark has a backslash before it, so what is replaced can only be the key.
    made = dumps(answer_object(a._replace(entry=None)), page)
    return made.replace(_NO_ENTRY, f'"entry": {_entry_text(a.entry, page)}', 1)


def entry(e: ShownEntry, page: Page) -> str:
    """Return the entry *e* as JSON."""
    return dumps(entry_object(e), page)


def listing(entries: Sequence[ShownEntry], topics: Sequence[Topic], page: Page) -> str:  # noqa: ARG001
    """Return *entries* as JSON; each carries its topics, so that *topics* are unused."""
    return dumps(list_object(entries), page)


def flags(flags: Sequence[ShownFlag], page: Page) -> str:
    """Return the warning signs *flags* as JSON, the most serious first."""
    return dumps(flags_object(flags), page)


def problems(problems: Sequence[Problem], page: Page) -> str:
    """Return the *problems* of an FAQ file as JSON; none means that the file is fine."""
    return dumps(check_object(problems), page)


def answer_object(a: Answer) -> Object:
    """Return the ``spasm.answer/1`` object of *a*, with ``explain`` if it carries an explanation."""
    made: Object = {
        "schema": "spasm.answer/1",
        "query": a.query,
        "outcome": a.outcome,
        "urgency": a.urgency,
        "alerts": [_alert(alert) for alert in a.alerts],
        "entry": _entry(a.entry) if a.entry else None,
        "score": round(a.score, 1),
        "candidates": [{"id": c.id, "question": c.question, "score": round(c.score, 1)} for c in a.candidates],
        "corrections": [correction._asdict() for correction in a.corrections],
    }
    if a.explanation:
        made["explain"] = {"corrections": made["corrections"], **_explain(a.explanation)}
    return made


def entry_object(e: ShownEntry) -> Object:
    """Return the ``spasm.entry/1`` object of *e*."""
    return {"schema": "spasm.entry/1", **_entry(e)}


def list_object(entries: Sequence[ShownEntry]) -> Object:
    """Return the ``spasm.list/1`` object of *entries*."""
    return {"schema": "spasm.list/1", "entries": [_entry(e) for e in entries]}


def flags_object(flags: Sequence[ShownFlag]) -> Object:
    """Return the ``spasm.flags/1`` object of *flags*, the most serious first."""
    ranked = sorted(flags, key=lambda flag: severity(flag.level))
    return {"schema": "spasm.flags/1", "flags": [_flag(flag) for flag in ranked]}


def check_object(problems: Sequence[Problem]) -> Object:
    """Return the ``spasm.check/1`` object: no *problems* means that the file is fine."""
    return {"schema": "spasm.check/1", "ok": not problems, "problems": [problem._asdict() for problem in problems]}


def dumps(made: Object, page: Page) -> str:
    """Return *made* as JSON text that ends with a newline, every string in it safe to print.

    Where the stream cannot carry every character all else is escaped: a curly quote that became a straight one on its
    way out would break the JSON.
    """
    return json.dumps(_safe(made), ensure_ascii=not page.unicode, indent=None if page.batch else 2) + "\n"


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        return sanitise(value)
    if isinstance(value, Mapping):
        return {key: _safe(item) for key, item in value.items()}
    return [_safe(item) for item in value] if isinstance(value, (list, tuple)) else value


def _alert(alert: Alert) -> Object:
    return {
        "id": alert.id,
        "level": alert.level,
        "advice": alert.advice,
        "why": alert.why,
        "matched": alert.matched,
        "sources": _sources(alert.sources),
    }


def _flag(flag: ShownFlag) -> Object:
    return {
        "id": flag.id,
        "level": flag.level,
        "sign": flag.sign,
        "advice": flag.advice,
        "why": flag.why,
        "sources": _sources(flag.sources),
    }


def _entry(e: ShownEntry) -> Object:
    return {
        "id": e.id,
        "question": e.question,
        "answer": e.answer,
        "topics": list(e.topics),
        "notices": [notice._asdict() for notice in e.notices],
        "related": [link._asdict() for link in e.related],
        "sources": _sources(e.sources),
    }


@lru_cache(maxsize=KEPT)
def _entry_text(e: ShownEntry, page: Page) -> str:
    return dumps(_entry(e), page).rstrip()


def _sources(sources: Sequence[Source]) -> list[Object]:
    return [source._asdict() for source in sources]


def _explain(why: Explanation) -> Object:
    return {
        "alias": why.alias,
        "words": [{"word": word.word, "points": round(word.points, 1)} for word in why.words],
        "unknown": list(why.unknown),
    }
