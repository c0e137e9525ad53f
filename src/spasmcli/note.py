"""The note for the doctor: one page of Markdown of what was typed and read. It judges nothing and rules nothing out."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from spasmcli.records import EMERGENCY, RANK, Entry
from spasmcli.results import Alert, Answer, ShownFlag
from spasmcli.show import wording
from spasmcli.show.outline import Listed, Say, Told
from spasmcli.show.page import Page, clean
from spasmcli.show.wrap import wrap

_TITLE, _TITLE_ANY = "Note for the doctor", "Note"
#: The page has room for so many of what was asked and read, the latest ones.
_MOST = 5
_ABOUT = (
    "These are my own words, and what I read in a list of questions and answers. It is no diagnosis, and it rules "
    "nothing out."
)
_ASKED, _SINCE, _STATED, _READ, _TO_ASK = (
    "What I asked", "Since when, in my words", "Warning signs in what I typed", "What I read", "Questions worth asking"
)  # fmt: skip
_NONE_STATED = "None was recognised. That does not mean that there is none."
_NOT_ASKED = "Signs of an emergency that I was not asked about"
_UNKNOWN = "Nothing is known of these, and none is ruled out"
_QUESTIONS = (
    "What do you think is behind it, and what else could it be?",
    "Do I need a test or a scan, and what would it change?",
    "What can I take or do against the pain, for how long, and what not?",
    "When may I work, lift, drive and exercise again?",
    "How long should it last, and what should make me come back at once?",
)
_OVER = "There is a file '{name}' already. Write over it? y, or Enter for no"
_A_FILE = "Save the note as the file '{name}'? y, or Enter if that was a question"
_KINDS = ("lasting", "ago")
#: Moments that are no length of time, but tell since when all the same.
_MOMENT = re.compile(
    r"\b(?:since )?(?:yesterday(?: (?:morning|afternoon|evening|night))?|this morning|earlier today)\b", re.IGNORECASE
)
_SUFFIXES = (".md", ".txt", ".markdown")


def note(asked: Sequence[Answer], read: Iterable[Entry], flags: Sequence[ShownFlag], day: datetime.date) -> str:
    """Return the note as Markdown: *asked* are the answers given, *read* the entries shown, *flags* all red flags."""
    from spasmcli.show import markdown

    asked, flags = clean(tuple(asked)), clean(tuple(flags))
    own = [one for one in asked if not one.entry or one.query != one.entry.question]  # not those that were chosen
    said = list(dict.fromkeys(answer.query for answer in own))
    before = [f"and {len(said) - _MOST} more before"] if len(said) > _MOST else []
    since = list(dict.fromkeys(words for query in said for words in since_when(query, day)))
    seen = list(dict.fromkeys(entry.question for entry in clean(tuple(read))))
    alerts = raised(asked)
    stated = [wording.stated(alert) for alert in alerts] or [_NONE_STATED]
    known = {alert.id for alert in alerts}
    unknown = [flag.sign for flag in flags if flag.id not in known and flag.level == EMERGENCY]
    return markdown.paint(
        [
            Told(_TITLE if flags else _TITLE_ANY, ()),
            Say(f"{day.isoformat()}. {_ABOUT}" if flags else f"{day.isoformat()}."),
            Listed(_ASKED, (*map(wording.quote, said[-_MOST:]), *before)),
            Listed(_SINCE, (", ".join(map(wording.quote, since[-_MOST:])),) if since else ()),
            Listed(_STATED, tuple(stated) if flags else ()),
            Listed(_READ, tuple(seen[-_MOST:])),
            Listed(_TO_ASK, _QUESTIONS if flags else ()),
            Listed(_NOT_ASKED, (f"{_UNKNOWN}: {'; '.join(unknown)}.",) if unknown else ()),
        ],
        Page(),
    )


def raised(asked: Iterable[Answer]) -> list[Alert]:
    """Return the alerts that were raised, the most serious first; each once, at the highest level that it had."""
    found: dict[str, Alert] = {}
    for alert in sorted((one for answer in asked for one in answer.alerts), key=lambda one: -RANK[one.level]):
        found.setdefault(alert.id, alert)
    return list(found.values())


def since_when(text: str, day: datetime.date) -> list[str]:
    """Return the words of *text* that say how long it has lasted or when it happened, as of *day*."""
    from spasmcli.text.times import spans
    from spasmcli.text.typed import fold
    from spasmcli.text.words import tokens

    folded = fold(text)
    words = tokens(folded)
    found = [(words[span.start].start, words[span.end - 1].end) for span in spans(words, day) if span.kind in _KINDS]
    found += [moment.span() for moment in _MOMENT.finditer(folded)
              if not any(start < moment.end() and moment.start() < end for start, end in found)]  # fmt: skip
    return [folded[start:end] for start, end in sorted(found)]


def for_screen(text: str, width: int) -> str:
    """Return the note *text* in lines of *width*; it is the same Markdown still."""
    lines = [one for line in text.splitlines() for one in wrap(line, width, "", "  " * line.startswith("- ")) or [""]]
    return "\n".join(lines) + "\n"


def file_of(line: str) -> tuple[str, bool]:
    """Return the file that a *line* such as ``n note.md`` names, and whether it plainly is one; "" if it names none.

    "n now my leg is numb" is something to answer, not a file, and "n numb" may be.
    """
    key, _, name = line.partition(" ")
    name = name.strip().strip("\"'")
    plainly = name.lower().endswith(_SUFFIXES)
    if key.lower() != "n" or not name or (" " in name and not plainly):
        return "", False
    return name, plainly


def keep(line: str, text: Callable[[], str], say: Callable[[str], None], agreed: Callable[[str], bool]) -> bool:
    """Save the *text* of the note if *line* names a file for it; return whether it does.

    *say* tells how it went, *agreed* asks a question and returns whether the answer was yes.
    """
    name, plainly = file_of(line)
    if not name or not (plainly or agreed(_A_FILE.format(name=name))):
        return False
    try:
        if _save(text(), name) or (agreed(_OVER.format(name=name)) and _save(text(), name, over=True)):
            say(f"The note is saved: {name}")
        else:
            say("Nothing was saved.")
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a home folder that there is not
        say(f"The note could not be saved: {getattr(error, 'strerror', None) or error}.")
    return True


def _save(text: str, name: str, *, over: bool = False) -> bool:
    """Write *text* to the file called *name*, for its owner alone; return False if there is one, unless *over*."""
    path, private = Path(name).expanduser(), partial(os.open, mode=0o600)
    try:
        with open(path, "w" if over else "x", encoding="utf-8", newline="\n", opener=private) as file:
            file.write(text)
    except FileExistsError:
        return False
    return True
