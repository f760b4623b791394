"""When two spellings of a name are the same: case, accents, punctuation and blanks do not count."""

import re
import unicodedata

_LETTERS_WITHOUT_PARTS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("'’‘`´ʻʼʾʿ", "")
)
_GENERIC = frozenset({"airport", "international", "intl"})


def fold(text: str) -> str:
    """The spelling that names are compared in: "  São-Paulo " and "sao paulo" both give "sao paulo"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    letters = decomposed.translate(_LETTERS_WITHOUT_PARTS)
    return " ".join("".join(_letter_or_blank(letter) for letter in letters).split())


def _letter_or_blank(letter: str) -> str:
    category = unicodedata.category(letter)
    if unicodedata.combining(letter) or category == "Cf":  # Cf: invisible joiners, pasted along
        return ""
    return letter if category[0] in "LNM" else " "  # M: the vowel signs of Indian scripts are no letters


def bare(folded: str) -> str:
    """A folded airport name without the words that every airport has: "heathrow airport" gives "heathrow"."""
    return " ".join(word for word in folded.split() if word not in _GENERIC)


def slug(folded: str) -> str:
    """A folded name as a part of a URL; empty when it has no Latin letter or digit."""
    return "-".join(re.findall(r"[a-z0-9]+", folded))
