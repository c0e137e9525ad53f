"""Match a question to entries: word for word first, then by the scorer that the FAQ was compiled with.

Another way of scoring is a module like `counted` and `trained`: a class that is a `Scorer`, a `write` for its tables,
and a place in `SCORERS` and `write` here.

Table ``exact``: ids, questions and aliases in normal form.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from spasmcli import counted, trained
from spasmcli.question import Lexicon, Question, Reading
from spasmcli.records import Document, Line
from spasmcli.scorer import Found, Scored, Scorer
from spasmcli.text.words import STOP_WORDS, normal_form

TABLE = "create table exact(text text primary key, number integer) without rowid"
SCORERS: Mapping[str, Callable[[sqlite3.Connection, Mapping[str, Any]], Scorer]] = {
    "trained": trained.Trained,
    "counted": counted.Counted,
}


class Matcher:
    """The matcher of a compiled FAQ."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        name, made = json.loads(database.execute("select value from meta where key = 'match'").fetchone()[0])
        self.scorer = SCORERS[name](database, made)

    def match(self, question: Question, top: int, emergency: str = "") -> Found:
        """Return the *top* closest entries; ties go by id, so that the order of a file never matters.

        A red flag that is raised as an *emergency* draws the entries that others who stated it wanted.
        """
        exact = self._exact(question.normal)
        found = self.scorer.find(question, top, emergency)
        if not _says_something(question):
            found = found._replace(sure=False, possible=False)
        if exact is None:
            return found
        others = [one for one in found.best if one.number != exact]
        return Found([Scored(exact, 100.0), *others][:top], True, found.calibrated, True, True)

    def _exact(self, normal: str) -> int | None:
        """Return the entry whose id, question or alias has this normal form."""
        row = self._database.execute("select number from exact where text = ?", (normal,)).fetchone()
        return row[0] if row and normal else None

    def explain(self, question: Question, number: int) -> list[tuple[str, float]]:
        """Return what each feature of *question* that tells for entry *number* added, as (feature, share)."""
        return [one for one in self.scorer.added(question, number) if one[1] > 0]


def _says_something(question: Question) -> bool:
    """Tell whether there is a word to go by: one letter, numbers and small words alone are about anything."""
    typed = [word.text for word in question.words if word.text not in STOP_WORDS and not word.text[0].isdigit()]
    return any(len(text) > 1 or not text.isascii() for text in typed)


# --- Writing ----------------------------------------------------------------------------------------------------


def write(
    database: sqlite3.Connection, document: Document, lexicon: Lexicon, reading: Reading, step: Callable[[], None]
) -> None:
    """Write what matching needs of *document*, whose texts *lexicon* reads and whose labelled lines *reading* does.

    *step* is called once an entry.
    """
    database.execute(TABLE)
    exact = {normal_form(entry.id): number for number, entry in enumerate(document.entries)}
    for number, entry in enumerate(document.entries):
        for text in (entry.question, *entry.aliases):
            exact.setdefault(normal_form(text), number)
    database.executemany("insert into exact values(?, ?)", sorted(exact.items()))
    lines = labelled(document)
    if trained.fits(len(document.entries), len(lines)):
        made = ("trained", trained.write(database, document, lines, reading, step))
    else:
        made = ("counted", counted.write(database, document, lexicon, step))
    database.execute("insert into meta values('match', ?)", (json.dumps(made),))


def labelled(document: Document) -> list[Line]:
    """Return every line of *document* that says what it wants: questions, aliases, and lines that people typed.

    Most lines with a warning sign want one and the same entry, on such signs. Their alert says what that does, and
    learnt from, they would draw everybody who is in bad pain to it.
    """
    own = [Line(text, (entry.id,)) for entry in document.entries for text in (entry.question, *entry.aliases)]
    firsts = Counter(line.wants[0] for line in document.asked if line.sign and line.wants)
    alarming = max(sorted(firsts), key=firsts.__getitem__, default=None)
    asked = (line for line in document.asked if line.wants or line.other)
    return own + [line for line in asked if not (line.sign and line.wants[:1] == (alarming,))]
