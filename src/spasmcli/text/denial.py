"""Which words of a question tell of no sign: "no numbness", "asked about fever, none", "my cat is incontinent".

The method is that of NegEx (Chapman et al. 2001, J Biomed Inform 34:301-310): a negator opens a scope, and a clause
boundary or the next uncoordinated sign closes it. Inability ("can't feel my foot") is a sign, never a denial.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spasmcli.text.ages import PEOPLE
from spasmcli.text.phrases import FILLERS, NEGATORS, Occurrence
from spasmcli.text.words import Token

#: "not" denies nothing after these: it tells of something that cannot be done or does not happen.
_INABILITY = frozenset("can could will would may might should shall must".split())
#: After "do not" and "have not" only these lead to a denial ("don't have numbness"), others tell a fact.
_HAVING = frozenset(
    """have has had having got get getting any feel feels feeling felt notice noticed see seen been really a the take
    takes taken taking""".split()
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
#: How a question or a list is answered with no.
_ANSWERS = frozenset("no nope nah none nil neither negative".split())
#: Without one of these nothing is denied.
_DENYING = NEGATORS | _ANSWERS | {"used"}
_ALL = frozenset("all both".split())
_TOLD = frozenset("her him them said".split())
_ASKING = frozenset("asked ask asks asking checked check checks went ran any whether".split())
_AUXILIARIES = frozenset("am is are was were do does did have has had".split())
_STATING = _AUXILIARIES | _INABILITY
#: How many words a question may have that a bare "no" answers: "numb down below? no."
_ASKED_WORDS = 12
#: How many words an item of a list may have ("weight loss no"), and the words that show that it is none.
_ITEM_WORDS = 4
_NO_ITEM = frozenset("or and said says say can could not i my he she it they we you there is are".split())
_USED_TO = frozenset("am is are was were be been get got getting become became".split())
_CLAUSE_ENDS = _BOUNDARIES | {"and", "so", "cos", "cause", "when", "while", "as", "if", "who", "which", "that", "than"}
_THEM = frozenset("me my him her his us our mine you your them their myself i".split())
_BEFORE_SUBJECTS = frozenset("my the our a an his her their your this that these those old new poor neighbours".split())


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
    if _DENYING.isdisjoint([word.text for word in words]):
        return set()
    signs = list(signs)
    starts: dict[int, int] = {}
    for sign in signs:
        if sign.end - sign.start <= _SIGN_WORDS:  # what a longer one takes in further on may be stated
            starts[sign.start] = max(starts.get(sign.start, 0), sign.end)
    inside = {at for sign in signs for at in range(sign.start + 1, sign.end)}
    out = _answered(words) | _used_to(words)
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


def _answered(words: Sequence[Token]) -> set[int]:
    """Return the words that are answered with no: "numb anywhere? no.", "asked if i was weak, i'm not", "fever no"."""
    out: set[int] = set()
    for at in range(1, len(words)):
        if words[at].text in _ANSWERS and (_ends_clause(words, at + 1) or words[at + 1].text in ("to", "of")):
            out.update(_answered_by(words, at, at))
        elif words[at].text == "not" and words[at - 1].text in _AUXILIARIES and _ends_clause(words, at + 1):
            subject = at - 2
            if subject > 0 and words[subject].text in _SUBJECTS and words[subject].before:
                out.update(_answered_by(words, subject, at))
    return out


def _answered_by(words: Sequence[Token], first: int, last: int) -> range:
    """Return the words that the answer from *first* to *last* ("no", "i am not") says no to."""
    start = first - 1
    while start > 0 and words[start - 1].sentence == words[first - 1].sentence and words[start].text not in _TURNS:
        start -= 1
    before = range(start, first)
    if "?" in words[first].before:  # "numb down below? no."
        return before if len(before) <= _ASKED_WORDS and _ends_sentence(words, last + 1) else range(0)
    if words[start].sentence != words[first].sentence:
        return range(0)
    asked = [at for at in before if words[at].text in _ASKING]
    if asked and (words[first].before or words[first - 1].text in _TOLD):
        return range(asked[0], first)
    after = words[last + 1] if last + 1 < len(words) else None
    to_all = after is not None and not after.before and after.text in ("to", "of")
    if first == last and (words[first - 1].text in _ALL or to_all):  # "numbness, bladder, all no", "no to both"
        return before
    clause = first
    while clause > start and not words[clause].before:
        clause -= 1
    short = first == last and not words[first].before and 0 < first - clause <= _ITEM_WORDS
    item = {word.text for word in words[clause:first]}
    return range(clause, first) if short and item.isdisjoint(_NO_ITEM) else range(0)  # "fever no, weight loss no"


def _ends_clause(words: Sequence[Token], at: int) -> bool:
    return at >= len(words) or words[at].before != "" or words[at].text in _TURNS or words[at].text == "so"


def _ends_sentence(words: Sequence[Token], at: int) -> bool:
    return at >= len(words) or words[at].sentence != words[at - 1].sentence


def _used_to(words: Sequence[Token]) -> set[int]:
    """Return the words of what somebody "used to" have, up to the end of the clause."""
    out: set[int] = set()
    for before, used, to in zip(range(len(words)), words[1:], words[2:], strict=False):
        if (used.text, to.text) == ("used", "to") and words[before].text not in _USED_TO:
            out.update(_clause(words, before + 3))
    return out


def of_others(words: Sequence[Token], others: Iterable[Occurrence]) -> set[int]:
    """Return the words that are said of the *others* named in a question (pets, things), not of a person.

    That is the clause that one begins ("my cat is incontinent and ..."), unless it ends on a person ("the dog pulled
    me over"), and the word right before one ("unsteady wifi").
    """
    out: set[int] = set()
    for other in others:
        before = other.start - 1
        if (
            before >= 0
            and not words[before + 1].before
            and (before == 0 or words[before].before or words[before - 1].text in _BEFORE_SUBJECTS | _CLAUSE_ENDS)
        ):
            out.add(before)
        before = other.start
        while (
            before
            and not words[before].before
            and (words[before - 1].text in _BEFORE_SUBJECTS or words[before - 1].text in PEOPLE)
        ):
            before -= 1
        if before == 0 or words[before].before or words[before - 1].text in _CLAUSE_ENDS:
            scope = _clause(words, other.end, on=True)
            stop = scope.stop
            person = stop < len(words) and not words[stop].before and words[stop].text in _THEM | PEOPLE
            if not person or words[stop].text == "i":
                out.update(scope)
    return out


def _clause(words: Sequence[Token], start: int, *, on: bool = False) -> range:
    """Return the words from *start* to the end of the clause, or to the next person in it.

    With *on*, a second statement of the same subject belongs to it: "my dog is stiff and can not walk".
    """
    at = start
    while at < len(words):
        goes_on = on and words[at].text == "and" and words[at + 1 : at + 2] != [] and words[at + 1].text in _STATING
        if not goes_on and words[at].text in _CLAUSE_ENDS | _THEM | _SUBJECTS | PEOPLE:
            break
        if words[at].before and at > start:
            break
        at += 1
    return range(start, at)


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
        if last_sign is None and ("," in word.before or (scope and _new_clause(words, place))):
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


def _new_clause(words: Sequence[Token], at: int) -> bool:
    """Tell whether word *at* is the "and" of "without sport and my back is ...", not that of "no aches and pains"."""
    after = [word.text for word in words[at + 1 : at + 4]]
    return words[at].text == "and" and not _AUXILIARIES.isdisjoint(after)


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
        return starts[start] >= len(words) or words[starts[start]].text not in _AUXILIARIES
    # "no numbness, weakness or fever": a bare comma joins only where the list ends in "or"
    later = [word.text for word in words[start : start + 8] if word.sentence == words[start].sentence]
    plain = (
        not any(text in _SUBJECTS or text in ("can", "not") for text in later[: later.index("or")])
        if "or" in later
        else False
    )
    return "," in words[start].before and plain
