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

from spasmcli.advice import LEVEL_TITLES
from spasmcli.errors import Problem
from spasmcli.records import NURSE_LINES, Condition, Entry, Link, Notice, PhoneLine, Source, Stage, Topic
from spasmcli.results import Alert, Answer, Candidate, Correction, Explanation, ShownFlag, ShownHint, WordWeight
from spasmcli.safetext import sanitise
from spasmcli.show import json as as_json
from spasmcli.show import outline, wording
from spasmcli.show.card import _bar
from spasmcli.show.page import Page, blocks, clean, web_address
from spasmcli.show.plain import paint, problems
from spasmcli.show.renderer import renderer as renderer_of
from spasmcli.show.wrap import cells, wrap

RENDERERS = plain, card, markdown = [renderer_of(form) for form in ("plain", "card", "markdown")]
SOURCE = Source("Good Clinic", "Back spasms", "https://example.org/back")
ENTRY = Entry(
    id="heat-or-ice",
    question="Should I use heat or ice?",
    short="Heat has the better\nevidence.\n\nTry both:\n- Heat for 20 minutes.\n- Ice in a\ncloth.",
    details="1. Rest.\n2. Walk.",
    topics=("relief",),
    notices=(
        Notice("caution", "Never lay ice on bare skin."),
        Notice(
            "soon", "Book if: it lasts; it comes back.", True, "for 2 months",
            (Condition("it comes back"), Condition("it lasts", (), True, "for 2 months")),
            "soon", "Book if", "Book an appointment.",
        ),
        Notice("emergency", "Call an ambulance if your chest hurts."),
    ),
    related=(Link("bed-rest", "Should I stay in bed?"), Link("sciatica", "Is it sciatica?")),
    sources=(SOURCE, Source("Old Book", "On backs")),
)  # fmt: skip
COURSE = (
    Stage(1, 2, "It is worst.", "Rest a little."),
    Stage(3, 14, "It eases."),
    Stage(43, None, see="See a doctor."),
)


def alert(name: str, level: str, lead: str, why: str, matched: str, **more: Any) -> Alert:
    """Return an alert that says *lead* under the title of its level."""
    made = Alert(name, level, lead, lead, why, matched, (SOURCE,), "", LEVEL_TITLES[level], name, lead, (), ())
    return made._replace(**more)


NUMB = alert("Numbness", "emergency", "Go to hospital now.", "Nerves are at risk.", "numb down there")
FEVER = alert("Fever", "urgent", "Be seen today.", "It can be an infection.", "fever")
WEEKS = alert("Long pain", "soon", "See a doctor about this.", "It has lasted.", "for 2 months")
CLOSE = (
    Candidate("heat-or-ice", ENTRY.question, 87.44, "Heat has the better evidence."),
    Candidate("bed-rest", "Should I stay in bed?", 50.06, "Not for long."),
    Candidate("massage", "Does massage help?", 40.0, "It may."), Candidate("yoga", "Is yoga good?", 30.0, "Often."),
)  # fmt: skip
ANSWER = Answer("ice for 2 months", "answered", "none", (), ENTRY, 87.44, CLOSE)
UNSURE = ANSWER._replace(outcome="unsure", score=51.9)
NOTHING = Answer("tax refund", "no_match", "none", (), None, 12.0, CLOSE[1:])
FLAG = ShownFlag("saddle-numbness", "emergency", "Numbness between the legs", "Go to hospital now.", "Nerves.")
NUMBERS = (PhoneLine("the UK", "999"), PhoneLine("Australia", "000"))
LIFELINE = (PhoneLine("the US", "988", name="Lifeline"),)
PAGE = Page(
    note="General information only.", title="Backs", fallback="when-to-see-a-doctor",
    phones={"emergency_numbers": NUMBERS, "crisis_lines": LIFELINE}, elsewhere={"emergency_numbers": "Ask."},
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
FRAMES = re.compile("[│┃╭╮╰╯─━┏┓┗┛▸]")


def words(text: str) -> str:
    """Return *text* without white space, for comparing texts that are wrapped differently."""
    return "".join(text.split())


def in_order(shown: str, *texts: str) -> bool:
    """Whether every one of *texts* is shown, each below the one before, however lines are broken."""
    shown = " ".join(FRAMES.sub(" ", shown).split())
    at = 0
    for text in texts:
        at = shown.find(text, at)
        assert at >= 0, (text, shown)
        at += len(text)
    return True


def everywhere(text: str) -> tuple[Answer, Page]:
    """Return an answer and a page with *text* in every field."""
    source = (Source(text, text, text),)
    conditions = (Condition(text, (), True, text), Condition(text))
    notices = (
        Notice("soon", text, True, text, conditions, text, text, text),
        Notice("caution", text),
        Notice("urgent", text),
    )
    entry = Entry(
        text, text, text, text, (text,), notices, (Stage(1, 2, text, text, text),), (Link(text, text),), source
    )
    why = Explanation(text, (WordWeight(text, 1.0),), (text,))
    told = Alert(text, "urgent", text, text, text, text, source, text, text, text, text, (text,), ("crisis_lines",))
    answer = Answer(
        text, "unsure", "urgent", (told, told._replace(level="soon")), entry, 50.0, (Candidate("other", text, 1.0, text),),
        (ShownHint(text, text, text),), (Correction(text, text),), explanation=why,
    )  # fmt: skip
    phone = (PhoneLine(text, text, (), text),)
    page = Page(
        note=text, title=text, fallback=text, phones={"emergency_numbers": phone, "crisis_lines": phone},
        batch=True, elsewhere={"crisis_lines": text},
    )  # fmt: skip
    return answer, clean(page)


def every_output(answer: Answer, page: Page) -> list[str]:
    """Return everything that the renderers for people can say of *answer*."""
    entry = answer.entry or ENTRY
    topics = (Topic(entry.topics[0], entry.topics[0]),)
    flag = FLAG._replace(sign=entry.question, why=entry.question, advice=entry.question)
    shown = [plain.alerts(answer, page), plain.screen(answer, page)[1], card.screen(answer, page)[1]]
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
        assert words(marker + text) == words("".join(wrap(text, width, marker, "  "))) or not text.strip()

    @given(st.lists(st.text("abc中é", min_size=1, max_size=8)), st.integers(20, 100))
    def test_width(self, some: list[str], width: int) -> None:
        """No line takes more cells than there are; wide letters count as two."""
        assert all(cells(line) <= width for line in wrap(" ".join(some), width, "- ", "  "))

    def test_wide_letters(self) -> None:
        """Chinese breaks between its characters, but not before what closes a clause."""
        assert ["背痛,请", "休息。"] == wrap("背痛,请休息。", 8)
        assert ["背痛请", "休息。"] == wrap("背痛请休息。", 6)

    def test_unbreakable(self) -> None:
        """A long word goes over the edge rather than being cut, and words with hyphens stay whole."""
        assert ["see", "https://example.org/x-y", "now"] == wrap("see https://example.org/x-y now", 5)


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
            assert words(FRAMES.sub("", shown)).count(words(text)) >= 20
        assert re.sub(r"\\(.)", r"\1", markdown.answer(answer, page)).count(text) >= 20
        for shown in every_output(answer, page):
            unboxed, unescaped = FRAMES.sub("", shown), re.sub(r"\\(.)", r"\1", shown)
            assert words(text) in words(unboxed) or words(text) in words(unescaped)

    @pytest.mark.parametrize("case", HOSTILE, ids=lambda case: ascii(case.text))
    @pytest.mark.parametrize("colour", [False, True])
    def test_hostile(self, case: Hostile, colour: bool) -> None:
        """No control of a text gets out; the only escapes are colours and links of our own making."""
        answer, page = everywhere(f"x{case.text}y")
        for shown in every_output(answer, page._replace(colour=colour, links=colour)):
            bare = re.sub(r"\x1b\[[0-9;]+m|\x1b\]8;;[^\x1b]*\x1b\\", "", shown) if colour else shown
            assert bare == sanitise(bare)

    @pytest.mark.parametrize("width", [*range(1, 30), 40, 57, 80, 84, 120, 500])
    def test_every_word(self, width: int) -> None:
        """No width loses a word of the answer, the notices or the alert, or breaks a command."""
        answer = ANSWER._replace(alerts=(WEEKS,))
        conditions = [one.text for notice in ENTRY.notices for one in notice.conditions]
        texts = (ENTRY.answer, ENTRY.notices[0].text, ENTRY.notices[2].text, *conditions, WEEKS.advice)
        wanted = [word for text in texts for word in text.split()]
        for renderer in RENDERERS:
            shown = renderer.answer(answer, PAGE._replace(width=width, options=OPTIONS))
            assert not [word for word in wanted if word not in shown and word != "-"]
            assert f"spasm show bed-rest {OPTIONS}" in shown
            assert "https://example.org/back" in shown
            assert shown.endswith("\n")
            assert not shown.endswith("\n\n")

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_order(self, renderer: Any) -> None:
        """The order is alert, hint, question, answer, caution, course, notices, related, sources, note."""
        answer = ANSWER._replace(
            alerts=(FEVER,), hints=(ShownHint("x", "A quiet line.", "x"),), entry=ENTRY._replace(timeline=COURSE)
        )
        assert in_order(
            renderer.answer(answer, PAGE),
            "today", "Be seen today.", "You wrote", "fever", "Why: It can be", "A quiet line.", ENTRY.question,
            "Heat has the better evidence.", "Walk.", "Take care:", "Never lay ice", "It is worst.",
            "When it is an emergency", "if your chest hurts", "Book", "it lasts", "for 2 months", "it comes back", "Related",
            "spasm show sciatica", "Sources", "On backs", "General information only.",
        )  # fmt: skip

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_how_sure_it_is(self, renderer: Any) -> None:
        """No score stands on any page; words are only made where it is not sure."""
        for answer in (ANSWER, UNSURE, NOTHING, ANSWER._replace(score=100.0)):
            assert not re.search(r"\d of 100|%|87|51\.9|match", renderer.answer(answer, PAGE))
        assert wording.WHICH not in renderer.answer(ANSWER, PAGE)

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_unsure(self, renderer: Any) -> None:
        """Where it is not sure three questions are there to choose from, each with its first sentence and command."""
        shown = renderer.answer(UNSURE, PAGE)
        assert in_order(
            shown, wording.WHICH, ENTRY.question, "Heat has the better evidence.", "Should I stay in bed?", "Not for long.",
            "Does massage help?", "It may.",
        )  # fmt: skip
        assert "Is yoga good?" not in shown
        assert "spasm show heat-or-ice" in shown

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_unsure_without_a_measure(self, renderer: Any) -> None:
        """An FAQ that never learnt how sure a match is shows the closest entry as just that, the runner-up next."""
        shown = renderer.answer(UNSURE._replace(calibrated=False), PAGE)
        assert wording.WHICH not in shown
        assert in_order(shown, wording.CLOSEST, ENTRY.question, "Related", "Should I stay in bed?", "Is it sciatica?")

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_read_as(self, renderer: Any) -> None:
        """How misspelt words were read stands with the answer, the words alone, each once."""
        corrections = (Correction("icce", "ice"), Correction("hete", "heat"), Correction("iice", "ice"))
        shown = renderer.answer(ANSWER._replace(corrections=corrections), PAGE)
        assert "read as: ice, heat" in shown.replace("Read as", "read as")
        assert "icce" not in shown

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_emergency(self, renderer: Any) -> None:
        """Above an answer stands the emergency, with the words that raised it, whom to call, and lower alerts below."""
        shown = renderer.answer(ANSWER._replace(alerts=(NUMB, WEEKS)), PAGE)
        assert in_order(
            shown, "EMERGENCY", "Go to hospital now.", "numb down there", "Nerves are at risk.", "UK 999", "Australia 000",
            "See a doctor", "for 2 months", ENTRY.question,
        )  # fmt: skip

    @pytest.mark.parametrize("renderer", RENDERERS)
    @pytest.mark.parametrize("calls", [(), ("emergency_numbers",), ("crisis_lines", "emergency_numbers")])
    def test_numbers(self, renderer: Any, calls: tuple[str, ...]) -> None:
        """However many emergencies there are, what to do is said once and each number to call is listed once."""
        numb = NUMB._replace(lead="Call now.")
        shown = renderer.answer(ANSWER._replace(alerts=(numb, numb._replace(why="Worse.", calls=calls), FEVER)), PAGE)
        assert [1, 1, 1] == [shown.count(text) for text in ("Call now.", "UK 999", "Australia 000")]
        assert ("crisis_lines" in calls) is ("988" in shown) is ("Lifeline" in shown)
        assert in_order(shown, "Call now.", "Nerves are at risk.", "Worse.", "UK 999")

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_own_number(self, renderer: Any) -> None:
        """A reader's own number, which the advice has said, is not listed among those of other countries."""
        numb = NUMB._replace(lead="Call 999.", calls=("emergency_numbers",))
        shown = renderer.answer(ANSWER._replace(alerts=(numb,)), PAGE._replace(own="999"))
        assert 1 == shown.count("999")
        assert in_order(shown, "Call 999.", "Elsewhere", "Australia 000")

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_no_numbers(self, renderer: Any) -> None:
        """What is no emergency brings no emergency numbers, unless its advice calls for them."""
        for told, listed in ((FEVER, False), (FEVER._replace(calls=("emergency_numbers",)), True)):
            assert listed is ("999" in renderer.answer(ANSWER._replace(alerts=(told,)), PAGE))

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_no_match_with_alert(self, renderer: Any) -> None:
        """Without a close entry the alert still stands, and the page says where to turn."""
        shown = renderer.answer(NOTHING._replace(alerts=(FEVER,)), PAGE)
        assert in_order(
            shown, FEVER.advice, wording.THE_REST, "Should I stay in bed?", "spasm show when-to-see-a-doctor"
        )

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_alert_alone(self, renderer: Any) -> None:
        """Beside some alerts nothing may stand: no questions, no list, no answer."""
        shown = renderer.answer(NOTHING._replace(alerts=(NUMB,), candidates=()), PAGE)
        assert NUMB.advice in shown
        assert not [text for text in (wording.THE_REST, wording.NEAREST, wording.SEE_ALL) if text in shown]

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_no_match(self, renderer: Any) -> None:
        """Nothing close: up to three nearest questions, how to see all, and no hint that all is well."""
        shown = renderer.answer(NOTHING, PAGE._replace(options="--faq x.yaml"))
        assert in_order(
            shown, "I have no answer to that.", "Should I stay in bed?", "Is yoga good?", "spasm list --faq x.yaml",
            "If in doubt, read", "spasm show when-to-see-a-doctor --faq x.yaml",
        )  # fmt: skip
        assert wording.IN_DOUBT not in renderer.answer(NOTHING, Page())
        foreign = renderer.answer(NOTHING._replace(foreign=True), PAGE)
        assert wording.ENGLISH in foreign
        assert "Should I stay in bed?" not in foreign

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_course(self, renderer: Any) -> None:
        """A course is told stage by stage, the last one open."""
        shown = renderer.entry(ENTRY._replace(timeline=COURSE), PAGE)
        assert in_order(
            shown, "ays 1-2", "It is worst", "Rest a little", "ays 3-14", "It eases", "fter 6 weeks", "See a doctor"
        )

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_flags(self, renderer: Any) -> None:
        """Warning signs stand below the title of their level, the most serious first; the same advice once."""
        flags = [FLAG._replace(level="soon", sign="long pain", advice="Later."), FLAG, FLAG._replace(sign="Weakness")]
        shown = renderer.flags(flags, PAGE)
        assert in_order(
            shown, "EMERGENCY", FLAG.advice, FLAG.sign, "Weakness", "See a doctor soon", "Later.", "Long pain"
        )
        assert 1 == shown.count(FLAG.advice)

    @pytest.mark.parametrize("renderer", [card, markdown])
    @pytest.mark.parametrize("width", [30, 80])
    def test_listing(self, renderer: Any, width: int) -> None:
        """Entries are grouped by their first topic, those without one last."""
        entries = [ENTRY._replace(id="stray", topics=()), ENTRY, ENTRY._replace(id="new", topics=("new",))]
        shown = renderer.listing(
            entries, [Topic("empty", "Empty"), Topic("relief", "Relief")], PAGE._replace(width=width)
        )
        assert in_order(shown, "Relief", "heat-or-ice", "new", "Other", "stray")
        assert "Empty" not in shown

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_least_entry(self, renderer: Any) -> None:
        """An entry of nothing but id, question and answer, on a bare page, shows no empty label."""
        shown = renderer.entry(Entry("x", "Why?", "Because."), Page())
        labels = (wording.RELATED, wording.SOURCES, wording.CAUTION_TITLE, wording.COURSE, ":")
        assert not [label for label in labels if label in shown]

    @pytest.mark.parametrize("renderer", RENDERERS)
    def test_talking(self, renderer: Any) -> None:
        """In the conversation no command is named but by its number: no list, no note, no "show"."""
        page = PAGE._replace(talking=True)
        for answer in (NOTHING, UNSURE, ANSWER):
            for shown in [plain.screen(answer, page)[1], card.screen(answer, page)[1]]:
                assert not [text for text in ("spasm list", "General information", "spasm show heat") if text in shown]

    @pytest.mark.parametrize(
        ("url", "linked"), [("https://a.b/c", True), ("javascript:x", False), (None, False), ("http://a b", False)]
    )
    def test_links(self, url: str | None, linked: bool) -> None:
        """Only a web address becomes a link."""
        assert linked is bool(web_address(Source("p", "t", url)))


@pytest.mark.parametrize(("first", "last", "words"), [
    (1, 1, "day 1"), (1, 2, "days 1-2"), (3, 3, "day 3"), (1, 7, "week 1"), (8, 14, "week 2"), (1, 14, "weeks 1-2"),
    (15, 42, "weeks 3-6"), (43, None, "after 6 weeks"), (8, None, "after 1 week"), (4, None, "after 3 days"),
    (8, 8, "day 8"), (8, 10, "days 8-10"), (15, 15, "day 15"), (3, 14, "days 3-14"), (2, None, "after 1 day"),
    (1, None, "from day 1"),
])  # fmt: skip
def test_days(first: int, last: int | None, words: str) -> None:
    """A stage of a course is told in weeks where it is whole weeks, else in days."""
    assert words == wording.days(Stage(first, last))


class TestShort:
    """One screen for somebody in pain."""

    def test_what_stands_there(self) -> None:
        """The direct answer with its caution, conditions that are left, what to ask next; details and sources wait."""
        for shown in (plain.screen(ANSWER, PAGE)[1], card.screen(ANSWER, PAGE)[1]):
            assert in_order(
                shown, ENTRY.question, "Ice in a cloth.", "Never lay ice", "if your chest hurts", "it lasts", "Next",
                "Should I stay in bed?", "General information only.",
            )  # fmt: skip
            assert "spasm show heat-or-ice" in shown
            assert "its 2 sources" in shown
            assert not [text for text in ("Walk.", "Old Book", "example.org") if text in shown]

    def test_an_alert_is_not_said_again(self) -> None:
        """What an alert has said already does not come again as a condition."""
        shown = card.screen(ANSWER._replace(alerts=(WEEKS,)), PAGE)[1]
        assert in_order(shown, "See a doctor about this.", ENTRY.question, "it comes back")
        assert 1 == shown.count("for 2 months")
        assert "it lasts" not in shown

    def test_nothing_beside_an_emergency(self) -> None:
        """Below an emergency stands no answer and no question, only lower alerts and the way to the entry."""
        for shown in (plain.screen(ANSWER._replace(alerts=(NUMB, WEEKS)), PAGE)[1],
                      card.screen(ANSWER._replace(alerts=(NUMB, WEEKS)), PAGE)[1]):  # fmt: skip
            assert in_order(shown, "EMERGENCY", "Go to hospital now.", "numb down there", "UK 999", "Also: Long pain")
            assert "spasm show heat-or-ice" in shown
            assert not [text for text in (ENTRY.question, "Heat has", "bed-rest") if text in shown]

    @pytest.mark.parametrize("answer", [
        ANSWER, UNSURE, NOTHING, ANSWER._replace(alerts=(NUMB, FEVER, WEEKS)), ANSWER._replace(alerts=(FEVER, WEEKS)),
        ANSWER._replace(entry=ENTRY._replace(timeline=COURSE * 2)),
    ])  # fmt: skip
    def test_each_trim_leaves_out_more(self, answer: Answer) -> None:
        """Each step that makes a page shorter leaves something out, never puts anything in, and keeps the answer."""
        lengths = [len(paint(outline.screen(answer, PAGE, trim), PAGE)) for trim in range(outline.TRIMS + 1)]
        assert lengths == sorted(lengths, reverse=True)
        last = paint(outline.screen(answer, PAGE, outline.TRIMS), PAGE)
        kept = [answer.alerts[0].advice] if answer.alerts else ["Heat has"] if answer.entry else [wording.NO_ENTRY]
        assert [text for text in kept if text not in last] == []

    @pytest.mark.parametrize("rows", [0, 10, 16, 24, 100])
    @pytest.mark.parametrize("alerts", [(), (WEEKS,), (FEVER, WEEKS), (NUMB, FEVER)])
    def test_fits_the_rows(self, alerts: tuple[Alert, ...], rows: int) -> None:
        """A card leaves out what matters least until it fits with the prompt; if it cannot, its last row is the alert."""
        shown = card.screen(ANSWER._replace(alerts=alerts), PAGE._replace(rows=rows))[1]
        if rows >= 24:
            assert shown.count("\n") < rows
        elif rows and shown.count("\n") >= rows and alerts:
            assert shown.splitlines()[-1].startswith(alerts[0].heading)
            assert alerts[0].do in shown.splitlines()[-1]


class TestPlain:
    def test_whole_page(self) -> None:
        """The plain page reads well aloud: words for every label, no boxes, a command on each line of its own."""
        shown = plain.answer(ANSWER._replace(alerts=(WEEKS,)), PAGE)
        assert (
            "See a doctor soon: See a doctor about this.\n"
            'You wrote: "for 2 months"\nWhy: It has lasted.\n\n'
            "Should I use heat or ice?\n\nHeat has the better evidence.\n\n"
            "Try both:\n- Heat for 20 minutes.\n- Ice in a cloth.\n\n1. Rest.\n2. Walk.\n\n"
            "Take care: Never lay ice on bare skin.\n\n"
            "When it is an emergency:\n- Call an ambulance if your chest hurts.\n\n"
            'Book an appointment. This is for you if:\n- it lasts (you wrote "for 2 months")\n- it comes back\n\n'
            "Related:\n- Should I stay in bed?\n  spasm show bed-rest\n- Is it sciatica?\n  spasm show sciatica\n\n"
            "Sources:\n- Good Clinic: Back spasms\n  https://example.org/back\n- Old Book: On backs\n\n"
            "General information only.\n"
        ) == shown

    def test_ascii_only(self) -> None:
        """Plain text adds no character beyond ASCII of its own."""
        assert plain.answer(UNSURE._replace(alerts=(NUMB, FEVER)), PAGE).isascii()

    def test_colour(self) -> None:
        """Colour, when forced, changes no word, and is closed on every line."""
        coloured = plain.answer(ANSWER._replace(alerts=(NUMB,)), PAGE._replace(colour=True))
        assert plain.answer(ANSWER._replace(alerts=(NUMB,)), PAGE) == re.sub(r"\x1b\[[0-9;]+m", "", coloured)
        assert not [line for line in coloured.splitlines() if line.count("\x1b[0m") != line.count("\x1b[") / 2]

    def test_listing(self) -> None:
        """A list is one entry a line, id and question with a tab between, whatever the question holds."""
        entries = [ENTRY, ENTRY._replace(id="b", question="A\tB\nC")]
        assert "heat-or-ice\tShould I use heat or ice?\nb\tA B C\n" == plain.listing(
            entries, [], PAGE._replace(width=10)
        )
        assert "" == plain.listing([], [], PAGE)

    def test_alerts(self) -> None:
        """Alerts can be had alone, and are nothing if there are none."""
        shown = plain.alerts(ANSWER._replace(alerts=(NUMB, WEEKS)), PAGE)
        assert shown.startswith("EMERGENCY: Go to hospital now.\n")
        assert ENTRY.question not in shown
        assert "" == plain.alerts(ANSWER, PAGE)

    def test_problems(self) -> None:
        """Problems come one a line as compilers say them, then their count."""
        found = [Problem(3, 1, "no id"), Problem(4, 2, "no \x1b[2J answer")]
        assert "x:3:1: no id\nx:4:2: no  answer\nx: 2 problems.\n" == problems(found, "x")
        assert ["x:3:1: no id\nx: 1 problem.\n", "x: no problems.\n"] == [
            problems(some, "x") for some in (found[:1], [])
        ]

    def test_batch(self) -> None:
        """In a batch each answer begins with its question, cut if it is endless."""
        shown = plain.answer(ANSWER._replace(query="ice " * 1000), PAGE._replace(batch=True))
        assert shown.startswith('You wrote: "ice ice')
        assert len(shown.split("\n\n")[0]) < 300

    def test_explanation(self) -> None:
        """An explanation begins with a sentence: the words that counted and the closest wording; figures follow."""
        why = Explanation("ice", (WordWeight("ice", 9.96), WordWeight("heat", 5.0)), ("zork",))
        shown = plain.answer(ANSWER._replace(explanation=why), PAGE)
        assert in_order(
            shown, wording.CHOSEN, 'Because of "ice" and "heat"; nearest known wording: "ice".',
            "Points of the score: ice 10.0, heat 5.0", "unknown here: zork",
        )  # fmt: skip

    @given(st.text())
    def test_no_escape(self, text: str) -> None:
        """Without colour not one escape gets out, whatever the answer and the question say."""
        shown = plain.answer(ANSWER._replace(query=text, entry=ENTRY._replace(short=text)), PAGE._replace(batch=True))
        assert "\x1b" not in shown

    def test_light(self) -> None:
        """Nothing but the card imports Rich."""
        code = "import sys, spasmcli.terminal, spasmcli.show.plain, spasmcli.show.markdown, spasmcli.show.json;"
        code += "print([name for name in ('rich', 'pygments', 'asyncio', 'dataclasses') if name in sys.modules])"
        path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=path)
        assert "[]\n" == found.stdout


class TestCard:
    @pytest.mark.parametrize("width", [30, 50, 80])
    def test_numbers(self, width: int) -> None:
        """No width cuts a country or its number."""
        numbers = (PhoneLine("the European Union", "112 or 113"), *NUMBERS)
        page = PAGE._replace(width=width, phones={**PAGE.phones, "emergency_numbers": numbers, NURSE_LINES: ()})
        shown = card.answer(ANSWER._replace(alerts=(NUMB._replace(calls=("crisis_lines", "emergency_numbers")),)), page)
        assert in_order(shown, "Lifeline 988", "European Union 112 or 113", "UK 999", "Australia 000")

    @pytest.mark.parametrize("width", [30, 40, 79, 200])
    @pytest.mark.parametrize("unicode", [True, False])
    def test_width(self, width: int, unicode: bool) -> None:
        """A card fits the terminal, and is never wider than is good to read; only commands go over."""
        from rich.cells import cell_len

        page = PAGE._replace(width=width, unicode=unicode)
        for answer in (
            UNSURE,
            UNSURE._replace(alerts=(NUMB, FEVER)),
            ANSWER._replace(entry=ENTRY._replace(timeline=COURSE)),
        ):
            for shown in (card.answer(answer, page), card.screen(answer, page)[1]):
                wide = [line for line in shown.splitlines() if cell_len(line) > min(width, 84)]
                assert not [line for line in wide if not line.strip().startswith(("spasm ", "https://"))]
                assert unicode or not re.search("[\u2500-\u27bf]", shown)

    @pytest.mark.parametrize("told", [NUMB, FEVER, WEEKS])
    def test_narrow_titles(self, told: Alert) -> None:
        """The narrowest card still has room for the title of every level."""
        shown = card.answer(ANSWER._replace(alerts=(told,)), PAGE._replace(width=30))
        assert in_order(shown, told.heading[:20])

    @pytest.mark.parametrize("stage", [Stage(1, 1), Stage(1, 99_999), Stage(42, 42), Stage(50, 60), Stage(9, None)])
    def test_bar(self, stage: Stage) -> None:
        """Wherever a stage lies, its bar is of the same length and never empty."""
        bar = _bar(stage, PAGE)
        assert 12 == len(bar)
        assert bar.strip()

    def test_emergency_frame(self) -> None:
        """An emergency has a frame of its own, which an entry's notices never get."""
        assert "┏━ EMERGENCY ━" in card.answer(ANSWER._replace(alerts=(NUMB,)), PAGE)
        assert "┏" not in card.answer(ANSWER, PAGE)
        bare = PAGE._replace(unicode=False)
        assert "## EMERGENCY ##" in card.answer(ANSWER._replace(alerts=(NUMB,)), bare)
        assert "##" not in card.answer(ANSWER, bare)

    def test_what_applies_is_marked(self) -> None:
        """A condition that the question states comes first, marked, with the words that state it."""
        assert '▸ it lasts (you wrote "for 2 months") · it comes back' in card.answer(ANSWER, PAGE)
        assert '> it lasts (you wrote "for 2 months"); it comes back' in card.answer(
            ANSWER, PAGE._replace(unicode=False)
        )

    def test_links(self) -> None:
        """A source is a link where the terminal is known to make links; anywhere else its address is spelled out."""
        page = PAGE._replace(colour=True, links=True)
        assert "\x1b]8;;https://example.org/back\x1b\\" in card.answer(ANSWER, page)
        for bare in (page._replace(links=False), page._replace(colour=False)):
            assert "https://example.org/back" in card.answer(ANSWER, bare)
            assert "\x1b]8" not in card.answer(ANSWER, bare)
        assert "\x1b" not in card.answer(ANSWER, PAGE)

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
        assert codes <= {"0", "1", "2", "4", "31", "34"}

    def test_narrow(self) -> None:
        """Where a panel has no room the card is plain text."""
        page = PAGE._replace(width=12)
        assert plain.answer(ANSWER, page) == card.answer(ANSWER, page)
        assert plain.screen(ANSWER, page)[1] == card.screen(ANSWER, page)[1]
        assert plain.entry(ENTRY, page) == card.entry(ENTRY, page)
        assert plain.flags([FLAG], page) == card.flags([FLAG], page)


class TestMarkdown:
    def test_escaping(self) -> None:
        """Text that Markdown would read as its own is escaped, also where only the start of a line matters."""
        entry = ENTRY._replace(question="# *Is* <b>it</b>?", short="3) not a list\n\n+ nor this, _see_ [x](y)")
        shown = markdown.entry(entry, PAGE)
        for text in ("## \\# \\*Is\\* \\<b\\>it\\</b\\>?", "\\+ nor this, \\_see\\_ \\[x\\](y)"):
            assert text in shown

    def test_and_sign(self) -> None:
        """An "and" sign stands as it is where Markdown leaves it alone, and is escaped where it would begin a sign."""
        shown = markdown.entry(ENTRY._replace(question="A&E & R&D &amp; &#38; x&lt"), PAGE)
        assert "## A&E & R&D \\&amp; \\&#38; x&lt\n" in shown

    def test_link(self) -> None:
        """A source is a link, a list stands after an empty line, a command is code."""
        shown = markdown.entry(ENTRY, PAGE)
        for text in ("- [Good Clinic: Back spasms](<https://example.org/back>)", "\n\n- Heat", "`spasm show sciatica`"):
            assert text in shown

    def test_what_applies_stands_out(self) -> None:
        """A condition that the question states comes first, in bold, with the words that state it."""
        assert '- **it lasts** (you wrote "for 2 months")\n- it comes back' in markdown.answer(ANSWER, PAGE)

    def test_course_is_a_table(self) -> None:
        """A course is a table of four columns, whatever its texts hold."""
        course = (Stage(1, 2, "a | b", "c", "d"),)
        shown = markdown.entry(ENTRY._replace(timeline=course), PAGE)
        assert r"| days 1-2 | a \| b | c | d |" in shown


class TestJson:
    def test_answer(self) -> None:
        """The object of an answer has exactly the promised keys, in order."""
        made = as_json.answer_object(ANSWER._replace(alerts=(FEVER,), urgency="urgent"))
        assert [
            "schema", "query", "outcome", "urgency", "alerts", "entry", "score", "candidates", "hints", "corrections",
        ] == list(made)  # fmt: skip
        assert ["id", "level", "advice", "do", "why", "matched", "sources"] == list(made["alerts"][0])
        entry = made["entry"]
        assert ["id", "question", "answer", "short", "topics", "notices", "related", "sources"] == list(entry)
        assert f"{entry['short']}\n\n1. Rest.\n2. Walk." == entry["answer"]
        notice = entry["notices"][1]
        assert ("soon", True, "for 2 months") == (notice["level"], notice["applies"], notice["because"])
        assert [{"text": "it comes back", "applies": False, "because": ""},
                {"text": "it lasts", "applies": True, "because": "for 2 months"}] == notice["conditions"]  # fmt: skip
        assert {"publisher": "Old Book", "title": "On backs", "url": None} == entry["sources"][1]
        assert {"id": "bed-rest", "question": "Should I stay in bed?", "score": 50.06} == {
            key: made["candidates"][1][key] for key in ("id", "question", "score")
        }
        assert ("spasm.answer/1", 87.44) == (made["schema"], made["score"])

    def test_timeline(self) -> None:
        """An entry has a timeline where there is one, an open end as null."""
        made = as_json.entry_data(ENTRY._replace(timeline=COURSE))
        assert {"from_day": 43, "to_day": None, "usual": "", "do": "", "see": "See a doctor."} == made["timeline"][2]
        assert "timeline" not in as_json.entry_data(ENTRY)

    def test_explanation(self) -> None:
        """An explanation adds one key, and nothing else changes."""
        why = Explanation("ice", (WordWeight("ice", 9.96),), ("zork",))
        answer = ANSWER._replace(corrections=(Correction("icce", "ice"),))
        made = as_json.answer_object(answer._replace(explanation=why))
        assert {
            "corrections": [{"typed": "icce", "read": "ice"}],
            "alias": "ice",
            "words": [{"word": "ice", "points": 9.96}],
            "unknown": ["zork"],
        } == made.pop("explain")
        assert as_json.answer_object(answer) == made

    def test_others(self) -> None:
        """Entries, lists and checks have their own schema; no match has no entry."""
        entry = json.loads(as_json.entry(ENTRY, PAGE))
        assert "schema" == next(iter(entry))
        assert {"schema": "spasm.entry/1", **json.loads(as_json.listing([ENTRY], [], PAGE))["entries"][0]} == entry
        assert {"schema": "spasm.list/1", "entries": []} == json.loads(as_json.listing([], [], PAGE))
        assert {"schema": "spasm.check/1", "ok": True, "problems": []} == json.loads(as_json.problems([], PAGE))
        problems = [{"line": 3, "column": 1, "message": "no id"}]
        made = json.loads(as_json.problems([Problem(3, 1, "no id")], PAGE))
        assert {"schema": "spasm.check/1", "ok": False, "problems": problems} == made
        assert as_json.answer_object(NOTHING)["entry"] is None

    def test_flags(self) -> None:
        """Warning signs have a schema of their own, the most serious first."""
        made = json.loads(as_json.flags([FLAG._replace(level="soon"), FLAG], PAGE))
        assert "spasm.flags/1" == made["schema"]
        assert ["emergency", "soon"] == [flag["level"] for flag in made["flags"]]
        assert ["id", "level", "sign", "advice", "why", "sources"] == list(made["flags"][0])

    @given(st.text(st.characters()))
    def test_dumps(self, text: str) -> None:
        """Any text gives JSON that parses, in one line if asked, as UTF-8 or ASCII, and is safe to print."""
        answer = everywhere(text)[0]
        for ascii_only in (False, True):
            line = as_json.answer(answer, Page(batch=True, unicode=not ascii_only))
            assert 1 == len(line.splitlines())
            assert line == sanitise(line)
            assert line.encode("ascii" if ascii_only else "utf-8")
            assert json.loads(line) == json.loads(as_json.answer(answer, Page()))
        assert sanitise(text) == json.loads(line)["query"]

    def test_indent(self) -> None:
        """A single object is indented for people; curly quotes stay as they are."""
        shown = as_json.entry(Entry("a", "“é”", "b"), Page())
        assert shown.startswith('{\n  "schema": "spasm.entry/1",\n  "id": "a",\n  "question": "“é”",\n')


@pytest.mark.parametrize("form", ["card", "plain", "json", "markdown"])
def test_one_renderer(form: str) -> None:
    """Each format has one renderer, and to get it no other one is imported but plain text, which cards fall back on."""
    code = f"import sys; from spasmcli.show.renderer import renderer; renderer({form!r});"
    code += "print(sorted(name for name in ('card', 'json', 'markdown') if 'spasmcli.show.' + name in sys.modules))"
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=path)
    assert f"{[] if form == 'plain' else [form]}\n" == found.stdout
