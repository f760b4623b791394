"""How money, days, times and durations are written on a page. Pure."""

from datetime import date, datetime
from functools import lru_cache

from babel.numbers import format_currency

_PAISE = "¤#,##,##0.00"
_RUPEES = "¤#,##,##0"


@lru_cache(4096)
def rupees(minor: int) -> str:
    """₹12,34,567; paise only when there are some."""
    return (
        rupees_exact(minor)
        if minor % 100
        else format_currency(minor // 100, "INR", _RUPEES, locale="en_IN", currency_digits=False)
    )


@lru_cache(4096)
def whole_rupees(minor: int) -> str:
    """₹1,235 of ₹1,234.50: for cards and tables of many prices, and never less than will be asked."""
    return format_currency(-(-minor // 100), "INR", _RUPEES, locale="en_IN", currency_digits=False)


@lru_cache(4096)
def rupees_exact(minor: int) -> str:
    """₹12,34,567.50"""
    sign = "−" if minor < 0 else ""
    whole, paise = divmod(abs(minor), 100)
    return (
        f"{sign}{format_currency(whole, 'INR', _RUPEES, locale='en_IN', currency_digits=False)}.{paise:02d}"
    )


def day(value: date | datetime) -> str:
    """Fri 11 Dec 2026"""
    return f"{value:%a} {value.day} {value:%b %Y}"


def short_day(value: date | datetime) -> str:
    """Fri 11 Dec"""
    return f"{value:%a} {value.day} {value:%b}"


def weekday(value: date) -> str:
    """Fri"""
    return f"{value:%a}"


def month_name(value: date) -> str:
    """December"""
    return f"{value:%B}"


def clock_time(value: datetime) -> str:
    """14:30, local to the place it belongs to"""
    return f"{value:%H:%M}"


def moment(value: datetime) -> str:
    """Fri 11 Dec 2026, 14:30 IST"""
    return f"{day(value)}, {value:%H:%M} {zone_name(value)}"


def zone_name(value: datetime) -> str:
    """IST for India's offset, a zone's own letters, or UTC+04:00 for an offset without a name."""
    name = value.tzname() or ""
    offset = f"{value:%z}"
    if offset == "+0530":
        return "IST"
    if offset == "+0000":
        return "UTC" if name.startswith("UTC") else name
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:]}"


def duration(minutes: int) -> str:
    """2 h 15 m"""
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} m" if rest or not hours else "") if part
    )


FILTERS = {
    "rupees": rupees,
    "rupees_exact": rupees_exact,
    "whole_rupees": whole_rupees,
    "day": day,
    "short_day": short_day,
    "weekday": weekday,
    "month_name": month_name,
    "clock": clock_time,
    "moment": moment,
    "duration": duration,
}
