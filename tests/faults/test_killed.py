"""The site is killed after each of its writes and after each request it sent, and nothing is lost.

Killed means that what was in memory is gone: the claim stays, nobody answers, the lease ends. Then the worker alone, or
the traveller who comes again, brings the trip to its end.
"""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import current_app
from sqlalchemy.orm import Session

from tests.trips import Trip
from webapp.payments.selected import gateway

LEASE = 61  # seconds, and one more


class Killed(BaseException):
    """What no `except` of the site can hold up."""


class Killer:
    """Ends the site when it has written, or something it asked for was done, for the n-th time: where a process may die."""

    def __init__(self, wires: dict):
        self._wires = wires
        self._left: int | None = None

    def arm(self, n: int) -> None:
        for name, wire in self._wires.items():
            if name != "site":
                wire.meanwhile(self.reached)
        self._left = n

    def disarm(self) -> bool:
        """Whether it struck."""
        struck, self._left = self._left == 0, None
        return struck

    def reached(self) -> None:
        if self._left:
            self._left -= 1
            if self._left == 0:
                raise Killed


@pytest.fixture
def killer(wires, monkeypatch) -> Killer:
    killer, commit = Killer(wires), Session.commit

    def commit_and_die(session):
        commit(session)
        if current_app.config["SERVICE"] == "webapp":
            killer.reached()

    monkeypatch.setattr(Session, "commit", commit_and_die)
    return killer


# ---- what is going on when the site is killed, and how it ends when the worker alone goes on


def checks_out(faulty, trip: Trip) -> None:
    trip.book()


def cancels(faulty, trip: Trip) -> None:
    trip.cancel()


def abandons(faulty, trip: Trip) -> None:
    trip.abandon()


def is_told_by_the_gateway(faulty, trip: Trip) -> None:
    lost = faulty.services.wires["site"].requests[-1]
    browser = faulty.site.test_client()
    browser.post("/payments/webhooks/sandbox", data=lost.body, headers=dict(lost.headers))


def the_worker_works(faulty, trip: Trip) -> None:
    faulty.work()


def nothing(faulty, trip: Trip) -> None:
    pass


def is_sent_to_pay(faulty, trip: Trip) -> None:
    trip.hold()
    trip.open_payment()


def pays_and_never_comes_back(faulty, trip: Trip) -> None:
    is_sent_to_pay(faulty, trip)
    trip.authorise()


def is_sent_to_pay_and_never_pays(faulty, trip: Trip) -> None:
    is_sent_to_pay(faulty, trip)
    faulty.clock.forward(minutes=13)


def is_paid_and_not_confirmed_yet(faulty, trip: Trip) -> None:
    is_sent_to_pay(faulty, trip)
    trip.authorise()
    faulty.services.wires["flights"].hang("/beckn/confirm", times=1)
    assert trip.come_back() == "CONFIRMING"
    faulty.clock.forward(seconds=5)


def is_paid_and_the_provider_lets_it_go(faulty, trip: Trip) -> None:
    is_paid_and_not_confirmed_yet(faulty, trip)
    faulty.provider_lets_go(trip.item)


def is_paid_and_the_gateway_lets_it_go(faulty, trip: Trip) -> None:
    is_paid_and_not_confirmed_yet(faulty, trip)
    gateway().void(trip.payment.gateway_reference, f"void-{trip.booking_id}")


def drives(faulty, trip: Trip) -> None:
    trip.drive()


@dataclass(frozen=True)
class Scene:
    """What is going on when the site is killed, after `before`, in `kills`; how it `ends`, after so many `places` or more."""

    before: Callable
    kills: Callable
    ends: str
    places: int


CHECKOUT = Scene(nothing, checks_out, "CONFIRMED", 15)
CANCELLATION = Scene(checks_out, cancels, "CANCELLED", 7)
ON_BOTH_ENGINES = {
    "checkout": CHECKOUT,
    "cancellation": CANCELLATION,
    "abandonment": Scene(is_sent_to_pay, abandons, "ABANDONED", 7),
    "expiry": Scene(is_sent_to_pay_and_never_pays, the_worker_works, "EXPIRED", 5),
}
SCENES = ON_BOTH_ENGINES | {
    "webhook": Scene(pays_and_never_comes_back, is_told_by_the_gateway, "CONFIRMED", 7),
    "refused confirm": Scene(is_paid_and_the_provider_lets_it_go, drives, "FAILED", 8),
    "refused capture": Scene(is_paid_and_the_gateway_lets_it_go, drives, "FAILED", 9),
}


def killed_everywhere(faulty, killer: Killer, scene: Scene) -> Iterator[Trip]:
    """One trip after another, each killed one place later; the last one was not killed."""
    for n in itertools.count(1):
        trip = faulty.trip()
        with faulty.site.app_context():
            scene.before(faulty, trip)
        killer.arm(n)
        with (
            contextlib.suppress(Killed),
            faulty.site.app_context(),
        ):  # what was in memory is gone with its context
            scene.kills(faulty, trip)
        struck = killer.disarm()
        assert faulty.wrong() == [], n
        with faulty.site.app_context():
            yield trip
        if not struck:
            break
    assert n > scene.places


@pytest.mark.parametrize(
    "scene",
    [
        *(pytest.param(scene, id=name) for name, scene in SCENES.items()),
        *(
            pytest.param(scene, id=f"{name}-postgresql", marks=pytest.mark.postgresql)
            for name, scene in ON_BOTH_ENGINES.items()
        ),
    ],
)
def test_killed_anywhere_the_worker_alone_brings_it_to_its_end(faulty, killer, scene):
    for trip in killed_everywhere(faulty, killer, scene):
        never_paid = [state for state, _, _ in faulty.money(trip)] in ([], ["OPEN"])

        faulty.to_rest()

        assert trip.state == ("EXPIRED" if scene is CHECKOUT and never_paid else scene.ends)


@pytest.mark.parametrize("scene", [CHECKOUT, CANCELLATION], ids=["checkout", "cancellation"])
def test_killed_anywhere_the_traveller_comes_again_and_goes_on(faulty, killer, scene):
    for trip in killed_everywhere(faulty, killer, scene):
        faulty.clock.forward(seconds=LEASE)

        trip.drive()
        if trip.state == "AWAITING_PAYMENT":
            pays(faulty, trip)

        assert trip.state == scene.ends


def pays(faulty, trip: Trip) -> None:
    """Where the site does not know it yet, she may have paid already."""
    if [state for state, _, _ in faulty.money(trip)] != ["AUTHORISED"]:
        trip.open_payment()
        trip.authorise()
    trip.come_back()
