"""What the renderers show, and what they never let through."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spasmcli.records import (
    Alert,
    Answer,
    Candidate,
    Correction,
    Explanation,
    Link,
    ShownEntry,
    ShownFlag,
    ShownNotice,
    WordWeight,
)
from spasmcli.errors import Problem
from spasmcli.records import PhoneLine, Source, Topic
from spasmcli.safetext import sanitise
from spasmcli.show import card, data, markdown, plain, wording
from spasmcli.show.page import Page, blocks, web_address
from spasmcli.show.renderer import Renderer

RENDERERS = (plain, card, markdown)
SOURCE = Source("Good Clinic", "Back spasms", "https://example.org/back")
ENTRY = ShownEntry(
    id="heat-or-ice",
    question="Should I use heat or ice?",
    answer="Heat has the better\nevidence.\n\nTry both:\n- Heat for 20 minutes.\n- Ice in a\ncloth.\n\n"
    "1. Rest.\n2. Walk.",
    topics=("relief",),
    notices=(
        ShownNotice("caution", "Never lay ice on bare skin."),
        ShownNotice("emergency", "Call an ambulance if your chest hurts."),
        ShownNotice("soon", "See a doctor if it lasts.", applies=True, because="for 2 months"),
    ),
    related=(Link("bed-rest", "Should I stay in bed?"), Link("sciatica", "Is it sciatica?")),
    sources=(SOURCE, Source("Old Book", "On backs")),
)
NUMB = Alert("saddle-numbness", "emergency", "Go to hospital now.", "Nerves are at risk.", "numb down there", (SOURCE,))
FEVER = Alert("fever-infection", "urgent", "Be seen today.", "It can be an infection.", "fever", (SOURCE,))
WEEKS = Alert("over-6-weeks", "soon", "See a doctor soon about this.", "It has lasted.", "for 2 months")
CLOSE = (Candidate("heat-or-ice", ENTRY.question, 87.44), Candidate("bed-rest", "Should I stay in bed?", 50.06))
ANSWER = Answer("ice for 2 months", "answered", "none", (), ENTRY, 87.44, CLOSE)
UNSURE = ANSWER._replace(outcome="unsure", score=51.9)
NOTHING = Answer("tax refund", "no_match", "none", (), None, 12.0, CLOSE)
FLAG = ShownFlag("saddle-numbness", "emergency", "Numbness between the legs", "Go to hospital now.", "Nerves.")
NUMBERS = (PhoneLine("the UK", "999"), PhoneLine("Australia", "000"))
LIFELINE = (PhoneLine("the US", "988", name="Lifeline"),)
PAGE = Page(
    note="General information only.", title="Backs", fallback="when-to-see-a-doctor",
    emergency_numbers=NUMBERS, crisis_lines=LIFELINE,
)  # fmt: skip


class Hostile(NamedTuple):
    """A text that must not act: what is typed, and what may be left of it."""

    text: str
    left: str


HOSTILE = [
    Hostile("\x1b[31mred\x1b[0m", "red"),
    Hostile("a\x1b]52;c;cGF5bG9hZA==\x07b", "ab"),
    Hostile("a\x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\", "ab"),
    Hostile("a\x1bP1$tx\ny\x1b\\b", "ab"),
    Hostile("a\x9b2Jb\x9d0;t\x9cc", "abc"),
    Hostile("a\x1b[6n\x1b[cb", "ab"),
    Hostile("a\x1bcb\x1b(Bc\x1b", "abc"),
    Hostile("a\x1b]0;never closed", "a"),
    Hostile("a\x00\x08\x7fb", "ab"),
    Hostile("a\rb\r\nc\x85d\u2028e\x0bf", "a\nb\nc\nd\ne\nf"),
    Hostile("a\u202eb\u2066c\u200fd\u061ce\u200bf\ufeffg\u2060h", "abcdefgh"),
    Hostile("a\U000e0041\U000e007fb", "ab"),
    Hostile("caf\udce9", "caf\ufffd"),
    Hostile("a\u200db\u200cc", "abc"),
    Hostile("\u0663\u200c\u0664 \u0645\u200c", "\u0663\u0664 \u0645"),
]
# Texts that are as they should be.
ORDINARY = [
    "naïve 中文 ไทย हिन्दी עברית العربية 😀🇬🇧",
    "می\u200cخواهم",
    "क्\u200dष",
    "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 👩🏽\u200d⚕\ufe0f",
    "a\tb\nc",
]
OPTIONS = "--faq some/long/path/to/a/file.yaml"


def words(text: str) -> str:
    """Return *text* without white space, for comparing texts that are wrapped differently."""
    return "".join(text.split())


def everywhere(text: str) -> tuple[Answer, Page]:
    """Return an answer and a page with *text* in every field."""
    source = (Source(text, text, text),)
    entry = ShownEntry(
        text, text, text, (text,), (ShownNotice("soon", text, True, text), ShownNotice("caution", text)),
        (Link(text, text),), source,
    )  # fmt: skip
    why = Explanation(text, (WordWeight(text, 1.0),), (text,))
    alert = Alert(text, "urgent", text, text, text, source)
    answer = Answer(
        text, "unsure", "urgent", (alert, alert), entry, 50.0, (Candidate("other", text, 1.0),),
        (Correction(text, text),), why,
    )  # fmt: skip
    phone = (PhoneLine(text, text, (), text),)
    return answer, Page(
        note=text, title=text, fallback=text, emergency_numbers=phone, crisis_lines=phone, command=text, batch=True
    )


def every_output(answer: Answer, page: Page) -> list[str]:
    """Return everything that the renderers for people can say of *answer*."""
    entry = answer.entry or ENTRY
    topics = (Topic(entry.topics[0], entry.topics[0]),)
    flag = FLAG._replace(sign=entry.question, why=entry.question, advice=entry.question)
    shown = [plain.no_match(answer, page)]
    for renderer in RENDERERS:
        shown += [renderer.answer(answer, page), renderer.entry(entry, page), renderer.flags([flag], page)]
        shown += [renderer.listing([entry], topics, page), renderer.answer(answer._replace(entry=None), page)]
    return shown


class TestSanitise:
    @pytest.mark.parametrize("case", HOSTILE, ids=lambda case: ascii(case.text))
    def test_hostile(self, case: Hostile) -> None:
        """A sequence goes as a whole, with its payload; other controls go or become line breaks."""
        assert case.left == sanitise(case.text)
        assert case.left.replace("\n", " ") == sanitise(case.text, keep_newlines=False)

    @pytest.mark.parametrize("text", ORDINARY)
    def test_ordinary(self, text: str) -> None:
        """Ordinary text of any script keeps even its joiners."""
        assert text == sanitise(text)

    @given(st.text(st.characters()) | st.text("\x1b\x9b\x9d[]P;m\x07\\\r\n\u200c\u200d\u202eaम👍\ud800"))
    def test_laws(self, text: str) -> None:
        """No control, mark of direction or surrogate comes out, and a second pass changes nothing."""
        once = sanitise(text)
        assert once == sanitise(once)
        assert not [
            char for char in once if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        ]
        assert not re.search("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]", once)
        assert not set("\n\t") & set(sanitise(text, keep_newlines=False))

    @given(st.text())
    def test_printable(self, text: str) -> None:
        """Printable text comes back as it is."""
        printable = "".join(filter(str.isprintable, text))
        assert printable == sanitise(printable)

    @pytest.mark.parametrize("unit", ["\x9d\n", "\x1b]a\n", "\x1b[1", "\u200d", "a\u200d", "\x1bP"])
    def test_long(self, unit: str) -> None:
        """A long hostile text is dealt with in linear time: a quadratic scan of this one would never end."""
        assert len(sanitise(unit * 100_000)) <= len(unit) * 100_000


class TestWrap:
    @given(st.text(), st.integers(1, 500), st.sampled_from(["", "- ", "12. "]))
    def test_keeps_words(self, text: str, width: int, marker: str) -> None:
        """No width loses or cuts anything."""
        assert words(marker + text) == words("".join(plain.wrap(text, width, marker, "  "))) or not text.strip()

    @given(st.lists(st.text("abc中é", min_size=1, max_size=8)), st.integers(20, 100))
    def test_width(self, some: list[str], width: int) -> None:
        """No line takes more cells than there are; wide letters count as two."""
        assert all(plain.cells(line) <= width for line in plain.wrap(" ".join(some), width, "- ", "  "))

    def test_wide_letters(self) -> None:
        """Chinese breaks between its characters, but not before what closes a clause."""
        assert ["背痛,请", "休息。"] == plain.wrap("背痛,请休息。", 8)
        assert ["背痛请", "休息。"] == plain.wrap("背痛请休息。", 6)

    def test_unbreakable(self) -> None:
        """A long word goes over the edge rather than being cut, and words with hyphens stay whole."""
        assert ["see", "https://example.org/x-y", "now"] == plain.wrap("see https://example.org/x-y now", 5)


class TestBlocks:
    def test_format(self) -> None:
        """A blank line parts paragraphs, a marker begins an item, any other newline is a soft wrap."""
        assert [
            [("", "Heat has the better evidence.")],
            [("", "Try both:"), ("-", "Heat for 20 minutes."), ("-", "Ice in a cloth.")],
            [("1.", "Rest."), ("2.", "Walk.")],
        ] == blocks(ENTRY.answer)

    @pytest.mark.parametrize("text", ["-5 degrees", "1.5 metres", "-", ""])
    def test_no_item(self, text: str) -> None:
        """A number or a dash that begins no item is text."""
        assert not [block for group in blocks(text) for block in group if block.marker]


class TestEveryRenderer:
    @pytest.mark.parametrize(
        "text", ["[/bold]", "[red]x", "[link=file:///etc/passwd]x[/link]", "\\[", ":smile:", "C5 [n]"]
    )
    @pytest.mark.parametrize("width", [20, 30, 80])
    def test_literal(self, text: str, width: int) -> None:
        """Text that looks like markup is shown as it stands, in every field."""
        answer, page = everywhere(text)
        page = page._replace(width=width)
        for shown in (plain.answer(answer, page), card.answer(answer, page)):
            assert words(re.sub("[│╭╮╰╯─]", "", shown)).count(words(text)) >= 20
        assert re.sub(r"\\(.)", r"\1", markdown.answer(answer, page)).count(text) >= 20
        for shown in every_output(answer, page):
            unboxed, unescaped = re.sub("[│╭╮╰╯─]", "", shown), re.sub(r"\\(.)", r"\1", shown)
            assert words(text) in words(unboxed) or words(text) in words(unescaped)

    @pytest.mark.parametrize("case", HOSTILE, ids=lambda case: ascii(case.text))
    @pytest.mark.parametrize("colour", [False, True])
    def test_hostile(self, case: Hostile, colour: bool) -> None:
        """No control of a text gets out; the only escapes are colours and links of our own making."""
        answer, page = everywhere(f"x{case.text}y")
        for shown in every_output(answer, page._replace(colour=colour)):
            bare = re.sub(r"\x1b\[[0-9;]+m|\x1b\]8;;[^\x1b]*\x1b\\", "", shown) if colour else shown
            assert bare == sanitise(bare)

    @pytest.mark.parametrize("width", [*range(1, 30), 40, 80, 84, 120, 500])
    def test_every_word(self, width: int) -> None:
        """No width loses a word of the answer, the notices or the alert, or breaks a command."""
        answer = ANSWER._replace(alerts=(WEEKS,))
        wanted = [
            word for text in (ENTRY.answer, *(n.text for n in ENTRY.notices), WEEKS.advice) for word in text.split()
        ]
        for renderer in RENDERERS:
            shown = renderer.answer(answer, PAGE._replace(width=width, options=OPTIONS))
            assert not [word for word in wanted if word not in shown and word != "-"]
            assert f"spasm show bed-rest {OPTIONS}" in shown
            assert "https://example.org/back" in shown
            assert shown.endswith("\n")
            assert not shown.endswith("\n\n")

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_order(self, renderer: Any) -> None:
        """The order is alert, question, match, corrections, answer, notices, candidates, related, sources, note."""
        answer = UNSURE._replace(alerts=(FEVER,), corrections=(Correction("icce", "ice"),), candidates=(*CLOSE, *CLOSE))
        shown = renderer.answer(answer, PAGE)
        expected = [
            "See a doctor today", "Be seen today.", "Because you wrote", "fever", "Good Clinic", ENTRY.question,
            "Only a possible match (51 of 100)", "Read as: icce", "Heat has the better evidence.",
            'This applies to you: you wrote "for 2 months"', "When it is an emergency", "It could also be",
            "spasm show bed-rest", "Related", "spasm show sciatica", "Sources", "On backs", "General information only.",
        ]  # fmt: skip
        positions = [shown.find(text) for text in expected]
        assert -1 not in positions
        assert sorted(positions) == positions

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_emergency(self, renderer: Any) -> None:
        """Below an emergency the answer is cut to its beginning, and the numbers and the rest are named."""
        shown = renderer.answer(ANSWER._replace(alerts=(NUMB, WEEKS)), PAGE)
        for text in (
            "EMERGENCY",
            "999",
            "better evidence",
            "spasm show heat-or-ice",
            "Never lay ice",
            "for 2 mon",
        ):
            assert text in shown
        for text in ("Try both", "sciatica", "On backs", "if your chest hurts"):
            assert text not in shown

    @pytest.mark.parametrize("renderer", RENDERERS)
    @pytest.mark.parametrize("calls", [(), ("emergency_numbers",), ("crisis_lines", "emergency_numbers")])
    def test_numbers(self, renderer: Any, calls: tuple[str, ...]) -> None:
        """However many emergencies there are, what to do is said once and each number to call is listed once."""
        numb = NUMB._replace(advice="Call now: 999 in the UK.", action="Call now.", calls=calls)
        page = PAGE._replace(width=60)
        for shown in (
            renderer.answer(ANSWER._replace(alerts=(numb, numb._replace(why="Worse."), FEVER)), page),
            renderer.flags([FLAG._replace(action="Call now.", calls=calls)] * 2, page),
        ):
            lines = [line.strip("┃ >-").replace(":", "") for line in shown.splitlines()]
            assert [["UK", "999"], ["Australia", "000"]] == [
                line.split() for line in lines if line.startswith(("UK", "Australia"))
            ]
            assert 1 == shown.count("Call now.")
            assert 1 == shown.count("999")
            assert ("crisis_lines" in calls) is ("988" in shown) is ("Lifeline" in shown)

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_no_numbers(self, renderer: Any) -> None:
        """What is no emergency brings no emergency numbers, unless its advice calls for them."""
        for alert, listed in ((FEVER, False), (FEVER._replace(calls=("emergency_numbers",)), True)):
            assert listed is ("999" in renderer.answer(ANSWER._replace(alerts=(alert,)), PAGE))

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_different_advice(self, renderer: Any) -> None:
        """Of emergencies with different advice all is said, before any reason is given."""
        other = NUMB._replace(advice="Do not drive.", matched="chest", why="The heart.")
        shown = renderer.answer(ANSWER._replace(alerts=(NUMB, other)), PAGE)
        positions = [
            shown.find(text) for text in (NUMB.advice, "Do not drive.", "999", NUMB.why, "chest", "The heart.")
        ]
        assert -1 not in positions
        assert sorted(positions) == positions

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_many_alerts(self, renderer: Any) -> None:
        """Of many alerts five are shown, emergencies first and in full, and the rest counted."""
        shown = renderer.answer(ANSWER._replace(alerts=(WEEKS, FEVER, NUMB, NUMB, FEVER, WEEKS, WEEKS)), PAGE)
        assert 2 == shown.count(NUMB.why)
        assert 1 == shown.count("EMERGENCY")
        assert 2 == shown.count(FEVER.advice)
        assert FEVER.why not in shown
        assert "2 more warning signs" in shown

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_no_match_with_alert(self, renderer: Any) -> None:
        """Without a close entry the alert still stands, and the page says where to turn."""
        shown = renderer.answer(NOTHING._replace(alerts=(FEVER,)), PAGE)
        for text in (FEVER.advice, wording.READ_ON, "spasm show when-to-see-a-doctor"):
            assert text in shown

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_flags(self, renderer: Any) -> None:
        """Warning signs stand below the title of their level, the most serious first."""
        shown = renderer.flags([FLAG._replace(level="soon", sign="Long pain"), FLAG], PAGE)
        positions = [
            shown.find(text) for text in ("EMERGENCY", FLAG.advice, "999", FLAG.sign, "See a doctor soon", "Long pain")
        ]
        assert -1 not in positions
        assert sorted(positions) == positions

    @pytest.mark.parametrize("renderer", [card, markdown])
    @pytest.mark.parametrize("width", [30, 80])
    def test_listing(self, renderer: Any, width: int) -> None:
        """Entries are grouped by their first topic, those without one last."""
        entries = [ENTRY._replace(id="stray", topics=()), ENTRY, ENTRY._replace(id="new", topics=("new",))]
        shown = renderer.listing(
            entries, [Topic("empty", "Empty"), Topic("relief", "Relief")], PAGE._replace(width=width)
        )
        positions = [shown.find(text) for text in ("Relief", "heat-or-ice", "new", "Other", "stray")]
        assert -1 not in positions
        assert sorted(positions) == positions
        assert "Empty" not in shown

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_least_entry(self, renderer: Any) -> None:
        """An entry of nothing but id, question and answer, on a bare page, shows no empty label."""
        shown = renderer.entry(ShownEntry("x", "Why?", "Because."), Page())
        assert not [label for label in (wording.RELATED, wording.SOURCES, wording.GET_HELP) if label in shown]

    def test_sureness(self) -> None:
        """How sure a match is stands in words, and only a full score is exact."""
        assert "Exact match (100 of 100)" == wording.sureness(ANSWER._replace(score=100.0))
        assert "Close match (99 of 100)" == wording.sureness(ANSWER._replace(score=99.96))

    @pytest.mark.parametrize(
        ("url", "linked"), [("https://a.b/c", True), ("javascript:x", False), (None, False), ("http://a b", False)]
    )
    def test_links(self, url: str | None, linked: bool) -> None:
        """Only a web address becomes a link."""
        assert linked is bool(web_address(Source("p", "t", url)))


class TestPlain:
    def test_whole_page(self) -> None:
        """The plain page reads well aloud: words for every label, no boxes, a command on each line of its own."""
        shown = plain.answer(ANSWER._replace(alerts=(WEEKS,)), PAGE)
        assert (
            "See a doctor soon:\nSee a doctor soon about this.\n\n"
            'Because you wrote: "for 2 months"\nWhy it matters: It has lasted.\n\n'
            "Question: Should I use heat or ice?\nClose match (87 of 100)\n\n"
            "Answer:\nHeat has the better evidence.\n\n"
            "Try both:\n- Heat for 20 minutes.\n- Ice in a cloth.\n\n1. Rest.\n2. Walk.\n\n"
            'See a doctor soon:\nThis applies to you: you wrote "for 2 months"\nSee a doctor if it lasts.\n\n'
            "When it is an emergency:\n- Call an ambulance if your chest hurts.\n\n"
            "Good to know:\n- Never lay ice on bare skin.\n\n"
            "Related:\n- Should I stay in bed?\n  spasm show bed-rest\n- Is it sciatica?\n  spasm show sciatica\n\n"
            "Sources:\n- Good Clinic: Back spasms\n  https://example.org/back\n- Old Book: On backs\n\n"
            "General information only.\n"
        ) == shown

    def test_ascii_only(self) -> None:
        """Plain text adds no character beyond ASCII of its own."""
        assert plain.answer(UNSURE._replace(alerts=(NUMB, FEVER)), PAGE).isascii()

    def test_colour(self) -> None:
        """Colour, when forced, changes no word, and is closed on every line."""
        coloured = plain.answer(ANSWER, PAGE._replace(colour=True))
        assert plain.answer(ANSWER, PAGE) == re.sub(r"\x1b\[[0-9;]+m", "", coloured)
        assert not [line for line in coloured.splitlines() if line.count("\x1b[0m") != line.count("\x1b[") / 2]

    def test_listing(self) -> None:
        """A list is one entry a line, id and question with a tab between, whatever the question holds."""
        entries = [ENTRY, ENTRY._replace(id="b", question="A\tB\nC")]
        assert "heat-or-ice\tShould I use heat or ice?\nb\tA B C\n" == plain.listing(
            entries, [], PAGE._replace(width=10)
        )
        assert "" == plain.listing([], [], PAGE)

    def test_no_match(self) -> None:
        """Nothing close: what was typed, the nearest entries, how to see all, and no hint that all is well."""
        shown = plain.no_match(NOTHING._replace(query="tax \x1b[31mrefund"), PAGE._replace(options="--faq x.yaml"))
        for text in ('You wrote: "tax refund"', "spasm show bed-rest --faq x.yaml", "spasm list --faq x.yaml"):
            assert text in shown
        assert shown.endswith("If in doubt, read:\n  spasm show when-to-see-a-doctor --faq x.yaml\n")
        assert wording.IN_DOUBT not in plain.no_match(NOTHING, Page())

    def test_alerts(self) -> None:
        """Alerts can be had alone, and are nothing if there are none."""
        shown = plain.alerts(ANSWER._replace(alerts=(WEEKS, NUMB)), PAGE)
        assert shown.startswith("EMERGENCY:\nGo to hospital now.\n")
        assert ENTRY.question not in shown
        assert "" == plain.alerts(ANSWER, PAGE)

    def test_batch(self) -> None:
        """In a batch each answer begins with its question, cut if it is endless."""
        shown = plain.answer(ANSWER._replace(query="ice " * 1000), PAGE._replace(batch=True))
        assert shown.startswith('You wrote: "ice ice')
        assert len(shown.split("\n\n")[0]) < 300

    def test_explanation(self) -> None:
        """An explanation tells the closest wording, what each word weighed, and which words told nothing."""
        shown = plain.answer(
            ANSWER._replace(explanation=Explanation("ice", (WordWeight("ice", 9.96),), ("zork",))), PAGE
        )
        assert 'Closest wording: "ice"\nWords that counted: ice 10.0\nWords that no entry uses: zork' in shown

    @given(st.text())
    def test_no_escape(self, text: str) -> None:
        """Without colour not one escape gets out, whatever the answer and the question say."""
        shown = plain.answer(ANSWER._replace(query=text, entry=ENTRY._replace(answer=text)), PAGE._replace(batch=True))
        assert "\x1b" not in shown

    def test_light(self) -> None:
        """Nothing but the card imports Rich."""
        code = "import sys, spasmcli.terminal, spasmcli.show.plain, spasmcli.show.markdown, spasmcli.show.data;"
        code += "print([name for name in ('rich', 'pygments', 'asyncio', 'dataclasses') if name in sys.modules])"
        path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=path)
        assert "[]\n" == found.stdout


@pytest.mark.parametrize("renderer", [plain, card, markdown])
def test_read_as_below_alerts(renderer: Renderer) -> None:
    """An answer of alerts alone shows how misspelt words were read, too."""
    answer = NOTHING._replace(alerts=(NUMB,), corrections=(Correction("num", "numb"),))
    assert "Read as: num -" in renderer.answer(answer, PAGE)


class TestCard:
    @pytest.mark.parametrize("width", [24, 30, 50, 80])
    def test_numbers(self, width: int) -> None:
        """Countries and numbers stand below each other, and no width cuts one of them or parts a country's word."""
        page = PAGE._replace(width=width, emergency_numbers=(PhoneLine("the European Union", "112 or 113"), *NUMBERS))
        shown = card.answer(ANSWER._replace(alerts=(NUMB._replace(calls=("crisis_lines",)),)), page)
        listed = shown.partition("Emergency numbers")[2].partition("Because")[0]
        assert "European Union 112 or 113 UK 999 Australia 000" == " ".join(re.findall(r"\w+", listed))
        starts = {found.start() for found in map(re.compile("112|999|000").search, listed.splitlines()) if found}
        assert width < 50 or 1 == len(starts)
        assert "Lifeline" in shown

    @pytest.mark.parametrize("width", [24, 40, 79, 200])
    @pytest.mark.parametrize("unicode", [True, False])
    def test_width(self, width: int, unicode: bool) -> None:
        """A card fits the terminal, and is never wider than is good to read; only commands go over."""
        from rich.cells import cell_len

        shown = card.answer(UNSURE._replace(alerts=(NUMB, FEVER)), PAGE._replace(width=width, unicode=unicode))
        wide = [line for line in shown.splitlines() if cell_len(line) > min(width, 84)]
        assert not [line for line in wide if not line.strip().startswith(("spasm ", "https://"))]
        assert unicode is not shown.isascii()

    @pytest.mark.parametrize("alert", [NUMB, FEVER, WEEKS])
    def test_narrow_titles(self, alert: Alert) -> None:
        """The narrowest card still has room for the title of every level."""
        assert wording.level_title(alert.level) in card.answer(
            ANSWER._replace(alerts=(alert,)), PAGE._replace(width=24)
        )

    def test_emergency_frame(self) -> None:
        """An emergency has a frame of its own, which an entry's notices never get."""
        assert "┏━ EMERGENCY ━" in card.answer(ANSWER._replace(alerts=(NUMB,)), PAGE)
        assert "┏" not in card.answer(ANSWER, PAGE)
        bare = PAGE._replace(unicode=False)
        assert "## EMERGENCY ##" in card.answer(ANSWER._replace(alerts=(NUMB,)), bare)
        assert "##" not in card.answer(ANSWER, bare)

    def test_links(self) -> None:
        """In colour the source is a link; without, its address is spelled out and not one escape is there."""
        coloured, bare = (card.answer(ANSWER, PAGE._replace(colour=colour)) for colour in (True, False))
        assert "\x1b]8;;https://example.org/back\x1b\\" in coloured
        assert "https://example.org/back" in bare
        assert "\x1b" not in bare

    def test_pure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The same record gives the same card, whatever the terminal and the variables are."""
        before = card.answer(ANSWER, PAGE._replace(colour=True))
        for name, value in {
            "NO_COLOR": "1",
            "TERM": "dumb",
            "COLUMNS": "7",
            "TTY_COMPATIBLE": "0",
            "FORCE_COLOR": "1",
        }.items():
            monkeypatch.setenv(name, value)
        assert before == card.answer(ANSWER, PAGE._replace(colour=True))
        assert "\x1b" not in card.answer(ANSWER, PAGE)

    def test_colours(self) -> None:
        """Only colours that read on dark and light are used: no background, no white, black, yellow or bright one."""
        shown = card.answer(UNSURE._replace(alerts=(NUMB, FEVER, WEEKS)), PAGE._replace(colour=True))
        codes = {code for style in re.findall(r"\x1b\[([0-9;]+)m", shown) for code in style.split(";")}
        assert codes <= {"0", "1", "2", "4", "31", "32", "35", "36"}

    def test_narrow(self) -> None:
        """Where a panel has no room the card is plain text."""
        page = PAGE._replace(width=12)
        assert plain.answer(ANSWER, page) == card.answer(ANSWER, page)
        assert plain.entry(ENTRY, page) == card.entry(ENTRY, page)
        assert plain.flags([FLAG], page) == card.flags([FLAG], page)


class TestMarkdown:
    def test_escaping(self) -> None:
        """Text that Markdown would read as its own is escaped, also where only the start of a line matters."""
        entry = ENTRY._replace(question="# *Is* <b>it</b>?", answer="3) not a list\n\n+ nor this, _see_ [x](y)")
        shown = markdown.entry(entry, PAGE)
        for text in ("## \\# \\*Is\\* \\<b\\>it\\</b\\>?", "\\+ nor this, \\_see\\_ \\[x\\](y)"):
            assert text in shown

    def test_link(self) -> None:
        """A source is a link, a list stands after an empty line, a command is code."""
        shown = markdown.entry(ENTRY, PAGE)
        for text in ("- [Good Clinic: Back spasms](<https://example.org/back>)", "\n\n- Heat", "`spasm show sciatica`"):
            assert text in shown


class TestData:
    def test_answer(self) -> None:
        """The object of an answer has exactly the promised keys, in order."""
        made = data.answer_object(ANSWER._replace(alerts=(FEVER,), urgency="urgent"))
        assert [
            "schema",
            "query",
            "outcome",
            "urgency",
            "alerts",
            "entry",
            "score",
            "candidates",
            "corrections",
        ] == list(made)
        assert ["id", "level", "advice", "why", "matched", "sources"] == list(made["alerts"][0])
        assert ["id", "question", "answer", "topics", "notices", "related", "sources"] == list(made["entry"])
        notice = {"level": "soon", "text": "See a doctor if it lasts.", "applies": True, "because": "for 2 months"}
        assert notice == made["entry"]["notices"][2]
        assert {"publisher": "Old Book", "title": "On backs", "url": None} == made["entry"]["sources"][1]
        assert {"id": "bed-rest", "question": "Should I stay in bed?", "score": 50.1} == made["candidates"][1]
        assert ("spasm.answer/1", 87.4) == (made["schema"], made["score"])

    def test_explanation(self) -> None:
        """An explanation adds one key, and nothing else changes."""
        why = Explanation("ice", (WordWeight("ice", 9.96),), ("zork",))
        answer = ANSWER._replace(corrections=(Correction("icce", "ice"),))
        made = data.answer_object(answer._replace(explanation=why))
        assert {
            "corrections": [{"typed": "icce", "read": "ice"}],
            "alias": "ice",
            "words": [{"word": "ice", "points": 10.0}],
            "unknown": ["zork"],
        } == made.pop("explain")
        assert data.answer_object(answer) == made
        assert [{"typed": "icce", "read": "ice"}] == made["corrections"]

    def test_others(self) -> None:
        """Entries, lists and checks have their own schema; no match has no entry."""
        assert "schema" == next(iter(data.entry_object(ENTRY)))
        assert {"schema": "spasm.entry/1", **data.list_object([ENTRY])["entries"][0]} == data.entry_object(ENTRY)
        assert {"schema": "spasm.list/1", "entries": []} == data.list_object([])
        assert {"schema": "spasm.check/1", "ok": True, "problems": []} == data.check_object([])
        problems = [{"line": 3, "column": 1, "message": "no id"}]
        assert {"schema": "spasm.check/1", "ok": False, "problems": problems} == data.check_object(
            [Problem(3, 1, "no id")]
        )
        assert data.answer_object(NOTHING)["entry"] is None

    def test_flags(self) -> None:
        """Warning signs have a schema of their own, the most serious first."""
        made = data.flags_object([FLAG._replace(level="soon"), FLAG])
        assert "spasm.flags/1" == made["schema"]
        assert ["emergency", "soon"] == [flag["level"] for flag in made["flags"]]
        assert ["id", "level", "sign", "advice", "why", "sources"] == list(made["flags"][0])

    @given(st.text(st.characters()))
    def test_dumps(self, text: str) -> None:
        """Any text gives JSON that parses, in one line if asked, as UTF-8 or ASCII, and is safe to print."""
        answer = everywhere(text)[0]
        for ascii_only in (False, True):
            line = data.answer(answer, Page(batch=True, unicode=not ascii_only))
            assert 1 == len(line.splitlines())
            assert line == sanitise(line)
            assert line.encode("ascii" if ascii_only else "utf-8")
            assert json.loads(line) == json.loads(data.answer(answer, Page()))
        assert sanitise(text) == json.loads(line)["query"]

    def test_indent(self) -> None:
        """A single object is indented for people; curly quotes stay as they are."""
        assert '{\n  "a": "“é”"\n}\n' == data.dumps({"a": "“é”"}, Page())


@pytest.mark.parametrize("form", ["card", "plain", "json", "markdown"])
def test_one_renderer(form: str) -> None:
    """Each format has one renderer, and to get it no other one is imported."""
    code = f"import sys; from spasmcli.show.renderer import renderer; print(renderer({form!r}).__name__);"
    code += "print(sorted(name for name in ('card', 'data', 'markdown') if 'spasmcli.show.' + name in sys.modules))"
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=path)
    name = "data" if form == "json" else form
    assert f"spasmcli.show.{name}\n{[] if name == 'plain' else [name]}\n" == found.stdout
