"""Encodings and locales (cases 37 to 46 of docs/robustness.md)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import pytest
from process import BOXES, Result, Spasm, needs_terminal

SIGNS = "“Rest” – it’s 38 °C… ½ cup, 5 × 10 → naïve 背 ✓"
ASCII = '"Rest" - it\'s 38  degreesC... 1/2 cup, 5 x 10 -> na?ve ? ?'
COMMANDS = {
    "help": ["--help"],
    "ask-help": ["ask", "--help"],
    "version": ["--version"],
    "list": ["list"],
    "flags": ["list", "--red-flags"],
    "ask": ["ask", "heat", "or", "ice"],
    "json": ["ask", "--json", "heat", "or", "ice"],
    "card": ["show", "sciatica", "--format", "card"],
    "markdown": ["show", "sciatica", "--format", "markdown"],
    "check": ["check"],
}
every_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
#: Python told to use an ASCII locale and not to make up for it.
BARE = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}


def answer_of(spasm: Spasm, path: str, *options: str, encoding: str) -> str:
    """Return the one answer of the FAQ file at *path* as a stream of *encoding* shows it."""
    args = ["ask", "--faq", path, "--field", "answer", "topic 1", *options]
    return spasm(*args, env={"PYTHONIOENCODING": encoding}).check().stdout.decode(encoding)


def test_case_37_c_locale(spasm: Spasm, faq: Callable[..., str]) -> None:
    """LC_ALL=C alone changes nothing: UTF-8 comes out intact."""
    args = ["ask", "--faq", faq(SIGNS), "--field", "answer", "topic 1"]
    for locale in ("C", "POSIX", "C.UTF-8", "no_SUCH.locale"):
        assert spasm(*args, env={"LC_ALL": locale}).check().out == f"{SIGNS}\n"


def test_case_38_ascii(spasm: Spasm, faq: Callable[..., str]) -> None:
    """On an ASCII stream typographic signs become plain ones, anything else a question mark; JSON is escaped."""
    path = faq(SIGNS)
    assert answer_of(spasm, path, encoding="ascii") == f"{ASCII}\n"
    args = ["show", "entry-1", "--faq", path]
    for form in ("plain", "markdown", "card"):
        assert "it's 38" in spasm(*args, "--format", form, env={"PYTHONIOENCODING": "ascii"}).check().stdout.decode(
            "ascii"
        )
    made = spasm(*args, "--json", env={"PYTHONIOENCODING": "ascii"}).check()
    assert json.loads(made.stdout.decode("ascii"))["answer"] == SIGNS


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "cp932", "utf-16"])
@pytest.mark.parametrize("command", ["help", "list", "json", "card"])
def test_case_39_code_pages(spasm: Spasm, command: str, encoding: str) -> None:
    """On any code page every command ends with 0 and all it writes can be read; boxes come only whole."""
    out = spasm(*COMMANDS[command], env={"PYTHONIOENCODING": encoding}).check().stdout.decode(encoding)
    assert out.strip()
    if encoding in ("cp1252", "cp437"):
        assert not BOXES.search(out)
    if command == "json":
        assert json.loads(out)["outcome"] == "answered"


@pytest.mark.parametrize(("encoding", "kept"), [("cp1252", "“Rest” – it’s 38 °C… ½"), ("cp437", "38 °C... ½")])
def test_case_39_what_a_code_page_has_is_kept(spasm: Spasm, faq: Callable[..., str], encoding: str, kept: str) -> None:
    """A sign that the code page has stays itself; only the others change."""
    assert kept in answer_of(spasm, faq(SIGNS), encoding=encoding)


@needs_terminal
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_case_39_card_without_boxes(spasm: Spasm, encoding: str) -> None:
    """A card on a terminal that lacks the box characters is framed in ASCII."""
    drawn = spasm("show", "sciatica", tty=True, env={"PYTHONIOENCODING": encoding, "NO_COLOR": "1"}).check()
    text = drawn.stdout.decode(encoding)
    assert text.startswith("+-")
    assert not BOXES.search(text)
    assert "?--" not in text


@every_command
def test_case_40_bare_locale(spasm: Spasm, command: list[str]) -> None:
    """In an ASCII locale without Python's help every command ends with 0."""
    assert spasm(*command, env=BARE).check().stdout


def echoed(spasm: Spasm, env: dict[str, str], *args: str | bytes) -> Result:
    """Return what the command says to a question that holds a byte which is no UTF-8."""
    return spasm(*args, env=env).check(0, 1, 2)


@pytest.mark.skipif(os.name == "nt", reason="arguments are Unicode there")
@pytest.mark.parametrize(
    "variables",
    [{}, {"PYTHONIOENCODING": "utf-8:strict"}, {**BARE, "PYTHONIOENCODING": "ascii:strict"}],
)
def test_case_41_question_that_is_not_utf_8(spasm: Spasm, variables: dict[str, str]) -> None:
    """Bytes that are no UTF-8 are read as old programs mean them in a question, elsewhere replaced; UTF-8 comes out."""
    unknown = echoed(spasm, variables, "show", b"zz\xe9gx")
    assert unknown.code == 2
    assert "zz\ufffdgx" in unknown.err or "zz?gx" in unknown.err
    assert echoed(spasm, variables, "ask", "--json", b"zz\xe9gx").json["query"] == "zz\xe9gx"
    assert echoed(spasm, variables, "ask", b"caf\xe9", "heat", "or", "ice").code == 0
    for args in (
        ["list", b"caf\xe9"],
        ["show", b"caf\xe9"],
        [b"caf\xe9"],
        ["ask", "x", "--faq", b"caf\xe9"],
        ["ask", b"--\xe9"],
    ):
        assert spasm(*args, env=variables).check(1, 2, 3).err


def test_case_41_line_that_is_not_utf_8(spasm: Spasm) -> None:
    """On standard input such bytes are read as Windows-1252 has them, and the lines after them as they are."""
    lines = spasm("ask", "-", "--json", stdin=b"zz\xe9\xff gx\nheat or ice\n").check().out.splitlines()
    assert [json.loads(line)["query"] for line in lines] == ["zz\xe9\xff gx", "heat or ice"]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Should I use heat or ice on a back spasm?", id="plain"),
        pytest.param("Should I u\u0301se he\u0301at or i\u0302ce on a back spasm?", id="nfd"),
        pytest.param("Sh\u00f3uld I \u00fase h\u00e9at or \u00efce on a back spasm?", id="nfc"),
        pytest.param(
            "\uff33hould I use \uff48\uff45\uff41\uff54 or \uff49\uff43\uff45 on a back spasm\uff1f", id="full-width"
        ),
        pytest.param("Should\u00a0I\u2003use\u202fheat\u3000or\u2009ice on a back spasm?", id="spaces"),
        pytest.param("SHOULD I USE HEAT OR ICE ON A BACK SPASM", id="case"),
        pytest.param("Should I use h\u00adeat or i\u200bce on a\ufeff back spasm?", id="invisible"),
    ],
)
def test_case_42_forms_of_the_same_question(spasm: Spasm, question: str) -> None:
    """Accents in either form, full-width letters, any space and invisible characters change neither entry nor score."""
    found = spasm("ask", "--json", question).check().json
    assert (found["entry"]["id"], found["score"]) == ("heat-or-ice", 100.0)


def test_case_42_apostrophes(spasm: Spasm) -> None:
    """Every kind of apostrophe means the same."""
    asked = [f"I can{sign}t move my back, what{sign}s wrong" for sign in "'\u2019\u2018\u02bc`\u00b4"]
    lines = spasm("ask", "-", "--json", stdin="\n".join(asked)).check(0, 1).out.splitlines()
    found = [json.loads(line) for line in lines]
    assert len({(one["score"], one["outcome"], str(one["candidates"])) for one in found}) == 1


@pytest.mark.parametrize(
    "question", ["背中が痛い", "болит спина", "كيف أعالج ظهري", "😀🔥💪", "\U000e0041\U000e0042", "𝕏𝕐", "ゞ"]
)
def test_case_43_other_scripts(spasm: Spasm, question: str) -> None:
    """A question in another script or in emoji alone gets no answer: exit 1 and the words for it."""
    result = spasm("ask", question)
    if result.code == 2:  # nothing visible is left of it
        assert not "".join(c for c in question if c.isprintable())
        return
    assert result.check(1).out == ""
    made = spasm("ask", question, "--json").check(1).json
    assert (made["query"], made["entry"]) == (question, None)
    assert "I have no answer to that." in result.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_case_45_faq_encodings(spasm: Spasm, tmp_path: os.PathLike[str], encoding: str, newline: str) -> None:
    """An FAQ file in UTF-8 with a byte order mark or in UTF-16 with one reads as any other."""
    text = f"entries:{newline}- id: a{newline}  question: Is it “so”?{newline}  answer: Naïve – 背.{newline}"
    name = encoding.removesuffix("-bom")
    mark = "\ufeff" if name != encoding else ""
    path = os.path.join(tmp_path, "faq.yaml")
    with open(path, "wb") as file:
        file.write((mark + text).encode(name))
    assert spasm("ask", "--faq", path, "--field", "answer", "is it so").check().out == "Naïve – 背.\n"


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"entries:\n- id: a\n  question: caf\xe9?\n  answer: b\n", ":3:16:", ["0xE9", "offset 32"]),
        ("entries:\n- id: a\n  question: b\n  answer: c\n".encode("utf-16-le"), ":1:", ["U+0000"]),
    ],
)
def test_case_45_46_wrong_encoding(
    spasm: Spasm, tmp_path: os.PathLike[str], data: bytes, place: str, words: list[str]
) -> None:
    """A byte that is no UTF-8 is exit 3 with line, column and offset, never mojibake; so is UTF-16 without its mark."""
    path = os.path.join(tmp_path, "faq.yaml")
    with open(path, "wb") as file:
        file.write(data)
    found = spasm("check", path).check(3).out
    assert f"{path}{place}" in found
    assert [word for word in words if word not in found] == []
    assert words[0] in spasm("ask", "x", "--faq", path).check(3).err
