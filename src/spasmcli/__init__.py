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
    from spasmcli.api import FAQ, UnknownEntry, UnknownTopic, load
    from spasmcli.errors import FAQError, Problem, SpasmError
    from spasmcli.records import Condition, Entry, Link, Notice, PhoneLine, Source, Stage, Topic
    from spasmcli.results import Alert, Answer, Candidate, Correction, Explanation, ShownFlag, ShownHint, WordWeight

__all__ = [
    "FAQ",
    "Alert",
    "Answer",
    "Candidate",
    "Condition",
    "Correction",
    "Entry",
    "Explanation",
    "FAQError",
    "Link",
    "Notice",
    "PhoneLine",
    "Problem",
    "ShownFlag",
    "ShownHint",
    "Source",
    "SpasmError",
    "Stage",
    "Topic",
    "UnknownEntry",
    "UnknownTopic",
    "WordWeight",
    "__version__",
    "load",
]  # fmt: skip

_HOMES = {
    **dict.fromkeys(("FAQ", "UnknownEntry", "UnknownTopic", "load"), "api"),
    **dict.fromkeys(("FAQError", "Problem", "SpasmError"), "errors"),
    **dict.fromkeys(("Condition", "Entry", "Link", "Notice", "PhoneLine", "Source", "Stage", "Topic"), "records"),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'spasmcli' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"spasmcli.{_HOMES.get(name, 'results')}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
