"""The public reference of a booking: ten random characters in groups, as K7QM-2XV-P9D."""

import re
import secrets

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I
_PATTERN = re.compile(f"[{LETTERS}]{{4}}-[{LETTERS}]{{3}}-[{LETTERS}]{{3}}")


def new_reference() -> str:
    """50 bits of chance: nobody finds a booking by trying."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"{letters[:4]}-{letters[4:7]}-{letters[7:]}"


def is_reference(text: str) -> bool:
    return _PATTERN.fullmatch(text) is not None


def tidy(text: str) -> str:
    """What a person typed (any case, blanks, no hyphens) as a reference; too much of it makes none."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper())
    return f"{letters[:4]}-{letters[4:7]}-{letters[7:]}"
