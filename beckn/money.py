"""Money on the wire is a decimal string; with us it is integer minor units and a currency. No float anywhere."""

import re
from decimal import ROUND_HALF_UP, Decimal

# Whole digits are bounded so that a hostile price cannot grow past BIGINT.
_AMOUNT = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)


def parse(text: str, negative: bool = False) -> int:
    """Minor units of a decimal string with none to two digits after the point.

    Raises ValueError for excess digits, exponents, NaN, blanks and (unless `negative`) a minus sign.
    """
    match = _AMOUNT.fullmatch(text)
    if not match or (match[1] and not negative):
        raise ValueError(f"not an amount: {text[:40]!r}")
    minor = int(match[2]) * 100 + int((match[3] or "0").ljust(2, "0"))
    return -minor if match[1] else minor


def write(minor: int) -> str:
    """A decimal string with two digits, as every amount of ours is written."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def percent(minor: int, rate: Decimal | int) -> int:
    """`rate` per cent of `minor`, rounded half up to the minor unit."""
    return int((Decimal(minor) * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))
