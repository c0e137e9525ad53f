"""The bundled FAQ: what its entries, notices, links, sources and warning signs must hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

import spasmcli
from spasmcli.text.words import normal_form
from spasmcli.faqfile.check import load_document, problems_of
from spasmcli.records import Document, Entry

HERE = Path(__file__).parent
DATA = HERE.parent / "data" / "faq.yaml"
DOCUMENT: Document = load_document(str(DATA))
ENTRIES = {entry.id: entry for entry in DOCUMENT.entries}
HUBS = {"when-to-see-a-doctor", "emergency-signs"}
GIVEN = yaml.safe_load((HERE / "given_facts.yaml").read_text(encoding="utf-8"))
IDS = """mid-back-spasm-causes release-mid-back-spasm running-with-back-spasms back-spasm-recovery-time
    shoulder-blade-spasm-causes muscle-spasm-healing-time back-seizes-when-running exercise-after-back-spasm
    exercising-with-back-spasms rhomboid-spasm-feel when-to-see-a-doctor emergency-signs heat-or-ice
    pain-relief-medicine
    muscle-relaxants sleeping-position bed-rest sitting-and-desk-work lifting-safely preventing-spasms
    shoulder-blade-relief massage-and-foam-rolling back-spasm-feel low-back-spasm-causes pain-when-breathing
    kidney-or-muscle sciatica spasms-at-night stress-and-spasms dehydration-and-minerals pregnancy working-with-a-spasm
    scans-and-tests physical-therapy-and-manual-care strain-or-disc best-exercises older-adults-and-fractures""".split()
#: Hosts that only relay, copy, stage or archive what others publish.
RELAYS = re.compile(
    r"webarchive|archive\.org|staging|preflight|platformsh|pages\.dev|azurewebsites|adam\.com|fortis|pharmacy"
)
each_entry = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)


def test_passes_the_check_that_users_get() -> None:
    """The bundled file has no fault that `spasm check` would name."""
    assert problems_of(str(DATA)) == []


def test_has_every_promised_id() -> None:
    """Scripts find every id that was ever promised."""
    assert set(IDS) <= set(ENTRIES)


@pytest.mark.parametrize(("entry_id", "fact"), [(e, fact) for e, facts in GIVEN.items() for fact in facts])
def test_keeps_every_given_fact(entry_id: str, fact: str) -> None:
    """No fact or figure of the ten given answers is lost or changed."""
    assert fact in ENTRIES[entry_id].answer


@each_entry
def test_answers_are_short_enough_to_read_in_pain(entry: Entry) -> None:
    """An answer has 60 to 160 words; the one with numbered steps may take 190."""
    words = len(re.findall(r"[\w'-]*\w[\w'-]*", entry.answer))
    assert 60 <= words <= (190 if entry.id == "release-mid-back-spasm" else 160)


@each_entry
def test_can_be_asked_for_in_many_ways(entry: Entry) -> None:
    """Each entry has at least 15 aliases that differ in more than word order."""
    assert len({" ".join(sorted(normal_form(alias).split())) for alias in entry.aliases}) >= 15


@each_entry
def test_says_where_it_is_from(entry: Entry) -> None:
    """Each entry names sources, and no address is that of a relay, a copy, a staging site or an archive."""
    assert entry.sources
    assert not [s.url for s in entry.sources if s.url and RELAYS.search(s.url)]


@each_entry
def test_is_one_step_from_help(entry: Entry) -> None:
    """An entry with a notice links to one of the two entries about when to get help."""
    assert not entry.notices or entry.id in HUBS or HUBS & set(entry.related)


@each_entry
def test_every_entry_leads_to_every_other(entry: Entry) -> None:
    """From each entry, related links lead to every other one in at most six steps."""
    reached, steps = {entry.id}, 0
    while len(reached) < len(ENTRIES) and steps < 6:
        reached |= {other for known in reached for other in ENTRIES[known].related}
        steps += 1
    assert reached == set(ENTRIES)


@each_entry
def test_links_are_next_questions(entry: Entry) -> None:
    """Two to four links, none of them twice."""
    assert 2 <= len(set(entry.related)) == len(entry.related) <= 4


def test_topics_are_a_handful() -> None:
    """At most seven topics, each used as the main one of some entry."""
    assert len(DOCUMENT.topics) <= 7
    assert {topic.name for topic in DOCUMENT.topics} == {entry.topics[0] for entry in ENTRIES.values()}


def test_never_one_emergency_number_alone() -> None:
    """Numbers differ by country: no text names one alone, and none tells people to call 111."""
    texts = [e.answer + " ".join(n.text for n in e.notices) for e in ENTRIES.values()]
    texts += [flag.advice + flag.why for flag in DOCUMENT.red_flags]
    assert not [text for text in texts if re.search(r"\b(call|ring|dial|phone) 111\b", text, re.IGNORECASE)]
    for text in texts:
        named = set(re.findall(r"(?<![\d,])(999|911|112|000|111)\b", text))
        assert len(named) != 1, text


def test_names_all_warning_signs() -> None:
    """All 45 warning signs are there, each with a reason, what to do, sources and patterns."""
    assert len(DOCUMENT.red_flags) == 45
    for flag in DOCUMENT.red_flags:
        assert flag.why
        assert flag.advice
        assert flag.sources
        assert all(rule.patterns for rule in flag.rules)


def test_emergencies_say_whom_to_call() -> None:
    """The advice of every emergency names the numbers of several countries."""
    for flag in spasmcli.load(str(DATA)).red_flags():
        if flag.level == "emergency":
            assert {"999", "911", "000"} <= set(re.findall(r"\d{3}", flag.advice)), flag.id


def test_bench_questions_are_not_aliases() -> None:
    """The questions that quality is measured on are not answered by heart."""
    known = {normal_form(text) for entry in ENTRIES.values() for text in (entry.question, *entry.aliases)}
    lines = (HERE.parent / "bench" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 500
    assert not [line for line in lines if normal_form(json.loads(line)["q"]) in known]


def test_bench_questions_cover_every_entry() -> None:
    """Quality is measured with at least eight questions an entry and a hundred off-topic ones."""
    lines = [json.loads(line) for line in (HERE.parent / "bench" / "questions.jsonl").read_text("utf-8").splitlines()]
    assert all(sum(entry_id in line["ids"][:1] for line in lines) >= 8 for entry_id in IDS)
    assert sum(not line["ids"] for line in lines) >= 100
