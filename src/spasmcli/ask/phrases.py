"""Find named groups of phrases (synonyms, signs) in a question. `phrasebook` says how phrases are written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from spasmcli.ask.words import Token, make

#: The rest of a compiled phrase, after its first symbol: its layer, the groups that it is a phrase of, the symbols that
#: follow, and those of them that are words: without all of these in a question, the phrase cannot be.
Tail: TypeAlias = tuple[int, Sequence[str], Sequence[str], Sequence[str]]

GAP = "..."
_GAP_WORDS = 4
_MAX_FILLERS = 3
#: Words that are skipped between the words of a phrase.
FILLERS = frozenset(
    """a an the my your his her their our its of is are was were be been being am has have had i me it really very so
    just quite bit also some any this that these those too all such got getting gets get like still do does
    did""".split()
)
#: Words that deny what follows.
NEGATORS = frozenset("no not without never none nobody nor neither denies denied deny negative zero minus".split())


class Occurrence(NamedTuple):
    """A phrase of group *name* at the words *start* up to, not including, *end*."""

    name: str
    start: int
    end: int


class Tails(NamedTuple):
    """What is known of a symbol.

    *alone* holds the groups that it is a phrase of by itself. *free* are the longer phrases that it begins and that go
    on with groups only; *needing* those that go on with words, by the longest of them, as long words are seldom. Where
    groups are listed, those that they are phrases of by themselves are listed too.
    """

    alone: list[str]
    free: list[Tail]
    needing: dict[str, list[Tail]]


class Phrases(Protocol):
    """Where compiled phrases are looked up."""

    @property
    def layers(self) -> int:
        """How many layers there are: a phrase may use the groups of lower layers only."""

    def tails(self, symbols: Collection[str]) -> Mapping[str, Tails]:
        """Return the phrases that begin with each of *symbols*, and maybe those of other symbols."""


def find(words: Sequence[Token], readings: Sequence[tuple[str, ...]], phrases: Phrases) -> list[Occurrence]:
    """Return every occurrence of every group in a question, in order, the longest first.

    *readings* holds the stems that each word may stand for (more than one where a typo was repaired).
    """
    if not phrases.layers:
        return []
    search = _Search(words, readings, phrases)
    search.run()
    return [make(Occurrence, (name, start, -end)) for start, end, name in sorted(search.found)]


class _Search:
    """One question: which symbols stand where in it, and which phrases have begun.

    A symbol is a stem, ``!word`` for an exact word, ``#name`` for a group. *found* gathers (start, -end, name).
    """

    def __init__(self, words: Sequence[Token], readings: Sequence[tuple[str, ...]], phrases: Phrases) -> None:
        self.words, self.phrases = words, phrases
        self.found: list[tuple[int, int, str]] = []
        #: By word, the symbols that begin there, each with the words that it ends before.
        self.lattice: list[dict[str, set[int]]] = []
        for at, (word, stems) in enumerate(zip(words, readings, strict=True), 1):
            ends = {at}
            begins = {"!" + word.text: ends}
            for stem in stems:
                begins[stem] = ends
            self.lattice.append(begins)
        self.typed = set().union(*self.lattice)
        self.present = {GAP, *self.typed}
        #: By layer, the phrases that have begun: where, with which symbol, and how they go on.
        self.waiting: list[list[tuple[int, str, Tail]]] = [[] for _ in range(phrases.layers)]
        self._known_steps: dict[tuple[int, bool], list[int]] = {}

    def run(self) -> None:
        """Find the phrases of one word, then the others, layer by layer."""
        tails = self.phrases.tails(self.typed)
        groups: list[tuple[int, str]] = []
        typed = [(start, symbol) for start, at in enumerate(self.lattice) for symbol in at if symbol in tails]
        for start, symbol in typed:
            if alone := tails[symbol].alone:
                self.add(start, start + 1, alone, groups)
        self.begin(typed, tails)
        for begun in self.waiting:
            if groups:
                self.begin(groups, self.phrases.tails({symbol for _, symbol in groups}))
                groups.clear()
            for start, symbol, (_, names, rest, _) in begun:
                if self.present.issuperset(rest):
                    for at in self.lattice[start][symbol]:
                        for end in self.ends(rest, at):
                            self.add(start, end, names, groups)

    def add(self, start: int, end: int, names: Iterable[str], fresh: list[tuple[int, str]]) -> None:
        """Note that groups stand at *start* to *end*; those that none was known of at *start* till now are *fresh*."""
        at = self.lattice[start]
        for name in names:
            symbol = "#" + name
            ends = at.get(symbol)
            if ends is None:
                at[symbol] = {end}
                self.present.add(symbol)
                fresh.append((start, symbol))
            elif end in ends:
                continue
            else:
                ends.add(end)
            self.found.append((start, -end, name))

    def begin(self, fresh: Iterable[tuple[int, str]], tails: Mapping[str, Tails]) -> None:
        """Put the phrases that begin with *fresh* symbols, and whose words were all typed, where their layer waits."""
        for start, symbol in fresh:
            if symbol not in tails:
                continue
            _, free, needing = tails[symbol]
            for begun in free:
                self.waiting[begun[0]].append((start, symbol, begun))
            for word in self.typed & needing.keys() if needing else ():
                for begun in needing[word]:
                    if self.typed.issuperset(begun[3]):
                        self.waiting[begun[0]].append((start, symbol, begun))

    def ends(self, rest: Sequence[str], at: int) -> set[int]:
        """Return where a phrase may end whose remaining symbols are *rest* and whose next word is *at*."""
        if not rest:
            return {at}
        gap = rest[0] == GAP
        symbol, after = (rest[1], rest[2:]) if gap else (rest[0], rest[1:])
        found: set[int] = set()
        for step in self.steps(at, gap):
            if symbol in self.lattice[step]:
                for end in self.lattice[step][symbol]:
                    found |= self.ends(after, end)
        return found

    def steps(self, at: int, gap: bool) -> list[int]:
        """Return where a phrase may go on whose next word is *at*: after fillers, or after a *gap*."""
        if (at, gap) in self._known_steps:
            return self._known_steps[at, gap]
        steps = self._known_steps[at, gap] = []
        others = fillers = 0
        for word in self.words[at:]:
            if word.sentence != self.words[at - 1].sentence or "," in word.before:
                break
            steps.append(at)
            at += 1
            if word.text in FILLERS:
                fillers += 1
            elif word.text in NEGATORS or word.text == "but":
                break  # "the leg is not weak" is no "leg ... weak"
            else:
                others += 1
            if others > (_GAP_WORDS if gap else 0) or fillers > _MAX_FILLERS:
                break
        return steps
