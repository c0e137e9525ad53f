"""The edges of the process: streams, variables, width, colour, format."""

from __future__ import annotations

import io
import sys
from datetime import date

import pytest

from spasmcli.errors import UsageError
from spasmcli.terminal import MAX_WIDTH
from spasmcli.terminal import Terminal as Environment


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


class ClosedPipe(io.StringIO):
    """A stream whose reader has gone."""

    def write(self, text: str) -> int:
        """Fail as a pipe without a reader does."""
        raise BrokenPipeError


def encoded(encoding: str) -> io.TextIOWrapper:
    """Return a stream that takes *encoding* only, strictly."""
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", newline="\n")


def written(stream: io.TextIOWrapper) -> str:
    """Return what *stream* got, decoded."""
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode(stream.encoding)


def on_terminal(columns: int | None = None, /, **variables: str) -> Environment:
    """Return an environment with terminals on both outputs and these *variables*."""
    return Environment(stdout=Screen(), stderr=Screen(), columns=columns, variables=variables)


def piped(**variables: str) -> Environment:
    """Return an environment whose outputs are pipes, with these *variables*."""
    return Environment(stdout=io.StringIO(), stderr=io.StringIO(), variables=variables)


class TestWidth:
    @pytest.mark.parametrize("bad", ["0", "-5", "abc", "99999999", "9" * 5000, "8.5", " ", "²"])
    def test_senseless_columns(self, bad: str) -> None:
        """COLUMNS without sense counts as 80, whatever the terminal says."""
        assert 80 == on_terminal(120, COLUMNS=bad).width(form="card")

    @pytest.mark.parametrize("columns", [None, 0, -1, 10**9])
    def test_senseless_terminal(self, columns: int | None) -> None:
        """A terminal without a size, or of size 0x0, counts as 80 wide."""
        assert 80 == on_terminal(columns).width(form="card")

    def test_precedence(self) -> None:
        """--width beats COLUMNS, which beats the terminal's own width; an empty COLUMNS is none."""
        assert 30 == on_terminal(50, COLUMNS="40").width(30)
        assert 40 == on_terminal(50, COLUMNS="40").width()
        assert 50 == on_terminal(50, COLUMNS="").width()

    def test_reading_width(self) -> None:
        """Prose stays within 80 cells unless --width asks for more; a card may use the whole terminal."""
        assert 80 == piped(COLUMNS="500").width()
        assert 500 == piped(COLUMNS="500").width(form="card")
        assert 120 == piped(COLUMNS="500").width(120)

    @pytest.mark.parametrize("bad", [0, -1, MAX_WIDTH + 1])
    def test_option_out_of_range(self, bad: int) -> None:
        """A --width out of range is refused in a sentence that names the limits."""
        with pytest.raises(UsageError, match=rf"from 1 to {MAX_WIDTH}, not {bad}"):
            piped().width(bad)


class TestColour:
    @pytest.mark.parametrize(
        ("choice", "variables", "terminal", "pipe"),
        [
            ("auto", {}, True, False),
            ("auto", {"NO_COLOR": "1"}, False, False),
            ("auto", {"NO_COLOR": ""}, True, False),
            ("auto", {"FORCE_COLOR": "1"}, True, True),
            ("auto", {"FORCE_COLOR": "0"}, True, True),
            ("auto", {"FORCE_COLOR": ""}, True, False),
            ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
            ("auto", {"TERM": "dumb"}, False, False),
            ("always", {"NO_COLOR": "1", "TERM": "dumb"}, True, True),
            ("never", {"FORCE_COLOR": "1"}, False, False),
        ],
    )
    def test_precedence(self, choice: str, variables: dict[str, str], terminal: bool, pipe: bool) -> None:
        """--color beats NO_COLOR beats FORCE_COLOR beats what the stream is."""
        assert terminal is on_terminal(**variables).colour(choice)
        assert pipe is piped(**variables).colour(choice)

    def test_each_stream_for_itself(self) -> None:
        """With standard output piped, notes to a terminal may still be coloured."""
        env = Environment(stdout=io.StringIO(), stderr=Screen())
        assert (False, True) == (env.colour(), env.colour(error=True))


class TestForm:
    def test_auto(self) -> None:
        """Auto is the card on a terminal, and plain in a pipe, on a dumb terminal and without standard output."""
        assert "card" == on_terminal().form()
        assert "plain" == on_terminal(TERM="dumb").form()
        assert "plain" == piped(FORCE_COLOR="1").form()
        assert "plain" == Environment().form()

    def test_chosen(self) -> None:
        """A format that was asked for is the one that is used."""
        assert "markdown" == on_terminal().form("markdown")


class TestStreams:
    @pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252", "latin-1"])
    def test_poor_encodings(self, encoding: str) -> None:
        """Typographic signs get plain forms, the rest a question mark; nothing fails, and no card can be drawn."""
        stream = encoded(encoding)
        env = Environment(stdout=stream)
        env.write("→ 中 \udce9 ╰ …\n")
        plain_ellipsis = "…" if encoding == "cp1252" else "..."
        assert f"-> ? ? + {plain_ellipsis}\n" == written(stream).replace("╰", "+")
        assert not env.unicode

    def test_ascii(self) -> None:
        """Quotes, dashes, degrees, bullets and boxes all have a plain form."""
        stream = encoded("ascii")
        Environment(stdout=stream).write("“a” ‘b’ – — 20° • ─│┌┃╭")
        assert "\"a\" 'b' - - 20 degrees * -|+|+" == written(stream)

    def test_utf8(self) -> None:
        """UTF-8 takes everything but a lone surrogate, and a card."""
        stream = encoded("utf-8")
        env = Environment(stdout=stream)
        env.write("“é中👍” \udce9")
        assert "“é中👍” ?" == written(stream)
        assert env.unicode

    def test_no_buffer(self) -> None:
        """A stream of text alone gets the text as it is."""
        env = piped()
        env.write("“é”")
        assert isinstance(env.stdout, io.StringIO)
        assert "“é”" == env.stdout.getvalue()

    def test_missing_streams(self) -> None:
        """Without standard streams nothing is written and nothing fails."""
        env = Environment()
        env.write("x")
        env.note("x")
        assert (False, False, False) == (env.stdin_is_terminal, env.stdout_is_terminal, env.stderr_is_terminal)

    def test_broken_stdout(self) -> None:
        """A closed pipe on standard output is for the entry point to handle."""
        with pytest.raises(BrokenPipeError):
            Environment(stdout=ClosedPipe()).write("x")

    def test_broken_stderr(self) -> None:
        """A note that nobody can hear is no reason to fail."""
        closed = io.StringIO()
        closed.close()
        Environment(stderr=ClosedPipe()).note("x")
        Environment(stderr=closed).note("x")

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/dev/full is a Linux device")
    def test_full_disk(self) -> None:
        """A full disk is reported as the error it is, and at once."""
        with open("/dev/full", "w", encoding="utf-8") as full:
            with pytest.raises(OSError, match="No space"):
                Environment(stdout=full).write("x")
            with pytest.raises(OSError, match="No space"):
                full.close()


class TestLines:
    def test_bytes(self) -> None:
        """Lines come in order without their ends; marks of order, NUL and bytes that are not UTF-8 do no harm."""
        stream = io.TextIOWrapper(
            io.BytesIO(b"\xef\xbb\xbfa\0b\r\n\ncaf\xe9 \xc3\xa9\nlast"), encoding="utf-8", errors="strict"
        )
        assert ["a b", "", "café é", "last"] == list(Environment(stdin=stream).lines())

    def test_endless_line(self) -> None:
        """Of an endless line only the beginning is kept, and the next line is the next line."""
        stream = io.TextIOWrapper(io.BytesIO(b"x" * 1_000_000 + b"\nnext\n"), encoding="utf-8")
        first, following = Environment(stdin=stream).lines()
        assert (65_536, "next") == (len(first), following)

    def test_text(self) -> None:
        """A stream of text, and none at all, can be read too."""
        assert ["a", "b"] == list(Environment(stdin=io.StringIO("a\nb")).lines())
        assert [] == list(Environment().lines())


class TestVariables:
    @pytest.mark.parametrize(
        ("variables", "region"),
        [
            ({"LANG": "en_GB.UTF-8"}, "GB"),
            ({"LC_ALL": "de_DE@euro", "LANG": "en_GB"}, "DE"),
            ({"LC_ALL": "", "LC_MESSAGES": "zh_Hant_TW", "LANG": "en_GB"}, "TW"),
            ({"LANG": "C.UTF-8"}, ""),
            ({"LANG": "POSIX"}, ""),
            ({"LANG": "\x1b_GB"}, ""),
            ({}, ""),
        ],
    )
    def test_region(self, variables: dict[str, str], region: str) -> None:
        """The first locale variable that is set tells the country, or that there is none."""
        assert region == piped(**variables).region

    def test_faq(self) -> None:
        """SPASM_FAQ names the FAQ file."""
        assert ("my.yaml", "") == (piped(SPASM_FAQ="my.yaml").faq, piped().faq)

    def test_today(self) -> None:
        """Tests choose the date; the real one is the default."""
        assert date(2024, 2, 29) == Environment(today=date(2024, 2, 29)).today
        assert isinstance(piped().today, date)

    def test_current(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The current environment is read when asked for, also with streams that are missing or closed."""
        closed = io.StringIO()
        closed.close()
        monkeypatch.setattr(sys, "stdin", None)
        monkeypatch.setattr(sys, "stdout", closed)
        monkeypatch.setenv("COLUMNS", "44")
        env = Environment.current()
        assert (None, False, 44) == (env.stdin, env.stdout_is_terminal, env.width())
