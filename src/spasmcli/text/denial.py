"""Which words of a question tell of no sign: "no numbness", "any fever? no", "my cat is incontinent".

The method is that of NegEx (Chapman et al. 2001, J Biomed Inform 34:301-310): a negator opens a scope, and a clause
boundary or the next uncoordinated sign closes it. Inability ("can't feel my foot") is a sign, never a denial.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spasmcli.text.ages import PEOPLE
from spasmcli.text.phrases import NEGATORS, Occurrence
from spasmcli.text.words import Token

#: "not" denies nothing after these: it tells of something that cannot be done or does not happen.
_INABILITY = frozenset("can could will would may might should shall must".split())
#: After these and "not" only a word of having leads to a denial ("don't have numbness"), others tell a fact.
_AUXILIARIES = frozenset("do does did have has had".split())
_HAVING = frozenset(
    """have has had having got get getting any feel feels feeling felt notice noticed see seen been really a the take
    takes taken taking""".split()
)
#: Words right after a negator with which it denies no sign ("no idea why", "not only"); no denial goes beyond them.
_PSEUDO = frozenset("idea reason doubt clue sure know only just matter wonder longer more better even until".split())
_BOUNDARIES = frozenset("but however though although yet except because since now then only".split())
_TURNS = frozenset("but however though although except".split())
_SUBJECTS = frozenset("i my he she it they we you his her their there".split())
_OPENERS = _SUBJECTS | {"can"}
_SCOPE_WORDS = 6
#: Words of a sign that one negator surely denies.
_SIGN_WORDS = 3
#: How a question or a list is answered with no; how many words a question, or an item of a list, may have.
_ANSWERS = frozenset("no nope nah naw none nil neither negative".split())
_ASKED_WORDS, _ITEM_WORDS = 12, 4
#: Words that are in no item of a list ("weight loss no").
_NO_ITEM = _SUBJECTS | frozenset("or and said says say can could not is are".split())
_CLAUSE_ENDS = _BOUNDARIES | {"and", "so", "cos", "cause", "when", "while", "as", "if", "who", "which", "that", "than"}
_THEM = PEOPLE | frozenset("me my him his her us our mine you your them their myself".split())
_BEFORE_SUBJECTS = frozenset("my the our a an his her their your this that these those old new poor neighbours".split())
#: Every word that denials are read by.
WORDS = frozenset({
    *NEGATORS, *_INABILITY, *_AUXILIARIES, *_HAVING, *_PSEUDO, *_ANSWERS, *_NO_ITEM, *_CLAUSE_ENDS, *_THEM,
    *_BEFORE_SUBJECTS,
})  # fmt: skip


def segments(words: Sequence[Token]) -> list[int]:
    """Number the stretches of a question within which words belong together: sentences, split at "but"."""
    numbers, extra = [], 0
    for word in words:
        extra += word.text in _TURNS
        numbers.append(word.sentence + extra)
    return numbers


def denied(words: Sequence[Token], signs: Iterable[Occurrence]) -> set[int]:
    """Return the numbers of the words that a negator denies, given the *signs* found in them.

    A sign is denied when its first word is. A negator that is part of a sign ("no feeling") denies nothing.
    """
    starts: dict[int, int] = {}
    for sign in signs:
        if sign.end - sign.start <= _SIGN_WORDS:  # what a longer one takes in further on may be stated
            starts[sign.start] = max(starts.get(sign.start, 0), sign.end)
    out = _answered(words)
    for at, word in enumerate(words):
        if word.text in NEGATORS and starts.get(at, at + 1) == at + 1 and _denies(words, at, starts):
            out |= _scope(words, at, starts)
    return out


def _answered(words: Sequence[Token]) -> set[int]:
    """Return the words that are answered with no: "numb anywhere? no", "fever no", "numbness, bladder, all no"."""
    out: set[int] = set()
    for at in range(1, len(words)):
        if words[at].text not in _ANSWERS or not (at + 1 == len(words) or words[at + 1].before):
            continue
        ends = at + 1 == len(words) or words[at + 1].sentence != words[at].sentence
        whole = words[at - 1].text == "all" or ("?" in words[at].before and ends)
        start = at
        while start and words[start - 1].sentence == words[at - 1].sentence and (whole or not words[start].before):
            if words[start - 1].text in _TURNS:
                break
            start -= 1
        item = {word.text for word in words[start:at]}
        if at - start <= _ASKED_WORDS if whole else at - start <= _ITEM_WORDS and item.isdisjoint(_NO_ITEM):
            out.update(range(start, at))
    return out


def _denies(words: Sequence[Token], at: int, starts: dict[int, int]) -> bool:
    """Tell whether the negator at word *at* denies what follows."""
    if words[at].text != "not" or not at:
        return True
    before, after = words[at - 1].text, words[at + 1].text if at + 1 < len(words) else ""
    if before in _INABILITY:
        return False
    return before not in _AUXILIARIES or after in _HAVING or at + 1 in starts


def _scope(words: Sequence[Token], at: int, starts: dict[int, int]) -> set[int]:
    """Return the words denied by the negator at *at*: up to the first sign, and on through "or"."""
    scope: set[int] = set()
    place, sign_end, since_sign, joined = at + 1, 0, 0, True
    while place < len(words) and words[place].sentence == words[at].sentence and since_sign < _SCOPE_WORDS:
        word = words[place]
        joined = word.text in ("or", "nor") or (joined and "," not in word.before)
        new_clause = word.text in _OPENERS if sign_end else word.text == "and" or not joined
        if new_clause or word.text in _BOUNDARIES | _PSEUDO:
            break
        if place in starts and word.text not in _HAVING:
            if not joined:
                break
            sign_end, since_sign, joined = starts[place], 0, False
            scope.update(range(place, sign_end))
            place = sign_end
            continue
        scope.add(place)
        since_sign += 1
        place += 1
    return scope


def of_others(words: Sequence[Token], others: Iterable[Occurrence]) -> set[int]:
    """Return the words that are said of the *others* named in a question (pets, things), not of a person.

    That is the clause that one begins ("my cat is incontinent and ..."), unless it ends on a person ("the dog pulled
    me over").
    """
    out: set[int] = set()
    for other in others:
        start, end = other.start, other.end
        while start and not words[start].before and words[start - 1].text in _BEFORE_SUBJECTS:
            start -= 1
        if start and not words[start].before and words[start - 1].text not in _CLAUSE_ENDS:
            continue
        while end < len(words) and words[end].text not in _CLAUSE_ENDS | _THEM | _SUBJECTS:
            if words[end].before and end > other.end:
                break
            end += 1
        if end == len(words) or words[end].before or words[end].text not in _THEM:
            out.update({*range(start, end)}.difference(range(other.start, other.end)))
    return out
