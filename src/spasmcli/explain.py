"""Why an entry was chosen: which words of the question made the match, and the nearest wording that is known."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from spasmcli.database import Database
from spasmcli.question import Question, read_plain
from spasmcli.results import Explanation, WordWeight
from spasmcli.scorer import GROUP, PAIR, TYPED, Found


def explanation(database: Database, question: Question, found: Found) -> Explanation:
    """Return what made the first of *found* the closest entry; its score is shared out among the words typed."""
    first = found.best[0]
    typed = {word.stem: word.text for word in question.words}
    typed.update(
        {f"#{one.name}": " ".join(word.text for word in question.words[one.start : one.end]) for one in question.found}
    )
    added: dict[str, float] = {}
    for feature, share in database.matcher.explain(question, first.number):
        words = _typed(feature, typed)
        if words:
            added[words] = added.get(words, 0.0) + share
    total = sum(added.values()) or 1.0
    weights = [WordWeight(words, round(first.score * share / total, 1)) for words, share in added.items()]
    entry = database.entry(first.number)
    texts = [entry.question, *entry.aliases, *database.asked(first.number)]
    alias = max(texts, key=lambda text: _alike(question.units, read_plain(text, database.lexicon).units))
    unknown = [word.text for word in question.words if not database.lexicon.words.known(word.text)]
    ranked = sorted(weights, key=lambda one: (-one.points, one.word))
    return Explanation(alias, tuple(ranked), tuple(dict.fromkeys(unknown)))


def _typed(feature: str, typed: Mapping[str, str]) -> str:
    """Return the words of the question that a feature stands for; none for the marks of its start and end."""
    kind, text = feature[0], feature[1:]
    if kind == TYPED:
        return text
    parts = text.split(" ") if kind == PAIR else [f"#{text}" if kind == GROUP else text]
    return " ".join(typed[part] for part in parts if part in typed)


def _alike(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return the cosine of two texts, by their units."""
    both = sum(weight * other[unit] for unit, weight in one.items() if unit in other)
    lengths = sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return both / lengths if lengths else 0.0
