"""Instants, local times and durations as Beckn writes them."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?", re.ASCII)


def write_instant(instant: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.mmmZ` of an aware datetime."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_local(moment: datetime) -> str:
    """A local time with its offset, to the second."""
    return moment.isoformat(timespec="seconds")


def parse(text: str) -> datetime:
    """An aware datetime; raises ValueError for a text without a zone or no time at all."""
    if len(text) > 40:
        raise ValueError("not a time")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    moment.astimezone(UTC)  # a time at the edge of the calendar has no instant
    return moment


def write_duration(seconds: int) -> str:
    """An ISO 8601 duration such as PT12M50S or PT2H30M; PT0S for nothing."""
    hours, rest = divmod(max(0, seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n]
    return "PT" + ("".join(parts) or "0S")


@lru_cache(256)
def parse_duration(text: str) -> timedelta:
    """A timedelta of days, hours, minutes and seconds; raises ValueError for anything else."""
    match = _DURATION.fullmatch(text) if len(text) <= 40 else None
    if not match or not any(match.groups()):
        raise ValueError(f"not a duration: {text[:40]!r}")
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
