"""The conversation: `spasm` alone at a terminal. What is typed is asked; a key or a number goes on from the last page.

Each answer is of its own question. Nothing is kept beyond the run, and nothing is written but the note, where told.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Sequence
from functools import partial

from spasmcli import browser, keys, note
from spasmcli.api import FAQ
from spasmcli.commands import Session
from spasmcli.errors import EXIT_ANSWERED, EXIT_INTERRUPTED
from spasmcli.prompt import Prompt
from spasmcli.records import ANSWERED, EMERGENCY, NO_MATCH, NONE, UNSURE, Entry, Source, Topic
from spasmcli.results import Answer
from spasmcli.safetext import sanitise
from spasmcli.show import plain, wording
from spasmcli.show.outline import CHOICES, Choices, Command, Listed, Part, Say
from spasmcli.show.page import Page, clean, web_address
from spasmcli.show.wrap import wrap
from spasmcli.terminal import Terminal

_HELLO, _HELLO_ANY = "What is wrong with your back?", "What is your question?"
_HOW = "Type it as you would say it.   (? help, q leave)"
_HELP = "Type what hurts or what you want to know, as you would say it, and press Enter. And:"
_TOPICS, _QUESTIONS = "Topics", "Questions"
_NOTHING_YET = "Nothing was asked yet: type a question first."
_NO_MORE = "There is no more to show here."
_NO_NUMBER = "There is no number {number} here. Type a question, or ? for help."
#: How many topics or questions are listed at once; the number below them goes on with the rest.
_MOST_LISTED, _THE_REST = 30, "{count} more"

#: What a number stands for: its text, a line below, and what is done where it is typed.
Numbered = tuple[str, str, Callable[[], None]]


def converse(session: Session) -> int:
    """Hold a conversation at the terminal of *session* and return the exit code."""
    gc.enable()
    code = EXIT_ANSWERED
    with Prompt(session.env, partial(_type_ahead, session.faq)) as prompt, contextlib.suppress(OSError):  # closed
        talk = Talk(session, prompt)
        talk.greet()
        code = talk.listen()
        talk.part()
    return code


class Talk:
    """A conversation: what was asked and read, and what keys and numbers stand for after the last page."""

    def __init__(self, session: Session, prompt: Prompt) -> None:
        self._session, self._faq, self._prompt = session, session.faq, prompt
        self._asked: list[Answer] = []
        self._read: list[Entry] = []
        self._entry: Entry | None = None
        self._sources: Sequence[Source] = ()
        self._numbered: Sequence[Callable[[], None]] = ()
        self._put_off: list[str] = []
        of_health = not session.path or bool(session.faq.red_flags())  # an FAQ of somebody's own may be on anything
        self._note_key = "n a note for your doctor" if of_health else "n a note"
        self._keys: dict[str, Callable[[], None]] = {
            keys.TOPICS: self._topics, keys.HELP: self._help, keys.MORE: self._more, keys.SOURCES: self._list_sources,
            keys.NOTE: self._note,
        }  # fmt: skip

    def greet(self) -> None:
        """Ask what is wrong."""
        self._say(f"{_HELLO_ANY if self._session.path else _HELLO} {_HOW}")

    def part(self) -> None:
        """Repeat the emergencies that were raised."""
        emergencies = [answer for answer in self._asked if answer.urgency == EMERGENCY]
        if emergencies:
            again = emergencies[-1]._replace(alerts=tuple(note.raised(emergencies)))
            self._session.env.write(self._session.renderer.screen(again, self._page())[1])

    def listen(self) -> int:
        """Answer line after line, until there are no more; return the exit code."""
        while True:
            try:
                typed = self._put_off.pop() if self._put_off else self._prompt.read("> ", ahead=True)
            except KeyboardInterrupt:
                return EXIT_INTERRUPTED
            except EOFError:
                self._session.env.write("\n")
                return EXIT_ANSWERED
            # Several lines were pasted: each is a line of its own, and Ctrl-C drops those that are left.
            for line in [one for one in sanitise(typed).split("\n") if one.strip()] or [""]:
                if not self._answer(line):
                    return EXIT_ANSWERED
                if self._prompt.interrupted():
                    break

    def _answer(self, line: str) -> bool:
        """Do what *line* asks for; return whether the conversation goes on."""
        line = keys.tidy(line)
        key, number = keys.key(line), keys.number(line)
        if key == keys.LEAVE:
            return False
        if key is not None:
            self._keys[key]()
        elif number is None:
            if not note.keep(line, self._written, self._say, self._agreed):
                self._ask(line)
        elif 1 <= number <= len(self._numbered):
            self._numbered[number - 1]()
        else:
            self._say(_NO_NUMBER.format(number=number))
        return True

    # --- Pages --------------------------------------------------------------------------------------------------

    def _ask(self, question: str) -> None:
        answer = self._faq.ask(question, today=self._session.env.today)
        self._asked.append(answer)
        self._show(answer)

    def _show_entry(self, entry_id: str) -> None:
        entry = self._faq.entry(entry_id)
        self._show(Answer(entry.question, ANSWERED, NONE, (), entry, 100.0, ()))

    def _show(self, answer: Answer) -> None:
        """Show *answer* on one screen, and what can be typed next."""
        choosing = answer.outcome == UNSURE and answer.calibrated
        self._entry = None if choosing else answer.entry
        if self._entry and answer.urgency != EMERGENCY:
            self._read.append(self._entry)
        of_entry = self._entry.sources if self._entry else ()
        self._sources = list(dict.fromkeys((*(one for alert in answer.alerts for one in alert.sources), *of_entry)))
        left_alone = answer.urgency == EMERGENCY or answer.outcome == NO_MATCH
        if left_alone and not self._entry and self._faq.fallback:
            self._entry = self._faq.entry(self._faq.fallback)
        parts, drawn = self._session.renderer.screen(answer, self._page())
        offered = [name for part in parts if isinstance(part, Choices) for _, _, name in part.items]
        self._numbered = [partial(self._show_entry, name) for name in offered]
        self._session.env.write(drawn)
        self._tell_keys("choose" if choosing else "next question")

    def _more(self) -> None:
        if self._entry is None:
            self._say("Choose a number first." if self._numbered else _NO_MORE if self._asked else _NOTHING_YET)
            return
        entry, page = self._entry, self._page()
        self._read.append(entry)
        self._sources = entry.sources
        self._session.env.write(self._session.renderer.entry(entry._replace(related=()), page))
        self._questions(wording.NEXT, entry.related, "next question")

    def _list_sources(self) -> None:
        sources = clean(tuple(self._sources))
        if not sources:
            self._say("There are no sources to show here.")
            return
        self._offer(
            wording.SOURCES, [(wording.source(one), one.url or "", partial(self._open, one)) for one in sources], "open"
        )

    def _open(self, source: Source) -> None:
        """Open the address of *source* in the browser, where there is one; it is shown before."""
        url = web_address(source)
        self._write(Command(wording.source(source), url) if url else Say(f"No address: {wording.source(source)}"))
        if url and browser.there_is_one(self._session.env.variables):
            self._say("It opens in your browser." if browser.opened(url) else "No browser could be opened.")

    def _help(self) -> None:
        self._write(Listed(_HELP, keys.EXPLAINED))
        self._topics()

    def _topics(self) -> None:
        topics = [topic for topic in self._faq.topics() if topic.title]
        if topics:
            self._offer(_TOPICS, [(topic.title, "", partial(self._topic, topic)) for topic in topics], "a topic")
        else:
            self._questions(_QUESTIONS, self._faq.ids())

    def _topic(self, topic: Topic) -> None:
        self._questions(topic.title, [(entry.id, entry.question) for entry in self._faq.entries(topic=topic.name)])

    def _questions(self, title: str, found: Sequence[tuple[str, str]], what: str = "a question") -> None:
        """Show the questions *found*, of entries by id, to go on with."""
        shown = [(question, "", partial(self._show_entry, name)) for name, question in found]
        self._offer(title, shown, what)

    # --- The note -----------------------------------------------------------------------------------------------

    def _written(self) -> str:
        return note.note(self._asked, self._read, self._faq.red_flags(), self._session.env.today)

    def _note(self) -> None:
        if not self._asked and not self._read:
            self._say(_NOTHING_YET)
            return
        self._session.env.write(note.for_screen(self._written(), self._page().width))
        self._say("To save it, type n and the name of a file: n note.md")

    def _agreed(self, question: str) -> bool:
        """Return whether *question* is answered with yes. What is neither yes nor no is a line to answer next."""
        self._say(question)
        said = ""
        with contextlib.suppress(EOFError, KeyboardInterrupt):
            said = self._prompt.read("> ").strip()
        if said.lower() not in keys.YES | keys.NO:
            self._put_off.append(said)
        return said.lower() in keys.YES

    # --- How all is written -------------------------------------------------------------------------------------

    def _offer(self, title: str, numbered: Sequence[Numbered], what: str) -> None:
        """Show a numbered list, whose numbers stand for its items from now on; then the keys."""
        shown = list(numbered[:_MOST_LISTED])
        if rest := numbered[_MOST_LISTED:]:
            shown.append((_THE_REST.format(count=len(rest)), "", partial(self._offer, title, rest, what)))
        self._numbered = [follow for _, _, follow in shown]
        if shown:
            self._write(Choices(title, tuple((text, below, "") for text, below, _ in shown)))
        self._tell_keys(what)

    def _tell_keys(self, what: str) -> None:
        self._write(Say(self._keys_for(what, len(self._numbered)), "dim"))

    def _keys_for(self, what: str, last: int) -> str:
        """Return what can be typed next, where numbers up to *last* stand for *what*."""
        offered = [f"{'1' if last == 1 else f'1-{last}'} {what}"] if last else ["? help"]
        offered += ["m more"] if self._entry else []
        offered += ["s sources"] if self._sources else []
        offered += [self._note_key] if self._asked else []
        return " · ".join([*offered, "q leave"])

    def _page(self) -> Page:
        """Return a page for the terminal as it is now."""
        now = Terminal.current()
        width = now.width(None, self._session.form)
        below = len(wrap(self._keys_for("next question", CHOICES), width))
        rows = max(now.rows - below, 1) if now.rows and self._session.form == "card" else 0
        return self._session.page()._replace(width=width, rows=rows, talking=True)

    def _say(self, text: str) -> None:
        self._write(Say(text))

    def _write(self, part: Part) -> None:
        page = self._page()
        self._session.env.write(plain.paint([clean(part)], page))


def _type_ahead(faq: FAQ) -> Callable[[str], str]:
    from spasmcli import typeahead

    return typeahead.way_to_read(typeahead.Ahead(faq))
