"""What a question gets back. The JSON output is made of these records.

It leaves out the fields *action* and *calls*, and calls an answer's *explanation* ``explain``.
"""

from typing import NamedTuple

from spasmcli.model import Source

ANSWERED = "answered"
UNSURE = "unsure"
NO_MATCH = "no_match"


class Alert(NamedTuple):
    """A red flag that the question raised.

    *advice* is what to do now, *why* the reason, *matched* the words of the question that raised it. *action* is the
    advice without the numbers that it spells out (empty where it spells out none), *calls* names the lists they are
    from: ``emergency_numbers``, ``crisis_lines``.
    """

    id: str
    level: str
    advice: str
    why: str
    matched: str
    sources: tuple[Source, ...] = ()
    action: str = ""
    calls: tuple[str, ...] = ()


class ShownFlag(NamedTuple):
    """A warning sign as it is shown: *sign* says what it is, all else is as in an Alert."""

    id: str
    level: str
    sign: str
    advice: str
    why: str
    sources: tuple[Source, ...] = ()
    action: str = ""
    calls: tuple[str, ...] = ()


class ShownNotice(NamedTuple):
    """A notice of the entry; *applies* tells that the question states its condition, *because* with which words."""

    level: str
    text: str
    applies: bool = False
    because: str = ""


class Link(NamedTuple):
    """Another entry, by id and question."""

    id: str
    question: str


class ShownEntry(NamedTuple):
    """An entry as it is shown: related ids resolved to their questions, notices checked against the question."""

    id: str
    question: str
    answer: str
    topics: tuple[str, ...] = ()
    notices: tuple[ShownNotice, ...] = ()
    related: tuple[Link, ...] = ()
    sources: tuple[Source, ...] = ()

    def __hash__(self) -> int:
        """Return a hash that takes little time: what a batch makes of an entry is kept by the entry."""
        return hash((self.id, self.notices))


class Candidate(NamedTuple):
    """An entry that came close, with its score from 0 to 100."""

    id: str
    question: str
    score: float


class Correction(NamedTuple):
    """A misspelt word of the question and what it was read as."""

    typed: str
    read: str


class WordWeight(NamedTuple):
    """How much one word or pair of words of the question added to the score of the entry, in points."""

    word: str
    points: float


class Explanation(NamedTuple):
    """Why an entry was chosen: the closest of its phrasings and what each word weighed.

    *unknown* holds the words that no entry uses.
    """

    alias: str
    words: tuple[WordWeight, ...]
    unknown: tuple[str, ...]


class Answer(NamedTuple):
    """The answer to one question.

    *outcome* is ``answered``, ``unsure`` or ``no_match`` (*entry* is None then); *urgency* the highest level of
    *alerts* or ``none``; *score* and *candidates* run from 0 to 100, best first.
    """

    query: str
    outcome: str
    urgency: str
    alerts: tuple[Alert, ...]
    entry: ShownEntry | None
    score: float
    candidates: tuple[Candidate, ...]
    corrections: tuple[Correction, ...] = ()
    explanation: Explanation | None = None
