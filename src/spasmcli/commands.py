"""What each command does once its options are read: open the FAQ, ask it, paint, write, choose the exit code."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from spasmcli.api import UnknownEntry, load
from spasmcli.errors import EXIT_ANSWERED, EXIT_BAD_FAQ, EXIT_NO_MATCH, FAQError, UsageError
from spasmcli.incoming import argument
from spasmcli.progress import Progress
from spasmcli.records import EMERGENCY_NUMBERS, NO_MATCH, PHONE_LISTS
from spasmcli.results import Answer
from spasmcli.safetext import sanitise
from spasmcli.show.page import Page, clean
from spasmcli.show.renderer import FOR_PROGRAMS, renderer
from spasmcli.terminal import Terminal

if TYPE_CHECKING:
    from spasmcli.show.pages import Pages

_MOST_CANDIDATES = 50


class Look(NamedTuple):
    """How a command was asked to read and write: the FAQ file, the format, the colour, the width, the pager."""

    faq: str
    form: str
    color: str
    width: int | None
    pager: bool = True
    terminal: Terminal | None = None


@contextlib.contextmanager
def _named(given: str, env: Terminal) -> Iterator[None]:
    """Have an error tell that SPASM_FAQ names the file, unless it was *given* on the command line."""
    try:
        yield
    except FAQError as error:
        if given or not env.faq:
            raise
        raise FAQError(f"{error} (SPASM_FAQ names this file)", error.problems) from None


class Session:
    """One run of a command: the terminal, the FAQ and the page that answers are set on."""

    def __init__(self, look: Look) -> None:
        self.env = look.terminal or Terminal.current()
        self.path = look.faq or self.env.faq
        form = self.env.form(look.form)
        self.form, self.for_programs = form, form in FOR_PROGRAMS
        self._look, self._width = look, self.env.width(look.width, form)
        with Progress(self.env, "Reading the FAQ") as progress, _named(look.faq, self.env):
            self.faq = load(self.path or None, region=self.env.region, progress=progress)

    def page(self, *, batch: bool = False, error: bool = False) -> Page:
        """Return the page for standard output, or for standard error if *error*."""
        options = ""
        if self.path:
            from shlex import quote  # only needed with a file

            options = f"--faq {quote(self.path)}"
        return clean(Page(
            width=self._width, rows=self.env.rows if self.form == "card" else 0,
            colour=self.env.colour(self._look.color, error=error), unicode=self.env.unicode, links=self.env.links,
            note=self.faq.note, title=self.faq.title, fallback=self.faq.fallback, batch=batch,
            options=options,
            own=self.faq.number(EMERGENCY_NUMBERS), phones={kind: tuple(self.faq.phones(kind)) for kind in PHONE_LISTS},
            elsewhere={kind: said for kind in PHONE_LISTS if (said := self.faq.elsewhere(kind))},
        ))  # fmt: skip

    @property
    def renderer(self) -> Pages:
        """The pages of the format asked for, imported when it is first needed."""
        return renderer(self.form)

    def write_page(self, text: str) -> None:
        """Write *text*, through a pager where it is taller than the terminal and one is wanted."""
        self.env.write_page(text, paged=self._look.pager)


def ask(look: Look, words: Sequence[str], top: int, field: str, strict: bool, explain: bool, full: bool) -> int:
    """Answer the question in *words*, or those on standard input if the only word is a dash."""
    question = sanitise(argument(" ".join(words))).strip()
    if not question:
        raise UsageError('Type a question, for example: spasm ask "pain between shoulder blades"')
    if field and look.form not in ("auto", "plain"):
        raise UsageError(f"--field prints a bare value and takes no format: leave out --field or --format {look.form}.")
    if not 1 <= top <= _MOST_CANDIDATES:
        raise UsageError(f"--top takes a number from 1 to {_MOST_CANDIDATES}, not {top}.")
    session = Session(look)
    answered = partial(session.faq.ask, top=top, strict=strict, explained=explain, today=session.env.today)
    if list(words) == ["-"]:
        if session.env.stdin is None or session.env.stdin_is_terminal:
            raise UsageError(
                '"spasm ask -" reads questions from a pipe or file, one a line: spasm ask - < questions.txt'
            )
        questions = filter(str.strip, map(sanitise, session.env.lines()))
        return _answer_all(session, map(answered, questions), field)
    answer = answered(question)
    _write_answer(session, answer, field, full)
    return _code(answer)


def _code(answer: Answer) -> int:
    return EXIT_NO_MATCH if answer.outcome == NO_MATCH and not answer.alerts else EXIT_ANSWERED


def _write_answer(session: Session, answer: Answer, field: str, full: bool) -> None:
    if field:
        _write_field(session, answer, field)
    elif _code(answer) == EXIT_NO_MATCH and not session.for_programs:
        _note_no_match(session, answer)
    elif session.form == "card" and not full:
        session.env.write(session.renderer.screen(answer, session.page())[1])
    else:
        session.write_page(session.renderer.answer(answer, session.page()))


def _write_field(session: Session, answer: Answer, field: str, *, batch: bool = False) -> None:
    """Write one bare value to standard output; alerts and a missing match go to standard error.

    In a *batch* the value takes one line, empty where there is none, so that lines and questions stay in step.
    """
    if answer.alerts:
        session.env.note(renderer("plain").alerts(answer, session.page(batch=batch, error=True)) + "\n" * batch)
    owner = answer if field in ("urgency", "score") else answer.entry
    value = sanitise(str(getattr(owner, field))) if owner else ""
    if batch:
        session.env.write(" ".join(value.split()) + "\n")
        return
    if value:
        session.env.write(f"{value}\n")
    if _code(answer) == EXIT_NO_MATCH:
        _note_no_match(session, answer)


def _note_no_match(session: Session, answer: Answer) -> None:
    session.env.note(renderer("plain").screen(answer, session.page(error=True))[1])


def _answer_all(session: Session, answers: Iterator[Answer], field: str) -> int:
    """Write *answers* in order, each as it comes; the code is 0 if any question was answered."""
    gc.freeze()  # what is open is kept to the end: only what comes is looked through
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
                _write_field(session, answer, field, batch=True)
            if not session.env.stdout_is_terminal:  # there the answers themselves show how far it is
                progress(count)
    if not codes:
        raise UsageError("There was no question on standard input: write one a line.")
    return EXIT_ANSWERED if EXIT_ANSWERED in codes else EXIT_NO_MATCH


def list_entries(look: Look, words: str, topic: str) -> int:
    """List the entries of *topic* in which all *words* stand."""
    session = Session(look)
    entries = session.faq.entries(topic=topic, words=words)
    if entries or session.for_programs:
        session.write_page(session.renderer.listing(entries, session.faq.topics(), session.page()))
    if not entries:
        within = f" in the topic '{topic}'" if topic else ""
        said = f"No entry{within} has all of those words." if words.strip() else f"There is no entry{within}."
        session.env.note(sanitise(f"{said} {_every_entry(session)}") + "\n")
    return EXIT_ANSWERED if entries else EXIT_NO_MATCH


def _every_entry(session: Session) -> str:
    """Return what to type to see every entry, at the end of its line, where it can be copied."""
    from spasmcli.show.wording import SEE_ALL  # only where nothing was found

    return f"{SEE_ALL}: {session.page().list_all()}"


def list_flags(look: Look) -> int:
    """List the warning signs by level."""
    session = Session(look)
    flags = session.faq.red_flags()
    if flags or session.for_programs:
        session.write_page(session.renderer.flags(flags, session.page()))
    if not flags:
        session.env.note("This FAQ file names no warning signs.\n")
    return EXIT_ANSWERED if flags else EXIT_NO_MATCH


def show(look: Look, entry_id: str) -> int:
    """Show the entry with *entry_id* or the one id that begins so."""
    session = Session(look)
    try:
        entry = session.faq.entry(entry_id)
    except UnknownEntry as error:
        raise UnknownEntry(f"{error} {_every_entry(session)}") from None
    session.write_page(session.renderer.entry(entry, session.page()))
    return EXIT_ANSWERED


def check(path: str, as_json: bool) -> int:
    """Report every problem of the FAQ file at *path*, of standard input if it is a dash, or of the one in use."""
    from spasmcli.faqfile.check import problems_in
    from spasmcli.faqfile.file import source

    env = Terminal.current()
    file = path or env.faq
    with _named(path, env):
        if path == "-":
            name, problems = "standard input", problems_in(env.read_all())
        else:
            name, problems = file or "the bundled FAQ", problems_in(*source(file or None))
    if as_json:
        from spasmcli.show import json

        env.write(json.problems(problems, Page(unicode=env.unicode)))
    else:
        from spasmcli.show import plain

        env.write(plain.problems(problems, name))
    return EXIT_BAD_FAQ if problems else EXIT_ANSWERED


def schema() -> int:
    """Print the JSON Schema of FAQ files."""
    from json import dumps

    from spasmcli.faqfile.schema import json_schema

    Terminal.current().write(dumps(json_schema(), indent=2) + "\n")
    return EXIT_ANSWERED
