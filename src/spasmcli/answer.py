"""What a question is answered with: the alerts it raises, the closest entry as it is shown, and the candidates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from spasmcli.advice import Numbers, alert, guessed
from spasmcli.database import Database
from spasmcli.question import Question, read
from spasmcli.records import ANSWERED, CAUTION, EMERGENCY, NO_MATCH, NONE, RANK, SOON, UNSURE, URGENT, Entry, Notice
from spasmcli.results import Alert, Answer, Candidate, ShownHint
from spasmcli.scorer import Found, Scored
from spasmcli.triage import Fired, Verdict

#: What stands before the conditions of a notice that has no door.
_GET_HELP = {
    EMERGENCY: "Get emergency help if", URGENT: "Get help today if", SOON: "Get help soon if", CAUTION: "Take care if",
}  # fmt: skip
#: From so many words on a question may be in another language, and which share of them must be unknown then.
_FOREIGN_WORDS, _FOREIGN = 3, 0.5
#: From which share of unknown words on, repaired ones counted, and so many that could not be, a question fits nothing.
_UNREAD, _UNREAD_WORDS = 0.75, 2


def answer(
    database: Database, numbers: Numbers, text: str, top: int, strict: bool, explained: bool, day: datetime.date
) -> Answer:
    """Return the answer to the question *text* with up to *top* candidates; "since Christmas" is reckoned from *day*.

    With *strict* a merely possible match counts as none. *explained* adds what made the match.
    """
    question = read(text, database.lexicon)
    verdict = database.triage.judge(question, day)
    alerts = _alerts(database, numbers, question, verdict.fired)
    emergency = next((one.flag for one in verdict.fired if one.level == EMERGENCY), "")
    found = database.matcher.match(question, top, emergency)
    unknown, share = _unknown(database, question)
    if _alone(database, verdict):
        found = found._replace(best=[])
    elif share >= _UNREAD and unknown >= _UNREAD_WORDS and not found.exact:
        found = found._replace(sure=False, possible=False)
    outcome = _outcome(found, strict)
    entry = (
        shown(database, database.entry(found.best[0].number), question, verdict.fired) if outcome != NO_MATCH else None
    )
    candidates = tuple(_candidate(database, one, outcome) for one in found.best[:top])
    why = None
    if explained and found.best:
        from spasmcli.explain import explanation  # wanted seldom

        why = explanation(database, question, found)
    return Answer(
        text, outcome, max((one.level for one in verdict.fired), key=RANK.__getitem__, default=NONE), alerts, entry,
        round(found.best[0].score, 1) if found.best else 0.0, candidates,
        tuple(_hint(database, question, verdict)), question.corrections if outcome != NO_MATCH or alerts else (),
        found.calibrated or found.exact, share > _FOREIGN, why,
    )  # fmt: skip


def shown(database: Database, entry: Entry, question: Question | None, fired: Sequence[Fired]) -> Entry:
    """Return *entry* with the leads of its notices, and these checked against the red flags that *question* raised."""

    levels: dict[str, set[str]] = {}
    for notice in entry.notices:
        for flag in (*notice.when, *(name for one in notice.conditions for name in one.when)):
            levels.setdefault(flag, set()).add(notice.level)

    def because(when: Sequence[str], level: str) -> str:
        """Return the words that state one of the red flags *when*, which may stand at another level elsewhere."""
        states = (
            one for one in fired if one.flag in when and (one.level == level or one.level not in levels[one.flag])
        )
        return next((question.quote(one.spans) for one in states), "") if question else ""

    def told(notice: Notice) -> Notice:
        door = database.doors.get(notice.door)
        words = [because(one.when, notice.level) for one in notice.conditions]
        conditions = tuple(
            one._replace(applies=bool(said), because=said) for one, said in zip(notice.conditions, words, strict=True)
        )
        said = because(notice.when, notice.level) or next(filter(None, words), "")
        short = door.short if door else _GET_HELP[notice.level]
        text = notice.text or f"{short}: {'; '.join(one.text for one in conditions)}."
        lead = door.do if door else ""
        return notice._replace(
            text=text, applies=bool(said), because=said, conditions=conditions, short=short, lead=lead
        )

    return entry._replace(notices=tuple(told(notice) for notice in entry.notices))


def _alerts(database: Database, numbers: Numbers, question: Question, fired: Sequence[Fired]) -> tuple[Alert, ...]:
    """Return the alerts of *fired*; one whose door another joins sends where that does, so that no two contradict."""
    flags = [database.flag(one.flag) for one in fired]
    items = [
        guessed(flag.raises[one.item]) if one.guessed else flag.raises[one.item]
        for flag, one in zip(flags, fired, strict=True)
    ]
    doors = database.doors
    through = {other: item.door for item in reversed(items) if item.door in doors for other in doors[item.door].joins}
    return tuple(
        alert(
            flag, item._replace(door=through[item.door], heading="", lead="", do="") if item.door in through else item,
            doors, question.quote(one.spans), numbers,
        )
        for flag, item, one in zip(flags, items, fired, strict=True)
    )  # fmt: skip


def _outcome(found: Found, strict: bool) -> str:
    if not found.best or not found.possible:
        return NO_MATCH
    if found.sure:
        return ANSWERED
    return NO_MATCH if strict else UNSURE


def _alone(database: Database, verdict: Verdict) -> bool:
    """Tell whether an alert was raised beside which no answer may stand: one whose red flag has no entry to see.

    A doubtful one hides nothing.
    """
    has_entries = any(database.flag(one.flag).see or one.doubtful for one in verdict.fired)
    return bool(verdict.fired) and verdict.fired[0].level == EMERGENCY and not has_entries


def _candidate(database: Database, found: Scored, outcome: str) -> Candidate:
    """Return a candidate; with its first sentence where there is something to choose."""
    first = re.split(r"(?<=[.?!])\s", database.entry(found.number).short.strip())[0] if outcome == UNSURE else ""
    return Candidate(*database.link(found.number), round(found.score, 1), first)


def _hint(database: Database, question: Question, verdict: Verdict) -> list[ShownHint]:
    found: dict[str, ShownHint] = {}
    for hit in verdict.hints:
        text = database.flag(hit.flag).hints[hit.item].text
        found.setdefault(text, ShownHint(hit.flag, text, question.quote(hit.spans)))
    return list(found.values())


def _unknown(database: Database, question: Question) -> tuple[int, float]:
    """Return how many words of *question* are neither of the FAQ nor English, and their share with repaired ones."""
    typed = [word.text for word in question.words if word.text.isalpha()]
    unknown = sum(not database.lexicon.words.known(word) for word in typed)
    enough = len(typed) >= _FOREIGN_WORDS
    return unknown, (unknown + len(question.corrections)) / len(typed) if enough else 0.0
