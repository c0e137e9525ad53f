"""Spasm: the closest answer of a small, sourced FAQ about back spasms.

The library in two lines::

    import spasmcli
    answer = spasmcli.load().ask("pain between shoulder blades")

Everything public is loaded when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from spasmcli._version import __version__

TYPE_CHECKING = False  # as type checkers read it; importing typing takes longer than all the rest
if TYPE_CHECKING:
    from typing import Any

    from spasmcli.api import FAQ, UnknownEntry, load
    from spasmcli.errors import FAQError, SpasmError
    from spasmcli.records import Alert, Answer, Candidate

__all__ = ["FAQ", "Alert", "Answer", "Candidate", "FAQError", "SpasmError", "UnknownEntry", "__version__", "load"]

_HOMES = {
    "FAQ": "api", "UnknownEntry": "api", "load": "api",
    "Alert": "records", "Answer": "records", "Candidate": "records",
    "FAQError": "errors", "SpasmError": "errors",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'spasmcli' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"spasmcli.{_HOMES[name]}"), name)
