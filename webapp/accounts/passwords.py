"""Passwords: long enough, not the ones tried first, and kept as Argon2id only."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

# OWASP's second choice, 30-70 ms; the library's own default takes 225-395 ms and would be a lever for denial of service.
HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)

# NIST SP 800-63B, 5.1.1.2: length counts, no rules of composition, and what attackers try first is refused.
SHORTEST = 10
LONGEST = 128
_TRIED_FIRST = """
    0123456789 1234567890 12345678901 123456789012 1234567890123 12345678910 0987654321 9876543210 1234512345
    1231231231 1122334455 1234554321 1234567891 1029384756 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv
    zaq12wsxcde3 qwertyuiop qwertyuiop1 qwertyuiop123 qwerty1234 qwerty12345 qwerty123456 asdfghjkl1
    asdfghjkl; zxcvbnm123 abcdefghij abcdefghijk abcd123456 abc1234567 abc123456789 a123456789 aa12345678
    password10 password12 password123 password1234 password12345 password123456 passwordpassword p@ssword123
    p@ssw0rd123 passw0rd123 mypassword mypassword1 administrator admin12345 admin123456 adminadmin adminadmin1
    changeme123 letmein123 welcome123 welcome1234 iloveyou12 iloveyou123 iloveyou1234 sunshine123 princess123
    football123 baseball123 superman123 liverpool1 liverpool123 manchester manchester1 chelsea123 basketball
    basketball1 volleyball1 michael123 charlie123 computer123 internet123 india12345 india123456 bharat1234
    hindustan1 jaishriram1 jaishreeram krishna123 ganesh1234 sachin1234 cricket123 bangalore123 bengaluru123
    mumbai1234 delhi12345 chocolate1 butterfly1 strawberry elizabeth1 christopher1 correcthorsebatterystaple
"""
COMMONEST = frozenset(_TRIED_FIRST.split())


class UnfitPassword(ValueError):
    """Why a password may not be chosen, as a sentence for its owner."""


def refuse_unfit(password: str, email: str) -> None:
    """Raises UnfitPassword for one that is too short, too long, or among the first that somebody would try."""
    folded = _normalised(password).casefold()
    if len(password) < SHORTEST:
        raise UnfitPassword(
            f"Use {SHORTEST} characters or more; three words you can remember are a good password"
        )
    if len(password) > LONGEST:
        raise UnfitPassword(f"Use at most {LONGEST} characters")
    if folded in (email.casefold(), email.casefold().partition("@")[0]):
        raise UnfitPassword("Choose a password that is not your e-mail address")
    if folded in COMMONEST or len(set(folded)) == 1:
        raise UnfitPassword("That password is one of the first that anybody would try: choose another")


def digest(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(_normalised(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether `password` is the one kept. For nobody's (None) it takes as long, so that time tells nothing."""
    if len(password) > LONGEST:
        return False
    try:
        return HASHER.verify(kept or _of_nobody(), _normalised(password)) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was kept with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


@cache
def _of_nobody() -> str:
    return HASHER.hash("the password of nobody")


def _normalised(password: str) -> str:
    """One spelling for what keyboards compose differently (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
