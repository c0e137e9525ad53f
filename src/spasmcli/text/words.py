"""Text into words: the one place that decides when two spellings are the same word.

The folding is that of any lexical search engine (Unicode NFKC, case, accents, contractions, light suffix
stripping); matcher, spelling repair and triage all read the same tokens.
"""

import re
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from spasmcli.text.typed import fold

#: How many words are kept with their forms, so that a long batch stays small.
_KEPT_FORMS = 50_000
_TOKEN = re.compile(r"[^\W\d_][^\W_]*(?:'[^\W_]+)*|\d+(?:[.,]\d+)?|[.?!;:,\n()/+-]")
_PUNCTUATION = frozenset(".?!;:,\n()/+-")
_NEGATIVE = {
    "ain't": "is", "aren't": "are", "can't": "can", "couldn't": "could", "didn't": "did", "doesn't": "does",
    "don't": "do", "hadn't": "had", "hasn't": "has", "haven't": "have", "isn't": "is", "mustn't": "must",
    "needn't": "need", "shouldn't": "should", "wasn't": "was", "weren't": "were", "won't": "will",
    "wouldn't": "would",
}  # fmt: skip
_CONTRACTIONS: dict[str, tuple[str, ...]] = {
    **{word: (verb, "not") for word, verb in _NEGATIVE.items()},
    **{word.replace("'", ""): (verb, "not") for word, verb in _NEGATIVE.items()},
    "cannot": ("can", "not"), "cannae": ("can", "not"), "dunno": ("do", "not", "know"),
    "i'm": ("i", "am"), "im": ("i", "am"), "i've": ("i", "have"), "ive": ("i", "have"),
    "i'd": ("i", "would"), "i'll": ("i", "will"), "you're": ("you", "are"), "youre": ("you", "are"),
    "he's": ("he", "is"), "hes": ("he", "is"), "she's": ("she", "is"), "shes": ("she", "is"),
    "it's": ("it", "is"), "its": ("it", "is"), "that's": ("that", "is"), "thats": ("that", "is"),
    "what's": ("what", "is"), "whats": ("what", "is"), "there's": ("there", "is"), "theres": ("there", "is"),
    "how's": ("how", "is"), "hows": ("how", "is"), "they're": ("they", "are"), "theyre": ("they", "are"),
    "they've": ("they", "have"), "theyve": ("they", "have"), "we've": ("we", "have"), "you've": ("you", "have"),
    "gonna": ("going", "to"), "wanna": ("want", "to"), "gotta": ("got", "to"), "kinda": ("kind", "of"),
}  # fmt: skip

#: Contractions as they are often typed, that a misspelt word may stand for: "coudnt", "catn".
TYPED_CONTRACTIONS = frozenset(word for word, parts in _CONTRACTIONS.items() if "not" in parts and "'" not in word)

#: Words that say nothing about the subject. "How", "why" and negations are left out on purpose: they carry intent.
STOP_WORDS = frozenset(
    """a about after again all also am an and any anyone anybody are as at be because been being but by can
    could did do does doing else ever for from get gets getting got had has have having he her here hers him
    his i if in into is it just like may me mean might mine more most much must my now of off on one or other
    our out over own please really same she should since so some someone something sort still such than that
    the their them then there these they thing this those though through to too under until up us very was we
    well were what when where which while who will with would you your yours am hi hello hey thanks thank
    help cos coz cuz tho tbh""".split()
)


class Token(NamedTuple):
    """A word of a question: folded *text*, its *stem*, where it stands in the folded question, and its sentence."""

    text: str
    stem: str
    start: int
    end: int
    sentence: int
    before: str = ""
    """Punctuation between the word before and this one."""


def tokens(text: str) -> list[Token]:
    """Split folded *text* into tokens, contractions opened; punctuation only counts sentences and commas."""
    found: list[Token] = []
    sentence, before, end = 0, "", 0
    for word in _TOKEN.findall(text):
        start = text.index(word, end)  # what is left out between two of them begins no other
        end = start + len(word)
        forms = _FORMS[word]
        if not forms:  # punctuation
            before += word
            sentence += word in ".?!;\n"
        for form, stemmed in forms:
            found.append(make(Token, (form, stemmed, start, end, sentence, before)))
            before = ""
    return found


#: Makes a named tuple in half the time that its own constructor takes.
make = tuple.__new__


class _Forms(dict[str, tuple[tuple[str, str], ...]]):
    """By word, as typed: the forms it is compared in, with their stems; a contraction is several words."""

    def __missing__(self, word: str) -> tuple[tuple[str, str], ...]:
        if len(self) >= _KEPT_FORMS:
            self.clear()
        found = self[word] = _forms(word)
        return found


_FORMS = _Forms()


def _forms(word: str) -> tuple[tuple[str, str], ...]:
    word = word.lower()
    if word in _PUNCTUATION:
        return ()
    if parts := _CONTRACTIONS.get(word):
        return tuple([(part, stem(part)) for part in parts])
    if "'" in word:
        word = word.removesuffix("'s").replace("'", "")
    return ((word, stem(word)),)


@lru_cache(maxsize=25_000)  # a file is checked and then compiled
def bare_words(text: str) -> tuple[tuple[str, str], ...]:
    """Return each word of folded *text* with its stem: what `tokens` finds, without the places, in half the time."""
    return tuple(chain.from_iterable(map(_FORMS.__getitem__, _TOKEN.findall(text))))


def opened(word: str) -> tuple[str, ...]:
    """Return the words that lower-case *word* stands for: "cant" is "can not", any other word is itself."""
    return _CONTRACTIONS.get(word, (word,))


def normal_form(text: str) -> str:
    """Return the words of *text* alone, in order: texts with one normal form count as the same question."""
    return " ".join([word for word, _ in bare_words(fold(text))])


def stem(word: str) -> str:
    """Strip the common English endings of a lower-case *word* (plural, -ing, -ed, -ly, -ness, a last e)."""
    if len(word) <= 3 or word[-1] not in "sgdye" or not word.isascii():
        return word  # none of the endings below
    if word.endswith("ness") and len(word) > 6:
        word = word[:-4]
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending, least in (("ing", 6), ("ed", 5), ("ly", 6)):
        base = word[: -len(ending)]
        if word.endswith(ending) and len(word) >= least and not word.endswith("eed") and _has_vowel(base):
            word = _undouble(base)
            break
    return word[:-1] if word.endswith("e") and len(word) >= 5 else word


def _has_vowel(text: str) -> bool:
    return any(char in "aeiouy" for char in text)


def _undouble(base: str) -> str:
    if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz":
        return base[:-1]
    return base
