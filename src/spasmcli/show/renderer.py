"""How the output format that is wanted is found."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spasmcli.show.pages import Pages

#: The formats for programs. There "no match" and an empty list are records on standard output too, and nothing parts
#: the records of a batch; readers of the others are told on standard error.
FOR_PROGRAMS = frozenset({"json"})


def renderer(form: str) -> Pages:
    """Return what turns records into text of the format *form* (card, plain, json, markdown); only it is imported.

    A format for programs is a module with the functions ``answer``, ``entry``, ``listing`` and ``flags`` of `Pages`.
    """
    module: Any = import_module(f"spasmcli.show.{form}")
    if form in FOR_PROGRAMS:
        return module  # type: ignore[no-any-return]
    from spasmcli.show.pages import Pages  # not needed by programs

    return Pages(module)
