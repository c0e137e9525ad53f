"""A question as the matcher and triage read it: words repaired, synonyms merged, weights set.

Typo repair follows the recipe of whole-word correction against the collection's own vocabulary, by optimal string
alignment (a swap of neighbours counts as one slip; Damerau 1964, Boytsov 2011), done by RapidFuzz.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from spasmcli.ask.denial import denied
from spasmcli.ask.phrases import Occurrence, Phrases, find
from spasmcli.ask.result import Correction
from spasmcli.ask.words import STOP_WORDS, Token, bare_words, fold, joined, opened, stem, tokens

#: Shortest word that is repaired, and from which length two slips are repaired.
_REPAIRED_FROM, _TWO_SLIPS_FROM = 3, 6
#: How far a repaired word counts, by number of slips.
_REPAIR_WEIGHT = {0: 0.95, 1: 0.9, 2: 0.7}
#: Weight of a word itself beside the synonym group that it belongs to.
WORD_IN_GROUP = 0.86
#: How far a denied word counts: "no numbness" is a little about numbness.
_DENIED = 0.5
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

    @property
    def stated(self) -> frozenset[str]:
        """The names of the groups that can be stated or denied: those that patterns of red flags are made of."""

    def known(self, words: Iterable[str], *, english: bool = True) -> set[str]:
        """Return those of *words* that the FAQ uses or, with *english*, that are plain English."""

    def similar(self, word: str, slips: int) -> list[tuple[str, int]]:
        """Return a few words of the FAQ within *slips* of *word*, nearest first, each with its slips."""


class Units(NamedTuple):
    """What of a text carries meaning.

    *weights* maps each synonym group or stem to its weight (0 to 1); *pairs* are the neighbouring words.
    """

    weights: dict[str, float]
    pairs: list[str]


class Query(NamedTuple):
    """A question, read.

    *text* is the folded question, *words* its tokens, *occurrences* the groups found in it, *denied* the numbers of the
    words that are denied, *units* what is matched; *normal* its normal form, for an exact match.
    """

    text: str
    words: list[Token]
    occurrences: list[Occurrence]
    denied: set[int]
    units: Units
    corrections: tuple[Correction, ...]
    normal: str


def read(question: str, lexicon: Lexicon) -> Query:
    """Read *question* (any text) with the vocabulary of *lexicon*."""
    text = fold(question)
    plain = tokens(text)
    read_words, corrections = _repair(plain, lexicon)
    words = [one.token for one in read_words]
    occurrences = find(words, [(*one.stems, *one.others) for one in read_words], lexicon.phrases)
    no = denied(words, (sign for sign in occurrences if sign.name in lexicon.stated))
    factors = [_DENIED * one.weight if at in no else one.weight for at, one in enumerate(read_words)]
    weighed = [(one.token, one.stems, factor) for one, factor in zip(read_words, factors, strict=True)]
    weights, sequence = _units(weighed[:_MATCHED_WORDS], occurrences, lexicon.synonyms)
    units = Units(weights, pairs(sequence))
    return Query(text, words, occurrences, no, units, tuple(corrections), joined(plain))


class Plain(NamedTuple):
    """A text of the FAQ itself, read: its *words*, the *weights* of its units, and the *sequence* they stand in."""

    words: list[str]
    weights: dict[str, float]
    sequence: list[str]


def read_plain(text: str, phrases: Phrases, synonyms: frozenset[str]) -> Plain:
    """Read a folded *text* of the FAQ itself, where nothing is to be repaired."""
    if not phrases.layers:  # the same as below, in a third of the time
        bare = bare_words(text)
        weights = {stemmed: 1.0 for word, stemmed in bare if word not in STOP_WORDS}
        return Plain([word for word, _ in bare], weights, [stemmed for _, stemmed in bare])
    words = tokens(text)
    readings: list[tuple[str, ...]] = [(word.stem,) for word in words]
    occurrences = find(words, readings, phrases)
    weighed = [(word, stems, 1.0) for word, stems in zip(words, readings, strict=True)]
    return Plain([word.text for word in words], *_units(weighed, occurrences, synonyms))


def _units(
    words: Sequence[tuple[Token, tuple[str, ...], float]], occurrences: Iterable[Occurrence], synonyms: frozenset[str]
) -> tuple[dict[str, float], list[str]]:
    """Weigh *words* (token, stems, weight); synonyms count as their group and a little as themselves.

    Return the weights of the units, and the units in their order.
    """
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
        sequence.append(symbol)
        at += len(stretch)
    return units, sequence


def pairs(sequence: Iterable[str]) -> list[str]:
    """Return each two neighbours of *sequence* once, with its start and end marked: word order and intent words.

    What is said twice in a row counts as said once.
    """
    sequence = [unit for unit, _ in groupby(sequence)]
    return list(dict.fromkeys([f"{a} {b}" for a, b in zip(["^", *sequence], [*sequence, "$"], strict=True)]))


class _Read(NamedTuple):
    """A word as it is read: its token, the stems it may stand for, and how far it counts.

    *others* are further readings as exact words (``!word``).
    """

    token: Token
    stems: tuple[str, ...]
    weight: float
    others: tuple[str, ...] = ()


def _repair(plain: Sequence[Token], lexicon: Lexicon) -> tuple[list[_Read], list[Correction]]:
    """Return the words with typos read as the nearest words of the FAQ, and the corrections."""
    unsure = {text for text in {word.text for word in plain} if len(text) >= _REPAIRED_FROM and text.isalpha()}
    unsure -= lexicon.known(unsure)
    words: list[_Read] = []
    corrections: list[Correction] = []
    for word in plain:
        if words and words[-1].token.text == word.text and not word.before:
            continue  # a word typed twice
        if word.text not in unsure:
            words.append(_Read(word, (word.stem,), 1.0))
            continue
        read = _read_misspelt(word, lexicon)
        words.extend(read)
        if read[0].weight < 1:
            corrections.append(Correction(word.text, " ".join(one.token.text for one in read)))
    return words, corrections


def _read_misspelt(word: Token, lexicon: Lexicon) -> list[_Read]:
    """Return *word* as the nearest words of the FAQ, as two words run together, or as it stands."""
    near = lexicon.similar(word.text, 1)
    parts = None if near else _split(word.text, lexicon)
    if parts:
        return _as_words(word, [one for part in parts for one in opened(part)], _REPAIR_WEIGHT[0])
    if not near and len(word.text) >= _TWO_SLIPS_FROM:
        near = lexicon.similar(word.text, 2)
    if not near:
        return [_Read(word, (word.stem,), 1.0)]
    nearest, slips = near[0]
    if len(contraction := opened(nearest)) > 1:
        return _as_words(word, contraction, _REPAIR_WEIGHT[slips])
    stems = tuple(dict.fromkeys(stem(other) for other, _ in near))
    others = tuple("!" + other for other, _ in near[1:])
    return [_Read(word._replace(text=nearest, stem=stem(nearest)), stems, _REPAIR_WEIGHT[slips], others)]


def _as_words(word: Token, parts: Iterable[str], weight: float) -> list[_Read]:
    """Return what was typed as one *word* as the words *parts*."""
    return [_Read(word._replace(text=part, stem=stem(part)), (stem(part),), weight) for part in parts]


def _split(word: str, lexicon: Lexicon) -> tuple[str, str] | None:
    """Return the two words that *word* runs together ("backpain"), or None."""
    cuts = [(word[:cut], word[cut:]) for cut in range(3, len(word) - 2)]
    known = lexicon.known({part for cut in cuts for part in cut}, english=False) if cuts else set()
    both = [cut for cut in cuts if cut[0] in known and cut[1] in known]
    return max(both, key=lambda cut: min(len(cut[0]), len(cut[1]))) if both else None
