"""A question as the matcher and triage read it: words repaired, synonyms merged, weights set.

Typo repair follows the recipe of whole-word correction against the collection's own vocabulary, by optimal string
alignment (a swap of neighbours counts as one slip; Damerau 1964, Boytsov 2011), done by RapidFuzz.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from spasmcli.ask.phrases import Occurrence, Phrases, find
from spasmcli.ask.result import Correction
from spasmcli.ask.words import STOP_WORDS, Token, fold, stem, tokens

#: Shortest word that is repaired, and from which length two slips are repaired.
_REPAIRED_FROM, _TWO_SLIPS_FROM = 3, 6
#: How far a repaired word counts, by number of slips.
_REPAIR_WEIGHT = {0: 0.95, 1: 0.9, 2: 0.7}
#: Weight of a word itself beside the synonym group that it belongs to.
WORD_IN_GROUP = 0.86
#: Longest question that is matched, in words. Triage reads all of it.
_MATCHED_WORDS = 200


class Lexicon(Protocol):
    """What reading a question needs to know of an FAQ."""

    @property
    def phrases(self) -> Phrases:
        """The compiled synonym groups and signs."""

    @property
    def synonyms(self) -> frozenset[str]:
        """The names of the groups that are synonyms (the others are signs, for triage alone)."""

    def known(self, words: Iterable[str], *, english: bool = True) -> set[str]:
        """Return those of *words* that the FAQ uses or, with *english*, that are plain English."""

    def similar(self, word: str, slips: int) -> list[tuple[str, int]]:
        """Return up to two words of the FAQ within *slips* of *word*, nearest first, each with its slips."""


class Units(NamedTuple):
    """What of a text carries meaning.

    *weights* maps each synonym group or stem to its weight (0 to 1); *pairs* are the neighbouring words.
    """

    weights: dict[str, float]
    pairs: list[str]


class Query(NamedTuple):
    """A question, read.

    *text* is the folded question, *words* its tokens, *occurrences* the groups found in it, *units* what is matched;
    *normal* its normal form, for an exact match.
    """

    text: str
    words: list[Token]
    occurrences: list[Occurrence]
    units: Units
    corrections: tuple[Correction, ...]
    normal: str


def read(question: str, lexicon: Lexicon) -> Query:
    """Read *question* (any text) with the vocabulary of *lexicon*."""
    text = fold(question)
    plain = tokens(text)
    words, readings, weights, corrections = _repair(plain, lexicon)
    occurrences = find(words, readings, lexicon.phrases)
    read_words = list(zip(words, readings, weights, strict=True))[:_MATCHED_WORDS]
    units = _units(read_words, occurrences, lexicon.synonyms)
    normal = " ".join(token.text for token in plain)
    return Query(text, words, occurrences, units, tuple(corrections), normal)


def read_plain(words: Sequence[Token], phrases: Phrases, synonyms: frozenset[str]) -> Units:
    """Weigh the *words* of a text of the FAQ itself, where nothing is to be repaired."""
    if not phrases.layers:  # the same as below, in a third of the time
        units = {word.stem: 1.0 for word in words if word.text not in STOP_WORDS}
        return Units(units, _pairs([word.stem for word, before in zip(words, [None, *words]) if not before or before.stem != word.stem]))
    readings: list[tuple[str, ...]] = [(word.stem,) for word in words]
    occurrences = find(words, readings, phrases)
    return _units([(word, stems, 1.0) for word, stems in zip(words, readings, strict=True)], occurrences, synonyms)


def _units(
    words: Sequence[tuple[Token, tuple[str, ...], float]], occurrences: Iterable[Occurrence], synonyms: frozenset[str]
) -> Units:
    """Weigh *words* (token, stems, weight); synonyms count as their group and a little as themselves."""
    longest: dict[int, Occurrence] = {}
    for occurrence in occurrences:
        old = longest.get(occurrence.start)
        if occurrence.name in synonyms and (old is None or occurrence.end > old.end):
            longest[occurrence.start] = occurrence
    units: dict[str, float] = {}
    sequence: list[str] = []
    at = 0
    while at < len(words):
        group = longest.get(at)
        stretch = words[at : group.end] if group else words[at : at + 1]
        symbol = "#" + group.name if group else stretch[0][1][0]
        if group:
            units[symbol] = max(units.get(symbol, 0.0), min(weight for _, _, weight in stretch))
        for word, stems, weight in stretch:
            if word.text in STOP_WORDS:
                continue
            share = weight * (WORD_IN_GROUP if group else 1.0)
            for one in stems:
                units[one] = max(units.get(one, 0.0), share)
                share *= 0.5
        if not sequence or sequence[-1] != symbol:
            sequence.append(symbol)
        at += len(stretch)
    return Units(units, _pairs(sequence))


def _pairs(sequence: Sequence[str]) -> list[str]:
    """Return each two neighbours of *sequence* once, with its start and end marked: word order and intent words."""
    return list(dict.fromkeys(f"{a} {b}" for a, b in zip(["^", *sequence], [*sequence, "$"], strict=True)))


def _repair(
    plain: list[Token], lexicon: Lexicon
) -> tuple[list[Token], list[tuple[str, ...]], list[float], list[Correction]]:
    """Return the words with typos read as the nearest words of the FAQ, their stems, weights and the corrections."""
    known = lexicon.known({word.text for word in plain if _repairable(word)})
    words: list[Token] = []
    readings: list[tuple[str, ...]] = []
    weights: list[float] = []
    corrections: list[Correction] = []
    for word in plain:
        if words and words[-1].text == word.text and not word.before:
            continue
        if not _repairable(word) or word.text in known:
            words.append(word)
            readings.append((word.stem,))
            weights.append(1.0)
            continue
        near = lexicon.similar(word.text, 1)
        parts = None if near else _split(word.text, lexicon)
        if parts:
            words.extend(word._replace(text=part, stem=stem(part)) for part in parts)
            readings.extend((stem(part),) for part in parts)
            weights.extend([_REPAIR_WEIGHT[0]] * 2)
            corrections.append(Correction(word.text, " ".join(parts)))
            continue
        if not near and len(word.text) >= _TWO_SLIPS_FROM:
            near = lexicon.similar(word.text, 2)
        if near:
            corrections.append(Correction(word.text, near[0][0]))
            word = word._replace(text=near[0][0], stem=stem(near[0][0]))
        words.append(word)
        readings.append(tuple(dict.fromkeys(stem(other) for other, _ in near)) or (word.stem,))
        weights.append(_REPAIR_WEIGHT[near[0][1]] if near else 1.0)
    return words, readings, weights, corrections


def _repairable(word: Token) -> bool:
    return len(word.text) >= _REPAIRED_FROM and word.text.isalpha()


def _split(word: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """Return the two words that *word* runs together ("backpain"), or None."""
    cuts = [(word[:cut], word[cut:]) for cut in range(3, len(word) - 2)]
    known = lexicon.known({part for cut in cuts for part in cut}, english=False) if cuts else set()
    both = [cut for cut in cuts if cut[0] in known and cut[1] in known]
    return max(both, key=lambda cut: min(len(cut[0]), len(cut[1]))) if both else None
