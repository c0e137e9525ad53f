"""The JSON output. Its keys and their order are a promise to scripts: keys are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from spasmcli.ask.result import Alert, Answer, Correction, Explanation, ShownEntry
from spasmcli.errors import Problem
from spasmcli.model import RedFlag, Source
from spasmcli.safetext import sanitise
from spasmcli.show.page import severity

Object = dict[str, Any]


def answer(a: Answer) -> Object:
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
    }
    if a.explanation:
        made["explain"] = _explain(a.explanation, a.corrections)
    return made


def entry(e: ShownEntry) -> Object:
    """Return the ``spasm.entry/1`` object of *e*."""
    return {"schema": "spasm.entry/1", **_entry(e)}


def listing(entries: Sequence[ShownEntry]) -> Object:
    """Return the ``spasm.list/1`` object of *entries*."""
    return {"schema": "spasm.list/1", "entries": [_entry(e) for e in entries]}


def flags(flags: Sequence[RedFlag]) -> Object:
    """Return the ``spasm.flags/1`` object of *flags*, the most serious first."""
    ranked = sorted(flags, key=lambda flag: severity(flag.level))
    return {"schema": "spasm.flags/1", "flags": [_flag(flag) for flag in ranked]}


def check(problems: Sequence[Problem]) -> Object:
    """Return the ``spasm.check/1`` object: no *problems* means that the file is fine."""
    return {"schema": "spasm.check/1", "ok": not problems, "problems": [problem._asdict() for problem in problems]}


def dumps(made: Object, *, one_line: bool = False, ascii_only: bool = False) -> str:
    """Return *made* as JSON text that ends with a newline, every string in it safe to print.

    *one_line* is for batches. *ascii_only* escapes all else, for a stream that cannot carry it: a curly quote that
    became a straight one on its way out would break the JSON.
    """
    return json.dumps(_safe(made), ensure_ascii=ascii_only, indent=None if one_line else 2) + "\n"


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


def _flag(flag: RedFlag) -> Object:
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
        "notices": [{"level": n.level, "text": n.text, "applies": n.applies} for n in e.notices],
        "related": [link._asdict() for link in e.related],
        "sources": _sources(e.sources),
    }


def _sources(sources: Sequence[Source]) -> list[Object]:
    return [source._asdict() for source in sources]


def _explain(why: Explanation, corrections: Sequence[Correction]) -> Object:
    return {
        "corrections": [correction._asdict() for correction in corrections],
        "alias": why.alias,
        "words": [{"word": word.word, "points": round(word.points, 1)} for word in why.words],
        "unknown": list(why.unknown),
    }
