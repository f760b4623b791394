"""When it looks at what: at once, each hour a page after the other, at its share of the trips ahead, and never for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from chassis.clock import now
from chassis.database import db, writing
from tests.at_once import in_parallel
from tests.trips import DOMESTIC, HOTEL, INTERNATIONAL
from tests.webapp.reconciliation.conftest import audited, differences
from tests.webapp.reconciliation.scenes import (
    CANCELLED_THERE,
    RIGHT_AGAIN,
    let_go,
)
from webapp.bookings.models import Booking
from webapp.checkout import saga
from webapp.checkout.worker import worker
from webapp.reconciliation import looking, running
from webapp.reconciliation.differences import store as store_what_was
from webapp.reconciliation.looking import Silence
from webapp.reconciliation.models import Reconciliation
from webapp.reconciliation.running import Bookmark


def test_two_runs_at_once_do_no_harm(database, a_trip, in_site, breaking):
    trip = let_go(a_trip)
    breaking(
        "gateway",
        "UPDATE payments SET state = 'CAPTURED', authorised_minor = amount_minor, captured_minor = amount_minor",
    )

    def one(_number):
        with in_site.app_context():
            running.run_all()
            db.session.remove()

    db.session.rollback()
    in_parallel(3, one)
    trip.drive()

    assert trip.truth().refunded_minor == 441_000
    assert len(differences()) == 1
    assert [each for each in audited() if each == "sent late money back"] == ["sent late money back"]


@pytest.mark.by_hand("the gateway has money that nobody asked for")
def test_a_repair_is_planned_once_and_somebody_is_asked_when_it_did_not_help(a_trip, breaking):
    trip, other = let_go(a_trip), a_trip()
    breaking("gateway", "UPDATE payments SET state = 'AUTHORISED', authorised_minor = amount_minor")
    seen = looking.look(trip.booking_id, Silence())

    def store() -> tuple[int, int, str | None]:
        stored = store_what_was(trip.booking_id, seen)
        return stored.new, stored.repairs, trip.booking.needs_attention

    assert store() == (1, 1, None)
    assert store() == (0, 0, None)  # another run that has seen the same: the step is still to be done
    with writing() as session:
        saga.plan("RETURN", session.get_one(Booking, other.booking_id))
        saga.plan("LATE_MONEY", session.get_one(Booking, trip.booking_id))
    breaking(
        "site",
        f"UPDATE saga_steps SET state = 'DONE' WHERE kind = 'RETURN' AND booking_id = {trip.booking_id}",
    )

    new, repairs, asked = store()

    assert (new, repairs) == (0, 0)
    assert asked.endswith("(payment 1): see Reconciliation")
    assert audited() == ["reconciles"]


def hours(site) -> list[str]:
    with site.app_context():
        db.session.rollback()
        return list(db.session.scalars(select(Reconciliation.state).order_by(Reconciliation.id)))


def test_the_worker_reconciles_each_hour_and_one_worker_at_a_time(database, a_trip, in_site, wires, clock):
    trip = a_trip()
    trip.book()
    work = in_site.test_cli_runner()
    assert "0 bookings reconciled" in work.invoke(worker, ["--once"]).output
    clock.forward(minutes=59)
    assert "0 bookings reconciled" in work.invoke(worker, ["--once"]).output
    clock.forward(minutes=2)
    assert running.claims.claim(Reconciliation, lambda row: row.id)  # another worker is at it
    assert "0 bookings reconciled" in work.invoke(worker, ["--once"]).output

    clock.forward(minutes=2)  # and died
    wires["flights"].down()
    assert "0 bookings reconciled" not in work.invoke(worker, ["--once"]).output

    assert hours(in_site) == ["DONE", "READY"]
    done = db.session.scalars(select(Reconciliation).where(Reconciliation.state == "DONE")).one()
    assert (done.looked_at, done.unanswered, done.finished_at <= now()) == (1, 1, True)
    assert "0 bookings reconciled" in work.invoke(worker, ["--once"]).output


@pytest.mark.parametrize(
    ("bound", "pages"),
    [
        ({"PAGE": 2}, [[], [1, 2], [3], [4, 5], [6], []]),
        ({"PAGE_SECONDS": -1.0}, [[], [1], [2], [3], [], [4], [5], [6], [], []]),
    ],
    ids=["so many bookings", "so long"],
)
def test_who_goes_on_begins_at_the_bookmark(a_trip, in_site, clock, monkeypatch, bound, pages):
    for _ in range(3):
        a_trip().hold()
    for _ in range(3):
        a_trip()  # a draft is at rest
    for name, value in bound.items():
        monkeypatch.setattr(running, name, value)
    running.do_what_is_due()
    with writing():
        running._plan_the_next()  # as another worker, at the same time
    clock.forward(minutes=61)
    seen = []
    monkeypatch.setattr(running, "_reconcile", lambda booking_id, *_: seen[-1].append(booking_id))

    for _ in pages:
        seen.append([])
        assert running.do_what_is_due() == 1  # so that the worker goes on at once

    assert seen == pages
    assert hours(in_site) == ["DONE", "READY"]


def test_what_is_touched_after_a_run_began_is_left_to_the_next(a_trip):
    """A run of a busy site comes to its end."""
    touched = running.STAGES.index("touched")
    trip = a_trip()

    assert [row.id for row in running._page(Bookmark(now(), touched))] == [trip.booking_id]
    assert running._page(Bookmark(now() - timedelta(minutes=1), touched)) == []
    trip.hold()
    assert running._page(Bookmark(now(), touched)) == []  # looked at as under way


def test_while_our_own_database_is_away_no_booking_is_called_out_of_order(a_trip, monkeypatch):
    a_trip()

    def away(*_):
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(running.looking, "look", away)

    with pytest.raises(OperationalError):
        running.run_all()


def test_what_has_been_at_rest_for_long_is_left_in_peace_and_what_differs_is_not(
    a_trip, run, breaking, clock
):
    wrong, old = a_trip(), a_trip()
    wrong.book()
    old.book()
    breaking("flights", CANCELLED_THERE)
    assert run().code == 1
    clock.forward(days=100)

    assert "1 bookings looked at" in run().said
    first, behind_it = Bookmark(now()), Bookmark(now(), last_id=wrong.booking_id)
    assert [row.id for row in running._page(first)] == [wrong.booking_id]
    assert running._page(behind_it) == []  # what stays open is looked at once in a run

    breaking("flights", RIGHT_AGAIN)
    assert run().code == 0
    assert "0 bookings looked at" in run().said


def test_what_is_not_at_rest_is_looked_at_however_old_it_is(a_trip, run, breaking, clock):
    trip = a_trip()
    trip.hold()
    clock.forward(days=30)
    breaking("site", "UPDATE saga_steps SET state = 'DROPPED'")

    ran = run()

    assert "no next step" in ran.said or "nothing is to be done" in ran.said
    breaking("site", "UPDATE saga_steps SET state = 'READY' WHERE kind = 'CHECK_PAYMENT'")
    trip.drive()


def test_one_booking_out_of_order_is_no_reason_not_to_look_at_the_others(a_trip, run, monkeypatch, caplog):
    for _ in range(2):
        a_trip().book()
    look, seen = running.looking.look, []

    def stumble(booking_id, silence):
        seen.append(booking_id)
        return look(booking_id, silence) if booking_id > 1 else 1 / 0

    monkeypatch.setattr(running.looking, "look", stumble)

    ran = run()

    assert ran.code == 1
    assert seen == [1, 2]
    assert "Not asked, 1: a booking could not be looked at: see the log" in ran.said
    assert [each.facts for each in caplog.records if each.exc_info] == [{"booking": 1}]


def test_what_moves_while_it_is_looked_at_is_looked_at_again(a_trip, run, wires, in_site, breaking):
    trip = a_trip()
    trip.book()

    def she_cancels():
        with in_site.app_context():
            trip.cancel()

    wires["flights"].meanwhile(she_cancels, "/beckn/status", times=1)

    ran = run()

    assert ran.code == 0, ran.said
    assert differences() == []
    assert trip.state == "CANCELLED"


def test_a_step_that_is_at_work_is_not_disturbed(a_trip, run, wires, clock):
    """A refund that waits for its next try is no difference."""
    trip = a_trip()
    trip.book()
    wires["gateway"].down("/refunds")
    trip.cancel()
    wires["gateway"].restore()

    assert run().code == 0

    clock.forward(minutes=1)
    assert trip.drive() == "CANCELLED"
    with writing() as session:
        saga.drop("HOLD", session.get_one(Booking, trip.booking_id))


# ---- a trip that is ahead


@pytest.mark.by_hand("the provider has cancelled it")
def test_what_a_provider_cancels_by_itself_is_found_until_the_trip_is_over(
    database, a_trip, run, breaking, clock
):
    trip = a_trip()
    trip.book()
    clock.forward(days=5)
    assert run().code == 0
    breaking("flights", "UPDATE bpp_bookings SET booking_status = 'CANCELLED', held_until = NULL")
    breaking("flights", "UPDATE departures SET seats_available = seats")

    ran = run()

    assert ran.code == 1
    assert [each[:2] for each in differences()] == [("ITEM_STATE", f"item {trip.item.id}")]


def test_a_trip_that_is_over_is_left_in_peace(a_trip, run, clock):
    a_trip().book()
    clock.forward(days=100)

    assert run().said.startswith("0 bookings looked at")


def test_each_hour_looks_at_its_share_of_the_trips_that_are_ahead(a_trip, breaking, clock):
    """Nor at what was let go, nor at what is looked at because it was touched, nor at what cannot be ahead any more."""
    first, second, gone, old = (a_trip(each) for each in (DOMESTIC, HOTEL, INTERNATIONAL, INTERNATIONAL))
    for each in (first, second, old):
        each.book()
    gone.hold()
    gone.abandon()
    breaking(
        "site", f"UPDATE bookings SET created_at = '2025-11-01 00:00:00.000000' WHERE id = {old.booking_id}"
    )
    clock.forward(days=5)
    a_trip(DOMESTIC).book()
    midnight = now().replace(hour=0, minute=0)

    looked = [
        [
            row.id
            for row in running._page(
                Bookmark(midnight + timedelta(hours=hour), running.STAGES.index("ahead"))
            )
        ]
        for hour in range(24)
    ]

    assert looked[first.booking_id] == [first.booking_id]
    assert looked[second.booking_id] == [second.booking_id]
    assert sum(map(len, looked)) == 2
