"""Which words of an FAQ a misspelt word may stand for."""

#: A slip in the first letter is believed from this length or this many uses; a word of signs alone from this length.
_LONG_WORD, _COMMON_WORD, _LONG_ENOUGH = 8, 10, 5
_NO_VOWELS = str.maketrans("", "", "aeiouy")


def believable(word: str, other: str, slips: int, uses: int) -> bool:
    """Tell whether *word* may be a slip of *other*, which *uses* phrasings of the FAQ use.

    A word of warning signs alone (no uses) must be close: "alot" is not "clot". Vowels are what people get wrong.
    """
    if not uses and (len(other) < _LONG_ENOUGH or (slips > 1 and differ(word, other))):
        return False
    swapped = word[:2] == other[1::-1]
    return (
        word[0] == other[0]
        or swapped
        or (slips == 1 and uses >= _COMMON_WORD)
        or (len(word) >= _LONG_WORD and uses > 0)
    )


def differ(word: str, other: str) -> bool:
    """Tell whether more than vowels and doubled letters sets two words apart; short words have too few to tell."""
    return len(word) >= _LONG_ENOUGH and _consonants(word) != _consonants(other)


def _consonants(word: str) -> str:
    bare = word.translate(_NO_VOWELS)
    return "".join(one for one, before in zip(bare, " " + bare, strict=False) if one != before)
