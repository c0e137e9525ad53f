"""What somebody meant by a name that is not known: an id, a topic, a field of a file."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], *, alike: int = 60, most: int = 1, partly: bool = False) -> list[str]:
    """Return up to *most* of *known* that are spelt like *word*, the most alike first.

    *alike* is how far at least, from 0 to 100; with *partly* a word within a longer name counts too.
    """
    from rapidfuzz import fuzz, process  # only for a word that is not known

    scorer = fuzz.WRatio if partly else fuzz.ratio
    return [name for name, _, _ in process.extract(word, list(known), scorer=scorer, limit=most, score_cutoff=alike)]
