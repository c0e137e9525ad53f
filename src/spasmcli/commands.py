"""What each command does once its options are read: open the FAQ, ask it, render, write, choose the exit code."""

import contextlib
import gc
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from spasmcli.api import UnknownEntry, load
from spasmcli.ask.result import NO_MATCH, Answer
from spasmcli.environment import Environment
from spasmcli.errors import EXIT_ANSWERED, EXIT_BAD_FAQ, EXIT_NO_MATCH, FAQError, UsageError
from spasmcli.model import CRISIS_LINES, EMERGENCY_NUMBERS
from spasmcli.progress import Progress
from spasmcli.safetext import sanitise
from spasmcli.show.page import Page
from spasmcli.show.renderer import FOR_PROGRAMS, Renderer, renderer

_MOST_CANDIDATES = 50


class Look(NamedTuple):
    """How a command was asked to read and write: the FAQ file, the format, the colour and the width."""

    faq: str
    form: str
    color: str
    width: int | None
    environment: Environment | None = None


@contextlib.contextmanager
def _named(given: str, env: Environment) -> Iterator[None]:
    """Have an error tell that SPASM_FAQ names the file, unless it was *given* on the command line."""
    try:
        yield
    except FAQError as error:
        if given or not env.faq:
            raise
        raise FAQError(f"{error} (SPASM_FAQ names this file)", error.problems) from None


class _Session:
    """One run of a command: the environment, the FAQ and the page that answers are set on."""

    def __init__(self, look: Look) -> None:
        self.env = look.environment or Environment.current()
        self.path = look.faq or self.env.faq
        form = self.env.form(look.form)
        self._form, self.for_programs = form, form in FOR_PROGRAMS
        self._color, self._width = look.color, self.env.width(look.width, form)
        with Progress(self.env, "Reading the FAQ") as progress, _named(look.faq, self.env):
            self.faq = load(self.path or None, region=self.env.region, progress=progress)

    def page(self, *, batch: bool = False, error: bool = False) -> Page:
        """Return the page for standard output, or for standard error if *error*."""
        return Page(
            width=self._width, colour=self.env.colour(self._color, error=error), unicode=self.env.unicode,
            note=self.faq.note, title=self.faq.title, fallback=self.faq.fallback, options=self._options(), batch=batch,
            emergency_numbers=tuple(self.faq.phones(EMERGENCY_NUMBERS)),
            crisis_lines=tuple(self.faq.phones(CRISIS_LINES)),
        )  # fmt: skip

    @property
    def renderer(self) -> Renderer:
        """The renderer of the format asked for, imported when it is first needed."""
        return renderer(self._form)

    def _options(self) -> str:
        """Return the options that the commands shown on a page need, ready to be pasted."""
        if not self.path:
            return ""
        from shlex import quote  # only needed with a file

        return f"--faq {quote(self.path)}"


def ask(look: Look, words: Sequence[str], top: int, field: str, strict: bool, explain: bool) -> int:
    """Answer the question in *words*, or those on standard input if the only word is a dash."""
    question = sanitise(" ".join(words)).strip()
    if not question:
        raise UsageError('Type a question, for example: spasm ask "pain between shoulder blades"')
    if field and look.form not in ("auto", "plain"):
        raise UsageError(f"--field prints a bare value and takes no format: leave out --field or --format {look.form}.")
    if not 1 <= top <= _MOST_CANDIDATES:
        raise UsageError(f"--top takes a number from 1 to {_MOST_CANDIDATES}, not {top}.")
    session = _Session(look)
    answered = partial(session.faq.ask, top=top, strict=strict, explained=explain, today=session.env.today)
    if list(words) == ["-"]:
        return _answer_all(session, map(answered, _questions(session.env)), field)
    answer = answered(question)
    _write_answer(session, answer, field)
    return _code(answer)


def _code(answer: Answer) -> int:
    return EXIT_NO_MATCH if answer.outcome == NO_MATCH and not answer.alerts else EXIT_ANSWERED


def _write_answer(session: _Session, answer: Answer, field: str) -> None:
    if field:
        _write_field(session, answer, field)
    elif _code(answer) == EXIT_NO_MATCH and not session.for_programs:
        _note_no_match(session, answer)
    else:
        session.env.write(session.renderer.answer(answer, session.page()))


def _write_field(session: _Session, answer: Answer, field: str) -> None:
    """Write one bare value to standard output; alerts and a missing match go to standard error."""
    _note_alerts(session, answer)
    value = _value(answer, field)
    if value:
        session.env.write(f"{sanitise(value)}\n")
    if _code(answer) == EXIT_NO_MATCH:
        _note_no_match(session, answer)


def _value(answer: Answer, field: str) -> str:
    if field == "urgency":
        return answer.urgency
    if field == "score":
        return f"{answer.score:.1f}"
    return str(getattr(answer.entry, field)) if answer.entry else ""


def _note_alerts(session: _Session, answer: Answer, *, batch: bool = False) -> None:
    """Write the alerts to standard error, below their question in a *batch*."""
    if answer.alerts:
        from spasmcli.show import plain

        session.env.note(plain.alerts(answer, session.page(batch=batch, error=True)) + "\n" * batch)


def _note_no_match(session: _Session, answer: Answer) -> None:
    from spasmcli.show import plain

    session.env.note(plain.no_match(answer, session.page(error=True)))


def _questions(env: Environment) -> Iterator[str]:
    """Yield the lines of standard input that are not blank.

    Raises:
        UsageError: when standard input is a terminal or holds no question.
    """
    if env.stdin is None or env.stdin_is_terminal:
        raise UsageError('"spasm ask -" reads questions from a pipe or file, one a line: spasm ask - < questions.txt')
    lines = (line for line in map(sanitise, env.lines()) if line.strip())
    first = next(lines, None)
    if first is None:
        raise UsageError("There was no question on standard input: write one a line.")
    yield first
    yield from lines


def _answer_all(session: _Session, answers: Iterator[Answer], field: str) -> int:
    """Write *answers* in order, each as it comes; the code is 0 if any question was answered."""
    gc.enable()
    codes = set()
    page, render = session.page(batch=True), None if field else session.renderer.answer
    gap = "" if session.for_programs else "\n"
    with Progress(session.env, "Questions answered") as progress:
        for count, answer in enumerate(answers, 1):
            codes.add(_code(answer))
            if render:
                session.env.write((gap if count > 1 else "") + render(answer, page))
            else:
                _write_batch_field(session, answer, field)
            if not session.env.stdout_is_terminal:  # there the answers themselves show how far it is
                progress(count)
    return EXIT_ANSWERED if EXIT_ANSWERED in codes else EXIT_NO_MATCH


def _write_batch_field(session: _Session, answer: Answer, field: str) -> None:
    """Write one value on one line, empty where there is none, so that lines and questions stay in step."""
    _note_alerts(session, answer, batch=True)
    session.env.write(" ".join(sanitise(_value(answer, field)).split()) + "\n")


def list_entries(look: Look, words: str, topic: str) -> int:
    """List the entries of *topic* in which all *words* stand."""
    session = _Session(look)
    topics = session.faq.topics()
    names = [known.name for known in topics]
    topic = topic if topic in names else topic.lower()
    if topic and topic not in names:
        raise UsageError(f"There is no topic '{topic}'. The topics are: {', '.join(names) or 'none in this FAQ'}.")
    entries = session.faq.entries(topic=topic, words=words)
    if entries or session.for_programs:
        session.env.write(session.renderer.listing(entries, topics, session.page()))
    if not entries:
        within = f" in the topic '{topic}'" if topic else ""
        said = f"No entry{within} has all of those words." if words.strip() else f"There is no entry{within}."
        session.env.note(sanitise(f"{said} {_every_entry(session)}") + "\n")
    return EXIT_ANSWERED if entries else EXIT_NO_MATCH


def _every_entry(session: _Session) -> str:
    """Return what to type to see every entry, at the end of its line, where it can be copied."""
    from spasmcli.show.wording import SEE_ALL  # only where nothing was found

    return f"{SEE_ALL}: {session.page().list_all()}"


def list_flags(look: Look) -> int:
    """List the warning signs by level."""
    session = _Session(look)
    flags = session.faq.red_flags()
    if flags or session.for_programs:
        session.env.write(session.renderer.flags(flags, session.page()))
    if not flags:
        session.env.note("This FAQ file names no warning signs.\n")
    return EXIT_ANSWERED if flags else EXIT_NO_MATCH


def show(look: Look, entry_id: str) -> int:
    """Show the entry with *entry_id* or the one id that begins so."""
    session = _Session(look)
    try:
        entry = session.faq.entry(entry_id)
    except UnknownEntry as error:
        raise UnknownEntry(f"{error} {_every_entry(session)}") from None
    session.env.write(session.renderer.entry(entry, session.page()))
    return EXIT_ANSWERED


def check(path: str, as_json: bool) -> int:
    """Report every problem of the FAQ file at *path*, or of the one in use."""
    from spasmcli.faq.cache import bundled_source
    from spasmcli.faq.check import problems_in, problems_of

    env = Environment.current()
    file = path or env.faq
    name = file or "the bundled FAQ"
    with _named(path, env):
        problems = problems_of(file) if file else problems_in(bundled_source()[0])
    if as_json:
        from spasmcli.show import data

        env.write(data.problems(problems, Page(unicode=env.unicode)))
    else:
        from spasmcli.show import plain

        env.write(plain.problems(problems, name))
    return EXIT_BAD_FAQ if problems else EXIT_ANSWERED
