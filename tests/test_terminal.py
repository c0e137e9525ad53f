"""Colour, terminals and width (cases 20 to 36 of docs/robustness.md)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from process import BOXES, ESCAPE, SGR, Result, Spasm, needs_terminal, shown_words, words_of

pytestmark = needs_terminal

ASK = ["ask", "heat", "or", "ice"]
ALERT = ["ask", "back pain and I lost control of my bladder"]
LOOKS = {
    "ask": ASK,
    "alert": ALERT,
    "unmatched": ["ask", "zzgx"],
    "list": ["list"],
    "flags": ["list", "--red-flags"],
    "show": ["show", "emergency-signs"],
}
every_look = pytest.mark.parametrize("command", LOOKS.values(), ids=LOOKS)


def cells(line: str) -> int:
    """Return how many columns *line* takes."""
    width = {"W": 2, "F": 2}
    return sum(
        width.get(unicodedata.east_asian_width(c), 1) for c in line if unicodedata.category(c) not in ("Mn", "Cf")
    )


Expected = Callable[..., Result]


@every_look
def test_case_20_styled_on_a_terminal_only(spasm: Spasm, expected: Expected, command: list[str]) -> None:
    """A terminal gets colour, each one switched off again; a pipe gets not one escape, whatever the command."""
    drawn = spasm(*command, tty=True).check(0, 1)
    text = drawn.out + drawn.err
    assert ESCAPE in text
    assert not re.search(r"\x1b\[[0-9;]*[1-9]m(?!.*\x1b\[0m)", text)
    assert ESCAPE.encode() not in b"".join(expected(*command).check(0, 1)[1:])


def test_case_20_each_stream_by_itself(spasm: Spasm) -> None:
    """Whether a stream is coloured depends on that stream alone."""
    assert ESCAPE not in spasm("ask", "zzgx", tty=["stdout"]).check(1).err
    assert ESCAPE in spasm("ask", "zzgx", tty=["stderr"]).check(1).err
    assert ESCAPE not in spasm(*ASK, tty=["stdin", "stderr"]).check().out


@pytest.mark.parametrize(
    ("variables", "args", "terminal", "coloured"),
    [
        pytest.param({"NO_COLOR": "1"}, [], True, False, id="21-no-color"),
        pytest.param({"NO_COLOR": "0"}, [], True, False, id="21-no-color-0"),
        pytest.param({"NO_COLOR": ""}, [], True, True, id="21-no-color-empty"),
        pytest.param({"FORCE_COLOR": "1"}, [], False, True, id="22-force-color"),
        pytest.param({"FORCE_COLOR": "0"}, [], False, True, id="22-force-color-0-is-on"),
        pytest.param({"FORCE_COLOR": ""}, [], False, False, id="22-force-color-empty"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False, False, id="22-both"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], True, False, id="22-both-on-a-terminal"),
        pytest.param({"NO_COLOR": "1", "TERM": "dumb"}, ["--color", "always"], False, True, id="23-always"),
        pytest.param({"FORCE_COLOR": "1"}, ["--color", "never"], True, False, id="23-never"),
        pytest.param({}, ["--color", "auto"], True, True, id="23-auto"),
    ],
)
def test_case_21_22_23_when_there_is_colour(
    spasm: Spasm, variables: dict[str, str], args: list[str], terminal: bool, coloured: bool
) -> None:
    """--color beats NO_COLOR, which beats FORCE_COLOR, which beats what the stream is; empty ones do not count."""
    result = spasm(*ASK, *args, env=variables, tty=terminal).check()
    assert coloured == (ESCAPE in result.out)


@every_look
def test_case_24_dumb_terminal(spasm: Spasm, expected: Expected, command: list[str]) -> None:
    """A terminal that knows no escapes gets all the text of a pipe, without escapes and boxes."""
    drawn, piped = spasm(*command, env={"TERM": "dumb"}, tty=True), expected(*command)
    assert (drawn.code, drawn.stdout, drawn.stderr) == (piped.code, piped.stdout, piped.stderr)
    assert not BOXES.search(drawn.out)


@pytest.mark.parametrize("term", [None, "", "vt52", "no\x1bsuch"])
def test_case_24_odd_terminal(spasm: Spasm, expected: Expected, term: str | None) -> None:
    """A terminal of an unknown or missing name is used as any other, without a crash."""
    drawn = spasm(*ASK, env={"TERM": term}, tty=True).check().out
    assert expected("show", "heat-or-ice", "--json").json["question"] in " ".join(shown_words(drawn))


@pytest.mark.parametrize("command", [ASK, ["list"], ["show", "sciatica"], ["list", "--red-flags"]])
def test_case_25_json_on_a_terminal(spasm: Spasm, expected: Expected, command: list[str]) -> None:
    """JSON is pure on a coloured terminal too."""
    forced = spasm(*command, "--json", "--color", "always", env={"FORCE_COLOR": "1"}, tty=True, size=(20, 5))
    assert forced.check().json == expected(*command, "--json").json


@pytest.mark.parametrize("form", ["card", "plain"])
@pytest.mark.parametrize("width", [1, 2, 9, 23, 24, 25, 81, 1000])
def test_case_26_every_width(spasm: Spasm, expected: Expected, width: int, form: str) -> None:
    """At any width every word of the question, the answer and the notices is there, in order."""
    entry = expected("show", "emergency-signs", "--json").json
    out = spasm("show", "emergency-signs", "--format", form, env={"COLUMNS": str(width)}, tty=True).check().out
    shown = iter(shown_words(out))
    wanted = words_of([entry["question"], entry["answer"]])
    assert [word for word in wanted if word != "-" and word not in shown] == []
    everything = set(shown_words(out))
    conditions = [one["text"] for notice in entry["notices"] for one in notice["conditions"]]
    assert set(words_of(conditions)) <= everything


@pytest.mark.parametrize("form", ["card", "plain"])
@pytest.mark.parametrize("command", [ASK, ALERT, ["list", "--red-flags"], ["ask", "zzgx"]])
def test_case_27_narrow(spasm: Spasm, command: list[str], form: str) -> None:
    """No line is wider than the terminal but a single long word, or a command that is there to be copied."""
    width = 20 if form == "plain" else 26
    result = spasm(*command, "--format", form, env={"COLUMNS": str(width)}, tty=True).check(0, 1)
    lines = SGR.sub("", result.out + result.err).splitlines()
    wide = [line for line in lines if cells(line) > width]
    assert [line for line in wide if len(line.split()) > 1 and not line.strip(" │┃").startswith("spasm ")] == []


@pytest.mark.parametrize("command", [ASK, ALERT, ["show", "sciatica"], ["list"], ["list", "--red-flags"]])
def test_case_28_wide(spasm: Spasm, command: list[str]) -> None:
    """On a very wide terminal prose stays within 84 cells and the table within 112; addresses may be longer."""
    drawn = SGR.sub("", spasm(*command, env={"COLUMNS": "500"}, tty=True).check().out)
    widest = 112 if command == ["list"] else 84
    assert [line for line in drawn.splitlines() if cells(line) > widest and "http" not in line] == []
    plain = spasm(*command, "--plain", env={"COLUMNS": "500"}).check().out
    assert command == ["list"] or max(map(cells, (line for line in plain.splitlines() if "http" not in line))) <= 80


@pytest.mark.parametrize("columns", ["0", "-5", "abc", "99999999", "9" * 5000, "1e3", " ", "", "½"])
def test_case_29_senseless_columns(spasm: Spasm, expected: Expected, columns: str) -> None:
    """COLUMNS that makes no sense counts as 80, an empty one as not set."""
    assert spasm(*ASK, env={"COLUMNS": columns}, tty=True).check().out == expected(*ASK, tty=True).out


@pytest.mark.parametrize("size", [(0, 0), (0, 24), (65_535, 65_535)])
def test_case_30_terminal_without_a_size(spasm: Spasm, expected: Expected, size: tuple[int, int]) -> None:
    """A terminal of size 0x0, or of a senseless one, counts as 80 wide."""
    assert spasm(*ASK, tty=True, size=size).check().out == expected(*ASK, tty=True).out


def test_case_31_terminal_that_does_not_answer(spasm: Spasm, expected: Expected) -> None:
    """Where the size of the terminal cannot be asked, it counts as 80 wide."""
    (spasm.home / "sitecustomize.py").write_text(
        "import os\ndef refuse(*args):\n    raise OSError('detached')\nos.get_terminal_size = refuse\n"
    )
    wide = spasm(*ASK, tty=True, size=(50, 9), env={"PYTHONPATH": str(spasm.home)}).check().out
    assert wide == expected(*ASK, tty=True).out != expected(*ASK, tty=True, size=(50, 9)).out


@pytest.mark.parametrize(
    ("command", "width"),
    [
        *((ASK, width) for width in ("0", "-1", "1001", "9" * 4000)),
        *((command, "0") for command in (["list"], ["show", "sciatica"], ["ask", "-"])),
    ],
)
def test_case_32_width_out_of_range(spasm: Spasm, command: list[str], width: str) -> None:
    """--width out of range is exit 2, the limits named."""
    result = spasm(*command, "--width", width, stdin="x").check(2)
    assert result.out == ""
    assert "from 1 to 1000" in result.err


@pytest.mark.parametrize("command", [[], ["ask"], ["list"], ["show"], ["check"]], ids=" ".join)
def test_case_92_help_fits_narrow_terminals(spasm: Spasm, expected: Expected, command: list[str]) -> None:
    """Help keeps to 40 columns and every width above, in a pipe and on a terminal, and no word of it is cut."""
    whole = expected(*command, "--help", env=None).check().out
    assert "..." not in re.sub(r"(ARGS|WORDS)\]?\.\.\.", "", whole)  # descriptions are not cut short either
    for width in (1, 39, 40, 47, 63, 79):
        piped = spasm(*command, "--help", env={"COLUMNS": str(width)}).check().out
        drawn = spasm(*command, "-h", tty=True, size=(width, 24)).check().out
        assert piped == drawn
        assert max(map(len, piped.splitlines())) <= max(width, 40)
        assert piped.split() == whole.split()


@pytest.mark.parametrize("form", ["card", "plain"])
@pytest.mark.parametrize("width", [10, 20, 21, 30, 31])
def test_case_33_wide_letters(spasm: Spasm, faq: Callable[..., str], form: str, width: int) -> None:
    """Chinese and Japanese stay within the width in cells; no letter is lost or cut in two."""
    text = "背中の筋肉がけいれんしたときは、ゆっくり動かして温めてください。痛みが続く場合は医師に相談しましょう。"
    path = faq({"question": text[:20], "answer": text})
    out = SGR.sub(
        "", spasm("show", "entry-1", "--faq", path, "--format", form, "--width", str(width), tty=True).check().out
    )
    assert [line for line in out.splitlines() if cells(line) > width and line.isascii() is False] == []
    assert text in "".join(shown_words(out))


@pytest.mark.parametrize(
    ("form", "width"),
    [("card", "24"), ("card", "25"), ("card", "80"), ("plain", "9"), ("markdown", "9"), ("json", "9")],
)
def test_case_34_emoji(spasm: Spasm, faq: Callable[..., str], form: str, width: str) -> None:
    """Families, flags, skin tones and stacked accents come through whole at any width."""
    signs = ["👩‍👩‍👧‍👦", "🇬🇧", "👍🏽", "❤️", "e\u0301\u0323", "नमस्ते", "क्ष", "🏳️‍🌈"]
    path = faq({"answer": f"{' '.join(signs)} and more"})
    out = spasm("show", "entry-1", "--faq", path, "--format", form, "--width", width, tty=True).check().out
    assert [sign for sign in signs if sign not in out] == []


@pytest.mark.parametrize("form", ["card", "plain", "markdown", "json"])
def test_case_35_right_to_left(spasm: Spasm, faq: Callable[..., str], form: str) -> None:
    """Arabic, Persian and Hebrew come out in logical order, letter for letter, without direction marks."""
    texts = ["هل الحرارة أفضل من الثلج؟", "می\u200cخواهم", "האם חום עדיף על קרח?"]
    path = faq(*[{"question": text, "answer": f"{text} 1."} for text in texts])
    for number, text in enumerate(texts, 1):
        out = spasm("show", f"entry-{number}", "--faq", path, "--format", form, tty=True).check().out
        assert text in out
        assert not set(out) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("command", [ASK, ALERT, ["list", "--red-flags"]])
def test_case_36_read_aloud(spasm: Spasm, command: list[str]) -> None:
    """Plain text has no boxes and no sign that stands for a meaning; its parts are named in words."""
    out = spasm(*command, "--plain", tty=True, env={"NO_COLOR": "1"}).check().out
    assert not BOXES.search(out)
    assert not re.search("[\u2190-\u25ff\u2700-\u27bf\U0001f000-\U0001ffff]", out)
    labels = {
        tuple(ASK): ["Take care:", ".* if:$", "Related:", "Sources:"],
        tuple(ALERT): ["EMERGENCY:", "You wrote:", "Why:"],
    }.get(tuple(command), ["EMERGENCY$", "See a doctor"])  # fmt: skip
    assert [label for label in labels if not re.search(f"^{label}", out, re.MULTILINE)] == []


@every_look
@pytest.mark.parametrize("form", ["--plain", "--format=card"])
def test_one_accent_and_one_alarm_colour(spasm: Spasm, command: list[str], form: str) -> None:
    """Blue and red are all the colours there are, also in plain text: green and cyan are faint on white."""
    result = spasm(*command, form, "--color", "always").check(0, 1)
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", result.out + result.err) for code in found.split(";")}
    assert codes <= {"0", "1", "2", "31", "34", ""}
