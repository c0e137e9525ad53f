"""One screen: what `ask` draws on a terminal of 24 rows and 80 columns stays on it, with room for the prompt."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import process
import pytest
from process import SGR, Result, Spasm, needs_terminal, shown_words

import spasmcli
from spasmcli import commands
from spasmcli.faqfile.check import document_of
from spasmcli.faqfile.file import bundled_source
from spasmcli.show import wording
from spasmcli.terminal import Terminal

pytestmark = needs_terminal
ROWS, COLUMNS, DAY = 24, 80, date(2026, 3, 15)


def drawn(questions: Iterable[str], region: str = "", *, full: bool = False, columns: int = COLUMNS) -> dict[str, str]:
    """Return what `ask` draws for each of *questions* on a pseudo-terminal, escapes taken off."""
    pages = {}
    variables = {"LANG": f"en_{region}.UTF-8" if region else "C.UTF-8", "TERM": "xterm-256color", "PAGER": "cat"}
    for question in questions:
        terminal = process.Terminal(columns, ROWS)
        with open(os.dup(terminal.slave), "w", encoding="utf-8") as stream:
            env = Terminal(
                stdout=stream, stderr=stream, variables=variables, columns=columns, rows=ROWS, today=DAY,
            )  # fmt: skip
            assert env.stdout_is_terminal
            look = commands.Look("", "auto", "auto", None, terminal=env)
            commands.ask(look, [question], 3, "", strict=False, explain=False, full=full)
        pages[question] = SGR.sub("", terminal.text().decode())
    return pages


def cells(line: str) -> int:
    """Return how many columns *line* takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def too_large(pages: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Return the questions whose pages do not fit, with the rows and columns that they take."""
    sizes = {text: (page.count("\n"), max(map(cells, page.splitlines()))) for text, page in pages.items()}
    return {text: size for text, size in sizes.items() if size[0] >= ROWS or size[1] > COLUMNS}


def lines_by_sign(most: int) -> list[str]:
    """Return, of the labelled lines of the bundled FAQ, up to *most* for each warning sign and level."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in document_of(*bundled_source()).asked:
        if line.sign:
            found[line.sign, line.level].append(line.text)
    return [text for texts in found.values() for text in texts[:most]]


@pytest.mark.parametrize("region", ["", "GB"])
def test_every_entry_fits_the_screen(bundled: spasmcli.FAQ, region: str) -> None:
    """The answer to the question of every entry fits, whatever is known of the reader's country."""
    pages = drawn([question for _, question in bundled.ids()], region)
    assert too_large(pages) == {}


@pytest.mark.parametrize("region", ["", "GB"])
def test_every_alert_fits_the_screen(region: str) -> None:
    """The page of every warning sign, at each of its levels, fits, alone or beside an answer."""
    assert too_large(drawn(lines_by_sign(2), region)) == {}


def test_alerts_come_first_and_whole(bundled: spasmcli.FAQ) -> None:
    """The first thing on the page of a question that states a sign is its heading; what to do stands there whole."""
    for text, page in drawn(lines_by_sign(1)).items():
        answer = bundled.ask(text, today=DAY)
        if not answer.alerts:
            continue
        first = answer.alerts[0]
        shown = " ".join(shown_words(page))
        assert shown.startswith(first.heading), text
        assert " ".join(first.lead.split()) in shown, text


def test_the_direct_answer_stands_whole(bundled: spasmcli.FAQ) -> None:
    """The page of each entry has all of its direct answer and of its cautions, and the way to the rest."""
    for name, question in bundled.ids():
        (page,) = drawn([question]).values()
        entry = bundled.entry(name)
        texts = [entry.short, *(notice.text for notice in entry.notices if notice.level == "caution")]
        shown = "".join(re.sub("[-•]|[0-9]+[.)]", "", word) for word in shown_words(page))
        for text in texts:
            wanted = "".join(re.sub("[-•]|[0-9]+[.)]", "", word) for word in text.split())
            assert wanted in shown, (name, text)
        assert f"spasm show {name}" in page, name


def test_unsure_and_no_match_fit() -> None:
    """Three questions to choose from, and no answer with its nearest questions, fit too."""
    asked = ["my back", "pain at night and in the morning", "what helps", "is it ok", "tax refund", "zzgx qqwv xxyz"]
    assert too_large(drawn(asked)) == {}


def test_of_the_installed_command(spasm: Spasm) -> None:
    """The command itself, at the far end of a terminal, asks the terminal for its size and draws one screen."""
    result = spasm("ask", "should", "i", "use", "heat", "or", "ice", tty=True, size=(COLUMNS, ROWS)).check()
    assert too_large({"": SGR.sub("", result.out)}) == {}
    assert result.err == ""


@pytest.mark.parametrize("columns", [40, 60])
def test_narrow_screen_keeps_the_way_to_the_signs(bundled: spasmcli.FAQ, columns: int) -> None:
    """Where a small screen has no room for the signs of an emergency, it says what shows them."""
    for name, question in bundled.ids():
        if bundled.ask(question, today=DAY).alerts:
            continue  # what to do stands above all then
        signs = [notice.short for notice in bundled.entry(name).notices if notice.level == "emergency"]
        (page,) = drawn([question], columns=columns).values()
        words = " ".join(page.split())
        kept = all(short.split()[0] in words for short in signs)
        assert kept or wording.SIGNS_AND_MORE["all"] in words, name


@pytest.mark.parametrize("columns", [60, 80])
def test_screen_says_that_it_leaves_signs_out(bundled: spasmcli.FAQ, columns: int) -> None:
    """Where a screen has no room for some signs to see a doctor for, it says that there are more."""
    for name, question in bundled.ids():
        if bundled.ask(question, today=DAY).alerts:
            continue
        shorts = {one.short for one in bundled.entry(name).notices if one.level in ("soon", "urgent")}
        (page,) = drawn([question], columns=columns).values()
        words = " ".join(page.split()).casefold()
        kept = all(short.casefold() in words for short in shorts)
        assert kept or any(one.casefold() in words for one in wording.SIGNS_AND_MORE.values()), name


def test_narrow_screen_of_the_installed_command(spasm: Spasm) -> None:
    """On 40 columns and 24 rows the command names what shows the signs that need help at once."""
    page = SGR.sub("", spasm("ask", "heat", "or", "ice", tty=True, size=(40, ROWS)).check().out)
    assert page.endswith(" The signs that need help at once, and\nmore:\n spasm show heat-or-ice\n")


def test_conditions_stand_in_one_column(spasm: Spasm) -> None:
    """What is said beside each label begins in the same column, however long the label is."""
    page = SGR.sub("", spasm("ask", "should", "i", "use", "heat", "or", "ice", tty=True, size=(COLUMNS, ROWS)).out)
    labels = ("Emergency dept", "Today if", "Book a visit if")
    found = [re.search(rf"^ {label} +", page, re.MULTILINE) for label in labels]
    assert 1 == len({len(one[0]) for one in found if one})
    assert all(found)


def test_full_has_the_rest(spasm: Spasm, expected: Callable[..., Result]) -> None:
    """--full draws the whole page: details, sources and all that `show` has."""
    entry = expected("show", "heat-or-ice", "--json").json
    page = spasm("ask", entry["question"], "--full", tty=True).check().out
    shown = set(shown_words(page))
    texts = [entry["answer"], *(f"{source['publisher']}: {source['title']}" for source in entry["sources"])]
    assert {word for text in texts for word in text.split() if word != "-"} <= shown


# The pager, for what is taller than the terminal.

#: A pager that marks what it is given.
PAGER = "sed s/^/P:/"


@pytest.mark.parametrize(
    "args", [["show", "heat-or-ice"], ["list"], ["list", "--red-flags"], ["ask", "heat or ice", "--full"]]
)
def test_a_tall_page_goes_through_the_pager(spasm: Spasm, args: list[str]) -> None:
    """On a terminal a page taller than it goes through $PAGER, line by line; with --no-pager it does not."""
    plain = spasm(*args, "--no-pager", tty=True).check()
    paged = spasm(*args, env={"PAGER": PAGER}, tty=True).check()
    assert [f"P:{line}" for line in plain.out.splitlines()] == paged.out.splitlines()
    assert "P:" not in spasm(*args, "--no-pager", env={"PAGER": PAGER}, tty=True).check().out


@pytest.mark.parametrize("streams", [["stdin", "stderr"], ["stdout"], []], ids=["piped-out", "piped-in", "no-terminal"])
def test_no_pager_away_from_a_terminal(spasm: Spasm, streams: list[str]) -> None:
    """Where standard input or output is no terminal there is nobody to turn pages: no pager is started."""
    assert "P:" not in spasm("show", "heat-or-ice", env={"PAGER": PAGER}, tty=streams).check().out


def test_no_pager_for_one_screen(spasm: Spasm) -> None:
    """What fits goes to the terminal as it is, and `ask` never starts a pager unless --full asks for it."""
    assert "P:" not in spasm("list", "heat", env={"PAGER": PAGER}, tty=True, size=(80, 60)).check().out
    assert "P:" not in spasm("ask", "heat or ice", env={"PAGER": PAGER}, tty=True, size=(80, 5)).check().out


def test_no_pager_on_a_dumb_terminal(spasm: Spasm) -> None:
    """A terminal that knows no escapes gets its pages as they are: a pager would stop there with a warning."""
    assert "P:" not in spasm("show", "heat-or-ice", env={"PAGER": PAGER, "TERM": "dumb"}, tty=True).check().out


@pytest.mark.parametrize("pager", ["nosuch-pager", "cat", "", "'", "  "])
def test_a_pager_that_is_none(spasm: Spasm, pager: str) -> None:
    """A pager that is missing, empty, no command at all or just cat: the page is written as it is."""
    plain = spasm("show", "heat-or-ice", "--no-pager", tty=True).check()
    assert plain == spasm("show", "heat-or-ice", env={"PAGER": pager}, tty=True).check()


def test_a_pager_that_cannot_be_started(spasm: Spasm, tmp_path: Path) -> None:
    """A file that is marked as a program and is none: the page is written as it is."""
    pager = tmp_path / "pager"
    pager.write_text("cat")
    pager.chmod(0o700)
    plain = spasm("show", "heat-or-ice", "--no-pager", tty=True).check()
    assert plain == spasm("show", "heat-or-ice", env={"PAGER": str(pager)}, tty=True).check()


@pytest.mark.parametrize("pager", ["true", "head -1", "false"])
def test_a_pager_that_is_left_early(spasm: Spasm, pager: str) -> None:
    """Leaving the pager before the end, or one that fails, is no fault: exit 0, nothing on standard error."""
    result = spasm("show", "heat-or-ice", env={"PAGER": pager}, tty=["stdin", "stdout"]).check()
    assert result.err == ""
