"""How the patterns of red flags are written in an FAQ file, and compiled for `triage`."""

import re
from collections.abc import Sequence

from spasmcli.ask.phrasebook import PhraseError, symbols
from spasmcli.ask.times import UNITS
from spasmcli.ask.triage import Condition, Rule
from spasmcli.model import RedFlag

_CONDITION = re.compile(
    r"(?:(age|weeks)\s*(>=|<=|>|<)\s*(\d+)|(lasting|ago)\s*(>=|<=|>|<)\s*(\d+)\s*(hour|day|week|month|year)s?)"
)
_COMPARES = re.compile(r"(?:age|weeks|lasting|ago)\s*[<>]")


def parse(pattern: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Split *pattern* into its terms, the joins ("+" or "~") between them and its exceptions ("unless A, B").

    Raises:
        PhraseError: when a term is empty or cannot be looked for.
    """
    body, _, exceptions = pattern.partition(" unless ")
    parts = re.split(r"\s([+~])\s", body)
    terms, joins = tuple(part.strip() for part in parts[::2]), tuple(parts[1::2])
    unless = tuple(part.strip() for part in exceptions.split(",") if part.strip())
    for term in (*terms, *unless):
        if not condition(term):
            if _COMPARES.match(term):
                raise PhraseError(
                    f"'{term}' is no condition: write age >= 65, weeks >= 20, lasting > 6 weeks or ago < 3 days"
                )
            symbols(term)
    if len(terms) == 1 and (only := condition(terms[0])) and only.quantity == "age":
        raise PhraseError(f"'{pattern}' would fire for everybody of that age")
    return terms, joins, unless


def condition(term: str) -> Condition | None:
    """Return *term* as a condition if it is one, such as ``lasting > 6 weeks``."""
    match = _CONDITION.fullmatch(term)
    if not match:
        return None
    if match[1]:
        return Condition(match[1], match[2], float(match[3]))
    return Condition(match[4], match[5], float(match[6]) * UNITS[match[7]])


def compile_rules(flags: Sequence[RedFlag]) -> tuple[list[Rule], dict[str, tuple[str, ...]]]:
    """Return the rules of the red *flags*, and the groups that their literal phrases add."""
    rules: list[Rule] = []
    groups: dict[str, tuple[str, ...]] = {}

    def named(term: str) -> str | Condition:
        if measured := condition(term):
            return measured
        found = symbols(term)
        if len(found) == 1 and found[0].startswith("#"):
            return found[0][1:]
        groups["=" + term] = (term,)
        return "=" + term

    for flag in flags:
        for block in flag.rules:
            for pattern in block.patterns:
                terms, joins, unless = parse(pattern)
                exceptions = tuple(named(term) for term in (*unless, *block.unless))
                rules.append(Rule(flag.id, block.level, tuple(map(named, terms)), joins, exceptions, block.despite))
    return rules, groups
