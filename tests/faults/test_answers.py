"""Every call to a provider and the gateway goes wrong once in every way, and the worker alone puts it right.

In the end the provider has one booking, the money moved once and the traveller was told once; that everybody's books
agree is asked at the end of every test (tests/invariants.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.trips import DOMESTIC, HOTEL, INTERNATIONAL, Product, Trip

SOON = timedelta(minutes=5)


def nothing(trip: Trip) -> None:
    """The traveller does nothing more."""


def held(trip: Trip) -> None:
    assert trip.hold() == "AWAITING_PAYMENT"


def sent_to_pay(trip: Trip) -> None:
    held(trip)
    trip.open_payment()


def paid(trip: Trip) -> None:
    sent_to_pay(trip)
    trip.authorise()


def booked(trip: Trip) -> None:
    assert trip.book() == "CONFIRMED"


def pays(trip: Trip) -> None:
    trip.open_payment()
    comes_back(trip)


def comes_back(trip: Trip) -> None:
    trip.authorise()
    trip.come_back()


@dataclass(frozen=True)
class Call:
    """A request that goes wrong: to the provider or the gateway, in what `does` sends, after `before`.

    Once it is put right the traveller does `after`, and the trip is at last as `ends` says: its state, the provider's
    bookings, the gateway's payments.
    """

    request: str
    before: Callable[[Trip], None]
    does: Callable[[Trip], object]
    ends: tuple[str, list[str], list[str]]
    after: Callable[[Trip], object] = nothing
    to_gateway: bool = False
    told: tuple[str, ...] = ("booked",)


BOOKED = ("CONFIRMED", ["CONFIRMED"], ["CAPTURED"])
CANCELLED = ("CANCELLED", ["CANCELLED"], ["REFUNDED"])
LET_GO = ("ABANDONED", ["RELEASED"], ["VOIDED"])
BOTH, NOT = ("booked", "cancelled"), ("not_booked",)

CALLS = {
    "init": Call("/beckn/init", nothing, Trip.hold, BOOKED, after=pays),
    "create": Call("POST /v1/payments", held, Trip.open_payment, BOOKED, after=comes_back, to_gateway=True),
    "confirm": Call("/beckn/confirm", paid, Trip.come_back, BOOKED),
    "capture": Call("/capture", paid, Trip.come_back, BOOKED, to_gateway=True),
    "cancel": Call("/beckn/cancel", booked, Trip.cancel, CANCELLED, told=BOTH),
    "refund": Call("/refunds", booked, Trip.cancel, CANCELLED, to_gateway=True, told=BOTH),
    "void": Call("/void", sent_to_pay, Trip.abandon, LET_GO, to_gateway=True, told=NOT),
    "release": Call("/beckn/cancel", sent_to_pay, Trip.abandon, LET_GO, told=NOT),
}
FAULTS = ("hang", "garbage", "lose_answer", "twice", "delay", "overtaken")
WHERE_IT_WAS_CARRIED_OUT = FAULTS[2:]  # two providers are one code: the third meets what concerns it


def cases():
    """Each engine has every call and every fault; each product too."""
    for engine, product in (("sqlite", DOMESTIC), ("sqlite", INTERNATIONAL), ("postgresql", HOTEL)):
        for name, call in CALLS.items():
            for fault in WHERE_IT_WAS_CARRIED_OUT if product is INTERNATIONAL else FAULTS:
                if not (call.to_gateway and product is INTERNATIONAL):
                    marks = [pytest.mark.postgresql] if engine == "postgresql" else []
                    yield pytest.param(call, product, fault, id=f"{name}-{product}-{fault}", marks=marks)


@pytest.mark.parametrize(("call", "product", "fault"), list(cases()))
def test_what_goes_wrong_once_is_put_right(faulty, in_site, call: Call, product: Product, fault: str):
    trip = faulty.trip(product)
    call.before(trip)

    wire = faulty.services.wires["gateway" if call.to_gateway else product.provider]
    break_once(wire, fault, call.request, faulty)
    call.does(trip)
    assert faulty.wrong() == []
    faulty.to_rest(within=SOON)
    assert set(wire.let_through()) <= {200}
    call.after(trip)
    faulty.to_rest()

    state, there, at_gateway = call.ends
    assert trip.state == state
    assert faulty.there(trip) == there
    assert [each for each, _, _ in faulty.money(trip)] == at_gateway
    assert faulty.told(trip) == list(call.told)


def break_once(wire, fault: str, request: str, faulty) -> None:
    """The next such request goes wrong."""

    def another_worker_finishes():
        faulty.clock.forward(seconds=61)
        faulty.work()

    if fault == "overtaken":
        wire.meanwhile(another_worker_finishes, request, times=1)
    else:
        getattr(wire, fault)(request, times=1)
