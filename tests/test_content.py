"""The bundled FAQ: what its entries, notices, links, sources and warning signs must hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from spasmcli.faqfile.check import load_document, problems_in
from spasmcli.records import Document, Entry
from spasmcli.text.words import normal_form

HERE = Path(__file__).parent
DATA = HERE.parent / "data" / "faq.yaml"
DOCUMENT: Document = load_document(str(DATA))
ENTRIES = {entry.id: entry for entry in DOCUMENT.entries}
GIVEN = yaml.safe_load((HERE / "given_facts.yaml").read_text(encoding="utf-8"))
IDS = """mid-back-spasm-causes release-mid-back-spasm running-with-back-spasms back-spasm-recovery-time
    shoulder-blade-spasm-causes muscle-spasm-healing-time back-seizes-when-running exercise-after-back-spasm
    exercising-with-back-spasms rhomboid-spasm-feel when-to-see-a-doctor emergency-signs heat-or-ice
    pain-relief-medicine
    muscle-relaxants sleeping-position bed-rest sitting-and-desk-work lifting-safely preventing-spasms
    shoulder-blade-relief massage-and-foam-rolling back-spasm-feel low-back-spasm-causes pain-when-breathing
    kidney-or-muscle sciatica spasms-at-night stress-and-spasms dehydration-and-minerals pregnancy working-with-a-spasm
    scans-and-tests physical-therapy-and-manual-care strain-or-disc best-exercises older-adults-and-fractures
    what-to-do-first getting-up-and-moving long-lasting-pain injections-and-surgery after-back-surgery scan-report-words
    neck-and-shoulders wear-and-tear sex-with-back-pain""".split()
#: Hosts that only relay, copy, stage or archive what others publish.
RELAYS = re.compile(
    r"webarchive|archive\.org|staging|preflight|platformsh|pages\.dev|azurewebsites|adam\.com|fortis|pharmacy"
)
each_entry = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)


def test_passes_the_check_that_users_get() -> None:
    """The bundled file has no fault that `spasm check` would name."""
    assert problems_in(DATA.read_bytes(), str(DATA)) == []


def test_has_every_promised_id() -> None:
    """Scripts find every id that was ever promised."""
    assert set(IDS) <= set(ENTRIES)


@pytest.mark.parametrize(("entry_id", "fact"), [(e, fact) for e, facts in GIVEN.items() for fact in facts])
def test_keeps_every_given_fact(entry_id: str, fact: str) -> None:
    """No fact or figure of the ten given answers is lost or changed."""
    assert fact in ENTRIES[entry_id].answer


@each_entry
def test_answers_are_short_enough_to_read_in_pain(entry: Entry) -> None:
    """The direct answer has at most 84 words; the one with numbered steps may take 110."""
    words = len(re.findall(r"[\w'-]*\w[\w'-]*", entry.short))
    assert 8 <= words <= (110 if entry.id == "release-mid-back-spasm" else 84)


@each_entry
def test_can_be_asked_for_in_many_ways(entry: Entry) -> None:
    """Each entry has at least 15 lines that people type for it, which differ in more than word order."""
    typed = [*entry.aliases, *(line.text for line in DOCUMENT.asked if entry.id in line.wants)]
    assert len({" ".join(sorted(normal_form(text).split())) for text in typed}) >= 15


@each_entry
def test_says_where_it_is_from(entry: Entry) -> None:
    """Each entry names sources, and no address is that of a relay, a copy, a staging site or an archive."""
    assert entry.sources
    assert not [s.url for s in entry.sources if s.url and RELAYS.search(s.url)]


def test_links_open() -> None:
    """Links are https but for one host that may have no other, no page stands twice, and few sources have no link."""
    sources = {one for entry in ENTRIES.values() for one in entry.sources}
    sources |= {one for flag in DOCUMENT.red_flags for one in flag.sources}
    links = [one.url for one in sources if one.url]
    assert len([link for link in links if not link.startswith("https://")]) <= 1
    assert len({link.rstrip("/").casefold() for link in links}) == len(links)
    assert len(sources) - len(links) <= 5


@each_entry
def test_soon_is_as_soon_as_its_sign(entry: Entry) -> None:
    """A visit that its sign asks for within days is not put off to two weeks by the entry."""
    days = {"night-pain", "cough-sneeze", "upper-back-unexplained", "lump-shape"}
    late = [one for notice in entry.notices if notice.door == "soon" for one in notice.conditions]
    assert not [one.text for one in late if one.when and set(one.when) <= days]


@each_entry
def test_every_entry_leads_to_every_other(entry: Entry) -> None:
    """From each entry, related links lead to every other one in at most six steps."""
    reached, steps = {entry.id}, 0
    while len(reached) < len(ENTRIES) and steps < 6:
        reached |= {link.id for known in reached for link in ENTRIES[known].related}
        steps += 1
    assert reached == set(ENTRIES)


@each_entry
def test_links_are_next_questions(entry: Entry) -> None:
    """Two to four links, none of them twice."""
    assert 2 <= len({link.id for link in entry.related}) == len(entry.related) <= 4


def test_topics_are_a_handful() -> None:
    """At most seven topics, each used as the main one of some entry."""
    assert len(DOCUMENT.topics) <= 7
    assert {topic.name for topic in DOCUMENT.topics} == {entry.topics[0] for entry in ENTRIES.values()}


def test_no_emergency_number_stands_alone() -> None:
    """Numbers differ by country: no text of the FAQ names one, and none tells people to call 111."""
    texts = [e.short + e.details + " ".join(n.text for n in e.notices) for e in ENTRIES.values()]
    texts += [flag.sign + flag.why for flag in DOCUMENT.red_flags] + [door.do for door in DOCUMENT.doors]
    texts += [hint.text for flag in DOCUMENT.red_flags for hint in flag.hints]
    assert not [text for text in texts if re.search(r"(call|ring|dial|phone)\W+\d{3}\b", text, re.IGNORECASE)]


def test_names_all_warning_signs() -> None:
    """Each of the 52 warning signs has a reason, a source, a door and patterns or lines that raise it."""
    assert len(DOCUMENT.red_flags) == 52
    doors = {door.name for door in DOCUMENT.doors}
    stated = {line.sign for line in DOCUMENT.asked if line.sign and not line.near}
    for flag in DOCUMENT.red_flags:
        assert flag.why
        assert flag.sources
        assert {item.door for item in flag.raises} <= doors
        assert any(item.patterns for item in flag.raises) or flag.id in stated or flag.hints


def test_lines_that_judge_are_not_learnt_by_heart() -> None:
    """No line that quality is measured on is an alias or a labelled line of the FAQ."""
    known = {normal_form(text) for entry in ENTRIES.values() for text in (entry.question, *entry.aliases)}
    known |= {normal_form(line.text) for line in DOCUMENT.asked}
    judging = sorted((HERE.parent / "bench").glob("fresh_*.jsonl"))
    assert len(judging) == 3
    for path in judging:
        lines = [json.loads(line)["q"] for line in path.read_text("utf-8").splitlines()]
        assert [line for line in lines if len(normal_form(line).split()) > 3 and normal_form(line) in known] == []
