"""The conversation: `spasm` alone at a terminal, its keys, the note for the doctor, and questions while typing."""

from __future__ import annotations

import datetime
import io
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from process import SGR, Spasm, Terminal, finish, needs_posix, needs_terminal

import spasmcli
from spasmcli import browser, talk
from spasmcli.commands import Look, Session
from spasmcli.note import file_of, for_screen, note, since_when
from spasmcli.prompt import Prompt
from spasmcli.records import NONE, UNSURE
from spasmcli.results import Answer, Candidate
from spasmcli.terminal import Terminal as Env

try:
    import fcntl
    import termios
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]

#: A small FAQ with everything that a conversation shows.
FAQ = """
title: sore knees
note: No diagnosis.
fallback: doctor
topics: [{name: care, title: Caring for it}, {name: sport, title: Sport}]
doors:
  ambulance: {level: emergency, heading: EMERGENCY, lead: "Call {emergency_numbers} now.", do: Call now., short: Now if}
  visit: {level: soon, heading: See a doctor soon, lead: Book a visit., do: Book a visit., short: Book a visit if}
emergency_numbers: [{country: the UK, number: "999", regions: [GB]}]
red_flags:
  - {id: chest, sign: pain in the chest, why: It can be the heart., raise: [{door: ambulance, patterns: [chest hurts]}]}
  - {id: stroke, sign: a drooping face, why: It can be a stroke., raise: [{door: ambulance, patterns: [face droops]}]}
  - {id: swollen, sign: a swollen knee, why: It may need a look., raise: [{door: visit, patterns: [knee is swollen]}]}
entries:
  - id: heat
    question: Should I use heat or ice?
    answer: Heat has more proof.
    details: Twenty minutes are enough.
    topics: [care]
    related: [run, doctor]
    sources: [{publisher: NHS, title: Heat, url: "https://example.org/heat"}, {publisher: A book, title: On ice}]
  - {id: run, question: Can I still run?, answer: Not in the first days., topics: [sport], related: [heat]}
  - {id: doctor, question: When should I see a doctor?, answer: When it swells., topics: [care]}
"""
HELLO = b"Type it as you would say it."
#: What the modes of reading need of the environment: dumb terminals, readline alone, questions below the line.
MODES = ["dumb", "lines", "ahead"]
SECONDS = 30


@pytest.fixture
def small(tmp_path: Path) -> str:
    """The path of the small FAQ."""
    path = tmp_path / "knees.yaml"
    path.write_text(FAQ, encoding="utf-8")
    return str(path)


def environment(spasm: Spasm, faq: str, mode: str) -> dict[str, str]:
    """Return the variables for a conversation about *faq* in *mode*."""
    if mode == "ahead":
        pytest.importorskip("prompt_toolkit")
    hidden = spasm.home.parent / "hidden"
    (hidden / "prompt_toolkit").mkdir(parents=True, exist_ok=True)
    (hidden / "prompt_toolkit" / "__init__.py").write_text("raise ImportError\n")
    env = {"SPASM_FAQ": faq, "TERM": "dumb" if mode == "dumb" else "xterm", "LANG": "en_GB.UTF-8"}
    return env if mode == "ahead" else env | {"PYTHONPATH": str(hidden)}


class Conversation:
    """`spasm` alone at a terminal of its own, in one of `MODES`."""

    def __init__(self, spasm: Spasm, faq: str, mode: str, size: tuple[int, int] = (80, 24)) -> None:
        env = environment(spasm, faq, mode)
        self.home, self._mode = spasm.home, mode
        self.terminal = Terminal(*size)
        self.modes = termios.tcgetattr(self.terminal.slave)
        self._read, self._answered = 0, 0
        self._prompt = ">" if mode == "ahead" else "> "  # there the space after it comes with an escape
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), self.terminal.slave)
        self.process = spasm.start(env=env, start_new_session=True, preexec_fn=self._begin, **streams)

    def _begin(self) -> None:
        """Take the terminal; signals end the program, also where those who run the tests ignore them (nohup)."""
        self.terminal.adopt()
        signal.signal(signal.SIGHUP, signal.SIG_DFL)

    def type(self, keys: str | bytes) -> None:
        """Press *keys*."""
        os.write(self.terminal.master, keys.encode() if isinstance(keys, str) else keys)

    def interrupt(self) -> None:
        """Press Ctrl-C on an empty line, twice where only the terminal knows that it is empty."""
        self.type("\x03")
        if self._mode == "dumb":
            self.ready()
            self.type("\x03")

    def until(self, text: str | bytes) -> str:
        """Wait for *text* to be shown and return what was shown up to it, since the last time."""
        wanted, end = text.encode() if isinstance(text, str) else text, time.monotonic() + SECONDS
        while (found := self.terminal.seen.find(wanted, self._read)) < 0:
            assert time.monotonic() < end, (wanted, bytes(self.terminal.seen[self._read :]))
            assert self.process.poll() is None or self.terminal.seen.find(wanted, self._read) >= 0, self.terminal.seen
            self._tell_cursor()
            time.sleep(0.01)
        shown = bytes(self.terminal.seen[self._read : found])
        self._read = found + len(wanted)
        return shown.decode()

    def ready(self) -> None:
        """Wait until a line can be typed."""
        self.until(self._prompt)
        time.sleep(0.2)  # the prompt is written before the terminal is set

    def _tell_cursor(self) -> None:
        """Answer as a terminal does that is asked where its cursor stands."""
        asked = self.terminal.seen.count(b"\x1b[6n")
        while self._answered < asked:
            self._answered += 1
            self.type("\x1b[3;1R")

    def end(self, code: int = 0) -> str:
        """Wait for the end, which must have this exit code, and return all that was shown and not read yet."""
        telling = threading.Thread(target=self._tell_till_end, daemon=True)
        telling.start()
        finish(self.process)
        telling.join()
        after = termios.tcgetattr(self.terminal.slave)
        text = self.terminal.text()[self._read :].decode(errors="replace")
        assert code == self.process.returncode, text
        assert "Traceback" not in text
        assert self.modes[3] == after[3]
        return text

    def _tell_till_end(self) -> None:
        while self.process.poll() is None:
            self._tell_cursor()
            time.sleep(0.01)


@pytest.fixture(params=MODES)
def opened(request: pytest.FixtureRequest, cold: Spasm, small: str) -> Iterator[Conversation]:
    """A conversation that waits for the first question, in each mode."""
    started = Conversation(cold, small, request.param)
    try:
        started.until(HELLO)
        started.ready()
        yield started
    finally:
        started.process.kill()
        started.process.communicate()


# --- At a terminal ----------------------------------------------------------------------------------------------


@needs_terminal
def test_asks_answers_and_leaves(opened: Conversation) -> None:
    """`spasm` alone asks, answers what is typed, quotes and all, goes on by number and leaves with 0."""
    opened.type("what's better: heat or ice?\r")
    opened.until("Heat has more proof.")
    opened.until("q leave")
    opened.type("1\r")
    opened.until("Not in the first days.")
    opened.until("q leave")
    opened.type("q\r")
    opened.end()


@needs_terminal
def test_end_of_file_leaves(opened: Conversation) -> None:
    """Ctrl-D on an empty line leaves with 0."""
    opened.type("\x04")
    opened.end()


@needs_terminal
@pytest.mark.parametrize(("leaving", "code"), [("q\r", 0), ("\x04", 0), ("\x03", 130)])
def test_emergency_is_repeated(opened: Conversation, leaving: str, code: int) -> None:
    """An emergency is shown at once and once more when the person leaves, whichever way and whatever came between."""
    opened.type("my chest hurts\r")
    opened.until("Call 999 now.")
    opened.until("q leave")
    opened.type("heat or ice\r")
    opened.until("Heat has more proof.")
    opened.until("q leave")
    opened.ready()
    opened.interrupt() if leaving == "\x03" else opened.type(leaving)
    assert "Call 999 now." in opened.end(code)


@needs_terminal
def test_interrupt_clears_the_line_then_leaves(opened: Conversation) -> None:
    """Ctrl-C clears what stands on the line; on an empty line it leaves with 130."""
    opened.type("my chest hurts")
    time.sleep(0.3)
    opened.type("\x03")
    opened.ready() if b"\x1b[6n" not in opened.terminal.seen else time.sleep(0.3)
    opened.type("heat or ice\r")
    assert "It can be the heart." not in opened.until("q leave")  # the alert below the line may have been there
    opened.ready()
    opened.interrupt()
    assert "999" not in opened.end(130)


@needs_terminal
def test_interrupt_without_line_editing(cold: Spasm, small: str) -> None:
    """Where the terminal alone edits the line, as on Windows, the first Ctrl-C clears it and the second leaves."""
    code = "import sys; sys.modules['termios'] = None; from spasmcli import __main__ as m; m.main()"
    opened = Conversation(Spasm(cold.home, [sys.executable, "-c", code]), small, "dumb")
    for keys in ("my chest hurts", "\x03", "heat or ice\r"):
        opened.ready() if keys != "\x03" else time.sleep(0.3)
        opened.type(keys)
    assert "It can be the heart." not in opened.until("q leave")
    opened.ready()
    opened.interrupt()
    opened.end(130)


@needs_terminal
def test_pasted_lines_are_answered_in_turn(opened: Conversation) -> None:
    """Several lines that are pasted are questions in their order, also where they come one key at a time."""
    opened.type("heat or ice\rcan i still run\rq\r")
    shown = opened.end()
    assert -1 < shown.find("Heat has more proof.") < shown.find("Not in the first days.")


@needs_terminal
@pytest.mark.parametrize("mode", ["lines", "ahead"])
def test_bracketed_paste(cold: Spasm, small: str, mode: str) -> None:
    """What a terminal marks as pasted is answered line by line, and the marks are never seen."""
    opened = Conversation(cold, small, mode)
    opened.ready()
    opened.type("\x1b[200~heat or ice\ncan i still run\n\x1b[201~")
    time.sleep(0.3)
    opened.type("\r")
    shown = opened.until("Not in the first days.")
    assert "Heat has more proof." in shown
    assert "200~" not in shown
    opened.until("q leave")
    opened.type("q\r")
    opened.end()


@needs_terminal
def test_very_long_line(opened: Conversation) -> None:
    """A line of thousands of letters is read, or its beginning, and the conversation goes on."""
    for _ in range(20):
        opened.type("heat or ice " * 20)
        time.sleep(0.02)
    opened.type("\r")
    opened.until("q leave")
    opened.ready()
    opened.type("q\r")
    opened.end()


@needs_terminal
def test_bytes_that_are_no_text(opened: Conversation) -> None:
    """Bytes that are no text and escape sequences do not end the conversation, and are not echoed in an answer."""
    opened.type(b"heat \xff\xfe or ice\r")
    opened.until("Heat has more proof.")
    opened.until("q leave")
    opened.type("q\r")
    opened.end()


@needs_terminal
@pytest.mark.parametrize("mode", MODES)
def test_stopped_and_continued(cold: Spasm, small: str, mode: str) -> None:
    """Ctrl-Z gives the terminal back as it was; in the foreground again the conversation goes on."""
    script = 'set -m; "$@"; echo STOPPED; read answer; fg; echo "LEFT $?"'
    opened = Conversation(Spasm(cold.home, ["sh", "-c", script, "sh", *cold.command]), small, mode)
    opened.ready()
    opened.type("\x1a")
    opened.until("STOPPED")
    stopped = termios.tcgetattr(opened.terminal.slave)
    assert opened.modes[3] == stopped[3]
    opened.type("\n")
    opened.ready()
    opened.type("heat or ice\r")
    opened.until("Heat has more proof.")
    assert b"> \x1b[6n" not in opened.terminal.seen, "a prompt before the one that type-ahead draws itself"
    opened.until("q leave")
    opened.type("q\r")
    assert "LEFT 0" in opened.end()


@needs_terminal
def test_note_in_plain_words(cold: Spasm, small: str) -> None:
    """The saved note reads as it was typed, an "and" sign too, and says since when where a day was named."""
    opened = Conversation(cold, small, "lines")
    for line in ("R&D desk job, my knee is swollen, it went yesterday morning", "n note.md", "q"):
        opened.ready()
        opened.type(f"{line}\r")
    opened.end()
    text = (cold.home / "note.md").read_text()
    assert '- "R&D desk job, my knee is swollen, it went yesterday morning"\n' in text
    assert '### Since when, in my words\n\n- "yesterday morning"\n' in text


@needs_terminal
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP"])
def test_told_to_end(opened: Conversation, number: str) -> None:
    """A signal that ends the process does so, and the terminal is as it was."""
    time.sleep(0.3)
    opened.process.send_signal(getattr(signal, number))
    opened.end(-getattr(signal, number))


@needs_terminal
@pytest.mark.parametrize("ignored", [False, True], ids=["hangs-up", "nohup"])
@pytest.mark.parametrize("mode", MODES)
def test_closed_terminal(cold: Spasm, small: str, mode: str, ignored: bool) -> None:
    """A terminal that is closed ends the conversation, also where the signal for it is ignored."""
    master, slave = os.openpty()

    def adopt() -> None:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)

    env = environment(cold, small, mode)
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), slave)
    process = cold.start(env=env, start_new_session=True, preexec_fn=adopt, **streams)
    os.close(slave)
    seen = b""
    while b"\n>" not in seen and b"[?25h" not in seen:
        seen += os.read(master, 4096)
    time.sleep(0.3)
    os.close(master)
    try:
        assert process.wait(SECONDS) in ((0,) if ignored else (0, -signal.SIGHUP))
    finally:
        process.kill()
        process.wait()


@needs_terminal
@pytest.mark.parametrize("mode", ["lines", "ahead"])
def test_resized(cold: Spasm, small: str, mode: str) -> None:
    """A page is as wide as the terminal is when it is shown."""
    opened = Conversation(cold, small, mode)
    opened.ready()
    termios.tcsetwinsize(opened.terminal.slave, (30, 50))
    opened.process.send_signal(signal.SIGWINCH)
    opened.type("heat or ice\r")
    opened.until("q leave")
    frames = [line for line in SGR.sub("", opened.terminal.seen.decode()).splitlines() if line.startswith("╰")]
    assert {len(line.rstrip()) for line in frames} == {50}
    opened.type("q\r")
    opened.end()


@needs_terminal
@pytest.mark.parametrize("size", [(40, 24), (20, 5), (200, 60)])
@pytest.mark.parametrize("mode", MODES)
def test_any_size(cold: Spasm, small: str, mode: str, size: tuple[int, int]) -> None:
    """The same conversation in a narrow and a wide terminal; a narrow one has plain lines."""
    opened = Conversation(cold, small, mode, size)
    opened.ready()
    opened.type("heat or ice\r")
    opened.until("proof.")
    opened.until("leave")
    assert size[0] > 40 or b"\x1b[6n" not in opened.terminal.seen
    opened.type("q\r")
    opened.end()


@needs_terminal
def test_dumb_terminal_gets_no_escape(cold: Spasm, small: str) -> None:
    """A terminal that knows no escapes gets none, and nothing that was shown is drawn again."""
    opened = Conversation(cold, small, "dumb")
    for line in ("my chest hurts", "?", "", "heat or ice", "m", "s", "n", "q"):
        opened.ready()
        opened.type(f"{line}\r")
    opened.end()
    assert b"\x1b" not in opened.terminal.seen
    assert b"\r" not in opened.terminal.seen


@needs_terminal
@pytest.mark.parametrize("mode", ["lines", "ahead"])
def test_no_alternate_screen(cold: Spasm, small: str, mode: str) -> None:
    """What was shown stays in the scroll-back: there is no alternate screen, and nothing clears the whole screen."""
    opened = Conversation(cold, small, mode)
    opened.ready()
    opened.type("heat or ice\r")
    opened.until("q leave")
    opened.type("q\r")
    opened.end()
    assert not any(escape in opened.terminal.seen for escape in (b"[?1049", b"[?47", b"[2J", b"[3J"))


@needs_terminal
def test_nothing_is_kept(opened: Conversation, tmp_path: Path) -> None:
    """Nothing is written but the compiled FAQ: no history, no note that nobody asked for."""
    opened.type("a very private question\r")
    opened.until("q leave")
    opened.type("n\r")
    opened.until("n note.md")
    opened.type("q\r")
    opened.end()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if b"private" in path.read_bytes()]


@needs_terminal
def test_note_is_saved_where_told(opened: Conversation, tmp_path: Path) -> None:
    """`n FILE` writes the note for its owner alone; over a file that is there only after a yes."""
    path = tmp_path / "home" / "note.md"
    opened.type("my chest hurts\r")
    opened.until("q leave")
    opened.type("n note.md\r")
    opened.until("The note is saved: note.md")
    assert "my chest hurts" in path.read_text()
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    path.write_text("mine")
    opened.type("n note.md\r")
    opened.until("Write over it?")
    opened.ready()
    opened.type("\r")
    opened.until("Nothing was saved.")
    assert "mine" == path.read_text()
    opened.type("n note.md\r")
    opened.until("Write over it?")
    opened.ready()
    opened.type("y\r")
    opened.until("The note is saved: note.md")
    assert "my chest hurts" in path.read_text()
    opened.type("q\r")
    opened.end()


@needs_terminal
def test_interrupt_at_a_yes_or_no_is_no(opened: Conversation, tmp_path: Path) -> None:
    """Ctrl-C where a yes or no is asked for is a no: the conversation goes on, and the emergency is not forgotten."""
    path = tmp_path / "home" / "note.md"
    path.write_text("mine")
    for line in ("my chest hurts", "n note.md"):
        opened.type(f"{line}\r")
        opened.until("Call 999 now." if "chest" in line else "Write over it?")
        opened.ready()
    opened.interrupt()
    opened.until("Nothing was saved.")
    opened.ready()
    opened.type("q\r")
    assert "Call 999 now." in opened.end()
    assert "mine" == path.read_text()


@needs_terminal
def test_question_where_a_yes_or_no_is_asked_for(opened: Conversation) -> None:
    """What is typed instead of a yes or no is answered, so that no warning sign is lost there."""
    opened.type("heat or ice\r")
    opened.until("q leave")
    opened.type("n run\r")
    opened.until("Save the note as the file 'run'?")
    opened.ready()
    opened.type("my chest hurts\r")
    opened.until("Call 999 now.")
    opened.ready()
    opened.type("q\r")
    assert "Call 999 now." in opened.end()
    assert not (Path(opened.home) / "run").exists()


@needs_terminal
def test_words_stand_for_keys(opened: Conversation) -> None:
    """Whoever types the word for a key, or a number as lists have it, gets what the key does."""
    for typed, shown in (
        ("heat or ice", "Heat has more proof."), ("more", "Twenty minutes are enough."),
        ("Sources", "https://example.org/heat"), ("list", "1  Caring for it"), ("1.", "When should I see a doctor?"),
        ("note", "To save it"), ("spasm help", "Ctrl-C clears the line"), ("spasm list", "2  Sport"),
    ):  # fmt: skip
        opened.type(f"{typed}\r")
        opened.until(shown)
        opened.ready()
    opened.type("leave\r")
    opened.end()


@needs_terminal
def test_nothing_close_names_a_key(opened: Conversation) -> None:
    """Where there is no answer the conversation names a key, not a command that works nowhere in it; the key does it."""
    opened.type("zzgx\r")
    shown = opened.until("q leave")
    assert "If in doubt, type m and read on." in shown
    assert "spasm show" not in shown
    assert "m more" in shown
    opened.type("m\r")
    opened.until("When it swells.")
    opened.until("q leave")
    opened.type("q\r")
    opened.end()


@needs_terminal
def test_no_more_to_show(cold: Spasm, faq: Callable[..., str]) -> None:
    """Where nothing is close and the FAQ names no entry for when in doubt, `m` says that there is no more."""
    opened = Conversation(cold, faq("It is so."), "lines")
    for line in ("zzgx", "m"):
        opened.ready()
        opened.type(f"{line}\r")
    assert "Nothing was asked yet" not in opened.until("There is no more to show here.")
    opened.ready()
    opened.type("q\r")
    opened.end()


@needs_terminal
def test_keys_are_not_cut(cold: Spasm, small: str) -> None:
    """Below the line stand as many keys as the terminal has room for, each whole."""
    opened = Conversation(cold, small, "ahead", (50, 24))
    opened.ready()
    opened.type("hea")
    opened.until("Enter: ask")
    time.sleep(0.5)
    assert b"Ctrl-C" not in opened.terminal.seen
    opened.type("\r")
    opened.until("q leave")
    opened.type("q\r")
    opened.end()


@needs_posix
@pytest.mark.parametrize("terminals", [(), ("stdin",), ("stdout",), ("stdout", "stderr")])
def test_anywhere_else_is_help(cold: Spasm, terminals: tuple[str, ...]) -> None:
    """Where standard input or output is no terminal, `spasm` alone is short help on standard error and exit 2."""
    result = cold(tty=terminals).check(2)
    assert (result.out, result.err.splitlines()[-1]) == ("", "More: spasm --help")


@needs_terminal
def test_unusable_faq(cold: Spasm, tmp_path: Path) -> None:
    """An FAQ file that cannot be used is said before anything is asked, and is exit 3."""
    result = cold(env={"SPASM_FAQ": str(tmp_path / "none.yaml")}, tty=True).check(3)
    assert (result.out, result.err.count("\n")) == ("", 1)


# --- What the keys do -------------------------------------------------------------------------------------------


class Script(Prompt):
    """A prompt that reads the *lines* of a list, then its end; "^C" stands for Ctrl-C."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(Env())
        self._lines = lines

    def read(self, prompt: str, *, ahead: bool = False) -> str:
        """Return the next line."""
        if not self._lines:
            raise EOFError
        line = self._lines.pop(0)
        if line == "^C":
            raise KeyboardInterrupt
        return line


Say = Callable[..., str]


@pytest.fixture
def said(small: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Hold a conversation of the given lines in this process and return what was shown."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "SPASM_FAQ", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def hold(*lines: str, faq: spasmcli.FAQ | None = None, path: str = small, **variables: str) -> str:
        shown = io.StringIO()
        env = Env(stdout=shown, variables=variables, today=datetime.date(2026, 3, 15))
        session = Session(Look(path, "auto", "auto", None, terminal=env))
        session.faq = faq or session.faq
        talking = talk.Talk(session, Script(list(lines)))
        talking.greet()
        talking.listen()
        talking.part()
        return shown.getvalue()

    return hold


def test_numbers_follow_related_questions(said: Say) -> None:
    """A number shows the entry of the related question that it stands before; any other says that it is none."""
    assert "Not in the first days." in said("heat or ice", "1")
    assert "When it swells." in said("heat or ice", "2")
    assert "There is no number 7 here" in said("heat or ice", "7")
    assert "There is no number 1 here" in said("1")
    assert "There is no number 0 here" in said("heat or ice", "0")


class Unsure:
    """An FAQ that is unsure of every question."""

    def __init__(self, faq: spasmcli.FAQ) -> None:
        self._faq = faq

    def __getattr__(self, name: str) -> Any:
        return getattr(self._faq, name)

    def ask(self, question: str, **_: object) -> Answer:
        """Return three candidates."""
        found = tuple(Candidate(name, f"Is it {name}?", 50.0, "First.") for name in ("run", "heat", "doctor"))
        return Answer(question, UNSURE, NONE, (), self._faq.entry("run"), 50.0, found)


def test_numbers_choose_where_it_is_unsure(said: Say, small: str) -> None:
    """Where three questions are offered their numbers choose, and `m` has nothing to show before."""
    unsure: Any = Unsure(spasmcli.load(small))
    shown = said("this", "m", "2", faq=unsure)
    assert "1-3 choose" in shown
    assert "Choose a number first." in shown
    assert "Heat has more proof." in shown.split("Choose a number first.")[1]


def test_more(said: Say) -> None:
    """`m` shows the whole entry, and numbers go on from it."""
    shown = said("heat or ice", "m", "1")
    assert "Twenty minutes" not in shown.split("q leave")[0]
    assert "Twenty minutes are enough." in shown
    assert "Not in the first days." in shown
    assert "Nothing was asked yet" in said("m")


def test_more_of_an_emergency(said: Say) -> None:
    """After an emergency `m` shows the entry that the FAQ names for when in doubt."""
    assert "When it swells." in said("my chest hurts", "m")


def test_sources(said: Say) -> None:
    """`s` lists the sources with their addresses; a number shows the address again, and that there is none."""
    shown = said("heat or ice", "s", "1", "2")
    assert "1  NHS: Heat\n   https://example.org/heat\n2  A book: On ice\n" in shown
    assert "NHS: Heat:\n  https://example.org/heat\n" in shown.split("1-2 open")[1]
    assert "No address: A book: On ice" in shown
    assert "There are no sources" in said("s")


@needs_posix
def test_source_in_the_browser(said: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is a browser a number opens the address in it, after it was shown."""
    script = tmp_path / "browse"
    script.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {tmp_path}/opened\n')
    script.chmod(0o700)
    command = [
        "python3", "-c", "import sys; from spasmcli import browser; sys.exit(not browser.opened(sys.argv[1]))",
        "https://example.org/heat",
    ]  # fmt: skip
    command[0] = __import__("sys").executable
    subprocess.run(command, check=True, env={**os.environ, "BROWSER": str(script)})
    assert "https://example.org/heat" == (tmp_path / "opened").read_text()
    monkeypatch.setattr(browser, "opened", lambda url: url == "https://example.org/heat")
    shown = said("heat or ice", "s", "1", BROWSER=str(script))
    assert shown.index("  https://example.org/heat\nIt opens in your browser.")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "--help", "ftp://example.org", ""])
def test_only_web_addresses_are_opened(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of strangers cannot have anything opened but an http or https address."""
    import webbrowser

    monkeypatch.setattr(webbrowser, "open", pytest.fail)
    assert not browser.opened(url)


def test_help_and_topics(said: Say) -> None:
    """`?` explains the keys; it and Enter alone list the topics, whose numbers list questions, whose numbers answer."""
    assert "Ctrl-C clears the line" in said("?")
    for key in ("?", "help", ""):
        shown = said(key, "1", "1")
        assert "1  Caring for it\n2  Sport\n" in shown
        assert "Caring for it:\n1  Should I use heat or ice?\n2  When should I see a doctor?\n" in shown
        assert "Heat has more proof." in shown


def test_an_faq_without_topics(said: Say, faq: Callable[..., str]) -> None:
    """Where there are no topics Enter lists the questions; where nothing is about health no doctor is named."""
    shown = said("", "2", "what is topic 1", "n", path=faq("One.", "Two."))
    assert "Two." in shown
    assert "doctor" not in shown.split("What is topic 2?")[-1].lower()
    assert "## Note\n" in shown


def test_a_long_list(said: Say, faq: Callable[..., str]) -> None:
    """A list of more than 30 says how many more there are; the number below it goes on with them, to the last one."""
    shown = said("", "31", "31", "31", "10", path=faq(*(f"Answer {number}." for number in range(1, 101))))
    assert "31  70 more\n" in shown
    assert "31  10 more\n" in shown
    assert "Answer 100." in shown


@pytest.mark.parametrize("word", ["q", "Q", "quit", "exit"])
def test_words_that_leave(said: Say, word: str) -> None:
    """`q` and the words that people know leave; nothing after them is read."""
    assert "proof" not in said(word, "heat or ice")


@pytest.mark.parametrize("line", ["spasm ask heat or ice", "  heat or ice  ", "heat\tor ice", "\x1b[31mheat or ice"])
def test_habits_and_stray_signs(said: Say, line: str) -> None:
    """The words of the command, space and escapes around a question do not matter."""
    assert "Heat has more proof." in said(line)


def test_two_emergencies_are_both_repeated(said: Say) -> None:
    """On leaving every emergency that was raised is repeated."""
    parting = said("my chest hurts", "my face droops", "q").split("q leave")[-1]
    assert "chest hurts" in parting
    assert "face droops" in parting


def test_each_answer_is_of_its_own_question(said: Say) -> None:
    """An emergency does not colour the answers that follow it."""
    assert "999" not in said("my chest hurts", "heat or ice", "^C").split("q leave")[2]


# --- The note for the doctor ------------------------------------------------------------------------------------


def test_note(small: str) -> None:
    """The note has the person's words, since when, the signs stated, what was read, what to ask, and what is not known."""
    faq = spasmcli.load(small, region="GB")
    day = datetime.date(2026, 3, 15)
    asked = [faq.ask(text, today=day) for text in ("My chest hurts for 2 months", "heat or *ice*?", "zzgx")]
    text = note(asked, [faq.entry("heat"), faq.entry("heat")], faq.red_flags(), day)
    assert text == (
        "## Note for the doctor\n\n"
        "2026-03-15. These are my own words, and what I read in a list of questions and answers. It is no diagnosis, "
        "and it rules nothing out.\n\n"
        '### What I asked\n\n- "My chest hurts for 2 months"\n- "heat or \\*ice\\*?"\n- "zzgx"\n\n'
        '### Since when, in my words\n\n- "for 2 months"\n\n'
        '### Warning signs in what I typed\n\n- Pain in the chest: "chest hurts". I was told: Call now.\n\n'
        "### What I read\n\n- Should I use heat or ice?\n\n"
        "### Questions worth asking\n\n"
        "- What do you think is behind it, and what else could it be?\n"
        "- Do I need a test or a scan, and what would it change?\n"
        "- What can I take or do against the pain, for how long, and what not?\n"
        "- When may I work, lift, drive and exercise again?\n"
        "- How long should it last, and what should make me come back at once?\n\n"
        "### Signs of an emergency that I was not asked about\n\n"
        "- Nothing is known of these, and none is ruled out: a drooping face.\n"
    )


def test_note_gives_no_all_clear(said: Say) -> None:
    """Where no sign was stated the note says that this rules nothing out."""
    shown = said("heat or ice", "n")
    assert "None was recognised. That does not mean that there is none." in shown
    assert "a drooping face" in " ".join(shown.split())
    assert "Nothing was asked yet" in said("n")


def test_note_of_the_bundled_faq_is_one_page(bundled: spasmcli.FAQ) -> None:
    """However much was asked and read, the note fits one page of 70 lines of 100 letters."""
    faq = bundled
    asked = [faq.ask(f"my back hurts for {number} weeks and I have a fever") for number in range(3, 30)]
    text = note(asked, [faq.entry(name) for name, _ in faq.ids()], faq.red_flags(), datetime.date(2026, 3, 15))
    assert for_screen(text, 100).count("\n") <= 70


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("My back hurts for 2 months", ["for 2 months"]),
        ("it went 3 days ago", ["3 days ago"]),
        ("since Monday, worse for the last few days", ["since Monday", "for the last few days"]),
        ("it went this morning, it had been stiff for 2 days", ["this morning", "for 2 days"]),
        ("yesterday night, worse since last tuesday", ["yesterday night", "since last tuesday"]),
        ("how do i sit", []),
    ],
)
def test_since_when(text: str, words: list[str]) -> None:
    """How long it has lasted is quoted as it was typed."""
    assert words == since_when(text, datetime.date(2026, 3, 15))


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("n note.md", ("note.md", True)),
        ("n 'my note.txt'", ("my note.txt", True)),
        ("N ~/note.md", ("~/note.md", True)),
        ("n numb", ("numb", False)),
        ("n", ("", False)),
        ("n ", ("", False)),
        ("n now my leg is numb", ("", False)),
        ("not now", ("", False)),
    ],
)
def test_what_names_a_file(line: str, named: tuple[str, bool]) -> None:
    """`n` and a file saves the note; a question that begins with n stays a question."""
    assert named == file_of(line)


def test_question_that_may_be_a_file(said: Say, tmp_path: Path) -> None:
    """A word after n that may be a file is one only after a yes; without it is asked as a question."""
    shown = said("heat or ice", "n run", "")
    assert "Save the note as the file 'run'?" in shown
    assert "Not in the first days." in shown
    assert not (tmp_path / "run").exists()
    said("heat or ice", "n run", "y")
    assert "heat or ice" in (tmp_path / "run").read_text()


@pytest.mark.parametrize("name", ["none/here.md", "folder.md", "~nobody-of-that-name/x.md"])
def test_note_that_cannot_be_saved(said: Say, tmp_path: Path, name: str) -> None:
    """A file that cannot be written is one sentence, and the conversation goes on."""
    (tmp_path / "folder.md").mkdir()
    shown = said("heat or ice", f"n {name}", "y", "can i still run")
    assert "could not be saved" in shown or name == "folder.md"
    assert "Not in the first days." in shown


# --- While typing -----------------------------------------------------------------------------------------------


@pytest.fixture
def ahead(small: str) -> Any:
    """What is shown while typing, of the small FAQ."""
    pytest.importorskip("prompt_toolkit")
    from spasmcli.typeahead import Ahead

    return Ahead(spasmcli.load(small, region="GB"))


def test_questions_while_typing(ahead: Any) -> None:
    """From three letters on up to five questions are shown, by meaning and by how their words begin."""
    assert [] == ahead.questions("he")
    assert "Should I use heat or ice?" in ahead.questions("heat")
    assert "Can I still run?" in ahead.questions("can i st")
    assert [] == ahead.questions("zzgx")
    assert all(len(ahead.questions(text)) <= 5 for text in ("should", "can", "i see", "the the"))
    assert [] == ahead.questions("heat\nice")


def test_alert_while_typing(ahead: Any) -> None:
    """The alert stands below the line as soon as its words do; before that, what the keys do."""
    assert "Enter: ask" in ahead.bar("my chest", 80)[0][1]
    style, text = ahead.bar("my chest hurts", 80)[0]
    assert ("class:alarm", "EMERGENCY: Call 999 now.") == (style, text.strip())
    assert "class:bar" == ahead.bar("my knee is swollen", 80)[0][0]


def press(ahead: Any, keys: str) -> str:
    """Return what is read when *keys* are pressed."""
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.input import create_pipe_input
    from prompt_toolkit.output import DummyOutput

    from spasmcli.typeahead import way_to_read

    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        return way_to_read(ahead)("> ")


def test_what_is_typed_is_read(ahead: Any) -> None:
    """Enter reads the line as it was typed, quotes and signs included; several pasted lines are kept apart."""
    assert "what's better, heat or ice?" == press(ahead, "what's better, heat or ice?\r")
    assert "heat\nice" == press(ahead, "\x1b[200~heat\nice\x1b[201~\r")


def test_interrupt_while_typing(ahead: Any) -> None:
    """Ctrl-C clears the line; on an empty one it leaves, as Ctrl-D does."""
    assert "heat" == press(ahead, "my chest hurts\x03heat\r")
    with pytest.raises(KeyboardInterrupt):
        press(ahead, "abc\x03\x03")
    with pytest.raises(EOFError):
        press(ahead, "\x04")


@needs_terminal
def test_question_is_chosen_while_typing(cold: Spasm, small: str) -> None:
    """Questions appear below the line; Down and Enter ask one, and an alert that was raised before is not lost."""
    opened = Conversation(cold, small, "ahead")
    opened.ready()
    opened.type("use heat")
    opened.until("Should I use heat or ice?")
    opened.type("\x1b[B")
    time.sleep(0.5)
    opened.type("\r")
    opened.until("Heat has more proof.")
    opened.until("q leave")
    opened.type("can i run, my knee is swollen")
    opened.until("See a doctor soon: Book a visit.")
    time.sleep(0.5)
    opened.type("\x1b[B")
    time.sleep(0.5)
    opened.type("\r")
    shown = opened.until("Not in the first days.")
    assert "It may need a look." in shown
    opened.until("q leave")
    opened.type("q\r")
    opened.end()


# --- What the shell does to questions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["should", "i", "run"], "spasm ask should i run"),
        (["shuold", "i", "--json", "run"], "spasm ask --json shuold i run"),
        (["should", "i", "run?"], 'spasm ask "should i run?"'),
        (["what's", "this!"], """spasm ask 'what'"'"'s this!'"""),
        (["-5", "pain"], "spasm ask -- -5 pain"),
        (["ask", "what", "is", "-5", "pain"], "spasm ask -- what is -5 pain"),
        (["ask", "--top", "5", "is", "-5", "pain", "--json"], "spasm ask --top 5 --json -- is -5 pain"),
        (["ask", "--format=json", "is", "-5", "it"], "spasm ask --format=json -- is -5 it"),
        (["aks", "should", "i", "run"], "spasm ask should i run"),
        (["help", "my", "back"], "spasm ask help my back"),
    ],
)
def test_whole_line_to_type(cold: Spasm, arguments: list[str], line: str) -> None:
    """A question that is no command line is answered with the whole line that asks it."""
    result = cold(*arguments).check(2)
    assert result.err.endswith(f": {line}\n")
    assert (result.out, result.err.count("\n")) == ("", 1)
    assert "Did you mean" not in result.err


@pytest.mark.parametrize("command", ["ask", "list", "show", "check", "help"])
def test_help_of_a_command(cold: Spasm, command: str) -> None:
    """`spasm help COMMAND` is the help of --help, and `spasm help` that of all."""
    assert cold("help", command).check().out == cold(command, "--help").check().out
    assert cold("help").check().out == cold("--help").check().out


def test_help_tells_what_shells_do(cold: Spasm) -> None:
    """The help of ask says what shells do to ?, ' and !, and that `spasm` alone takes them all."""
    text = " ".join(cold("ask", "--help").check().out.split())
    assert "? and * stand for file names, ' opens a quotation, ! recalls an older command" in text
    assert "type spasm alone" in text


@pytest.mark.parametrize("arguments", [["-V"], ["ask", "-V"], ["help", "-V"]])
def test_short_option_for_the_version(cold: Spasm, arguments: list[str]) -> None:
    """-V shows the version, as --version does."""
    assert f"spasm {spasmcli.__version__}\n" == cold(*arguments).check().out


@pytest.mark.parametrize("option", ["--faq {}", "--faq={}"])
def test_completion_heeds_the_file(cold: Spasm, small: str, option: str) -> None:
    """Ids and topics are those of the FAQ file that --faq names before them."""
    for words, found in (("show", {"heat", "run", "doctor"}), ("list --topic", {"care", "sport"})):
        command, *rest = words.split()
        line = " ".join(["spasm", command, option.format(small), *rest, ""])
        env = {"_SPASM_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()))}
        assert found == set(cold("", env=env).check().out.split())
