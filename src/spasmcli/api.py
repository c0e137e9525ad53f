"""The library: open an FAQ, ask it, get the answer as a record."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from spasmcli.ask.match import POSSIBLE, SURE, Scored, match
from spasmcli.ask.query import Query, read
from spasmcli.ask.result import (
    ANSWERED,
    NO_MATCH,
    UNSURE,
    Alert,
    Answer,
    Candidate,
    Explanation,
    ShownEntry,
    ShownFlag,
    ShownNotice,
)  # fmt: skip
from spasmcli.ask.triage import Fired, triage
from spasmcli.ask.words import fold, tokens
from spasmcli.errors import SpasmError
from spasmcli.faq import cache
from spasmcli.faq.store import Store
from spasmcli.model import (
    EMERGENCY,
    EMERGENCY_NUMBERS,
    NONE,
    PHONE_LISTS,
    RANK,
    SOON,
    URGENT,
    Notice,
    PhoneLine,
    RedFlag,
    Topic,
)  # fmt: skip
from spasmcli.safetext import sanitise

_T = TypeVar("_T")
#: What a raised red flag adds to the raw sum of the entry that deals with it, by level.
_BONUS = {EMERGENCY: 0.9, URGENT: 0.4, SOON: 0.15}
#: The place of a list of numbers in an advice, one that only adds it to the sentence, and what to say without it.
_NUMBERS = rf"\{{({'|'.join(PHONE_LISTS)})\}}"
_NUMBERS_ADDED = rf":\s*{_NUMBERS}"
_THE_NUMBER = "the number for your country"


class UnknownEntry(SpasmError):
    """There is no entry with that id, or the beginning of an id fits several."""


class FAQ:
    """An open FAQ. Make one with `load`.

    *reopen* opens the store; called with True it compiles the file anew first. *region* is as for `load`.
    """

    def __init__(self, reopen: Callable[[bool], Store], region: str = "") -> None:
        self._reopen = reopen
        self._store = reopen(False)
        self._region = region

    def _from_store(self, action: Callable[[Store], _T]) -> _T:
        """Run *action* on the store; once more on a rebuilt one if the compiled file proves to be damaged."""
        try:
            return action(self._store)
        except cache.HARMED:
            self._store = self._reopen(True)
            return action(self._store)

    def ask(
        self,
        question: str,
        *,
        top: int = 3,
        strict: bool = False,
        explained: bool = False,
        today: datetime.date | None = None,
    ) -> Answer:
        """Return the answer to *question*: alerts, the closest entry and up to *top* candidates.

        With *strict* a merely possible match counts as none. *explained* adds what made the match. *today* is the
        day that "since Christmas" is reckoned from.

        Raises:
            TypeError: when *question* is not a str; any str has an answer, an empty one too.
            ValueError: when *top* is less than 1.
        """
        _must_be_text(question, "question")
        if top < 1:
            raise ValueError(f"top must be 1 or more, not {top}")
        day = today or datetime.date.today()
        return self._from_store(lambda store: self._answer(store, question, top, strict, explained, day))

    def _answer(
        self, store: Store, question: str, top: int, strict: bool, explained: bool, day: datetime.date
    ) -> Answer:
        query = read(question, store)
        fired = triage(query, store, day)
        found = match(query, store, max(top, 2), bonus(store, fired))
        outcome = _outcome(found, strict)
        entry = self._shown(store, found[0].number, fired) if outcome != NO_MATCH else None
        candidates = tuple(Candidate(*store.link(row.number), round(row.score, 1)) for row in found[:top])
        return Answer(
            question, outcome, max((f.level for f in fired), key=RANK.__getitem__, default=NONE),
            tuple(self._alert(store, one) for one in fired), entry, round(found[0].score, 1) if found else 0.0,
            candidates, query.corrections,
            _explanation(query, store, found[0]) if explained and found else None,
        )  # fmt: skip

    def _shown(self, store: Store, number: int, fired: Sequence[Fired]) -> ShownEntry:
        """Return the entry with its notices checked against the red flags that the question raised."""
        shown, notices = store.entry(number)
        if not fired:
            return shown
        return shown._replace(notices=tuple(_checked(notice, fired) for notice in notices))

    def _alert(self, store: Store, fired: Fired) -> Alert:
        flag = self._shown_flag(store.flag(fired.flag))
        return Alert(
            flag.id, fired.level, flag.advice, flag.why, fired.matched, flag.sources, flag.action, flag.calls
        )  # fmt: skip

    def _shown_flag(self, flag: RedFlag) -> ShownFlag:
        """Return *flag* with the numbers to call written into its advice, and with what to do without them."""
        calls = tuple(re.findall(_NUMBERS, flag.advice))
        advice = re.sub(_NUMBERS, lambda found: spoken(self.phones(found[1])), flag.advice)
        action = re.sub(_NUMBERS, _THE_NUMBER, re.sub(_NUMBERS_ADDED, "", flag.advice)) if calls else ""
        return ShownFlag(flag.id, flag.level, flag.sign, advice, flag.why, flag.sources, action, calls)

    def entry(self, entry_id: str) -> ShownEntry:
        """Return the entry with this id, or with the one id that begins so.

        Raises:
            UnknownEntry: when there is none, or more than one.
            TypeError: when *entry_id* is not a str.
        """
        _must_be_text(entry_id, "entry_id")
        wanted = sanitise(entry_id)  # SQLite takes no lone surrogates, which bytes that are not UTF-8 become
        return self._from_store(lambda store: _find(store, wanted))

    def entries(self, *, topic: str = "", words: str = "") -> list[ShownEntry]:
        """Return the entries, in the order of the file; *topic* and *words* (each must occur) narrow them."""
        return self._from_store(lambda store: [entry for entry in store.entries() if _fits(entry, topic, words)])

    def ids(self) -> list[tuple[str, str]]:
        """Return the id and question of every entry."""
        return self._from_store(lambda store: store.ids())

    def topics(self) -> list[Topic]:
        """Return the topics: those that the file declares, or those that its entries name."""
        return self._from_store(lambda store: store.topics)

    def red_flags(self) -> list[ShownFlag]:
        """Return the warning signs that triage knows, in the order of the file."""
        return [self._shown_flag(flag) for flag in self._from_store(lambda store: store.flags())]

    def phones(self, kind: str = EMERGENCY_NUMBERS) -> list[PhoneLine]:
        """Return the ``emergency_numbers`` or ``crisis_lines``, those of the reader's country first.

        Raises:
            ValueError: when *kind* is neither.
        """
        if kind not in PHONE_LISTS:
            raise ValueError(f"kind must be {' or '.join(PHONE_LISTS)}, not {kind}")
        lines = self._from_store(lambda store: store.phones(kind))
        return sorted(lines, key=lambda line: self._region not in line.regions if self._region else False)

    @property
    def title(self) -> str:
        """What the FAQ is about."""
        return self._from_store(lambda store: store.title)

    @property
    def note(self) -> str:
        """The line that stands under every answer."""
        return self._from_store(lambda store: store.note)

    @property
    def fallback(self) -> str:
        """The id of the entry to point to when nothing is close, or an empty string."""
        return self._from_store(lambda store: store.fallback)


def load(path: str | None = None, *, region: str = "", progress: cache.Progress | None = None) -> FAQ:
    """Open the FAQ file at *path*, or the bundled one.

    *region* (ISO 3166, such as GB) puts the numbers to call in the reader's country first. *progress* is called while
    a file is compiled, with how much is done and of how much.

    Raises:
        FAQError: when the file cannot be used; its `problems` say where and why.
    """
    if path is None:
        return FAQ(lambda fresh: cache.open_bundled(fresh=fresh, progress=progress), region)
    return FAQ(lambda fresh: cache.open_file(path, fresh=fresh, progress=progress), region)


def _must_be_text(value: object, name: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")


def spoken(lines: Sequence[PhoneLine]) -> str:
    """Return phone lines as words: "112 or 999 in the UK, 911 in the US"."""
    return ", ".join(f"{line.name + ' ' if line.name else ''}{line.number} in {line.country}" for line in lines)


def bonus(store: Store, fired: Sequence[Fired]) -> dict[int, float]:
    """Return by how much the red flags that *fired* pull the entries closer that deal with them, by entry number."""
    added: dict[int, float] = {}
    for one in fired:
        see = store.flag(one.flag).see
        number = store.number(see) if see else None
        if number is not None:
            added[number] = max(added.get(number, 0.0), _BONUS[one.level])
    return added


def _explanation(query: Query, store: Store, first: Scored) -> Explanation:
    from spasmcli.ask.explain import explanation  # wanted seldom

    return explanation(query, store, first)


def _outcome(found: Sequence[Scored], strict: bool) -> str:
    if not found or found[0].score < POSSIBLE:
        return NO_MATCH
    if found[0].score >= SURE:
        return ANSWERED
    return NO_MATCH if strict else UNSURE


def _checked(notice: Notice, fired: Sequence[Fired]) -> ShownNotice:
    """Return *notice* with whether the question states its condition: whether a red flag it names was raised."""
    because = next((one.matched for one in fired if one.flag in notice.when), "")
    return ShownNotice(notice.level, notice.text, bool(because), because)


def _find(store: Store, entry_id: str) -> ShownEntry:
    number = store.number(entry_id)
    if number is None:
        begun = "-".join(entry_id.casefold().split())
        near = [known for known, _ in store.ids() if begun and known.casefold().startswith(begun)]
        number = store.number(near[0]) if len(near) == 1 else None
        if number is None:
            raise UnknownEntry(_unknown(store, entry_id, near))
    return store.entry(number)[0]


def _unknown(store: Store, entry_id: str, near: list[str]) -> str:
    if near:
        return f"'{entry_id}' begins {len(near)} ids: {', '.join(near)}. Type one of them."
    from rapidfuzz import process

    close = process.extract(entry_id, [known for known, _ in store.ids()], limit=3, score_cutoff=60)
    hint = f" Did you mean {' or '.join(name for name, _, _ in close)}?" if close else ""
    return f"There is no entry '{entry_id}'.{hint}"


def _fits(entry: ShownEntry, topic: str, words: str) -> bool:
    """Tell whether *entry* is of the *topic* and has, for each of *words*, a word that begins so."""
    text = f"{entry.id} {entry.question} {entry.answer} {' '.join(entry.topics)}"
    there = {token.text for token in tokens(fold(text))}
    wanted = [token.text for token in tokens(fold(words))]
    return (not topic or topic in entry.topics) and all(any(w.startswith(part) for w in there) for part in wanted)
