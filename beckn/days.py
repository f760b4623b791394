"""Several days in one question: an extension of ours, written as `time.range` where otherwise a `timestamp` stands."""

from dataclasses import dataclass
from datetime import date, datetime

from beckn import times
from beckn.errors import NotUnderstood
from beckn.messages import Range

MOST_DAYS = 62


@dataclass(frozen=True)
class Days:
    """From the first to the last local day, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def fault(self) -> str | None:
        """What is wrong with them, as a sentence; None when nothing is."""
        count = (self.last - self.first).days + 1
        if count < 1:
            return "the last day has to come after the first"
        return f"at most {MOST_DAYS} days can be asked for together" if count > MOST_DAYS else None


def read(within: Range, path: str) -> Days:
    """The local days of a range. Raises NotUnderstood with the path of the first fault."""
    days = Days(_read_day(within.start, f"{path}.start"), _read_day(within.end, f"{path}.end"))
    if fault := days.fault():
        raise NotUnderstood(fault, path)
    return days


def _read_day(text: str, path: str) -> date:
    try:
        return times.parse(text).date()
    except (ValueError, OverflowError) as error:
        raise NotUnderstood("is not a local time", path) from error


def write(first_midnight: datetime, last_midnight: datetime) -> Range:
    """Each midnight begins a day, with its offset."""
    return Range(times.write_local(first_midnight), times.write_local(last_midnight))
