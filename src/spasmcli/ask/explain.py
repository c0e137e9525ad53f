"""Why an entry was chosen: which words of the question made the match, and what each of them weighed."""

from __future__ import annotations

from collections.abc import Mapping

from spasmcli.ask.match import PHRASING, Index, QueryTerms, Scored
from spasmcli.ask.query import Query
from spasmcli.ask.result import Explanation, WordWeight

#: What stands for the closest phrasing among the words.
CLOSEST = "(closest phrasing)"


def explanation(query: Query, index: Index, found: Scored) -> Explanation:
    """Return what made *found* the closest entry; its score is shared out in proportion to what each word added.

    What a red flag, the scope of the question and the next best entry change is spread over the words.
    """
    reading = QueryTerms(query.units, index)
    added: dict[str, float] = {}
    for term, share in reading.contributions():
        strength = dict(term.postings).get(found.number, 0.0)
        if strength:
            text = term.key[1:]
            added[text] = added.get(text, 0.0) + share * strength
    likeness, _ = reading.closest(index.phrasings(found.number))
    added[CLOSEST] = PHRASING * likeness
    total = sum(added.values()) or 1.0
    typed = {word.stem: word.text for word in query.words}
    weights = [
        WordWeight(_readable(text, typed), round(found.score * value / total, 1)) for text, value in added.items()
    ]
    unknown = [typed.get(unit, unit) for unit, _, term, in_answer in reading.units if not (term or in_answer)]
    return Explanation(found.phrasing, tuple(sorted(weights, key=lambda w: (-w.points, w.word))), tuple(unknown))


def _readable(text: str, typed: Mapping[str, str]) -> str:
    """Return a unit or pair of units as it was typed; a group of synonyms by its name in brackets."""
    marks = {"^": "(start)", "$": "(end)"}
    parts = text.split() if text != CLOSEST else [text]
    return " ".join(marks.get(p) or (f"[{p[1:]}]" if p.startswith("#") else typed.get(p, p)) for p in parts)
