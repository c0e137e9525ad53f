"""The records of an FAQ, as plain immutable tuples, handed from room to room; those of an answer are in `results`.

A field of a record in an FAQ file is declared here and nowhere else: its name, what it may hold, and what it is for;
the sections of the file and labelled lines are declared in `faqfile.schema`. That reads the declarations for its checks
and for the JSON Schema, `database` for the compiled form and `show.json` for the output. NamedTuple rather than
dataclass: a class costs a third as much to create at start-up.
"""

from functools import cache
from typing import Annotated, Any, NamedTuple

NONE, CAUTION, SOON, URGENT, EMERGENCY = "none", "caution", "soon", "urgent", "emergency"
#: Levels of a red flag, mildest first. A notice may also be a caution, and a question may raise none.
LEVELS = (SOON, URGENT, EMERGENCY)
NOTICE_LEVELS = (CAUTION, *LEVELS)
#: How serious each level is.
RANK = {level: rank for rank, level in enumerate((NONE, *NOTICE_LEVELS))}

ANSWERED, UNSURE, NO_MATCH = "answered", "unsure", "no_match"

#: Lists of numbers to call, as an FAQ file names them.
EMERGENCY_NUMBERS, CRISIS_LINES = "emergency_numbers", "crisis_lines"
NURSE_LINES, POISON_LINES = "nurse_lines", "poison_lines"
PHONE_LISTS = (EMERGENCY_NUMBERS, CRISIS_LINES, NURSE_LINES, POISON_LINES)
#: Maternity units, of which there is no list: whoever needs one has its number.
MATERNITY = "maternity"
#: What stands in braces in the texts of an FAQ file, and the list of numbers that it stands for.
PLACES = {name: name for name in (*PHONE_LISTS, MATERNITY)} | {"nurse_line": NURSE_LINES, "poison": POISON_LINES}


class F(NamedTuple):
    """What is declared of a field: its *kind* (see `faqfile.schema`), what it is *about*, its *name* in the file if it
    is another; *written*: it may stand in a file; *shown*: it stands in the JSON; *least* items of a list."""

    kind: str = "text"
    about: str = ""
    name: str = ""
    written: bool = True
    shown: bool = True
    least: int = 0


@cache
def declared(record: type) -> dict[str, tuple[Any, F]]:
    """Return the fields of a record class by name: their types, and what is declared of them."""
    fields = {}
    for name, hint in record.__annotations__.items():
        marks = getattr(hint, "__metadata__", ())
        fields[name] = (hint.__origin__ if marks else hint, marks[0] if marks else F())
    return fields


class Source(NamedTuple):
    """Where a statement comes from."""

    publisher: Annotated[str, F(about="Who published it.")]
    title: Annotated[str, F(about="Its title.")]
    url: Annotated[str | None, F("url", "The publisher's own address.")] = None


class Condition(NamedTuple):
    """One condition of a notice, and whether a question states it."""

    text: Annotated[str, F(about="Worded to follow 'if', without a full stop.")]
    when: Annotated[tuple[str, ...], F("flag", "Ids of the red flags that state it.", shown=False)] = ()
    applies: Annotated[bool, F(written=False)] = False
    because: Annotated[str, F(written=False)] = ""


class Notice(NamedTuple):
    """When to see whom about an entry: conditions under the lead of a door, or a text of its own.

    It applies to a question if one of its conditions does; *because* quotes the words. *short* ("Today if") and *lead*
    are those of the door.
    """

    level: Annotated[str, F("notice-level", "How serious it is; that of the door unless given.")] = ""
    text: Annotated[str, F(about="The whole notice, where it has no conditions: a caution always.")] = ""
    applies: Annotated[bool, F(written=False)] = False
    because: Annotated[str, F(written=False)] = ""
    conditions: Annotated[tuple[Condition, ...], F(about="Its conditions, each a text or a record.", name="if")] = ()
    door: Annotated[str, F("door", "Where to turn: the name of a door of this file.")] = ""
    short: Annotated[str, F(written=False)] = ""
    lead: Annotated[str, F(written=False)] = ""
    use: Annotated[tuple[str, ...], F("set", "Condition sets of this file that belong to it.", shown=False)] = ()
    when: Annotated[tuple[str, ...], F("flag", "Ids of the red flags that state the text.", shown=False)] = ()


class Stage(NamedTuple):
    """A stretch of a timeline."""

    from_day: Annotated[int, F("day", "Its first day; the day it began is day 1.")]
    to_day: Annotated[int | None, F("day", "Its last day; none if it stays open.")] = None
    usual: Annotated[str, F(about="What is usual then.")] = ""
    do: Annotated[str, F(about="What to do.")] = ""
    see: Annotated[str, F(about="When to be seen.")] = ""


class Link(NamedTuple):
    """Another entry, by id and question."""

    id: Annotated[str, F("entry")]
    question: Annotated[str, F(written=False)] = ""


class Entry(NamedTuple):
    """One question of the FAQ with its answer: the direct answer (*short*), and what may follow (*details*)."""

    id: Annotated[str, F("id", "Small letters and dashes. Scripts rely on it: never change one.")]
    question: Annotated[str, F(about="As a plain person would ask it.")]
    short: Annotated[str, F(about="The direct answer: what to do or what it is, at most 80 words.", name="answer")]
    details: Annotated[str, F(about="The rest: limits, figures, how sure it is.")] = ""
    topics: Annotated[tuple[str, ...], F("topic", "One to three topics; the first is where it is listed.")] = ()
    notices: Annotated[tuple[Notice, ...], F(about="When to see whom, the most serious first.")] = ()
    timeline: Annotated[tuple[Stage, ...], F(about="How it goes, day by day.")] = ()
    related: Annotated[tuple[Link, ...], F("entry", "Two to four ids: the next questions somebody may have.")] = ()
    sources: Annotated[tuple[Source, ...], F("source", "Keys of the sources of this file, or whole ones.")] = ()
    aliases: Annotated[tuple[str, ...], F(about="Other ways to ask the same.", shown=False)] = ()

    @property
    def answer(self) -> str:
        """The whole answer: the direct one and its details."""
        return f"{self.short}\n\n{self.details}" if self.details else self.short

    def to_dict(self) -> dict[str, Any]:
        """Return this entry as ``spasm list --json`` shows it."""
        from spasmcli.show.json import entry_data

        return entry_data(self)


class Topic(NamedTuple):
    """A group of entries."""

    name: Annotated[str, F("id", "What --topic takes.")]
    title: Annotated[str, F(about="What a list shows.")]


class Door(NamedTuple):
    """Where to turn, and how fast; *name* is what notices and red flags call it."""

    name: Annotated[str, F(written=False)]
    level: Annotated[str, F("level", "How serious it is.")]
    heading: Annotated[str, F(about="What stands above an alert.")]
    lead: Annotated[str, F(about="What to do; numbers in braces, such as {emergency_numbers}.")]
    do: Annotated[str, F(about="The same in a sentence without numbers.")]
    short: Annotated[str, F(about="What stands before a list of conditions: 'Ambulance if'.")]
    covers: Annotated[tuple[str, ...], F("door", "Doors that need no telling beside it.")] = ()
    joins: Annotated[tuple[str, ...], F("door", "Doors whose signs go through it where both are raised.")] = ()


class Raise(NamedTuple):
    """What raises a red flag at one level and door, and what is said then."""

    level: Annotated[str, F("level", "How serious it is; that of the door unless given.")] = ""
    door: Annotated[str, F("door", "Where to turn: the name of a door of this file.")] = ""
    patterns: Annotated[tuple[str, ...], F(about="Any of these raises it: GROUP + GROUP, GROUP ~ GROUP, phrases.")] = ()
    unless: Annotated[tuple[str, ...], F(about="Phrases or groups that excuse every pattern in their sentence.")] = ()
    despite: Annotated[tuple[str, ...], F("group-used", "Groups of 'cancels' that undo nothing here.")] = ()
    heading: Annotated[str, F(about="What stands above it, in place of the door's.")] = ""
    why: Annotated[str, F(about="Why it matters, in place of the red flag's.")] = ""
    lead: Annotated[str, F(about="What to do, in place of the door's.")] = ""
    do: Annotated[str, F(about="The same in a sentence without numbers.")] = ""
    more: Annotated[tuple[str, ...], F(about="What follows the lead, a short sentence each.")] = ()


class Hint(NamedTuple):
    """A quiet line: shown where a pattern holds and its red flag is not raised."""

    text: Annotated[str, F(about="The line, one plain sentence.")]
    patterns: Annotated[tuple[str, ...], F(about="Any of these calls for it.", least=1)]
    unless: Annotated[tuple[str, ...], F(about="Phrases or groups that excuse it.")] = ()


class RedFlag(NamedTuple):
    """A warning sign: what it is, why it matters, what raises it."""

    id: Annotated[str, F("id", "Scripts rely on it: never change one.")]
    sign: Annotated[str, F(about="What it is, in a few words.")]
    why: Annotated[str, F(about="Why it matters, in a sentence.")]
    raises: Annotated[tuple[Raise, ...], F(about="By level and door, the most serious first.", name="raise", least=1)]
    hints: Annotated[tuple[Hint, ...], F(about="Quiet lines.")] = ()
    see: Annotated[str, F("entry", "The entry that deals with it; with none an emergency stands alone.")] = ""
    sources: Annotated[tuple[Source, ...], F("source", "Keys of the sources of this file, or whole ones.")] = ()


class PhoneLine(NamedTuple):
    """A number to call in some countries."""

    country: Annotated[str, F(about="The country or countries, as a reader calls them.")]
    number: Annotated[str, F(about="The number, and when it is not answered.")]
    regions: Annotated[tuple[str, ...], F("region", "ISO 3166 codes: readers there see it first.")] = ()
    name: Annotated[str, F(about="Who answers.")] = ""

    @property
    def spoken(self) -> str:
        """The number with the name of who answers: "Samaritans 116 123"."""
        return f"{self.name} {self.number}" if self.name else self.number


class Line(NamedTuple):
    """A line that somebody typed, labelled: *wants* are ids of entries that answer it, best first; *other* says that it
    is about something else. *sign* is the red flag that it states, at *level*; *near* one that it only sounds like."""

    text: str
    wants: tuple[str, ...] = ()
    sign: str = ""
    level: str = NONE
    near: str = ""
    other: bool = False


class Document(NamedTuple):
    """A whole FAQ, checked, its companion files included. Everything but *entries* is optional.

    *vocabulary* maps groups of synonyms to their phrases, *concepts* the groups that red flags are made of;
    *cancels* and *others* name concepts that undo signs, or whose signs are no person's. *phones* holds lists of
    numbers by name, *elsewhere* the sentence for countries that a list does not name. *asked* are the labelled lines.
    """

    entries: tuple[Entry, ...]
    title: str = ""
    note: str = ""
    fallback: str = ""
    topics: tuple[Topic, ...] = ()
    doors: tuple[Door, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    phones: dict[str, tuple[PhoneLine, ...]] = {}  # noqa: RUF012  (never changed)
    elsewhere: dict[str, str] = {}  # noqa: RUF012
    vocabulary: dict[str, tuple[str, ...]] = {}  # noqa: RUF012
    concepts: dict[str, tuple[str, ...]] = {}  # noqa: RUF012
    cancels: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    asked: tuple[Line, ...] = ()


def revive(record: Any, value: Any) -> Any:
    """Return a *record* (a class, or ``tuple[class, ...]``) from what became of it as JSON: a list of its values."""
    if getattr(record, "__origin__", None) is tuple:
        return tuple(revive(record.__args__[0], one) for one in value)
    if hasattr(record, "_fields"):
        return record._make([revive(t, v) for (t, _), v in zip(declared(record).values(), value, strict=True)])
    return value
