"""What a question gets back, as records like those of `records`: the answer with its alerts, and how it was found."""

from typing import Annotated, Any, NamedTuple

from spasmcli.records import Entry, F, Source


class Alert(NamedTuple):
    """A red flag that the question raised, at *level*.

    *advice* is what to do, numbers included; *do* the same in a sentence without them. *matched* quotes the words that
    raised it. *heading* and *lead* are those of the *door*, *more* what follows; *calls* names the lists of numbers.
    """

    id: str
    level: str
    advice: str
    do: str
    why: str
    matched: str
    sources: tuple[Source, ...]
    door: Annotated[str, F(shown=False)]
    heading: Annotated[str, F(shown=False)]
    sign: Annotated[str, F(shown=False)]
    lead: Annotated[str, F(shown=False)]
    more: Annotated[tuple[str, ...], F(shown=False)]
    calls: Annotated[tuple[str, ...], F(shown=False)]


class ShownHint(NamedTuple):
    """A quiet line of red flag *id*, and the words that called for it."""

    id: str
    text: str
    matched: str


class ShownFlag(NamedTuple):
    """A warning sign as a list shows it: at the highest level that it can have."""

    id: str
    level: str
    sign: str
    advice: str
    why: str
    sources: tuple[Source, ...] = ()


class Candidate(NamedTuple):
    """An entry that came close, with its score from 0 to 100 and, to choose by, the first sentence of its answer."""

    id: str
    question: str
    score: float
    first: str = ""


class Correction(NamedTuple):
    """A misspelt word of the question and what it was read as."""

    typed: str
    read: str


class WordWeight(NamedTuple):
    """How much some words of the question added to the score of the entry, in points."""

    word: str
    points: float


class Explanation(NamedTuple):
    """Why an entry was chosen: the nearest known wording and what each word weighed; *unknown*: words nobody uses."""

    alias: str
    words: tuple[WordWeight, ...]
    unknown: tuple[str, ...]


class Answer(NamedTuple):
    """The answer to one question.

    *outcome* is ``answered``, ``unsure`` or ``no_match`` (*entry* is None then); *urgency* the highest level of
    *alerts* or ``none``; *score* and *candidates* run from 0 to 100, best first. *calibrated* tells whether the score
    is a chance: an FAQ without enough labelled lines has none, and nothing of it is called a close match.
    *foreign*: most words of the question are unknown.
    """

    query: str
    outcome: str
    urgency: str
    alerts: tuple[Alert, ...]
    entry: Entry | None
    score: float
    candidates: tuple[Candidate, ...]
    hints: tuple[ShownHint, ...] = ()
    corrections: tuple[Correction, ...] = ()
    calibrated: Annotated[bool, F(shown=False)] = True
    foreign: Annotated[bool, F(shown=False)] = False
    explanation: Annotated[Explanation | None, F(shown=False)] = None

    def to_dict(self) -> dict[str, Any]:
        """Return this answer as ``spasm ask --json`` shows it."""
        from spasmcli.show.json import answer_object

        return answer_object(self)
