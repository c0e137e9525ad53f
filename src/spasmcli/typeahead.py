"""Questions below the line while it is typed, and an alert already then. Needs the library prompt_toolkit.

The cursor is the terminal's own, the page above stays, and there is no alternate screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

from prompt_toolkit import PromptSession
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import Condition, has_focus
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import BufferControl
from prompt_toolkit.styles import Style

from spasmcli.api import FAQ
from spasmcli.records import EMERGENCY
from spasmcli.results import Alert
from spasmcli.safetext import sanitise
from spasmcli.show.wrap import cells, wrap
from spasmcli.text.typed import fold

#: The style of the bar at the bottom: ``class:bar`` usually, ``class:alarm`` for an emergency.
_STYLES = {"bottom-toolbar": "noreverse", "bar": "reverse", "alarm": "bold reverse ansired"}

#: Questions are shown from so many letters on, so many of them, with at least this score.
_LEAST_TYPED, _MOST, _LEAST_SCORE = 3, 5, 1.0
#: In an FAQ of more entries their questions are not searched by how their words begin.
_MOST_SEARCHED = 2_000
_KEYS = "Down: a question below · Enter: ask · Ctrl-C: clear the line"
_ALERT_ROWS = 3


class Ahead(Completer):
    """What is shown of *faq* for a line that is still being typed; *chosen_for*: what a chosen question stands for."""

    def __init__(self, faq: FAQ) -> None:
        self.chosen_for = ""
        self._ask = lru_cache(maxsize=4)(partial(faq.ask, top=_MOST))
        known = [sanitise(question, keep_newlines=False) for _, question in faq.ids()]
        self._known = [(fold(one).lower().split(), one) for one in known] if len(known) <= _MOST_SEARCHED else []

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
        """Yield the questions below the line for what *document*, the line, holds."""
        if document.is_cursor_at_the_end:
            for question in self.questions(document.text):
                yield Completion(question, start_position=-len(document.text))

    def questions(self, typed: str) -> list[str]:
        """Return up to five questions that come near *typed*, and those whose words begin as its words do."""
        words = fold(typed).lower().split()
        if len(typed.strip()) < _LEAST_TYPED or "\n" in typed:
            return []
        near = [sanitise(one.question, keep_newlines=False) for one in self._ask(typed).candidates
                if one.score >= _LEAST_SCORE]  # fmt: skip
        begun = [one for has, one in self._known if all(any(w.startswith(word) for w in has) for word in words)]
        return [one for one in dict.fromkeys(near + begun) if one != typed][:_MOST]

    def raises(self, typed: str) -> Sequence[Alert]:
        """Return the alerts that *typed* raises, the most serious first."""
        return self._ask(typed).alerts if len(typed.strip()) >= _LEAST_TYPED else ()

    def bar(self, typed: str, width: int) -> StyleAndTextTuples:
        """Return the bottom rows for *typed*: the alert that it raises, or what the keys do."""
        alerts = self.raises(typed)
        if not alerts:
            keys = _KEYS
            while cells(keys) + 2 > width and " · " in keys:  # a word that is cut helps nobody
                keys = keys.rpartition(" · ")[0]
            return [("class:bar", f" {keys} ")]
        first = alerts[0]
        said = sanitise(f"{first.heading}: {first.lead}", keep_newlines=False)
        style = "class:alarm" if first.level == EMERGENCY else "class:bar"
        return [(style, "\n".join(line.ljust(width) for line in wrap(said, width)[:_ALERT_ROWS]))]


def way_to_read(ahead: Ahead) -> Callable[[str], str]:
    """Return what reads a line after a prompt, with what *ahead* has for it shown below.

    It raises KeyboardInterrupt at Ctrl-C on an empty line and EOFError where nothing more can be read.
    """
    # No rows are taken for questions and bar before something is typed: the page above is still being read.
    session: PromptSession[str] = PromptSession(
        completer=ahead,
        complete_while_typing=Condition(lambda: bool(session.default_buffer.text)),
        reserve_space_for_menu=_MOST + 1,
        key_bindings=_keys(ahead),
        style=Style.from_dict(_STYLES),
        include_default_pygments_style=False,
        enable_suspend=True,
    )
    _place(session, ahead)

    def read(prompt: str) -> str:
        ahead.chosen_for = ""
        line = session.prompt(prompt)
        # Whoever chooses a question must not lose the alert that the words typed before had raised.
        return f"{ahead.chosen_for}\n{line}" if ahead.raises(ahead.chosen_for) else line

    return read


def _place(session: PromptSession[str], ahead: Ahead) -> None:
    """Put the questions at the left, and the bar where something is typed."""

    def columns() -> int:
        return session.app.output.get_size().columns

    def bar() -> StyleAndTextTuples:
        return ahead.bar(_typed(session.default_buffer), columns())

    def first_of_row() -> int:
        """Return which letter of the line its last row begins with, so that no row is covered."""
        before = cells(str(session.message))
        row = (before + cells(session.default_buffer.text)) // columns()
        return max(row * columns() - before, 0) if session.default_buffer.text.isascii() else 0

    def show_bar(_: object) -> None:
        session.bottom_toolbar = bar if session.default_buffer.text else None

    control = session.layout.current_control
    if isinstance(control, BufferControl):
        control.menu_position = first_of_row
    session.app.before_render += show_bar
    session.app.renderer.cpr_not_supported_callback = None  # no warning where a terminal does not tell its cursor


def _typed(buffer: Buffer) -> str:
    """Return what was typed, whichever question below has taken its place."""
    state = buffer.complete_state
    return state.original_document.text if state and state.current_completion else buffer.text


def _keys(ahead: Ahead) -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    @keys.add("<sigint>")
    def _(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt, style="class:aborting")

    @keys.add("enter", filter=has_focus(DEFAULT_BUFFER))
    def _(event: KeyPressEvent) -> None:
        typed, buffer = _typed(event.current_buffer), event.current_buffer
        ahead.chosen_for = typed if typed != buffer.text else ""
        buffer.validate_and_handle()

    return keys
