"""FAQ files: reading them safely, finding every fault in one run, and the JSON Schema that says the same."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from process import Spasm

import spasmcli
from spasmcli.errors import EXIT_BAD_FAQ, FAQError, Problem
from spasmcli.faqfile import schema, tree
from spasmcli.faqfile.check import check, document_of, load_document, problems_in
from spasmcli.faqfile.file import MAX_BYTES, read_bytes
from spasmcli.faqfile.tree import BAD, MAX_DEPTH, Node, parse
from spasmcli.records import (
    PHONE_LISTS,
    Condition,
    Document,
    Door,
    Entry,
    Line,
    Link,
    Notice,
    PhoneLine,
    Raise,
    RedFlag,
    Source,
    Stage,
    Topic,
)  # fmt: skip

DATA = Path(__file__).parent.parent / "data"
SCHEMA = schema.json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

#: The least that is valid, four lines; what is added to it begins on line 5.
ONE = "entries:\n  - id: flat\n    question: What if a tyre is flat?\n    answer: Pump it.\n"
#: A second entry after ONE, on lines 5 to 7.
TWO = ONE + "  - id: chain\n    question: Why does my chain squeak?\n    answer: Oil it.\n"
#: A red flag after ONE without what raises it; its id is on line 6 and what is added to it begins on line 9.
SHORT = ONE + "red_flags:\n  - id: no-brakes\n    sign: No brakes\n    why: You may crash.\n"
#: The same with what is said of it; what is added to that begins on line 12.
FLAG = SHORT + "    raise:\n      - level: emergency\n        lead: Stop now.\n"
#: The same with a pattern; what is added to it begins on line 13.
FLAGGED = FLAG + "        patterns: [a b]\n"
#: A door after ONE, on line 5.
DOOR = ONE + "doors: {shop: {level: soon, heading: H, lead: Call a shop., do: Call., short: Shop if}}\n"
SIGNS = "concepts:\n  brake: [brakes]\n  fail: [failed, BRAKE gone]\n  fine-now: [fixed now]\ncancels: [FINE-NOW]\n"
FULL = """\
title: Bikes
note: Not legal advice.
fallback: flat
topics:
  - {name: repair, title: Repair}
sources:
  shop: {publisher: The Shop, title: Tyres, url: "https://example.org/t"}
vocabulary:
  tyre: [tyre, tire, "26"]
concepts:
  brake: [brakes]
  fail: [BRAKE ... failed, no BRAKE]
  fine-now: [fixed now]
  dog: [dog]
cancels: [FINE-NOW]
others: [DOG]
doors:
  today:
    level: urgent
    heading: TODAY
    lead: "Call a shop today ({nurse_line})."
    do: Call a shop today.
    short: Today if
condition_sets:
  always: [it smokes, {text: it burns, when: [no-brakes]}]
red_flags:
  - id: no-brakes
    sign: Brakes that do not work
    why: You may crash.
    raise:
      - level: emergency
        lead: "Stop now. Call {emergency_numbers}, or talk: {crisis_lines}."
        patterns: [FAIL + TYRE unless FINE-NOW, FAIL ~ age >= 65]
        unless: [in a film]
        despite: [FINE-NOW]
    see: flat
    sources: [shop, {publisher: P, title: T}]
  - id: fork
    sign: A bent fork
    why: It may break.
    raise:
      - {level: emergency, lead: "Stop now.", patterns: [bent fork]}
      - {door: today, patterns: [fork noise], unless: [old noise], more: [Walk home.]}
    hints:
      - {text: Look at it., patterns: [fork], unless: [knife]}
emergency_numbers:
  - {country: the UK, number: "999", regions: [GB, GB-ENG]}
crisis_lines:
  - {country: the US, number: "988", regions: [US], name: Lifeline}
nurse_lines:
  - {country: the UK, number: "111"}
elsewhere:
  emergency_numbers: Ask somebody.
entries:
  - id: flat
    question: What if a tyre is flat?
    answer: |-
      Pump it.

      - Then ride.
    details: It may last.
    aliases: [tyre has no air, "911"]
    topics: [repair]
    notices:
      - {level: caution, text: Mind the rim.}
      - {level: urgent, text: Stop., when: [no-brakes]}
      - {door: today, if: [a nail, {text: a bang, when: [fork]}], use: [always]}
    timeline:
      - {from_day: 1, to_day: 2, usual: It hisses., do: Pump., see: Never.}
      - {from_day: 3, to_day: null, see: Soon.}
    related: [chain.2_B]
    sources: [shop, {publisher: P, title: T}]
  - {id: chain.2_B, question: "Why does my chain squeak?", answer: Oil it.}
  - {question: "And *without* an id, what then?", answer: One is made.}
asked:
  entries:
    flat: [psst from my wheel, {ask: wheel or chain, wants: [flat], or: [chain.2_B]}]
  signs:
    fork: {emergency: [fork snapped], near: [fork and knife]}
  ordinary: [nice bike]
  other: [cheese, {ask: chain letter, wants: [chain.2_B]}]
"""

#: Faults of one value, which the JSON Schema finds too: name, file, line, column, words of the message.
SHAPE_FAULTS = [
    ("no entries", "title: Bikes\n", 1, 1, "this FAQ file has no 'entries': add it"),
    ("entries empty", "entries: []\n", 1, 10, "'entries' is an empty list"),
    ("entries null", "title: x\nentries:\n", 2, 9, "'entries' is empty: write a list"),
    ("entries a text", "entries: none\n", 1, 10, "'entries' is a text where a list belongs"),
    ("entries a mapping", "entries:\n  id: a\n", 2, 3,
     "'entries' is a mapping of names to values where a list belongs"),
    ("entry a text", "entries:\n  - flat\n", 2, 5, "this entry is a text where a mapping belongs"),
    ("list of entries, one without an answer", "- question: Why a?\n", 1, 3, "this entry has no 'answer': add it"),
    ("top level a text", "hello\n", 1, 1, "must begin with 'entries:'"),
    ("list of texts", "- a\n", 1, 3, "this entry is a text where a mapping belongs"),
    ("empty list", "[]\n", 1, 1, "'entries' is an empty list"),
    ("empty file", "", 1, 1, "must begin with 'entries:'"),
    ("comments only", "# nothing\n# here\n", 1, 1, "must begin with 'entries:'"),
    ("unknown field, near", ONE + "    anwser: x\n", 5, 5, "cannot have a field 'anwser': did you mean 'answer'?"),
    ("unknown field, far", ONE + "    colour: red\n", 5, 5, "'colour': use id, question, answer,"),
    ("unknown section", ONE + "vocabularly: {}\n", 5, 1,
     "this FAQ file cannot have a field 'vocabularly': did you mean"),
    ("field without a name", ONE + "    '': x\n", 5, 5, "a field of this entry has no name"),
    ("answer missing", "entries:\n  - id: a\n    question: Why a?\n", 2, 5, "this entry has no 'answer': add it"),
    ("id is yes/no", ONE.replace("flat\n", "no\n", 1), 2, 9,
     "'id' has the value no, which is read as a yes/no value: put it in quotes"),
    ("id is a date", ONE.replace("flat\n", "2024-01-01\n", 1), 2, 9,
     "the value 2024-01-01, which is read as a date: put it in quotes"),
    ("id is a number", ONE.replace("flat\n", "014\n", 1), 2, 9,
     "the value 014, which is read as a number: put it in quotes"),
    ("id is a time", ONE.replace("flat\n", "12:30\n", 1), 2, 9,
     "the value 12:30, which is read as a number: put it in quotes"),
    ("id is null", ONE.replace("id: flat\n", "id:\n", 1), 2, 8, "'id' is empty: write a text"),
    ("id is tilde", ONE.replace("flat\n", "~\n", 1), 2, 9, "'id' is empty: write a text"),
    ("id has a space", ONE.replace("flat\n", "flat tyre\n", 1), 2, 9,
     "'id' is 'flat tyre', which is not an id: use letters"),
    ("id has a dash first", ONE.replace("flat\n", "-flat\n", 1), 2, 9,
     "'id' is '-flat', which is not an id: use letters, digits, '-', '_' and '.', no spaces, and begin with a letter"),
    ("id with an invisible sign", ONE.replace("flat\n", "flat\u200b\n", 1), 2, 9,
     "with the character U+200B, which is not an id"),
    ("id with a Cyrillic letter", ONE.replace("flat\n", "fl\u0430t\n", 1), 2, 9, "with the character U+0430, which is"),
    ("answer is nested", ONE.replace("Pump it.", "{now: x}"), 4, 13,
     "'answer' is a mapping of names to values where a text belongs"),
    ("answer is a list", ONE.replace("Pump it.", "[x]"), 4, 13, "'answer' is a list where a text belongs"),
    ("answer is blank", ONE.replace("Pump it.", "'  '"), 4, 13, "'answer' is empty: write a text"),
    ("answer is a float", ONE.replace("Pump it.", "1.5"), 4, 13, "the value 1.5, which is read as a number"),
    ("alias is a number", ONE + "    aliases: [flat, 911]\n", 5, 21,
     "an item of 'aliases' has the value 911, which is read as a number: put it in quotes"),
    ("alias is empty", ONE + "    aliases:\n      -\n", 6, 8, "an item of 'aliases' is empty"),
    ("aliases a text", ONE + "    aliases: flat\n", 5, 14, "'aliases' is a text where a list belongs: put each item"),
    ("aliases null", ONE + "    aliases:\n", 5, 13, "'aliases' is empty: write a list"),
    ("aliases a number", ONE + "    aliases: 4\n", 5, 14, "'aliases' is a number where a list belongs"),
    ("topic with a space", ONE + "    topics: [a b]\n", 5, 14, "an item of 'topics' is 'a b', which is not an id"),
    ("notice level, near", ONE + "    notices: [{level: urgnet, text: x}]\n", 5, 23,
     "'level' is 'urgnet': did you mean 'urgent'?"),
    ("notice level, far", ONE + "    notices: [{level: high, text: x}]\n", 5, 23,
     "'level' is 'high': use caution, soon, urgent or emergency"),
    ("flag with a level of its own", FLAGGED + "    level: emergency\n", 13, 5,
     "this red flag cannot have a field 'level': use id, sign, why, raise, hints, see or sources"),
    ("signs by themselves", ONE + "signs: {brake: [brakes]}\n", 5, 1, "this FAQ file cannot have a field 'signs'"),
    ("source without title", ONE + "    sources: [{publisher: P}]\n", 5, 15, "this source has no 'title'"),
    ("source url", ONE + "    sources: [{publisher: P, title: T, url: 'ftp://x'}]\n", 5, 45,
     "'url' is 'ftp://x', which is not a web address: begin it with https://"),
    ("source url without host", ONE + "    sources: [{publisher: P, title: T, url: 'https:///x'}]\n", 5, 45,
     "not a web address"),
    ("source a number", ONE + "    sources: [2024]\n", 5, 15, "the value 2024, which is read as a number"),
    ("shared source", ONE + "sources: {a: {publisher: P}}\n", 5, 14, "this source has no 'title'"),
    ("source key", ONE + "sources: {a b: {publisher: P, title: T}}\n", 5, 11,
     "a name in 'sources' is 'a b', which is not an id"),
    ("sources a list", ONE + "sources: [a]\n", 5, 10, "'sources' is a list where a mapping belongs"),
    ("phone number", ONE + "emergency_numbers: [{country: UK, number: 999}]\n", 5, 43,
     "'number' has the value 999, which is read as a number: put it in quotes"),
    ("region", ONE + "crisis_lines: [{country: UK, number: '1', regions: [uk]}]\n", 5, 53,
     "is 'uk', which is not an ISO 3166 code"),
    ("region Norway", ONE + "crisis_lines: [{country: Norway, number: '1', regions: [NO]}]\n", 5, 57,
     "an item of 'regions' has the value NO, which is read as a yes/no value"),
    ("topic without title", ONE + "topics: [{name: a}]\n", 5, 10, "this topic has no 'title'"),
    ("group name", ONE + "vocabulary: {Back: [back]}\n", 5, 14,
     "a name in 'vocabulary' is 'Back', which is not a group name: use two or more small letters"),
    ("group of one letter", ONE + "concepts: {b: [back]}\n", 5, 12, "a name in 'concepts' is 'b', which is not a group name"),
    ("group empty", ONE + "concepts: {back: []}\n", 5, 18, "'back' is an empty list"),
    ("group a text", ONE + "concepts: {back: spine}\n", 5, 18, "'back' is a text where a list belongs"),
    ("topic with a space, topics declared", ONE + "    topics: [a b]\ntopics: []\n", 5, 14,
     "an item of 'topics' is 'a b', which is not an id"),
    ("despite", FLAGGED + "        despite: [fine now]\n", 13, 19,
     "an item of 'despite' is 'fine now', which is not a group name"),
    ("raise empty", SHORT + "    raise: []\n", 9, 12, "'raise' is an empty list"),
    ("raise with a slip", SHORT + "    raise: [{level: soon, lead: x, pattern: [y], patterns: [y]}]\n", 9, 36,
     "this 'raise' item cannot have a field 'pattern': did you mean 'patterns'?"),
    ("raise level", SHORT + "    raise: [{level: caution, lead: x, patterns: [y]}]\n", 9, 21,
     "'level' is 'caution': use soon, urgent or emergency"),
    ("hint without patterns", FLAGGED + "    hints: [{text: x}]\n", 13, 13, "this hint has no 'patterns': add it"),
    ("hint with no pattern", FLAGGED + "    hints: [{text: x, patterns: []}]\n", 13, 33, "'patterns' is an empty list"),
    ("hint without text", FLAGGED + "    hints: [{patterns: [x y]}]\n", 13, 13, "this hint has no 'text'"),
    ("door without lead", ONE + "doors: {today: {level: soon, heading: H, do: D, short: S}}\n", 5, 16,
     "this door has no 'lead': add it"),
    ("door level", DOOR.replace("level: soon", "level: later"), 5, 23, "'level' is 'later': use soon, urgent or"),
    ("condition a number", ONE + "    notices: [{level: soon, if: [65]}]\n", 5, 34, "the value 65, which is read as"),
    ("condition without text", ONE + "    notices: [{level: soon, if: [{when: []}]}]\n", 5, 34,
     "this condition has no 'text'"),
    ("condition set empty", ONE + "condition_sets: {any: []}\n", 5, 23, "'any' is an empty list"),
    ("stage without a day", ONE + "    timeline: [{usual: x}]\n", 5, 16, "this stage has no 'from_day': add it"),
    ("day a text", ONE + "    timeline: [{from_day: one, usual: x}]\n", 5, 27, "where a whole number belongs"),
    ("day a fraction", ONE + "    timeline: [{from_day: 1.5, usual: x}]\n", 5, 27, "where a whole number belongs"),
    ("day zero", ONE + "    timeline: [{from_day: 0, usual: x}]\n", 5, 27,
     "'from_day' is 0, which is no day: write a whole number from 1 to 99999 in plain digits"),
    ("day below zero", ONE + "    timeline: [{from_day: 1, to_day: -3, usual: x}]\n", 5, 38, "'to_day' is -3, which is no day"),
    ("day too late", ONE + "    timeline: [{from_day: 100000, usual: x}]\n", 5, 27, "'from_day' is 100000, which is no day"),
    ("asked a list", ONE + "asked: [x]\n", 5, 8, "this asked is a list where a mapping belongs"),
    ("asked line a number", ONE + "asked: {other: [4711]}\n", 5, 17, "the value 4711, which is read as a number"),
    ("asked line without text", ONE + "asked: {other: [{wants: [flat]}]}\n", 5, 17, "this line has no 'ask'"),
    ("asked level", FLAGGED + "asked: {signs: {no-brakes: {caution: [x]}}}\n", 13, 29,
     "this sign cannot have a field 'caution': use"),
    ("include a text", ONE + "include: more.yaml\n", 5, 10, "'include' is a text where a list belongs"),
    ("elsewhere of no list", ONE + "elsewhere: {nonsense: x}\n", 5, 13,
     "a name in 'elsewhere' is 'nonsense': use emergency_numbers, crisis_lines, nurse_lines, poison_lines or"),
    ("elsewhere a list", ONE + "elsewhere: []\n", 5, 12, "'elsewhere' is a list where a mapping belongs"),
    ("inside is gone", ONE + "inside: [bicycle]\n", 5, 1, "this FAQ file cannot have a field 'inside'"),
    ("cancels", ONE + "cancels: [fine now]\n", 5, 11,
     "an item of 'cancels' is 'fine now', which is not a group name: write it in capitals"),
]  # fmt: skip

#: Faults between values or in the language of phrases, beyond a schema.
LINK_FAULTS = [
    ("duplicate id", TWO.replace("chain\n", "flat\n", 1), 5, 9, "the entry 'flat' is on line 2 already"),
    ("duplicate key", ONE + "    answer: Push it.\n", 5, 5, "'answer' is on line 4 already: keep one"),
    ("duplicate flag", FLAGGED + FLAGGED.split("red_flags:\n")[1].replace("a b", "c d"), 13, 9,
     "the red flag 'no-brakes' is on line 6 already"),
    ("duplicate topic", ONE + "topics:\n  - {name: a, title: A}\n  - {name: a, title: B}\n", 7, 12,
     "the topic 'a' is on line 6 already"),
    ("question twice", TWO.replace("Why does my chain squeak?", "What if a TYRE is flat"), 6, 15,
     "'What if a TYRE is flat' is asked on line 3 already"),
    ("alias is the id of another", TWO.replace("id: flat", "id: no-air") + "    aliases: [no air]\n", 8, 15,
     "is the id of the entry on line"),
    ("ids alike", TWO.replace("id: flat", "id: no-air").replace("id: chain", "id: no.air"), 5, 9,
     "'no.air' reads like 'no-air' on line 2"),
    ("alias of another", TWO + "    aliases: ['what if, a tyre is flat!']\n", 8, 15, "is asked on line 3 already"),
    ("alias twice", ONE + "    aliases:\n      - no air\n      - No air?\n", 7, 9,
     "'No air?' is asked on line 6 already"),
    ("alias is the question", ONE + "    aliases: [what if a tyre is flat]\n", 5, 15, "is asked on line 3 already"),
    ("alias without words", ONE + "    aliases: ['?!']\n", 5, 15, "'?!' has no words in it"),
    ("related to nothing, near", TWO + "    related: [falt]\n", 8, 15,
     "'falt' is no entry of this file: did you mean 'flat'?"),
    ("related to nothing, far", TWO + "    related: [saddle]\n", 8, 15,
     "'saddle' is no entry of this file: correct it"),
    ("related to itself", ONE + "    related: [flat]\n", 5, 15, "'flat' is this entry itself"),
    ("day in another base", ONE + "    timeline: [{from_day: 0x10, usual: x}]\n", 5, 27, "'from_day' is 0x10, which is no day: write"),
    ("day of bits", ONE + "    timeline: [{from_day: 0b11, usual: x}]\n", 5, 27, "'from_day' is 0b11, which is no day: write"),
    ("day as a time", ONE + "    timeline: [{from_day: 12:30, usual: x}]\n", 5, 27, "'from_day' is 12:30, which is no day: write"),
    ("days the wrong way round", ONE + "    timeline: [{from_day: 5, to_day: 2, usual: x}]\n", 5, 38,
     "this stage ends on day 2, before it begins on day 5: swap the two"),
    ("stage that says nothing", ONE + "    timeline: [{from_day: 2}]\n", 5, 16,
     "this stage says nothing: give it 'usual', 'do' or 'see'"),
    ("related twice", TWO + "    related: [flat, flat]\n", 8, 21, "this stands in 'related' on line 8 already: remove"),
    ("topic twice", ONE + "    topics: [a, a]\n", 5, 17, "this stands in 'topics' on line 5 already"),
    ("source twice", ONE + "    sources:\n      - shop\n      - {publisher: P, title: T}\n"
     "sources: {shop: {publisher: P, title: T}}\n", 7, 9, "this stands in 'sources' on line 6 already: remove one"),
    ("source of a flag twice", FLAGGED + "    sources: [shop, shop]\nsources: {shop: {publisher: P, title: T}}\n", 13, 21,
     "this stands in 'sources' on line 13 already"),
    ("raise by nothing", SHORT + "    raise: [{level: urgent, lead: x}]\n", 9, 13,
     "nothing can raise this 'raise' item: give it 'patterns', or lines under its id in the 'signs' of 'asked'"),
    ("raise for soon by lines alone", SHORT + "    raise: [{level: soon, lead: x, patterns: []}]\n"
     "asked: {signs: {no-brakes: {urgent: [no brakes left]}}}\n", 9, 13,
     "nothing can raise this 'raise' item: give it 'patterns'"),
    ("topic", ONE + "    topics: [repiar]\ntopics: [{name: repair, title: R}]\n", 5, 14,
     "'repiar' is no topic of this file: did you mean 'repair'?"),
    ("when", FLAGGED.replace("it.\n", "it.\n    notices: [{level: soon, text: x, when: [no-brake]}]\n", 1), 5, 45,
     "'no-brake' is no red flag of this file: did you mean 'no-brakes'?"),
    ("when without flags", ONE + "    notices: [{level: soon, text: x, when: [cold]}]\n", 5, 45,
     "'cold' is no red flag of this file"),
    ("source", ONE + "    sources: [shpo]\nsources: {shop: {publisher: P, title: T}}\n", 5, 15,
     "'shpo' is no source of this file: did you mean 'shop'?"),
    ("source of a flag", FLAGGED + "    sources: [shop]\n", 13, 15, "'shop' is no source of this file"),
    ("entry of a flag", FLAGGED + "    see: flatt\n", 13, 10, "'flatt' is no entry of this file: did you mean 'flat'?"),
    ("fallback", ONE + "fallback: flatt\n", 5, 11, "'flatt' is no entry of this file: did you mean 'flat'?"),
    ("word in two groups", ONE + "vocabulary:\n  tyre: [tyre, wheel]\n  rim: [Wheels]\n", 7, 9,
     "'Wheels' is in the group 'tyre' on line 6 already"),
    ("group in two sections", ONE + "vocabulary: {tyre: [tyre]}\nconcepts: {tyre: [flat]}\n", 6, 12,
     "the group 'tyre' is on line 5 already"),
    ("notice of nothing", ONE + "    notices: [{level: soon}]\n", 5, 15, "no 'text' and no conditions under 'if'"),
    ("notice without level or door", ONE + "    notices: [{text: x}]\n", 5, 15, "neither a 'level' nor a 'door'"),
    ("door of a notice", DOOR.replace("doors:", "    notices: [{door: shpo, text: x}]\ndoors:"), 5, 22,
     "'shpo' is no door of this file: did you mean 'shop'?"),
    ("condition set", ONE + "    notices: [{level: soon, use: [any]}]\n", 5, 35, "'any' is no condition set of this file"),
    ("when of a condition", ONE + "    notices: [{level: soon, if: [{text: x, when: [cold]}]}]\n", 5, 51,
     "'cold' is no red flag of this file"),
    ("flag without patterns", FLAG, 10, 9, "nothing can raise this 'raise' item: give it 'patterns'"),
    ("raise without level or door", SHORT + "    raise: [{lead: x, patterns: [a b]}]\n", 9, 13,
     "this 'raise' item has neither a 'level' nor a 'door'"),
    ("raise without lead", SHORT + "    raise: [{level: soon, patterns: [a b]}]\n", 9, 13,
     "no 'lead' and no 'door' that has one"),
    ("raise by no door", SHORT + "    raise: [{level: soon, lead: x, door: shop, patterns: [a b]}]\n", 9, 42,
     "'shop' is no door of this file"),
    ("emergency that says nothing", SHORT + "    raise: [{level: emergency, lead: Sit., patterns: [a b]}]\n", 9, 38,
     "an emergency must say what to do now"),
    ("now below an emergency", SHORT + "    raise: [{level: urgent, lead: See them now., patterns: [a b]}]\n", 9, 35,
     "says 'now' at the level urgent"),
    ("today below urgent", SHORT + "    raise: [{level: soon, lead: See them today., patterns: [a b]}]\n", 9, 33,
     "says 'today' at the level soon"),
    ("hint with unknown group", FLAGGED + "    hints: [{text: x, patterns: [FORK bent]}]\n", 13, 34,
     "'FORK' is no group of this file"),
    ("door with a number of nobody", DOOR.replace("Call a shop.", "'Call {nurse_line}.'"), 5, 47,
     "'lead' holds {nurse_line} but the file has no such numbers: add 'nurse_lines'"),
    ("two alike in asked", ONE + "asked:\n  ordinary: [cheese pie, cheese ham]\n  other: ['Cheese  pie!']\n", 7, 11,
     "stands on line 6 already: there it is under ordinary, here under other: keep one"),
    ("asked twice", ONE + "asked: {other: [cheese pie, Cheese  Pie]}\n", 5, 29,
     "stands on line 5 already: remove one of them"),
    ("asked without words", ONE + "asked: {other: ['?!']}\n", 5, 17, "'?!' has no words in it"),
    ("asked of no entry", ONE + "asked: {entries: {falt: [psst]}}\n", 5, 19,
     "'falt' is no entry of this file: did you mean 'flat'?"),
    ("asked wants no entry", ONE + "asked: {other: [{ask: psst, wants: [chain]}]}\n", 5, 37,
     "'chain' is no entry of this file"),
    ("asked of no sign", ONE + "asked: {signs: {cold: {near: [psst]}}}\n", 5, 17, "'cold' is no red flag of this file"),
    ("others unknown", ONE + "others: [PETS]\n", 5, 10, "'PETS' is no group of this file: add it to 'concepts'"),
    ("companion that is not there", ONE + "include: [more.yaml]\n", 5, 11, "'more.yaml' cannot be included: "),
    ("companion elsewhere", ONE + "include: [../more.yaml]\n", 5, 11, "name a file in the same folder, without a path"),
    ("phrase of small words", ONE + "concepts: {tyre: [of the]}\n", 5, 19,
     "'of the' has no word that could be looked for"),
    ("phrase ends in a gap", ONE + "concepts: {tyre: [flat ...]}\n", 5, 19,
     "'flat ...' has no word that could be looked for at its ends"),
    ("phrase with unknown group", ONE + "concepts: {tyre: [FLTA gone], flat: [flat]}\n", 5, 19,
     "'FLTA' is no group of this file: did you mean 'FLAT'?"),
    ("circle", ONE + "concepts:\n  xx: [AA]\n  aa: [flat BB]\n  bb: [AA gone]\n", 7, 3,
     "the groups aa, bb use each other in a circle"),
    ("circle of one", ONE + "concepts:\n  aa: [very AA]\n", 6, 3, "the groups aa use each other in a circle"),
    ("cancels unknown", ONE + "cancels: [FINE]\n", 5, 11, "'FINE' is no group of this file: add it to 'concepts'"),
    ("despite not in cancels", FLAG + "        patterns: [FAIL]\n        despite: [FAIL]\n" + SIGNS, 13, 19,
     "'FAIL' is not in 'cancels'"),
    ("pattern for an age", FLAG + "        patterns: [age >= 65]\n", 12, 20, "would fire for everybody of that age"),
    ("pattern with empty term", FLAG + "        patterns: ['FAIL + the']\n" + SIGNS, 12, 20, "'the' has no word"),
    ("pattern with unknown group", FLAG + "        patterns: [BRAKE + FIAL]\n" + SIGNS, 12, 20,
     "'FIAL' is no group of this file: did you mean 'FAIL'?"),
    ("pattern with unknown exception", FLAG + "        patterns: [BRAKE unless NEW]\n" + SIGNS, 12, 20,
     "'NEW' is no group of this file"),
    ("pattern with a broken condition", FLAG + "        patterns: [BRAKE + lasting > six weeks]\n" + SIGNS, 12, 20,
     "'lasting > six weeks' cannot be looked for: write it as 'age >= 65'"),
    ("condition with a unit it has not", FLAG + "        patterns: [BRAKE + age < 18 months]\n" + SIGNS, 12, 20,
     "'age < 18 months' cannot be looked for: write it as 'age >= 65'"),
    ("pattern without spaces", FLAG + "        patterns: [BRAKE +FAIL]\n" + SIGNS, 12, 20, "put spaces around + and ~"),
    ("unless unknown", FLAG + "        patterns: [FAIL]\n        unless: [NEW]\n" + SIGNS, 13, 18,
     "'NEW' is no group of this file"),
    ("unknown placeholder", FLAGGED.replace("Stop now.", "Call {number}."), 11, 15,
     "'lead' holds {number}: only {emergency_numbers}, {crisis_lines}, "),
    ("lone brace", FLAGGED.replace("Stop now.", "Call } now."), 11, 15, "'lead' holds }"),
    ("placeholder that nobody fills", DOOR.replace("do: Call.", "do: 'Call {nurse_line}.'"), 5, 65,
     "'do' holds {nurse_line}, but numbers are filled in 'lead' and 'more' alone: leave it out"),
    ("placeholder in a reason", FLAGGED.replace("You may crash.", "'{poison}'"), 8, 10, "'why' holds {poison}, but"),
    ("placeholder without numbers", FLAGGED.replace("Stop now.", "Call {crisis_lines}."), 11, 15,
     "'lead' holds {crisis_lines} but the file has no such numbers: add 'crisis_lines'"),
]  # fmt: skip

#: What is not fit to be read as YAML.
YAML_FAULTS = [
    ("tab", "entries:\n\t- id: a\n", 2, 1, "a tab cannot indent a line: use spaces"),
    ("unclosed quote", ONE + "    aliases: ['flat, x]\n", 5, 15, "the quote that opens here is never closed"),
    ("colon in a text", ONE.replace("Pump it.", "Pump: now"), 4, 17, "': ' cannot stand here: put the text in quotes"),
    ("at sign", ONE.replace("Pump it.", "@home"), 4, 13, "a text that begins with '@' must be in quotes"),
    ("open bracket", ONE + "    aliases: [flat\ntitle: x\n", 6, 6, "lacks a comma or its closing ']'"),
    ("indentation", ONE + "   aliases: [x]\n", 5, 4, "mend the indentation"),
    ("backslash", ONE.replace("Pump it.", '"C:\\qed"'), 4, 16, "this backslash means nothing in double quotes"),
    ("star", ONE.replace("Pump it.", "*Pump* it."), 4, 18, "begins with '*' or '&' must be in quotes"),
    ("alias", ONE.replace("Pump it.", "*pump"), 4, 13, "'*pump' is read as a YAML alias, which is not allowed"),
    ("anchor", ONE.replace("Pump it.", "&pump it."), 4, 13, "'&pump' is read as a YAML anchor"),
    ("self-reference", "entries: &a [*a]\n", 1, 10, "'&a' is read as a YAML anchor"),
    ("own tag", ONE.replace("Pump it.", "!pump it."), 4, 13, "'!pump' is read as a YAML tag"),
    ("python tag", ONE.replace("Pump it.", "!!python/object/apply:os.system [ls]"), 4, 13,
     "'!!python/object/apply:os.system' is read as a YAML tag"),
    ("two documents", ONE + "---\n" + ONE, 5, 1, "a second YAML document begins here"),
    ("escaped ESC", ONE.replace("Pump it.", '"Pump \\e[2J"'), 4, 13,
     "the control character U+001B after 'Pump' is not allowed"),
    ("escaped CSI", ONE.replace("Pump it.", '"\\x9b2J"'), 4, 13, "the control character U+009B at the beginning"),
    ("escaped CR", ONE.replace("Pump it.", '"a\\rb"'), 4, 13, "U+000D after 'a'"),
    ("escaped DEL in a key", ONE + '    "a\\x7f": x\n', 5, 5, "U+007F after 'a'"),
    ("surrogate", ONE.replace("Pump it.", '"\\ud83d\\ude00"'), 4, 16, "YAML knows no halves of a character"),
    ("NBSP that indents", ONE.replace("    answer", "\xa0   answer"), 4, 1, "the character U+00A0 stands where a space"),
    ("NBSP before the first entry", ONE.replace("  - id", "\xa0 - id"), 2, 1, "the character U+00A0 stands where a space"),
    ("NBSP for the space of a list", ONE.replace("- id", "-\xa0id"), 2, 4, "the character U+00A0 stands where a space"),
    ("smart quotes", ONE.replace("Pump it.", "\u201cPump it.\u201d"), 4, 13, "the quotes \u201c\u201d are shown with the text"),
    ("line separator", ONE.replace("Pump it.", "Pump\u2028it."), 4, 17, "the character U+2028 is not allowed"),
    ("paragraph separator", "# pasted\u2029from a page\n" + ONE, 1, 9, "the character U+2029 is not allowed"),
    ("next line", ONE.replace("Pump it.", "Pump\x85it."), 4, 17, "the character U+0085 is not allowed"),
    ("lone CR", ONE.replace("\n", "\r").replace("Pump", "P\x07ump"), 4, 14, "the character U+0007 is not allowed"),
    ("raw ESC", ONE.replace("Pump", "P\x1bump"), 4, 14, "the character U+001B is not allowed in a text file"),
    ("raw CSI", ONE.replace("Pump", "P\x9bump"), 4, 14, "the character U+009B is not allowed in a text file"),
    ("raw NUL", ONE.replace("Pump", "P\0ump"), 4, 14, "the character U+0000 is not allowed in a text file"),
    ("too deep", "a:\n  " + "[" * 60, 2, 3 + MAX_DEPTH - 1, "more than 50 levels of nesting"),
    ("newer YAML", "%YAML 2.0\n---\n" + ONE, 1, 1, "not valid YAML: found incompatible YAML document"),
]  # fmt: skip


def problems_at(path: str) -> list[Problem]:
    """Return the problems of the FAQ file at *path*."""
    return problems_in(read_bytes(path), path)


def cases(*tables: list[tuple[str, str, int, int, str]]) -> list[Any]:
    """Turn tables of faults into pytest parameters with readable ids."""
    return [pytest.param(*row[1:], id=row[0]) for table in tables for row in table]


@pytest.mark.parametrize(("text", "line", "column", "words"), cases(SHAPE_FAULTS, LINK_FAULTS, YAML_FAULTS))
def test_one_fault_gives_one_problem_at_its_place(text: str, line: int, column: int, words: str) -> None:
    """Each fault is reported once, with its line and column, saying what is wrong and what to do."""
    found = problems_in(text.encode())
    assert [(p.line, p.column) for p in found] == [(line, column)], found
    assert words in found[0].message


@pytest.mark.parametrize(("text", "line", "column", "words"), cases(YAML_FAULTS))
def test_yaml_faults_are_told_in_plain_words(text: str, line: int, column: int, words: str) -> None:
    """No wording of the YAML library's innards reaches the writer of a file."""
    for problem in problems_in(text.encode()):
        assert not re.search(r"while (parsing|scanning)|<\w+ end>|block (mapping|end)|token|Traceback", problem.message)
        assert "\n" not in problem.message


def test_least_file_is_valid() -> None:
    """A list of entries with id, question and answer is enough."""
    least = document_of(ONE.encode(), "x")
    assert least._replace(phones={}) == Document((Entry("flat", "What if a tyre is flat?", "Pump it."),))


def test_full_file_is_read_whole() -> None:
    """Every field of the format arrives in the document, references to sources resolved and group names small."""
    shop, inline = Source("The Shop", "Tyres", "https://example.org/t"), Source("P", "T")
    lead, despite = "Stop now. Call {emergency_numbers}, or talk: {crisis_lines}.", ("FINE-NOW",)
    patterns = ("FAIL + TYRE unless FINE-NOW", "FAIL ~ age >= 65")
    rules = (Raise("emergency", "", patterns, ("in a film",), despite, lead=lead),)
    brakes = RedFlag(
        "no-brakes", "Brakes that do not work", "You may crash.", rules, see="flat", sources=(shop, inline)
    )
    fork = document_of(FULL.encode(), "x").red_flags[1]
    assert ("fork", "A bent fork", "It may break.") == fork[:3]
    assert Raise("emergency", "", ("bent fork",), lead="Stop now.") == fork.raises[0]
    assert Raise("urgent", "today", ("fork noise",), ("old noise",), more=("Walk home.",)) == fork.raises[1]
    assert [("Look at it.", ("fork",), ("knife",))] == [tuple(hint) for hint in fork.hints]
    always = (Condition("it smokes"), Condition("it burns", ("no-brakes",)))
    notices = (
        Notice("caution", "Mind the rim."), Notice("urgent", "Stop.", when=("no-brakes",)),
        Notice("urgent", conditions=(*always, Condition("a nail"), Condition("a bang", ("fork",))), door="today"),
    )  # fmt: skip
    flat = Entry(
        "flat", "What if a tyre is flat?", "Pump it.\n\n- Then ride.", "It may last.", ("repair",), notices,
        (Stage(1, 2, "It hisses.", "Pump.", "Never."), Stage(3, see="Soon.")), (Link("chain.2_B"),), (shop, inline),
        ("tyre has no air", "911"),
    )  # fmt: skip
    unnamed = Entry("and-without-an-id-what-then", "And *without* an id, what then?", "One is made.")
    assert document_of(FULL.encode(), "x") == Document(
        entries=(flat, Entry("chain.2_B", "Why does my chain squeak?", "Oil it."), unnamed),
        title="Bikes",
        note="Not legal advice.",
        fallback="flat",
        topics=(Topic("repair", "Repair"),),
        doors=(Door("today", "urgent", "TODAY", "Call a shop today ({nurse_line}).", "Call a shop today.", "Today if"),),
        red_flags=(brakes, fork),
        phones={
            **dict.fromkeys(PHONE_LISTS, ()),
            "emergency_numbers": (PhoneLine("the UK", "999", ("GB", "GB-ENG")),),
            "crisis_lines": (PhoneLine("the US", "988", ("US",), "Lifeline"),),
            "nurse_lines": (PhoneLine("the UK", "111"),),
        },
        elsewhere={"emergency_numbers": "Ask somebody."},
        vocabulary={"tyre": ("tyre", "tire", "26")},
        concepts={
            "brake": ("brakes",), "fail": ("BRAKE ... failed", "no BRAKE"), "fine-now": ("fixed now",), "dog": ("dog",),
        },
        cancels=("fine-now",),
        others=("dog",),
        asked=(
            Line("psst from my wheel", ("flat",)), Line("wheel or chain", ("flat", "chain.2_B")),
            Line("fork snapped", sign="fork", level="emergency"), Line("fork and knife", near="fork"),
            Line("nice bike", near="ordinary"), Line("cheese", other=True), Line("chain letter", ("chain.2_B",)),
        ),
    )  # fmt: skip


def test_a_bare_list_of_entries_is_an_faq() -> None:
    """A list of entries alone is as good as one below 'entries:', and its faults are found where they are."""
    bare = "".join(line[2:] for line in ONE.splitlines(keepends=True)[1:])
    assert document_of(bare.encode(), "x") == document_of(ONE.encode(), "x")
    (problem,) = problems_in((bare + "  colour: red\n").encode())
    assert (problem.line, problem.column) == (4, 3)


@pytest.mark.parametrize(
    ("question", "made"),
    [
        ("What if?", "what-if"),
        ("  Is 2 > 1?", "is-2-1"),
        ("Wörter, 背", "w-rter"),
        ("背?", "entry"),
        ("a " * 50, "a-" * 29 + "a"),
    ],
)
def test_an_entry_without_an_id_gets_one(question: str, made: str) -> None:
    """The id of an entry that has none is made of its question."""
    text = yaml.safe_dump([{"question": question, "answer": "So."}], allow_unicode=True)
    assert made == document_of(text.encode(), "x").entries[0].id


@pytest.mark.parametrize(
    ("entries", "made"),
    [
        (["你好吗", "谢谢你", "再见"], ["entry", "entry-2", "entry-3"]),
        (["x" * 60 + " one", "x" * 60 + " two"], ["x" * 60, "x" * 60 + "-2"]),
        (["背", "Entry 2", "猫"], ["entry", "entry-2", "entry-3"]),
        (["背", {"id": "entry"}, "猫", {"id": "entry-2"}], ["entry-3", "entry", "entry-4", "entry-2"]),
    ],
)
def test_no_two_entries_get_the_same_id(entries: list[Any], made: list[str], tmp_path: Path) -> None:
    """A made id that is taken gets a number at its end, may be named as any other, and can be asked for."""
    told = [
        {"answer": "So.", "question": f"Why {number}?", **(one if isinstance(one, dict) else {"question": one})}
        for number, one in enumerate(entries)
    ]
    told[0]["related"] = made[1:]
    text = yaml.safe_dump(told, allow_unicode=True)
    assert problems_in(text.encode()) == []
    assert made == [entry.id for entry in document_of(text.encode(), "x").entries]
    (tmp_path / "faq.yaml").write_text(text, "utf-8")
    assert made == [name for name, _ in spasmcli.load(tmp_path / "faq.yaml").ids()]


def test_a_sign_may_be_raised_by_lines_alone() -> None:
    """A serious sign without patterns is sound where labelled lines state it."""
    text = SHORT + "    raise: [{level: urgent, lead: x}]\nasked: {signs: {no-brakes: {emergency: [no brakes left]}}}\n"
    assert problems_in(text.encode()) == []


def test_every_fault_of_a_file_comes_in_one_run() -> None:
    """Faults of every sort are reported together, in the order of lines and columns."""
    text = TWO.replace("Pump it.", "*pump").replace("Oil it.", '"\\e[m"') + (
        "    aliases: [911, '?!', Why does my chain squeak]\n    relatde: []\n    related: [saddle]\n"
        "    related: [flat]\nfallback: falt\nconcepts: {tyre: [of the], rim: [HUB]}\n"
    )
    found = problems_in(text.encode())
    assert [(p.line, p.column) for p in found] == [
        (4, 13), (7, 13), (8, 15), (8, 20), (8, 26), (9, 5), (10, 15), (11, 5), (12, 11), (13, 19), (13, 34),
    ]  # fmt: skip
    assert check(parse(text.encode())) == (None, found)


def test_topics_are_free_where_none_are_declared() -> None:
    """Without a list of topics an entry may name any."""
    assert problems_in((ONE + "    topics: [anything]\n").encode()) == []


def test_invisible_and_bidirectional_characters_are_left_to_the_output() -> None:
    """Bidi controls and zero-width characters are text; they are made harmless when shown."""
    answer = "a\u202eb\u2066c\u200bd\ufefff\u061cg"
    text = ONE.replace("Pump it.", answer)
    assert document_of(text.encode(), "x").entries[0].answer == answer


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends(encoding: str, newline: str) -> None:
    """UTF-8 with and without a byte order mark, UTF-16 with one, and Windows line ends all read the same."""
    text = ONE.replace("Pump", "Pümp\U0001f6b2")
    data = text.replace("\n", newline).encode(encoding)
    assert document_of(data, "x") == document_of(text.encode(), "x")
    faulty = (text + "    x: y\n").replace("\n", newline).encode(encoding)
    assert [(p.line, p.column) for p in problems_in(faulty)] == [(5, 5)]


def test_big_endian_utf16() -> None:
    """UTF-16 in the other byte order is read too."""
    assert problems_in(b"\xfe\xff" + ONE.encode("utf-16-be")) == []


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        (b"a: b\nx: caf\xe9\n", 2, 7, "the byte 0xE9 at byte offset 11 is not UTF-8: save the file as UTF-8"),
        (b"\xef\xbb\xbfa: \xc3\xbc\xff", 1, 5, "the byte 0xFF at byte offset 8"),
        (b"\xff\xfea\x00:\x00\x00\xd8", 1, 3, "at byte offset 6 is not UTF-16"),
    ],
)
def test_wrong_encoding_names_line_and_byte(data: bytes, line: int, column: int, words: str) -> None:
    """A byte that is no UTF-8 is reported with its line and its offset in the file."""
    (problem,) = problems_in(data)
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message


def test_positions_at_the_edges_of_a_file() -> None:
    """A byte order mark takes no column, and a fault at the very end is on the last line."""
    assert [(p.line, p.column) for p in problems_in(b"\xef\xbb\xbfa\x01")] == [(1, 2)]
    assert [(p.line, p.column) for p in problems_in(b"a: [b")] == [(1, 6)]


def test_quotations_are_no_quotes_of_yaml() -> None:
    """Typographic quotes are text where they stand within it, or within quotes of YAML."""
    for answer in (
        "\u201cPump\u201d it.",
        "\u201cPump\u201d or \u201cpatch\u201d",
        "'\u201cPump it.\u201d'",
        "it\u2019s",
    ):
        shown = document_of(ONE.replace("Pump it.", answer).encode(), "x").entries[0].answer
        assert shown == answer.strip("'")


def test_many_raw_control_characters_are_cut_short() -> None:
    """A binary file does not give thousands of problems."""
    assert len(problems_in(b"\x01\n" * 1000)) == 20


def test_positions_and_types_of_the_tree() -> None:
    """The tree keeps the text of scalars, what YAML takes them for, and where they stand."""
    root = parse(b"a: [no, 014, '014', 1.5, 2024-01-01, ~, x]\n!!str b: !!int '3'\n<<: =\n")
    assert root.kind == "mapping"
    assert [(n.kind, n.text, n.line, n.column) for n in root.children("a")] == [
        ("bool", "no", 1, 5), ("int", "014", 1, 9), ("str", "014", 1, 14), ("float", "1.5", 1, 21),
        ("date", "2024-01-01", 1, 26), ("null", "~", 1, 38), ("str", "x", 1, 41),
    ]  # fmt: skip
    assert root.get("b") == Node("int", 2, 10, "3")
    assert root.get("<<") == Node("str", 3, 5, "=")
    assert root.get("c") is None
    assert root.children("b") == ()


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    "text",
    ["[" * 30_000, "{a: " * 30_000, "- " * 30_000, "? " * 30_000, "[" * 2_000_000, BOMB, "&a [*a]", "a: &a {b: *a}"],
    ids=["brackets", "braces", "dashes", "keys", "two million", "alias bomb", "self list", "self mapping"],
)
def test_bombs_are_refused_at_once(text: str, loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deep nesting and alias bombs end in problems before long, with either YAML parser: taken at their word, never."""
    monkeypatch.setattr(tree, "_LOADER", getattr(yaml, loader))
    started = time.process_time()
    assert problems_in(text.encode())
    assert time.process_time() - started < 10


def test_nesting_up_to_the_limit_is_read() -> None:
    """The limit of nesting is where the module says it is."""
    assert parse(("[" * MAX_DEPTH + "]" * MAX_DEPTH).encode()).kind == "list"
    with pytest.raises(FAQError, match="50 levels"):
        parse(("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).encode())


def test_too_many_events_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of countless small items is refused before it fills the memory."""
    monkeypatch.setattr(tree, "MAX_EVENTS", 1000)
    (problem,) = problems_in(b"[" + b"a," * 2000 + b"]")
    assert "split it" in problem.message


@pytest.mark.parametrize("row", SHAPE_FAULTS + LINK_FAULTS, ids=lambda row: row[0])
def test_the_pure_python_parser_gives_the_same(row: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libyaml is missing, the same problems come out at the same places."""
    expected = problems_in(row[1].encode())
    monkeypatch.setattr(tree, "_LOADER", yaml.SafeLoader)
    assert problems_in(row[1].encode()) == expected


def test_the_pure_python_parser_refuses_surrogates(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML's own parser lets lone surrogates and impossible code points through; this reader does not."""
    monkeypatch.setattr(tree, "_LOADER", yaml.SafeLoader)
    for escape, words in (("\\ud800", "U+D800"), ("\\UFFFFFFFF", "not valid YAML"), ("\\U00110000", "not valid YAML")):
        (problem,) = problems_in(ONE.replace("Pump it.", f'"{escape}"').encode())
        assert words in problem.message


def test_large_file_is_quick() -> None:
    """Five times the entries are read and checked in about five times the time, not in twenty-five times."""
    entry = "  - id: e{0}\n    question: What about {0}?\n    answer: {1}\n    aliases: [about {0}, so {0}]\n"

    def cost(entries: int) -> float:
        text = "entries:\n" + "".join(entry.format(n, "word " * 20) for n in range(entries))
        started = time.process_time()
        assert len(document_of(text.encode(), "x").entries) == entries
        return time.process_time() - started

    assert cost(5000) < 15 * min(cost(1000) for _ in range(2))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing files, directories, pipes, devices, sockets and circular links are each refused with path and advice."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").write_text(ONE)
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(tmp_path)  # the path of a socket must be short
    try:
        listener.bind("sock")
    finally:
        os.chdir(here)
        listener.close()
    for path, words in {
        tmp_path / "none.yaml": "does not exist",
        tmp_path: "is a directory",
        tmp_path / "pipe": "is a pipe, device or socket",
        tmp_path / "sock": "is a pipe, device or socket",
        Path("/dev/zero"): "is a pipe, device or socket",
        tmp_path / "loop": "is a link that leads back to itself",
        tmp_path / "file" / "x": "cannot be read (Not a directory)",
        tmp_path / ("x" * 300): "cannot be read (File name too long)",
    }.items():
        with pytest.raises(FAQError) as caught:
            read_bytes(str(path))
        assert f"the FAQ file '{path}' {words}" in str(caught.value)
        assert ": " in str(caught.value).replace(str(path), "") or words == "is a directory"
        assert caught.value.exit_code == EXIT_BAD_FAQ
        with pytest.raises(FAQError):
            load_document(str(path))


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without permission to read is refused; the refusal is simulated, because root may read anything."""
    path = tmp_path / "faq.yaml"
    path.write_text(ONE)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FAQError, match="may not be read"):
        read_bytes(str(path))


def test_path_with_nul() -> None:
    """A path that no system accepts is an ordinary refusal."""
    with pytest.raises(FAQError, match="cannot have such a name"):
        read_bytes("a\0b")


def test_pipe_that_takes_the_place_of_a_file_does_not_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind of file is asked again after opening, and opening never waits."""
    (tmp_path / "file").write_text(ONE)
    os.mkfifo(tmp_path / "pipe")
    status = os.stat(tmp_path / "file")
    monkeypatch.setattr(os, "stat", lambda *_, **__: status)
    with pytest.raises(FAQError, match="is a pipe, device or socket"):
        read_bytes(str(tmp_path / "pipe"))


def test_size_limit(tmp_path: Path) -> None:
    """A file of just the largest size is read, one byte more is refused."""
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES)
    assert len(read_bytes(str(path))) == MAX_BYTES
    with path.open("ab") as file:
        file.write(b"x")
    with pytest.raises(FAQError, match="larger than 64 MiB"):
        read_bytes(str(path))


def test_load_document(tmp_path: Path) -> None:
    """A sound file gives its document and no problems."""
    path = tmp_path / "faq.yaml"
    path.write_text(FULL, "utf-8")
    assert load_document(str(path)) == document_of(FULL.encode(), "x")
    assert problems_at(str(path)) == []


@pytest.mark.parametrize(
    ("added", "more"),
    [
        ("    x: y\n", ""),
        ("    x: y\n    z: y\n", " (1 more problem; to see them all: spasm check {0})"),
        ("    x: y\n    z: y\n    w: y\n", " (2 more problems; to see them all: spasm check {0})"),
    ],
)
def test_error_names_the_first_problem(tmp_path: Path, added: str, more: str) -> None:
    """The error is one sentence with file, first problem and how many more; all problems are attached."""
    path = tmp_path / "faq.yaml"
    path.write_text(ONE + added)
    with pytest.raises(FAQError) as caught:
        load_document(str(path))
    text, problems = str(caught.value), caught.value.problems
    assert text.startswith(
        f"the FAQ file '{path}' cannot be used: line 5, column 5: this entry cannot have a field 'x'"
    )
    assert text.endswith(more.format(path))
    assert list(problems) == problems_at(str(path))
    assert len(problems) == added.count("\n")


def test_parse_error_carries_its_place() -> None:
    """A file that is no YAML at all raises an error with the problem attached."""
    with pytest.raises(FAQError, match=r"^line 1, column 4: ") as caught:
        parse(b"a: @\n")
    assert caught.value.problems == (Problem(1, 4, "a text that begins with '@' must be in quotes"),)


def test_long_values_are_cut_in_messages() -> None:
    """A message stays readable whatever the file holds."""
    (problem,) = problems_in(ONE.replace("id: flat", "id: " + "very long " * 500).encode())
    assert len(problem.message) < 200


def test_bundled_faq_is_valid() -> None:
    """The FAQ of the package passes the check that its users' files get."""
    path = Path(__file__).parent.parent / "data" / "faq.yaml"
    assert problems_at(str(path)) == []


# Companions.


def with_companion(tmp_path: Path, main: str, companion: str) -> str:
    """Write an FAQ file of *main*, beginning on line 2, and more.yaml, which it includes; return its path."""
    (tmp_path / "more.yaml").write_text(companion, "utf-8")
    path = tmp_path / "faq.yaml"
    path.write_text(f"include: [more.yaml]\n{main}", "utf-8")
    return str(path)


def test_companions_bring_their_sections(tmp_path: Path) -> None:
    """What a companion holds is as if it stood in the file; a section that both have is one."""
    sections = FULL.partition("entries:\n")
    path = with_companion(tmp_path, sections[1] + sections[2], sections[0])
    assert problems_at(path) == []
    assert load_document(path) == document_of(FULL.encode(), "x")
    path = with_companion(tmp_path, ONE, "entries:\n" + TWO.removeprefix(ONE))
    assert load_document(path).entries == document_of(TWO.encode(), "x").entries


@pytest.mark.parametrize(("main", "companion", "expected"), [
    (ONE, "vocabulary:\n  tyre: wheel\n", (2, 9, "in more.yaml: 'tyre' is a text where a list belongs")),
    (ONE, "include: [other.yaml]\n", (1, 1, "in more.yaml: this companion file cannot have a field 'include'")),
    (ONE, "vocabulary: [", (1, 14, "in more.yaml: ")),
    (ONE, "concepts:\n  tyre: [WHEEL]\n", (2, 10, "in more.yaml: 'WHEEL' is no group of this file")),
    (ONE, "asked:\n  other: [cheese, Cheese]\n", (2, 19, "in more.yaml: 'Cheese' stands on line 2 already")),
    (ONE + "fallback: falt\n", "title: x\n", (6, 11, "'falt' is no entry of this file")),
    (DOOR, DOOR.removeprefix(ONE), (6, 9, "the door 'shop' is on line 1 of more.yaml already: rename or remove one")),
    (ONE + "title: x\n", "title: y\n", (6, 1, "the section 'title' is on line 1 of more.yaml already")),
    (ONE, "entries:\n- {question: What if a tyre is flat?, answer: So.}\n",
     (2, 14, "in more.yaml: 'What if a tyre is flat?' is asked on line 4 of the file that includes it already")),
])  # fmt: skip
def test_faults_of_a_companion_name_it(
    tmp_path: Path, main: str, companion: str, expected: tuple[int, int, str]
) -> None:
    """A fault that lies in a companion says so: its line is that of the companion."""
    (problem,) = problems_at(with_companion(tmp_path, main, companion))
    assert (problem.line, problem.column) == expected[:2]
    assert problem.message.startswith(expected[2])


def test_the_bundled_warning_signs_can_be_included(tmp_path: Path) -> None:
    """Another FAQ may take over the warning signs of the bundled one and add lines; the entries stay its own."""
    path = tmp_path / "faq.yaml"
    own = Line("my brakes gave way and so did my legs", sign="major-trauma", level="urgent")
    path.write_text(ONE + f"include: [bundled]\nasked: {{signs: {{{own.sign}: {{{own.level}: [{own.text}]}}}}}}\n")
    made, bundled = load_document(str(path)), load_document(str(DATA / "faq.yaml"))
    signs = {(line.sign, line.level, line.text) for line in (own, *bundled.asked) if line.sign}
    assert signs == {(line.sign, line.level, line.text) for line in made.asked if line.sign}
    assert [flag.id for flag in bundled.red_flags] == [flag.id for flag in made.red_flags]
    assert ["flat"] == [entry.id for entry in made.entries]
    assert (made.doors, made.phones) == (bundled.doors, bundled.phones)


# The JSON Schema.


def differences(kind: schema.Kind, said: dict[str, Any], where: str) -> list[str]:
    """List where the JSON Schema *said* says something else than the checker's table *kind*."""
    told = {key: value for key, value in said.items() if key != "description"}
    expected: dict[str, Any]
    below: list[tuple[schema.Kind, dict[str, Any], str]] = []
    if isinstance(kind, schema.Text):
        pattern = f"^(?:{kind.pattern.pattern})$" if kind.pattern else r"\S"
        expected = {"enum": list(kind.choices)} if kind.choices else {"type": "string", "pattern": pattern}
    elif isinstance(kind, schema.Day):
        expected = {"type": ["integer", "null"] if kind.optional else "integer", "minimum": 1, "maximum": 99_999}
    elif isinstance(kind, schema.ListOf):
        expected = {"type": "array", "items": said.get("items")} | ({"minItems": kind.least} if kind.least else {})
        below = [(kind.item, said["items"], where + "[]")]
    elif isinstance(kind, schema.Either):
        expected = {"anyOf": said.get("anyOf")}
        below = [(kind.text, said["anyOf"][0], where), (kind.record, said["anyOf"][1], where)]
    elif isinstance(kind, schema.Table):
        expected = {key: said.get(key) for key in ("propertyNames", "additionalProperties")} | {"type": "object"}
        below = [(kind.name, said["propertyNames"], where), (kind.value, said["additionalProperties"], where + ".*")]
    else:
        properties = said["properties"]
        required = [name for name, field in kind.fields.items() if field.required]
        expected = {"type": "object", "properties": properties, "additionalProperties": False}
        expected |= {"required": required} if required else {}
        below = [(field.kind, properties.get(name, {}), f"{where}.{name}") for name, field in kind.fields.items()]
        if list(properties) != list(kind.fields):
            return [f"{where}: fields {list(properties)} are not {list(kind.fields)}"]
    found = [] if told == expected else [f"{where}: {told} is not {expected}"]
    return found + [line for part in below for line in differences(*part)]


def test_schema_and_checker_name_the_same_fields() -> None:
    """Fields, required fields, forms and levels of the schema are those of the checker's tables."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    mapping, bare = SCHEMA["anyOf"]
    assert differences(schema.FILE, mapping, "file") == []
    assert bare == mapping["properties"]["entries"]


def test_schema_describes_every_field() -> None:
    """An editor that reads the schema has a sentence for each field, but for those that repeat another place's."""
    dumb = {
        name
        for record in _records(SCHEMA)
        for name, field in record["properties"].items()
        if "description" not in field
    }
    assert dumb <= {"level", "patterns", "unless", "id"}


def _records(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and "properties" in value:
        yield value
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _records(below)


def test_check_prints_the_schema(cold: Spasm) -> None:
    """`spasm check --schema` prints the JSON Schema that the checks are made of."""
    assert cold("check", "--schema").check().json == SCHEMA


@pytest.mark.parametrize("name", ["faq.yaml", "words.yaml", "asked.yaml"])
def test_schema_accepts_the_bundled_files(name: str) -> None:
    """The bundled FAQ and its companions are sound to the schema; a companion lacks only the entries."""
    made = yaml.load((DATA / name).read_text("utf-8"), yaml.CSafeLoader)
    VALIDATOR.validate(made if "entries" in made else {**made, "entries": [{"question": "Why?", "answer": "So."}]})


def test_schema_names_no_network_address() -> None:
    """No address but that of the JSON Schema dialect stands in the schema."""
    assert re.findall(r"https?://[\w.-]+", json.dumps(SCHEMA)) == ["https://json-schema.org"]


@pytest.mark.parametrize("text", [ONE, TWO, FULL, DOOR, FLAGGED])
def test_schema_accepts_what_the_checker_accepts(text: str) -> None:
    """Sound files are sound to both."""
    assert problems_in(text.encode()) == []
    VALIDATOR.validate(yaml.safe_load(text))


@pytest.mark.parametrize("text", [pytest.param(row[1], id=row[0]) for row in SHAPE_FAULTS])
def test_schema_refuses_faults_of_one_value(text: str) -> None:
    """What is wrong with a single value is refused by the schema too."""
    assert not VALIDATOR.is_valid(yaml.safe_load(text))


@pytest.mark.parametrize("text", [pytest.param(row[1], id=row[0]) for row in LINK_FAULTS])
def test_schema_leaves_the_rest_to_the_checker(text: str) -> None:
    """Faults between values pass the schema: these rows really test the checker's further checks."""
    assert VALIDATOR.is_valid(yaml.safe_load(text))


# Any input at all.

WORDS = st.sampled_from([
    *"""entries: id: question: answer: aliases: topics: notices: level: soon related: sources: vocabulary: signs:
    red_flags: raise: door: doors: if: use: include: asked: other: timeline: from_day: concepts: more.yaml bundled
    patterns: unless despite: cancels: no 911 2024-01-01 ~ ' " - ? : , [ ] { } & * ! !!str !!python/x | > # % @ `
    \\e \\ud800 --- ... FAIL + ~ age >= 65 << =""".split(),
    "\n", "\n  ", "\n    ", "\t", " ", "\x1b", "\x85", "\u2028", "\ufeff", "\ufffe", "é", "\U0001f6b2", "\r\n",
])  # fmt: skip
SOUP = st.lists(WORDS, max_size=40).map(" ".join)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """Draw the full sample with a piece cut out and something else put in."""
    start = draw(st.integers(0, len(FULL)))
    length = draw(st.integers(0, 60))
    piece = draw(SOUP | st.text(max_size=10))
    return (FULL[:start] + piece + FULL[start + length :]).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@settings(max_examples=400, deadline=None)
@given(data=st.binary(max_size=300) | SOUP.map(str.encode) | st.text().map(lambda t: t.encode("utf-16")) | spoilt())
@example(data=b"\xff\xfe\x00")
@example(data=b"? [a, b]\n: {c: d}\n")
@example(data=b"!!seq a: !!map b")
@example(data=b"'\\ud800'")
def test_any_bytes_give_a_document_or_problems(loader: str, data: bytes) -> None:
    """Whatever a file holds, the outcome is a document or sorted problems on lines that exist, never a crash."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "_LOADER", getattr(yaml, loader))
        problems = problems_in(data)
        try:
            document = document_of(data, "some file")
        except FAQError as error:
            assert problems
            assert list(error.problems) == problems  # noqa: PT017
            assert problems == sorted(set(problems))
            # libyaml puts a missing value at the end of a file on the line after the last one.
            lines = 1 + len(re.split("\r\n|[\n\r\x85\u2028\u2029]", data.decode("utf-8", "replace")))
            if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
                assert all(1 <= p.line <= lines and p.column >= 1 and p.message for p in problems)
        else:
            assert problems == []
            assert all(entry.id and entry.question.strip() and entry.answer.strip() for entry in document.entries)


PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\t"), min_size=1)


@settings(deadline=None)
@given(answer=PRINTABLE.filter(str.strip), style=st.sampled_from([None, "'", '"', "|", ">"]))
@example(answer="no", style=None)
@example(answer="\ufeffx\u2028y", style=None)
@example(answer=" x: y # z\n\n - w\n", style=None)
def test_any_text_survives_as_answer(answer: str, style: str | None) -> None:
    """What YAML writes is what comes back, character for character."""
    file = {"entries": [{"id": "a", "question": "Why so?", "answer": answer}]}
    text = yaml.safe_dump(file, allow_unicode=True, default_style=style)
    assert document_of(text.encode(), "x").entries[0].answer == answer
    assert document_of(text.encode("utf-16"), "x").entries[0].answer == answer


@given(text=PRINTABLE | SOUP)
def test_no_kind_of_node_hides_a_control_character(text: str) -> None:
    """No text that could steer a terminal comes out of the reader, except as the message of a refusal."""
    try:
        root = parse(text.encode())
    except FAQError:
        return
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += (*node.keys, *node.items)
        assert node.kind == BAD or not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f]", node.text)
