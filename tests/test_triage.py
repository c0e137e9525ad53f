"""Triage: what a question states, denies or only plays with."""

from __future__ import annotations

import datetime
import functools
import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spasmcli
from spasmcli import signscore, triage
from spasmcli.patterns import parse
from spasmcli.question import _LEFT, read
from spasmcli.records import RANK
from spasmcli.text import ages as age
from spasmcli.text import denial, numbers, phrases, times
from spasmcli.text.ages import ages
from spasmcli.text.denial import denied, segments
from spasmcli.text.phrases import Occurrence, PhraseError, compile_groups, find
from spasmcli.text.typed import fold
from spasmcli.text.words import STOP_WORDS, tokens

TODAY = datetime.date(2026, 3, 15)


@functools.cache
def faq_in_use() -> spasmcli.FAQ:
    """The bundled FAQ."""
    return spasmcli.load()


def urgency(question: str) -> str:
    """Return the urgency that *question* states."""
    return faq_in_use().ask(question, today=TODAY).urgency


def flags(question: str) -> set[str]:
    """Return the ids of the alerts that *question* raises."""
    return {alert.id for alert in faq_in_use().ask(question, today=TODAY).alerts}


@pytest.mark.parametrize(("question", "flag"), [
    ("my groin has gone numb since my back went", "saddle-numbness"),
    ("cant wee since this morning", "bladder-bowel"),
    ("both legs went weak after lifting", "both-legs"),
    ("crushing chest pain with the back spasm", "chest-pain"),
    ("i can hardly breathe and my upper back hurts", "breathless"),
    ("my mum is 81, she fell on the stairs and her back hurts", "fall-older"),
    ("a truck hit my car and now my spine hurts", "major-trauma"),
    ("he took thirty paracetamol for his back", "too-much-medicine"),
    ("i want to end my life because of this back", "self-harm"),
])  # fmt: skip
def test_emergencies_are_raised(question: str, flag: str) -> None:
    """A stated emergency raises its own alert at the level of an emergency."""
    answer = faq_in_use().ask(question, today=TODAY)
    assert "emergency" == answer.urgency
    assert flag in {alert.id for alert in answer.alerts}


@pytest.mark.parametrize("question", [
    "no numbness, just a knot between my shoulder blades",
    "my back is killing me after moving house",
    "is there a cream to numb the pain",
    "my leg isn't weak, only stiff",
    "i fell asleep on the sofa and my back is stiff",
    "without fever or weight loss, what causes mid back spasms",
    "chest press makes my back ache",
    "what helps a tight back",
])  # fmt: skip
def test_denials_and_figures_of_speech_raise_nothing(question: str) -> None:
    """Denied signs, plans, sport and figures of speech do not count."""
    assert RANK[urgency(question)] < RANK["urgent"]


@pytest.mark.parametrize(
    "question",
    ["no fever but i cant pee", "not numb, not weak, but both legs tingle", "no chest pain. my groin is numb"],
)
def test_a_denied_sign_beside_a_stated_one_raises_the_stated_one(question: str) -> None:
    """A denial covers its own sign only."""
    assert "emergency" == urgency(question)


STATED = st.sampled_from([
    "i cant pee since my back went", "numb between my legs", "back pain and fever of 39", "pain for 3 months",
    "my dad is 80 and fell, his back hurts", "lost a stone without trying and my back aches",
])  # fmt: skip
FRIENDLY = st.sampled_from([
    "no numbness, no fever", "it's probably nothing", "my husband says it's fine", "thanks in advance",
    "hope you are well", "my dog is fine", "the wifi is down", "i used to run", "asked about fever, none",
])  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(STATED, FRIENDLY, st.booleans(), st.sampled_from([". ", ", "]))
def test_reassuring_words_never_lower_the_level(sign: str, words: str, before: bool, join: str) -> None:
    """Nothing friendly and no denial of another sign, before or after, lowers what was stated."""
    if "fever" in sign and "fever" in words:
        return
    whole = f"{words}{join}{sign}" if before else f"{sign}{join}{words}"
    assert RANK[urgency(whole)] >= RANK[urgency(sign)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["numbness", "fever", "weakness", "chest pain", "weight loss", "bladder trouble"]),
        min_size=1,
        max_size=6,
        unique=True,
    )
)
def test_denying_every_sign_raises_nothing(signs: list[str]) -> None:
    """A question that denies every sign raises nothing."""
    assert set() == flags("back ache, " + ", ".join(f"no {sign}" for sign in signs))
    assert set() == flags("back ache, no " + " or ".join(signs))


@pytest.mark.parametrize(("text", "days", "kind"), [
    ("pain for 2 months", 60.8, "lasting"), ("six weeks of pain", 42, "lasting"), ("for 3-4 wks", 28, "lasting"),
    ("for a fortnight", 14, "lasting"), ("hurt all year", 365, "lasting"), ("since christmas", 80, "lasting"),
    ("since last tuesday", 5, "lasting"), ("surgery 3 weeks ago", 21, "ago"), ("a 6 week running plan", 42, "other"),
    ("over 6 weeks now", 42.4, "lasting"), ("for months", 60.8, "lasting"),
    ("ache lasting 10 weeks", 70, "lasting"), ("fell in 2020", 2265, "ago"), ("30 weeks back pain again", 210, "weeks"),
    ("for fourteen weeks", 98, "lasting"), ("for twenty one weeks", 147, "lasting"), ("for half a year", 182, "lasting"),
    ("for half a dozen weeks", 42, "lasting"), ("for 1,000 days", 1000, "lasting"), ("for 1,5 weeks", 10, "lasting"),
    ("since may 2019", 2510, "lasting"), ("since may 2030", 318, "lasting"), ("since easter", 344, "lasting"),
    ("since 1 january", 73, "lasting"), ("since 3rd march", 12, "lasting"), ("since the 3rd of march", 12, "lasting"),
    ("since sept", 195, "lasting"), ("since dec", 104, "lasting"), ("since the 5th of jan 2020", 2261, "lasting"),
    ("for a year and a half", 547, "lasting"), ("a year and a half ago", 547, "ago"),
    ("for two and a half weeks", 17.5, "lasting"), ("for 9 and a half weeks now", 66.5, "lasting"),
    ("for a hundred days", 100, "lasting"), ("since 31 march", 349, "lasting"),
    ("im 67, 3 weeks of back pain", 21, "lasting"), ("i am 37. three weeks of pain", 21, "lasting"),
])  # fmt: skip
def test_time_as_people_say_it(text: str, days: float, kind: str) -> None:
    """Lengths of time are read in days, with whether they tell how long it has lasted."""
    (found,) = times.spans(tokens(text), TODAY)
    assert kind == found.kind
    assert days == pytest.approx(found.days, abs=1)


@pytest.mark.parametrize(("typed", "days"), [("for 1½ weeks", 10.5), ("for 1 ½ weeks", 10.5), ("for 12¾ weeks", 89.25)])
def test_a_fraction_belongs_to_its_number(typed: str, days: float) -> None:
    """A number with a fraction in one character is no longer one than it says: a week and a half are not 11 weeks."""
    (found,) = times.spans(tokens(fold(typed)), TODAY)
    assert days == found.days


def test_weeks_at_the_end_are_no_pregnancy_alone() -> None:
    """A bare number of weeks that ends a clause may be how long it has lasted; after "at" it is how far along."""
    kinds = {text: {span.kind for span in times.spans(tokens(text), TODAY)} for text in ("sore 7 weeks", "at 7 weeks")}
    assert {"sore 7 weeks": {"weeks", "lasting"}, "at 7 weeks": {"weeks"}} == kinds


@pytest.mark.parametrize(("text", "years"), [
    ("im 78 and fell", [78]), ("my 8 year old", [8]), ("mum, 81, slipped", [81]), ("aged 69", [69]), ("63yo man", [63]),
    ("three year old with back pain", [3]), ("a sixty seven year old woman", [67]), ("mum is seventy eight", [78]),
    ("aged twelve", [12]), ("a 1.5 year old", []), ("i am one of those people", []), ("1" * 5000, []),
    ("back pain since i was 15", []), ("50 minute workout", []), ("55 inch desk", []), ("pain 10 out of 10", []),
    ("im 80 kilos", []), ("i'm 75 kilograms and fell off my bike", []), ("i am 80 kgs", []), ("im 5 foot 10", []),
    ("im 5 feet tall", []), ("i am 5 ft 2", []), ("male 70 inches", []), ("she is 14 stones", []), ("im 18 st", []),
    ("im 67 feet numb", [67]), ("im 50, times are hard", [50]), ("im 67, 3 days of pain", [67]),
])  # fmt: skip
def test_ages_as_people_say_them(text: str, years: list[float]) -> None:
    """Ages are told from other numbers."""
    assert years == [age.years for age in ages(tokens(text))]


def test_a_notice_whose_condition_is_stated_applies() -> None:
    """A notice is marked as applying, with the words that say so, when the question states its condition."""
    answer = faq_in_use().ask("how long does a back spasm take to heal, mine has lasted 2 months", today=TODAY)
    assert answer.entry
    assert any(notice.applies and "2 months" in notice.because for notice in answer.entry.notices)
    assert "soon" == answer.urgency
    assert "soon" == faq_in_use().ask("how long does it take to heal, mine has lasted 2 months", today=TODAY).urgency


#: A door, and red flags that lead to it or say what to do themselves.
DOORS = {"now": {"level": "emergency", "heading": "NOW", "lead": "Call an ambulance: {emergency_numbers}. Or talk: "
                 "{crisis_lines} ({nurse_line}).", "do": "Call an ambulance.", "short": "Ambulance if"}}  # fmt: skip
FLAGS: list[dict[str, Any]] = [
    {"id": "fall", "sign": "A fall", "why": "w", "raise": [
        {"door": "now", "patterns": ["fell"], "more": ["Sit ({nurse_line})."]},
        {"level": "soon", "lead": "Rest.", "do": "Take a rest.", "patterns": ["tripped"]},
    ]},
    {"id": "slip", "sign": "A slip", "why": "w", "raise": [
        {"level": "emergency", "lead": "Sit down now.", "patterns": ["slid"]},
    ]},
]  # fmt: skip
LISTS = {
    "emergency_numbers": [
        {"country": "the US", "number": "911", "regions": ["US"]},
        {"country": "the UK", "number": "999", "regions": ["GB"]},
    ],
    "crisis_lines": [{"country": "Japan", "number": "1", "name": "Line"}],
    "nurse_lines": [{"country": "the UK", "number": "111", "name": "NHS", "regions": ["GB"]}],
}


@pytest.mark.parametrize(("region", "lead", "more"), [
    ("GB", "Call an ambulance: 999. Or talk: a crisis line in your country (NHS 111).", "Sit (NHS 111)."),
    ("US", "Call an ambulance: 911. Or talk: a crisis line in your country.", "Sit."),
    ("", "Call an ambulance: your emergency number. Or talk: a crisis line in your country.", "Sit."),
])  # fmt: skip
def test_numbers_of_the_reader_stand_in_the_advice(faq: Callable[..., str], region: str, lead: str, more: str) -> None:
    """Numbers in braces are the reader's own, in words where there is none; brackets around none are left out."""
    opened = spasmcli.load(faq("Yes.", doors=DOORS, red_flags=FLAGS, **LISTS), region=region)
    (alert,) = opened.ask("i fell").alerts
    assert (lead, (more,), f"{lead} {more}") == (alert.lead, alert.more, alert.advice)
    assert ("NOW", "Call an ambulance.", "emergency") == (alert.heading, alert.do, alert.level)
    assert ("emergency_numbers", "crisis_lines", "nurse_lines") == alert.calls
    assert region in [line.regions[0] for line in opened.phones()[:1]] or not region


@pytest.mark.parametrize(("region", "lead"), [("GB", "Call NHS 111 today."), ("", "Call a nurse line today.")])
def test_a_line_that_is_not_known_is_named_in_words(faq: Callable[..., str], region: str, lead: str) -> None:
    """A sentence that is built on a number reads well where there is none, and where numbers are left out."""
    item = {"level": "urgent", "lead": "Call {nurse_line} today.", "patterns": ["slid"]}
    opened = spasmcli.load(faq("Yes.", red_flags=[{**FLAGS[1], "raise": [item]}], **LISTS), region=region)
    (alert,) = opened.ask("i slid").alerts
    assert (lead, "Call a nurse line today.") == (alert.lead, alert.do)


def test_what_is_said_belongs_to_the_level(faq: Callable[..., str]) -> None:
    """A sign at a milder level says what its own item says; one without a door says its lead, "do" included."""
    opened = spasmcli.load(faq("Yes.", doors=DOORS, red_flags=FLAGS, **LISTS))
    (tripped,), (slid,) = opened.ask("i tripped").alerts, opened.ask("i slid").alerts
    assert ("soon", "Rest.", "Take a rest.", ()) == (tripped.level, tripped.advice, tripped.do, tripped.calls)
    assert ("emergency", "Sit down now.", "Sit down now.") == (slid.level, slid.advice, slid.do)
    assert ["fall", "slip"] == [alert.id for alert in opened.ask("i fell and slid").alerts]
    assert ["emergency"] == [alert.level for alert in opened.ask("i fell, or tripped").alerts]
    assert ["emergency", "emergency"] == [flag.level for flag in opened.red_flags()]


def test_conditions_without_a_door_tell_their_level(faq: Callable[..., str]) -> None:
    """What stands before the conditions of a notice without a door says how serious it is."""
    levels = ("emergency", "urgent", "soon", "caution")
    opened = spasmcli.load(faq({"notices": [{"level": level, "if": ["it smokes"]} for level in levels]}))
    leads = ["Get emergency help if", "Get help today if", "Get help soon if", "Take care if"]
    notices = opened.entry("entry-1").notices
    assert leads == [notice.short for notice in notices]
    assert [f"{lead}: it smokes." for lead in leads] == [notice.text for notice in notices]


def test_a_lower_alert_within_a_higher_one_is_left_out(faq: Callable[..., str]) -> None:
    """A milder alert that the very words of a more serious one raise is not said as well; any other is."""
    mild, other = (
        {**FLAGS[1], "id": one, "raise": [{"level": "soon", "lead": "Rest.", "patterns": [said]}]}
        for one, said in (("mild", "slid"), ("other", "ached"))
    )
    opened = spasmcli.load(faq("Yes.", red_flags=[mild, other, FLAGS[1]], doors=DOORS, **LISTS))
    assert ["slip"] == [alert.id for alert in opened.ask("i slid").alerts]
    assert ["slip", "other"] == [alert.id for alert in opened.ask("it ached. i slid").alerts]


def test_a_door_goes_unsaid_beside_one_that_covers_it(faq: Callable[..., str]) -> None:
    """Where a door covers another, an alert that leads to the other, and every quiet line, are not said beside it."""
    later = {"level": "soon", "heading": "SOON", "lead": "Book.", "do": "Book.", "short": "Book if"}
    doors = {"now": {**DOORS["now"], "covers": ["soon"]}, "soon": later}
    flags = [
        {"id": one, "sign": "A sign", "why": "w", "raise": [{"door": one, "patterns": [said]}]}
        for one, said in (("now", "slid"), ("soon", "ached"))
    ]
    opened = spasmcli.load(faq("Yes.", red_flags=flags, doors=doors, **LISTS))
    assert ["now"] == [alert.id for alert in opened.ask("it ached. i slid").alerts]
    assert ["soon"] == [alert.id for alert in opened.ask("it ached").alerts]


def test_a_door_that_joins_another_leads_for_both(faq: Callable[..., str]) -> None:
    """Where two doors of a level are called for, the one that joins the other comes first and leads for both."""
    far = {**DOORS["now"], "lead": "Ring {emergency_numbers}.", "do": "Ring.", "joins": ["now"]}
    doors = {"far": far, "now": DOORS["now"]}
    flags = [
        {"id": one, "sign": "A sign", "why": "w", "raise": [{"door": one, "patterns": [said]}]}
        for one, said in (("now", "slid"), ("far", "ached"))
    ]
    opened = spasmcli.load(faq("Yes.", red_flags=flags, doors=doors, **LISTS))
    assert [("far", "Ring."), ("now", "Ring.")] == [(one.id, one.do) for one in opened.ask("i slid. it ached").alerts]
    assert ["Ring."] != [one.do for one in opened.ask("i slid").alerts]


def test_alerts_of_one_level_are_all_said(faq: Callable[..., str]) -> None:
    """Two signs of the same level that different words state are both raised; of the same words one will do."""
    raises = {one: {**FLAGS[1]["raise"][0], "patterns": [one]} for one in ("slid", "bent")}
    opened = spasmcli.load(faq("Yes.", red_flags=[{**FLAGS[1], "id": one, "raise": [raises[one]]} for one in raises]))
    assert ["bent", "slid"] == sorted(alert.id for alert in opened.ask("i slid. then i bent it").alerts)


def test_every_alert_says_what_to_do(bundled: spasmcli.FAQ) -> None:
    """Whatever the sign, what to do is said in a sentence; braces are filled, and no gap is left where one was."""
    for flag in bundled.red_flags():
        assert re.search(r"[.!]$", flag.advice), flag.id
        assert not re.search(r"[{}]|  |\(\)|: *[.;,]", flag.advice), flag.id


@pytest.mark.parametrize("pattern", ["", "my + ", "age >= 65", "... NUMB"])
def test_useless_patterns_are_refused(pattern: str) -> None:
    """A pattern that would match nothing, or everybody, is refused."""
    with pytest.raises(PhraseError):
        parse(pattern)


def occurrences(text: str, groups: dict[str, list[str]]) -> list[Occurrence]:
    """Return where *text* has phrases of *groups*."""
    database = sqlite3.connect(":memory:")
    phrases.write(database, compile_groups(groups))
    return find(tokens(text), phrases.Phrases(database))


def test_groups_may_use_each_other() -> None:
    """A phrase may stand on other groups."""
    found = occurrences("my calf is fine but a numb calf is not", {"leg": ["leg", "calf"], "numb-leg": ["numb LEG"]})
    assert Occurrence("numb-leg", 6, 8) in found


def test_synonyms_may_use_signs(faq: Callable[..., str]) -> None:
    """A synonym may be built on a group of signs; it is found in a question as in the FAQ."""
    path = faq(
        {"question": "What of a very sore back?"},
        vocabulary={"ache": ["hurting", "very SORE"]},
        concepts={"sore": ["sore"]},
    )
    opened = spasmcli.load(path)
    assert ["unsure", "no_match"] == [opened.ask(text).outcome for text in ("hurting", "piano")]


def test_denial_ends_where_a_new_clause_begins() -> None:
    """A negator reaches its sign and no further."""
    words = tokens("no fever but my leg is numb")
    assert {1} == denied(words, [Occurrence("fever", 1, 2), Occurrence("numb", 6, 7)])


def test_denial_ends_before_the_next_clause() -> None:
    """Before its sign, too, a negator reaches no further than its own clause."""
    words = tokens("without sport and my back is numb")
    assert 6 not in denied(words, [Occurrence("numb", 6, 7)])


def test_stretches_end_at_sentences_and_turns() -> None:
    """What undoes a sign does so in its own stretch: up to a full stop, or to "but"."""
    words = tokens("numb then, but fine now. it hurts")
    assert [0, 0, 1, 1, 1, 2, 2] == segments(words)


@pytest.mark.parametrize("question", [
    "fever no, weight loss no, numbness no. back just stiff",
    "any numbness? no. any weakness? no. back just stiff",
    "nurse went through numbness, bladder and bowels, all no. back just stiff",
])  # fmt: skip
def test_signs_answered_with_no_raise_nothing(question: str) -> None:
    """A sign that is answered with no does not count."""
    assert set() == flags(question)


@pytest.mark.parametrize("question", [
    "my cat is incontinent and i tweaked my back cleaning up",
    "the server collapsed so i sat ten hours, stiff back",
    "i used to get bladder infections as a student, now only a stiff back",
])  # fmt: skip
def test_signs_of_the_past_and_of_other_subjects_raise_nothing(question: str) -> None:
    """What is said of pets or things, or of what used to be, does not count."""
    assert RANK[urgency(question)] < RANK["urgent"]


@pytest.mark.parametrize("question", [
    "my dog pulled me over and i landed hard on my back, im 80",
    "the cat is fine and i cant pee since my back went",
    "cant feel my legs, no idea why",
    "i used to run, now i cant feel my groin",
])  # fmt: skip
def test_a_person_beside_a_pet_or_the_past_still_counts(question: str) -> None:
    """A pet, a past habit or an answer in the question hides no sign of the person."""
    assert "emergency" == urgency(question)


@pytest.mark.parametrize(("typed", "flag"), [
    ("i coudnt pee all day since my back went", "bladder-bowel"),
    ("catn feel my groin, bad back", "saddle-numbness"),
    ("i can;t pee since my back went", "bladder-bowel"),
    ("sudden tearng pain in my upper back", "aortic-tearing"),
    ("my blader has stopped working, back pain", "bladder-bowel"),
])  # fmt: skip
def test_misspelt_signs_count(typed: str, flag: str) -> None:
    """A slip in "can't" or in the word of a sign hides nothing."""
    assert flag in flags(typed)


def test_words_that_are_read_after_repairs_are_never_repaired(bundled: spasmcli.FAQ) -> None:
    """No word of times, ages, denials or numbers is taken for a slip, and the short ones are not what a slip means."""
    lexicon = bundled._database.lexicon
    words = times.WORDS | age.WORDS | denial.WORDS | set(numbers.WORDS)
    assert {} == {word: found for word in sorted(words) if (found := read(word, lexicon).corrections)}
    for word in ("nope", "nah", "naw", "hrs", "mth", "fil"):
        assert word != lexicon.words.nearest(word + "q", 1), word


def test_short_answers_and_months_are_read_as_they_stand() -> None:
    """A sign that is answered with "nope" does not count, and pain since December is pain for more than 6 weeks."""
    for answer in ("nope", "nah", "naw"):
        assert set() == flags(f"any chest pain? {answer}")
    assert {"over-6-weeks"} == flags("my back has hurt since december")


#: Signs of a small FAQ, raised by their patterns alone.
SIGNS: dict[str, Any] = {
    "concepts": {"dog": ["dog"], "numb": ["numb"], "no-walk": ["can not walk"], "fell": ["fell"]},
    "others": ["dog"],
    "red_flags": [
        {"id": name, "sign": name, "why": "So.", "raise": [
            {"level": "urgent", "lead": "Go.", "do": "Go.", "patterns": [pattern]},
        ]}
        for name, pattern in {
            "numb": "NUMB", "walk": "NO-WALK", "fall": "FELL + age >= 65", "long": "lasting > 6 weeks"
        }.items()
    ],
}  # fmt: skip


@pytest.mark.parametrize(("question", "raised"), [
    ("not numb or can not walk", ["walk"]), ("not numb or stiff", []), ("not sore or numb", []),
    ("numb? no", []), ("stiff no, numb no", []), ("numb, no", ["numb"]), ("it is numb no", ["numb"]),
    ("my dog can not walk", []), ("my dog is stiff and i can not walk", ["walk"]),
    ("the dog pulled mum down and she can not walk", ["walk"]), ("the dog knocked my legs numb", ["numb"]),
    ("i fell off a 70 year old chair", []), ("i fell, a 70 year old man", ["fall"]),
    ("since christmas", ["long"]), ("since summer", []),
])  # fmt: skip
def test_what_is_said_of_another_time_thing_or_sign(faq: Callable[..., str], question: str, raised: list[str]) -> None:
    """What is denied, a pet and the age of a thing raise nothing; a sign after a denied one does, and a past season."""
    answer = spasmcli.load(faq("Yes.", **SIGNS)).ask(question, today=datetime.date(2026, 7, 15))
    assert raised == [alert.id for alert in answer.alerts]


def test_sentences_share_a_question_out() -> None:
    """Each sentence is judged with its own words, groups and patterns alone, so that a long story takes no square of time."""
    faq = faq_in_use()
    story = "My back went on Monday. I cant pee. My wife is 70 and fine."
    question = read(story, faq._database.lexicon)
    patterns = faq._database.triage.patterns
    stated = patterns.stated(question, TODAY)
    whole, *parts = triage._parts(stated, patterns.hits(stated))
    assert list(whole.within) == [at for part in parts for at in part.within]
    spans = [(one, part.within) for part in parts for some in part.stated.found.values() for one in some]
    assert spans
    assert all(one.start in within and one.end - 1 in within for one, within in spans)
    assert ["bladder-bowel"] == [hit.flag for hit in parts[1].hits]
    assert not any(hit.flag == "bladder-bowel" for part in (parts[0], parts[2]) for hit in part.hits)


def test_a_comma_ends_a_phrase() -> None:
    """Words on two sides of a comma are no phrase together."""
    for text, found in (("numb bladder", 1), ("numb, bladder", 0)):
        assert found == len(occurrences(text, {"numb-bladder": ["numb bladder"]})), text


@pytest.mark.parametrize(("phrase", "said", "other"), [
    ("numb to it all", "i am numb to it all", "numb to the knee"),
    ("do! it tonight", "i will do it tonight", "what should he do tonight"),
    ("had a fall", "she had a fall", "the fall sale"),
    ("top of my back", "top of his back", "top of the morning"),
])  # fmt: skip
def test_phrases_keep_the_small_words_that_they_need(phrase: str, said: str, other: str) -> None:
    """A phrase is never cut down to one telling word, but "my" may still be "his"."""
    for text, found in ((said, True), (other, False)):
        assert found == bool(occurrences(text, {"sign": [phrase]})), text


def test_no_single_everyday_word_raises_an_alert() -> None:
    """A question of one small word raises nothing, whatever phrases the FAQ's signs are made of."""
    assert {} == {word: found for word in sorted(STOP_WORDS) if (found := flags(f"{word} back {word}"))}


def test_the_telling_words_are_quoted() -> None:
    """An alert that no pattern raised quotes a stretch of the question, a few words long, not the whole story."""
    faq = faq_in_use()
    patterns = faq._database.triage.patterns
    fresh = (Path(__file__).parent.parent / "bench" / "fresh_signs.jsonl").read_text(encoding="utf-8").splitlines()
    seen = 0
    for text in [str(json.loads(line)["q"]) for line in fresh[:300]]:
        question = read(text, faq._database.lexicon)
        hits = {hit.flag for hit in patterns.hits(patterns.stated(question, TODAY))}
        for alert in faq.ask(text, today=TODAY).alerts:
            if alert.id not in hits:
                seen += 1
                assert alert.matched in question.text
                assert 1 <= len(alert.matched.split()) <= 2 * signscore.AROUND + 1 + _LEFT, text
    assert seen > 10
