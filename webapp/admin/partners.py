"""What of ours is with each provider and with the gateway: booked, under way, failed, different, and waiting for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, distinct, func, literal_column, or_, select

from chassis import clock
from chassis.database import db
from webapp.admin import finding, listing, pulse, watching
from webapp.admin.finding import Asked
from webapp.admin.pulse import Partner, Pulse
from webapp.bookings.models import Booking, BookingItem
from webapp.bookings.states import CANCELLABLE, UNDER_WAY
from webapp.checkout.models import SagaStep
from webapp.payments.models import Payment

# Whom the kinds of steps ask; who is in neither asks nobody.
AT_PROVIDERS = ("HOLD", "CONFIRM", "CANCEL", "RELEASE", "CORRECT", "UNCLAIM")
AT_GATEWAY = ("OPEN_PAYMENT", "CHECK_PAYMENT", "CAPTURE", "REFUND", "UNPAY", "RETURN", "LATE_MONEY", "LEARN")
DAYS = 7  # of bookings that came to nothing
MOST_LOOKED_AT = 1000  # of the bookings of a provider: when a trip ends stands in its offer alone
USUAL = timedelta(minutes=1)  # in which a step is done by who planned it, or by a worker
IS_READY = SagaStep.state == literal_column("'READY'")  # as the partial index says it


@dataclass(frozen=True)
class Number:
    """How many bookings or differences there are, and what was asked for to find them; after MOST_COUNTED nobody counts."""

    found: int
    query: dict[str, str]


@dataclass(frozen=True)
class Waiting:
    """Steps that got no answer yet, or that nobody has begun though they are due; all but `steps` of the oldest.

    `steps` is MOST_COUNTED + 1 for more.
    """

    steps: int
    oldest: SagaStep
    reference: str


@dataclass(frozen=True)
class Standing:
    """A partner, how it is, and what of ours is with it. `ahead` of the booked are still to come, when `looked_at` were
    looked at; the gateway has no trips."""

    partner: Partner
    pulse: Pulse
    is_gateway: bool
    differences: Number
    waiting: Waiting | None
    booked: list[tuple[str, Number]] = field(default_factory=list)
    ahead: int = 0
    looked_at: int = 0
    under_way: list[tuple[str, Number]] = field(default_factory=list)
    failed: Number | None = None

    @property
    def has_older(self) -> bool:
        """Whether more are booked than were looked at."""
        return sum(number.found for _, number in self.booked) > self.looked_at


def look() -> list[Standing]:
    """All providers, then the gateway; while they are asked the database is."""
    everybody = pulse.partners()
    asking = pulse.Asking(everybody)
    providers = current_app.extensions["providers"]
    under_way = _under_way_at_providers()
    counted = [
        _of_provider(each.key, under_way.get(each.key, {}))
        if each.key in providers
        else _of_gateway(each.key)
        for each in everybody
    ]
    answers = asking.answers()
    return [
        Standing(each, answers[each.key], **numbers) for each, numbers in zip(everybody, counted, strict=True)
    ]


def _of_provider(key: str, under_way: dict[str, int]) -> dict[str, Any]:
    today = clock.today("Asia/Kolkata")
    since = today - timedelta(days=DAYS - 1)
    ahead, looked_at = _ahead(key)
    booked = [(state, _number(Asked(provider=key, state=state))) for state in CANCELLABLE]
    return {
        "is_gateway": False,
        "booked": [(state, number) for state, number in booked if number.found],
        "ahead": ahead,
        "looked_at": looked_at,
        "under_way": [
            (state, Number(under_way[state], {"provider": key, "state": state}))
            for state in UNDER_WAY
            if state in under_way
        ],
        "failed": _number(Asked(provider=key, state="FAILED", first_day=since)),
        "differences": _differences(key),
        "waiting": _waiting(
            SagaStep.kind.in_(AT_PROVIDERS),
            SagaStep.item_id.in_(select(BookingItem.id).where(BookingItem.provider == key)),
        ),
    }


def _of_gateway(name: str) -> dict[str, Any]:
    numbers = db.session.execute(
        select(Booking.state, func.count(distinct(Booking.id)))
        .join(Payment, Payment.booking_id == Booking.id)
        .where(Booking.state.in_(UNDER_WAY), Payment.gateway == name)
        .group_by(Booking.state)
    )
    found = {row[0]: row[1] for row in numbers}
    return {
        "is_gateway": True,
        "under_way": [
            (state, Number(found[state], {"state": state})) for state in UNDER_WAY if state in found
        ],
        "differences": _differences(watching.GATEWAY),
        "waiting": _waiting(SagaStep.kind.in_(AT_GATEWAY)),
    }


def _number(asked: Asked) -> Number:
    """The bookings as the list finds them, so that a number and the list behind it agree."""
    query = {"provider": asked.provider, "state": asked.state}
    if asked.first_day:
        query["from"] = str(asked.first_day)
    return Number(finding.count(finding.conditions(asked)), query)


def _ahead(key: str) -> tuple[int, int]:
    """How many of the newest booked with a provider are not over yet, and how many bookings were looked at."""
    now, ahead, looked_at = clock.now(), 0, 0
    for state in CANCELLABLE:
        newest = _newest(finding.conditions(Asked(provider=key, state=state)))
        ends = db.session.execute(
            select(
                BookingItem.booking_id,
                BookingItem.offer[("destination", "at")].as_string(),
                BookingItem.offer["check_out"].as_string(),
            ).where(
                BookingItem.booking_id.in_(newest),
                BookingItem.provider == key,
                BookingItem.state == "CONFIRMED",
            )
        ).all()
        looked_at += len({booking_id for booking_id, _, _ in ends})
        ahead += len({booking_id for booking_id, lands, leaves in ends if _is_ahead(lands or leaves, now)})
    return ahead, looked_at


def _newest(wanted: Sequence[ColumnElement[bool]]) -> Select:
    order = [each.desc() for each in listing.BY_CREATION]
    newest = select(Booking.id).where(*wanted).order_by(*order).limit(MOST_LOOKED_AT)
    return select(newest.subquery().c.id)


def _is_ahead(ends: str | None, now: datetime) -> bool:
    return ends is not None and datetime.fromisoformat(ends) > now


def _under_way_at_providers() -> dict[str, dict[str, int]]:
    """{provider: {state: bookings that something of it is in}}"""
    numbers = db.session.execute(
        select(BookingItem.provider, Booking.state, func.count(distinct(Booking.id)))
        .join(Booking, Booking.id == BookingItem.booking_id)
        .where(Booking.state.in_(UNDER_WAY))
        .group_by(BookingItem.provider, Booking.state)
    )
    found: dict[str, dict[str, int]] = {}
    for provider, state, bookings in numbers:
        found.setdefault(provider, {})[state] = bookings
    return found


def _differences(whose: str) -> Number:
    """Those that are open, as the list finds them."""
    rows = watching.differences("", "", whose)
    return Number(finding.count_rows(rows, finding.MOST_COUNTED), {"provider": whose})


def _waiting(*whose: ColumnElement[bool]) -> Waiting | None:
    """What waits, and the oldest of it with its booking's reference."""
    is_late = or_(SagaStep.last_error.is_not(None), SagaStep.run_at <= clock.now() - USUAL)
    waits = select(SagaStep.id).where(IS_READY, is_late, *whose)
    oldest = db.session.execute(
        select(SagaStep, Booking.public_reference)
        .join(Booking, Booking.id == SagaStep.booking_id)
        .where(IS_READY, is_late, *whose)
        .order_by(SagaStep.created_at, SagaStep.id)
        .limit(1)
    ).first()
    if oldest is None:
        return None
    return Waiting(finding.count_rows(waits, finding.MOST_COUNTED), *oldest)
