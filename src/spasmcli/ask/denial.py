"""Which words of a question are denied: "no numbness", "isn't weak", "without fever or chills".

The method is that of NegEx (Chapman et al. 2001, J Biomed Inform 34:301-310): a negator opens a scope, and a clause
boundary or the next uncoordinated sign closes it. Inability ("can't feel my foot") is a sign, never a denial.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spasmcli.ask.phrases import FILLERS, NEGATORS, Occurrence
from spasmcli.ask.words import Token

#: "not" denies nothing after these: it tells of something that cannot be done or does not happen.
_INABILITY = frozenset("can could will would may might should shall must".split())
#: After "do not" and "have not" only these lead to a denial ("don't have numbness"), others tell a fact.
_HAVING = frozenset(
    "have has had having got get getting any feel feels feeling felt notice noticed see seen been really a the".split()
)
#: Words after a negator with which it denies no sign ("no idea why", "not only", "not sure").
_PSEUDO = frozenset("idea reason doubt clue sure know only just matter wonder longer more better even until".split())
_BOUNDARIES = frozenset("but however though although yet except because since now then only".split())
_TURNS = frozenset("but however though although except".split())
_SUBJECTS = frozenset("i my he she it they we you his her their there".split())
_JOINERS = frozenset("or and nor any either no not without".split())
_SCOPE_WORDS = 6
#: Words of a sign that one negator surely denies.
_SIGN_WORDS = 3


def segments(words: Sequence[Token]) -> list[int]:
    """Number the stretches of a question within which words belong together: sentences, split at "but"."""
    numbers, extra = [], 0
    before = ""
    for word in words:
        extra += word.text in _TURNS and not (before == "as" and word.text == "though")
        numbers.append(word.sentence + extra)
        before = word.text
    return numbers


def denied(words: Sequence[Token], signs: Iterable[Occurrence]) -> set[int]:
    """Return the numbers of the words that a negator denies, given the *signs* found in them.

    A sign is denied when its first word is. A negator that is part of a sign ("no feeling") denies nothing.
    """
    starts: dict[int, int] = {}
    for sign in signs:
        if sign.end - sign.start <= _SIGN_WORDS:  # what a longer one takes in further on may be stated
            starts[sign.start] = max(starts.get(sign.start, 0), sign.end)
    inside = {at for sign in signs for at in range(sign.start + 1, sign.end)}
    out: set[int] = set()
    for at, word in enumerate(words):
        if word.text not in NEGATORS:
            continue
        end = starts.get(at)
        if end is None or end == at + 1:
            opens = _denies(words, at, at + 1 in starts and at not in inside)
        else:  # "no injury or fever": the negator is part of a sign, what "or" adds is denied all the same
            opens = end < len(words) and words[end].text in ("or", "nor")
        if opens:
            out |= _scope(words, at, starts)
    return out


def _denies(words: Sequence[Token], at: int, before_sign: bool) -> bool:
    """Tell whether the negator at word *at* denies what follows; *before_sign*: a sign follows at once."""
    after = words[at + 1].text if at + 1 < len(words) else ""
    if after in _PSEUDO:
        return False
    if words[at].text != "not":
        return True
    before = words[at - 1].text if at else ""
    if before in _INABILITY:
        return False
    return before not in ("do", "does", "did", "have", "has", "had") or after in _HAVING or before_sign


def _scope(words: Sequence[Token], at: int, starts: dict[int, int]) -> set[int]:
    """Return the words denied by the negator at *at*: up to the first sign, and on through "or", "and", commas."""
    scope: set[int] = set()
    place, last_sign, since_sign = at + 1, None, 0
    while place < len(words) and words[place].sentence == words[at].sentence and since_sign < _SCOPE_WORDS:
        word = words[place]
        if word.text in _BOUNDARIES or (word.text in _SUBJECTS and scope and last_sign is not None):
            break
        if last_sign is None and "," in word.before:
            break
        if place in starts and word.text not in _HAVING:
            if last_sign is not None and not _joined(words, last_sign, place, starts):
                break
            last_sign, since_sign = starts[place], 0
            scope.update(range(place, last_sign))
            place = last_sign
            continue
        scope.add(place)
        since_sign += 1
        place += 1
    return scope


def _says_not(sign: Sequence[Token]) -> bool:
    """Tell whether a sign is itself worded as a lack ("cannot feel"): that is never the second of two denied signs."""
    return any(word.text in ("not", "no", "can") for word in sign)


def _joined(words: Sequence[Token], end: int, start: int, starts: dict[int, int]) -> bool:
    """Tell whether the sign at *start* belongs to the list that the denied sign ending at *end* is in."""
    between = words[end:start]
    if _says_not(words[start : starts[start]]):
        return False
    if any(word.text not in _JOINERS and word.text not in FILLERS for word in between):
        return False
    if any(word.text in ("or", "nor", "either", "any") for word in between):
        return True
    if any(word.text == "and" for word in between):
        return True
    # "no numbness, weakness or fever": a bare comma joins only where the list ends in "or"
    later = [word.text for word in words[start : start + 8] if word.sentence == words[start].sentence]
    plain = (
        not any(text in _SUBJECTS or text in ("can", "not") for text in later[: later.index("or")])
        if "or" in later
        else False
    )
    return "," in words[start].before and plain
