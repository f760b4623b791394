"""Texts that somebody else wrote: what may stand in one, and one made fit to be shown. Templates escape it besides."""

import re
import unicodedata
from collections.abc import Mapping

# Joiners belong to the scripts of India; every other format character (overrides of the writing direction above all) can
# make a line read as something else than it says.
JOINERS = "\u200c\u200d"
UNFIT = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def is_fit(text: str) -> bool:
    """Whether it holds no control, format or private character."""
    return text.isprintable() or not any(_is_unfit(letter) for letter in text)


def made_fit(text: str, longest: int) -> str:
    """The text without such characters and without more than `longest` of the others."""
    short = text[:longest]
    return short if short.isprintable() else "".join(each for each in short if not _is_unfit(each))


def named(text: str, names: Mapping[str, str]) -> str:
    """The text with names in place of codes, and of what is tied to one by a full stop: "SKU.ADULT-1" is the SKU's name."""
    # A code with which another begins comes after it.
    codes = "|".join(re.escape(code) for code in sorted(names, reverse=True))
    pattern = rf"(?<![\w.-])({codes})(\.[A-Z]+(-\d+)?)?(?![\w-])"
    return re.sub(pattern, lambda found: names[found[1]], text) if names else text


def _is_unfit(letter: str) -> bool:
    return unicodedata.category(letter) in UNFIT and letter not in JOINERS
