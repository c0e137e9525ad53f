"""Warning signs as they were agreed on: the worked examples, with level, door and first line."""

from __future__ import annotations

import datetime
import functools

import pytest

import spasmcli
from spasmcli.faqfile.check import document_of
from spasmcli.faqfile.file import bundled_source
from spasmcli.records import RANK, Line

DAY = datetime.date(2026, 11, 29)

#: A line, the level it raises, its red flag, its door.
WORKED = [
    ("my back hurts more whenever i cough, started tuesday", "soon", "cough-sneeze", "soon-days"),
    ("im 71, coughed and felt a crack in my back, on prednisone since spring", "urgent", "fragility-fracture", "today"),
    ("this spasm wakes me every night, nothing else wrong", "soon", "night-pain", "soon-days"),
    ("cant sleep for back pain and i had bowel cancer in 2021", "urgent", "cancer-history", "today"),
    ("stuck on the kitchen floor with my back, cant get up, im 38", "urgent", "severe-unrelenting", "today"),
    ("woke up and my right arm is suddenly useless, shoulder blade aches", "emergency", "stroke-signs", "ambulance"),
    ("fingers tingling for a month, sore neck and blade", "soon", "arm-nerve", "soon"),
    ("32 weeks, backache every few minutes and baby quieter than usual", "emergency", "pregnancy-warning", "maternity"),
    ("pregnant and soaking pads, back pain", "emergency", "early-pregnancy", "ambulance"),
    ("burning stripe round the left side of my back and blisters today", "urgent", "shingles-rash", "pharmacist-today"),
    ("fell down three stairs in the flat, 29, back sore since", "urgent", "major-trauma", "today"),
    ("nan is 82 and went over on the path, says her back is sore", "emergency", "fall-older", "emergency"),
    ("is this a heart attack or just a rhomboid spasm", "emergency", "chest-pain", "ambulance"),
    ("i swallowed 10 paracetamol at once for my back, feel fine", "emergency", "too-much-medicine", "poison"),
    ("im on warfarin, is ibuprofen gel ok on my back", "soon", "painkiller-harm", "pharmacist"),
    ("cant go on with this pain, dont see the point", "emergency", "self-harm", "crisis"),
    ("temp 38.6 and my back is aching, im having chemo", "emergency", "immune-suppressed", "emergency"),
    ("stiff neck, fever, light hurts", "emergency", "meningitis-signs", "ambulance"),
    ("sharp stab in my upper back every time i breathe in since last night", "urgent", "breathing-pain", "today"),
    ("havent peed since last night", "emergency", "bladder-bowel", "emergency"),
    ("67, sudden agony low back, came over faint", "emergency", "pulsating-belly", "ambulance"),
    ("ankylosing spondylitis for years, slipped off a kerb, neck hurts", "emergency", "fall-older", "ambulance"),
    ("leg went cold and white an hour ago, really hurts", "emergency", "other-emergency", "ambulance"),
]  # fmt: skip
#: Lines that raise nothing, or no more than a visit.
HARMLESS = [
    "excruciating spasm since this morning, i can shuffle to the loo", "what is cauda equina",
    "can cancer cause back pain", "my 13 year old's back aches after netball", "methocarbamol side effects",
    "bum went numb on the bike", "sciatica stretches", "slept funny, stiff neck", "pee often, drinking loads",
    "im diabetic, which stretch", "slipped in the kitchen, 29, bit sore, walking fine",
    "flu, aching all over, back too", "67, back gone again lifting a box", "my back spasm keeps me awake",
    "kid jumped on my back", "feet go numb on the treadmill", "tingling between my legs on the bike",
    "my chest and back are sore from swimming", "will i be paralysed", "weak legs from lying in bed all week",
    "i leaked a bit when i sneezed, always do since my kids", "hit in the back by a football",
    "my back spasmed so hard i fell", "aneurysm", "my 3 month old back injury", "my back problem is 4 years old",
    "mum of a 1 year old, back in spasm", "my mattress is 12 years old and my back hurts",
    "nurse for 20 years, back went yesterday", "my arm is numb after sleeping on it",
    "my toes are numb from tight running shoes", "could it be a kidney stone", "i sneezed and my back locked",
]  # fmt: skip
#: Quiet lines, by a beginning of their text.
QUIET = [
    ("excruciating spasm since this morning, i can shuffle to the loo", "Ask a pharmacist about pain relief"),
    ("what is cauda equina", "If you are numb around your genitals"),
    ("can cancer cause back pain", "If you have ever had cancer"),
    ("my 13 year old's back aches after netball", "Tell an adult or doctor"),
    ("sciatica stretches", "Go to an emergency department"),
    ("slipped in the kitchen, 29, bit sore, walking fine", "Go to an emergency department"),
]


@functools.cache
def faq(region: str = "GB") -> spasmcli.FAQ:
    """The bundled FAQ, for a reader in *region*."""
    return spasmcli.load(region=region)


@functools.cache
def asked() -> tuple[Line, ...]:
    """The labelled lines of the bundled FAQ."""
    return document_of(*bundled_source()).asked


@pytest.mark.parametrize(("line", "level", "flag", "door"), WORKED)
def test_worked_examples(line: str, level: str, flag: str, door: str) -> None:
    """A worked example raises its sign at its level, sends people through its door, and raises nothing else."""
    answer = faq().ask(line, today=DAY)
    assert [(level, flag, door)] == [(alert.level, alert.id, alert.door) for alert in answer.alerts]
    assert level == answer.urgency
    assert level == "soon" or not answer.hints


@pytest.mark.parametrize("line", HARMLESS)
def test_ordinary_lines_raise_no_alarm(line: str) -> None:
    """What only sounds like a sign sends nobody to a doctor today."""
    answer = faq().ask(line, today=DAY)
    assert RANK[answer.urgency] < RANK["urgent"], answer.alerts


@pytest.mark.parametrize(("line", "beginning"), QUIET)
def test_quiet_lines(line: str, beginning: str) -> None:
    """A name in a general question, or a mild form, gets a quiet line and no alarm."""
    assert any(hint.text.startswith(beginning) for hint in faq().ask(line, today=DAY).hints)


def test_numbers_of_the_reader() -> None:
    """The reader's own number stands in the lead; where the country is unknown no number is made up."""
    line = "havent peed since last night"
    assert "call 999 or 112." in faq("GB").ask(line).alerts[0].lead
    assert "call 112." in faq("IN").ask(line).alerts[0].lead
    assert "call your emergency number." in faq("").ask(line).alerts[0].lead


def test_after_self_harm_no_other_entry() -> None:
    """After words of self-harm stand a kind word and lines to call, and no entry."""
    answer = faq("IN").ask("cant go on with this pain, dont see the point", today=DAY)
    assert "Tele-MANAS" in answer.alerts[0].lead
    assert (None, "no_match", ()) == (answer.entry, answer.outcome, answer.candidates)


@pytest.mark.parametrize("added", [
    "no numbness, no fever. ", "Thanks so much, have a lovely day! ", "hello, hope you can help. ",
    "What stretches help a tight muscle? ", "I pulled a muscle at the gym and it is just stiff. ", "Is heat or ice better? ",
    "I sit at a desk all day. ", "My mattress is old. ",
])  # fmt: skip
@pytest.mark.parametrize("line", [line for line, level, *_ in WORKED if level == "emergency"])
def test_more_words_never_lower_a_level(line: str, added: str) -> None:
    """A denial, a friendly or an ordinary sentence before or after a sign never lowers its level."""
    for text in (f"{added}{line}", f"{line}. {added}"):
        assert "emergency" == faq().ask(text, today=DAY).urgency, text


def test_a_denial_of_every_sign_raises_nothing() -> None:
    """Somebody who denies every sign is not alarmed."""
    line = "back spasm, no numbness, no weakness, no fever, no chest pain, no trouble peeing, no weight loss, no fall"
    assert () == faq().ask(line, today=DAY).alerts


@pytest.mark.parametrize("line", [
    "trouble peeing and my back is burning", "slurred speech but im not drunk",
    "mini stroke last year, now slurred speech", "not epileptic, had a seizure this morning",
    "leg cold and white with a bruise", "pain the same for months, now my legs are numb",
    "took 6 extra paracetamol by mistake", "wet myself and cant keep food down", "lymphoma and a fever, back pain",
])  # fmt: skip
def test_what_stands_beside_a_sign_does_not_soften_it(line: str) -> None:
    """An emergency stays one beside words that would excuse another sign, or that say that they are no excuse."""
    assert faq().ask(line, today=DAY).urgency == "emergency"


def test_two_kidneys_are_not_called_one() -> None:
    """A kidney infection that keeps nothing down is an emergency for its own reason."""
    (told,) = faq().ask("side pain with fever and i throw up everything", today=DAY).alerts
    assert told.level == "emergency"
    assert "one kidney" not in told.why


def test_matched_is_a_natural_quotation() -> None:
    """What raised an alert is quoted in whole words; for a time the time alone."""
    assert "for 2 months" == faq().ask("pain between shoulder blades for 2 months", today=DAY).alerts[0].matched


def test_a_quotation_does_not_break_off() -> None:
    """No quotation ends on a word that wants another after it, or begins or ends on one that joins, but at an end."""
    small = {"the", "a", "my", "and", "or", "but", "because", "every", "with", "of"}
    for line in asked()[::40]:
        folded = line.text.lower()
        for one in faq().ask(line.text, today=DAY).alerts:
            last = one.matched.split()[-1].lower()
            assert last not in small or folded.rstrip(" .?!").endswith(one.matched.lower()), (line.text, one.matched)


@pytest.mark.parametrize(("line", "level"), [
    ("cant stop crying and i dont want to be here any more", "emergency"),
    ("whats the use, theres no point carrying on", "emergency"),
    ("ive got marfan syndrome and it began to hurt behind my ribs today", "emergency"),
    ("halfway through chemo and it says 37.7, sore back", "emergency"),
    ("there is no sensation when i pee", "emergency"),
    ("jolts down my spine whenever i bend my neck, neck hurts too", "emergency"),
    ("a van hit me on the crossing, back is sore", "emergency"),
    ("couldnt remember how many paracetamol i had so took two more", "emergency"),
    ("im pregnant and took ibuprofen all week", "urgent"), ("low speed bump in the car, neck is stiff", "urgent"),
    ("is ibuprofen ok with ramipril", "soon"), ("can i have my mums tramadol", "soon"), ("ive shrunk by an inch", "soon"),
    ("used to inject, clean for years, back aches", "soon"), ("stomach ulcer last year, what can i take", "none"),
])  # fmt: skip
def test_levels_of_plain_words(line: str, level: str) -> None:
    """A sign said in plain words has the level of its row: no more, no less."""
    assert faq().ask(line, today=DAY).urgency == level


@pytest.mark.parametrize("flag", [flag.id for flag in faq().red_flags()])
def test_every_sign_can_be_raised(flag: str) -> None:
    """Of the lines that are labelled with a sign in the FAQ's own data, many raise an alert or a quiet line."""
    lines = [line for line in asked() if line.sign == flag][:20]
    answers = [faq().ask(line.text, today=DAY) for line in lines]
    raised = sum(bool(answer.alerts or answer.hints) for answer in answers)
    assert raised >= 0.4 * len(lines), (raised, len(lines))
