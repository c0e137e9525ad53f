"""Why an entry was chosen: which words of the question made the match, and what each of them weighed."""

from __future__ import annotations

from spasmcli.ask.match import PHRASING, Postings, Reading, Scored
from spasmcli.ask.query import Query
from spasmcli.ask.result import Explanation, WordWeight
from spasmcli.ask.terms import IN_ANSWER, UNIT


def explanation(query: Query, index: Postings, found: Scored) -> Explanation:
    """Return what made *found* the closest entry; the weights of the words are points of its score."""
    reading = Reading(query.units, index)
    added: dict[str, float] = {}
    for text, term, share in reading.contributions():
        strength = dict(term.postings).get(found.number, 0.0)
        if strength:
            added[text] = added.get(text, 0.0) + share * strength
    likeness, _ = reading.closest(index.phrasings(found.number))
    added["(closest phrasing)"] = PHRASING * likeness
    total = sum(added.values()) or 1.0
    weights = [WordWeight(text, round(found.score * value / total, 1)) for text, value in added.items()]
    unknown = [
        unit for unit in query.units.weights
        if UNIT + unit not in reading.terms and IN_ANSWER + unit not in reading.terms
    ]  # fmt: skip
    return Explanation(found.phrasing, tuple(sorted(weights, key=lambda w: (-w.points, w.word))), tuple(unknown))
