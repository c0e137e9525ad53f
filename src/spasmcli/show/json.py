"""The JSON output. Its keys and their order are a promise to scripts: keys are only ever added."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from spasmcli.errors import Problem
from spasmcli.records import RANK, Entry, Topic, declared
from spasmcli.results import Answer, ShownFlag
from spasmcli.safetext import sanitise
from spasmcli.show.page import Page

Object = dict[str, Any]


def answer(a: Answer, page: Page) -> str:
    """Return the answer *a* as JSON; in a batch on one line."""
    return _dumps(answer_object(a), page)


def entry(e: Entry, page: Page) -> str:
    """Return the entry *e* as JSON."""
    return _dumps({"schema": "spasm.entry/1", **entry_data(e)}, page)


def listing(entries: Sequence[Entry], topics: Sequence[Topic], page: Page) -> str:  # noqa: ARG001
    """Return *entries* as JSON; each carries its topics, so that *topics* are unused."""
    return _dumps({"schema": "spasm.list/1", "entries": [entry_data(e) for e in entries]}, page)


def flags(flags: Sequence[ShownFlag], page: Page) -> str:
    """Return the warning signs *flags* as JSON, the most serious first."""
    ranked = sorted(flags, key=lambda flag: -RANK[flag.level])
    return _dumps({"schema": "spasm.flags/1", "flags": [as_data(flag) for flag in ranked]}, page)


def problems(problems: Sequence[Problem], page: Page) -> str:
    """Return the *problems* of an FAQ file as JSON; none means that the file is fine."""
    return _dumps({"schema": "spasm.check/1", "ok": not problems, "problems": [as_data(one) for one in problems]}, page)


def answer_object(a: Answer) -> Object:
    """Return the ``spasm.answer/1`` object of *a*, with ``explain`` if it carries an explanation."""
    made: Object = {"schema": "spasm.answer/1", **as_data(a._replace(entry=None))}
    made["entry"] = entry_data(a.entry) if a.entry else None
    if a.explanation:
        # The corrections stand above as well: within a version of the schema keys are only ever added.
        made["explain"] = {"corrections": made["corrections"], **as_data(a.explanation)}
    return made


def entry_data(e: Entry) -> Object:
    """Return what the JSON shows of the entry *e*: the direct answer as ``short``, the whole as ``answer``."""
    made = as_data(e)
    made.pop("details")
    if not e.timeline:
        del made["timeline"]
    shown = {key: made.pop(key) for key in ("id", "question")}
    return {**shown, "answer": as_data(e.answer), **made}


def as_data(value: Any) -> Any:
    """Return a record as the JSON shows it: a dictionary of its shown fields, tuples as lists, every text safe."""
    if isinstance(value, str):
        return sanitise(value)
    if hasattr(value, "_fields"):
        shown = [name for name, (_, mark) in declared(type(value)).items() if mark.shown]  # type: ignore[arg-type]
        return {name: as_data(getattr(value, name)) for name in shown}
    return [as_data(one) for one in value] if isinstance(value, (tuple, list)) else value


def _dumps(made: Object, page: Page) -> str:
    """Return *made* as JSON text that ends with a newline.

    Where the stream cannot carry every character all else is escaped: a curly quote that became a straight one on its
    way out would break the JSON.
    """
    return json.dumps(made, ensure_ascii=not page.unicode, indent=None if page.batch else 2) + "\n"
