"""When two spellings of a name are the same: case, accents, punctuation and blanks do not count."""

import re
import unicodedata

_LETTERS_WITHOUT_PARTS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
} | dict.fromkeys("'’‘`´ʻʼʾʿ", "")  # fmt: skip
_GENERIC = frozenset({"airport", "international", "intl"})
_MOST_LETTERS = 4096


class _Letters(dict):
    """What each letter becomes, worked out when it is first met: half a million are folded before the first visitor."""

    def __missing__(self, code: int) -> str:
        folded = _letter_or_blank(chr(code))
        if len(self) < _MOST_LETTERS:  # visitors may type any of a million
            self[code] = folded
        return folded


_LETTERS = _Letters({ord(letter): folded for letter, folded in _LETTERS_WITHOUT_PARTS.items()})


def fold(text: str) -> str:
    """The spelling that names are compared in: "  São-Paulo " and "sao paulo" both give "sao paulo"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return " ".join(decomposed.translate(_LETTERS).split())


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
