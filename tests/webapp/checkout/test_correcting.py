"""A name is corrected at the provider and then here; an answer that is lost, doubled or late changes it once, a no never."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bpp_services.air.models import Passenger
from chassis.database import db, writing
from tests.factories import a_departure
from tests.trips import DOMESTIC, HOTEL, Trip
from tests.webapp.bookings.guests import found
from tests.webapp.providers.tampering import Tampered, refusal
from webapp.admin.models import AuditLog
from webapp.bookings import corrections
from webapp.bookings.models import Booking, NameCorrection, Traveller
from webapp.bookings.states import Overtaken
from webapp.checkout import saga
from webapp.checkout.models import Outbox, SagaStep
from webapp.checkout.steps import correcting
from webapp.checkout.worker import worker
from webapp.providers import directory
from webapp.search.selection import selected
from webapp.trips import drafts

WRONG, RIGHT = "Asha Rao", "Asha R Rao"


class Names:
    """What both sides call the traveller of a trip."""

    def __init__(self, flights_app):
        self.app = flights_app

    def there(self) -> list[tuple[str, str]]:
        """(name, ticket) of every passenger at the provider."""
        with self.app.app_context():
            rows = db.session.execute(select(Passenger.name, Passenger.ticket_number).order_by(Passenger.id))
            return [(name, ticket) for name, ticket in rows]

    def here(self, trip) -> str:
        return trip.booking.travellers[0].name


@pytest.fixture
def names(flights_app) -> Names:
    return Names(flights_app)


@pytest.fixture
def booked(a_trip, in_site, gateway_app, begins_with):
    def books() -> int:
        trip = a_trip(seats=10)
        assert trip.book() == "CONFIRMED"
        return trip.booking_id

    return Trip(in_site, gateway_app, begins_with("one of ten seats is booked", books))


def propose(trip, given="Asha R", family="Rao") -> int:
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        corrections.propose(booking, booking.travellers[0], given, family)
        session.flush()
        return corrections.proposed(booking).id


def ask(trip, **name) -> None:
    """Proposed and asked for; nothing is sent yet."""
    proposal = propose(trip, **name)
    with writing() as session:
        correcting.begin(session.get_one(Booking, trip.booking_id), proposal)


def state(trip) -> str:
    return corrections.latest(trip.booking).state


def rows(kind) -> list:
    db.session.rollback()
    return list(db.session.scalars(select(kind).order_by(kind.id)))


def corrected() -> list[AuditLog]:
    return [each for each in rows(AuditLog) if each.action == "corrected a name"]


def steps() -> list[tuple[str, int]]:
    """(state, attempts) of every step that corrects a name."""
    return [(each.state, each.attempts) for each in rows(SagaStep) if each.kind == "CORRECT"]


def test_a_name_is_corrected_at_the_provider_and_then_here(database, booked, names, seats):
    ticket = names.there()[0][1]
    ask(booked)
    assert names.here(booked) == WRONG

    booked.drive()

    assert names.there() == [(RIGHT, ticket)]
    assert names.here(booked) == RIGHT
    assert booked.booking.travellers[0].given_name == "Asha R"
    assert (booked.state, state(booked)) == ("CONFIRMED", "DONE")
    assert list(booked.item.tickets.values()) == [ticket]
    assert corrected()[0].facts == {"was": WRONG, "becomes": RIGHT}
    assert [each.template for each in rows(Outbox)] == ["booked", "name_corrected"]
    assert seats.counts() == {"CONFIRMED": 1, "available": 9}
    assert booked.balance() == (441_000, 441_000)


def test_a_name_can_be_corrected_twice_and_each_is_told(booked, names, clock):
    ask(booked)
    booked.drive()
    ask(booked, given="Asha Rani")
    booked.drive()

    assert names.there()[0][0] == names.here(booked) == "Asha Rani Rao"
    assert [each.template for each in rows(Outbox)] == ["booked", "name_corrected", "name_corrected"]


def test_a_single_name_is_one_name_on_the_wire(booked, names):
    ask(booked, given="", family="Asha")
    booked.drive()

    assert names.there()[0][0] == names.here(booked) == "Asha"


@pytest.mark.parametrize("fault", ["down", "hang", "garbage", "lose_answer"])
def test_an_answer_that_does_not_come_is_asked_for_again(database, booked, names, wires, clock, fault):
    getattr(wires["flights"], fault)("/beckn/update", times=1)
    ask(booked)
    booked.drive()

    assert names.here(booked) == WRONG
    assert state(booked) == "ASKED"
    assert names.there()[0][0] == (RIGHT if fault == "lose_answer" else WRONG)

    clock.forward(seconds=5)
    booked.drive()

    assert names.there()[0][0] == names.here(booked) == RIGHT
    assert state(booked) == "DONE"
    assert steps() == [("DONE", 2)]
    assert len(corrected()) == 1


def test_a_provider_that_is_away_for_long_is_asked_for_ever_and_somebody_is_told(booked, names, wires, clock):
    wires["flights"].down("/beckn/update")
    ask(booked)
    for _ in range(9):
        booked.drive()
        clock.forward(minutes=30)

    assert state(booked) == "ASKED"
    assert booked.booking.needs_attention.startswith("CORRECT was tried")
    wires["flights"].restore()
    booked.drive()
    assert names.there()[0][0] == names.here(booked) == RIGHT


def test_an_answer_that_comes_twice_changes_the_name_once(database, booked, names):
    ask(booked)
    claim = saga.claim_next(booked.booking_id)

    saga.perform(claim)
    saga.perform(claim)

    assert names.there()[0][0] == names.here(booked) == RIGHT
    assert len(corrected()) == 1
    assert [each.template for each in rows(Outbox)] == ["booked", "name_corrected"]


def test_an_answer_that_comes_after_somebody_else_had_it_writes_nothing(database, booked, names, clock):
    ask(booked)
    slow = saga.claim_next(booked.booking_id)
    late = saga._handlers["CORRECT"].send(saga._work(slow))
    clock.forward(seconds=61)
    booked.drive()
    ask(booked, given="Asha Rani")

    with writing():
        assert not saga._finish(slow)
    assert late.state == "CONFIRMED"
    assert names.here(booked) == RIGHT
    assert state(booked) == "ASKED"


def test_a_message_that_comes_after_the_next_one_is_too_old(database, booked, names, wires, clock):
    """The first update is lost on its way there; after a second correction it arrives after all."""
    wires["flights"].down("/beckn/update", times=1)
    ask(booked)
    booked.drive()
    on_its_way = wires["flights"].requests[-1]
    clock.forward(seconds=5)
    booked.drive()
    assert names.here(booked) == RIGHT

    ask(booked, given="Asha Rani")
    booked.drive()
    assert names.there()[0][0] == RIGHT  # not asked for yet: the older message may still be alive
    clock.forward(seconds=90)
    booked.drive()
    arrives = wires["flights"].send(on_its_way)

    assert arrives.status_code in (400, 401)
    assert names.there()[0][0] == names.here(booked) == "Asha Rani Rao"


def test_an_older_message_that_is_alive_would_have_undone_the_next(booked, names, wires):
    """The control: while this changes the name back, the wait above is what keeps it."""
    ask(booked)
    booked.drive()
    on_its_way = wires["flights"].requests[-1]
    ask(booked, given="Asha Rani")
    booked.drive()

    wires["flights"].send(on_its_way)

    assert names.there()[0][0] == RIGHT
    assert names.here(booked) == "Asha Rani Rao"


def test_the_site_dies_before_it_asks_and_the_worker_goes_on(database, in_site, booked, names, clock):
    ask(booked)
    clock.forward(seconds=2)

    result = in_site.test_cli_runner().invoke(worker, ["--once"])

    assert result.exit_code == 0, result.output
    assert names.there()[0][0] == names.here(booked) == RIGHT


def test_the_site_dies_after_it_asked_and_the_worker_goes_on(database, in_site, booked, names, clock):
    ask(booked)
    claim = saga.claim_next(booked.booking_id)
    saga._handlers["CORRECT"].send(saga._work(claim))
    db.session.rollback()
    assert (names.there()[0][0], names.here(booked)) == (RIGHT, WRONG)
    in_site.test_cli_runner().invoke(worker, ["--once"])
    assert names.here(booked) == WRONG  # whoever was at it has a minute

    clock.forward(seconds=61)
    in_site.test_cli_runner().invoke(worker, ["--once"])

    assert names.there()[0][0] == names.here(booked) == RIGHT
    assert len(corrected()) == 1


# ---- a no


def refusing(wires, code: str, reason: str | None) -> None:
    """The flight service says no to every update, and changes nothing."""
    wire = wires["flights"]
    wire.app = Tampered(wire.app, "update", refusal(code, reason))


@pytest.mark.parametrize(
    ("reason", "told"),
    [("Tickets are printed already", "Tickets are printed already"), (None, "It gave no reason")],
)
def test_a_refused_name_stays_as_it_was_and_the_reason_is_kept(database, booked, names, wires, reason, told):
    refusing(wires, "50002", reason)
    ask(booked)

    booked.drive()

    assert names.here(booked) == WRONG
    assert (booked.state, state(booked)) == ("CONFIRMED", "REFUSED")
    assert corrections.latest(booked.booking).reason == told
    assert steps() == [("DONE", 1)]
    assert booked.booking.needs_attention is None
    assert [each.facts for each in rows(AuditLog) if each.action == "did not correct a name"] == [
        {"becomes": RIGHT, "reason": told}
    ]
    assert [each.template for each in rows(Outbox)] == ["booked"]


def test_after_a_no_another_name_may_be_asked_for(booked, names, wires):
    untouched = wires["flights"].app
    refusing(wires, "50002", "No")
    ask(booked)
    booked.drive()
    wires["flights"].app = untouched

    ask(booked, given="Asha Rani")
    booked.drive()

    assert names.there()[0][0] == names.here(booked) == "Asha Rani Rao"


def test_a_no_that_has_nothing_to_do_with_the_name_is_looked_at(booked, wires):
    refusing(wires, "30010", "No order")
    ask(booked)

    booked.drive()

    assert state(booked) == "REFUSED"
    assert booked.booking.needs_attention == "flights refused a name: 30010"


def not_answered(trip, wires) -> None:
    """Asked for once, in vain; the next try is due in a second."""
    wires["flights"].down("/beckn/update", times=1)
    ask(trip)
    trip.drive()


def test_what_was_cancelled_before_the_next_try_is_asked_for_no_more(database, booked, names, wires, clock):
    not_answered(booked, wires)
    assert booked.cancel() == "CANCELLED"
    asked = len(wires["flights"].requests)

    clock.forward(seconds=5)
    booked.drive()

    assert (names.here(booked), state(booked)) == (WRONG, "REFUSED")
    assert corrections.latest(booked.booking).reason == correcting.OVER_MEANWHILE
    assert len(wires["flights"].requests) == asked


def test_what_the_provider_has_cancelled_already_it_does_not_correct(database, booked, names, wires, clock):
    not_answered(booked, wires)
    wires["flights"].lose_answer("/beckn/cancel", times=1)
    assert booked.cancel() == "CANCELLING"
    with writing() as session:
        session.execute(db.update(SagaStep).where(SagaStep.kind == "CANCEL").values(run_at=clock.now()))
        session.execute(
            db.update(SagaStep)
            .where(SagaStep.kind == "CORRECT")
            .values(run_at=clock.now() - timedelta(seconds=1))
        )

    booked.drive()

    assert (booked.state, names.here(booked), state(booked)) == ("CANCELLED", WRONG, "REFUSED")
    assert corrections.latest(booked.booking).reason == "This order is over; it cannot be changed"


def test_a_name_and_then_everything_is_cancelled_in_one_visit(booked, names, wires, clock):
    not_answered(booked, wires)
    clock.forward(seconds=5)

    assert booked.cancel() == "CANCELLED"

    assert (names.here(booked), state(booked)) == (RIGHT, "DONE")


# ---- an answer that cannot be right


def another_name(said):
    said["message"]["order"]["fulfillments"][1]["customer"]["person"]["name"] = "Mallory"
    return said


def no_names(said):
    for each in said["message"]["order"]["fulfillments"]:
        each.pop("customer", None)
    return said


def another_state(said):
    for each in said["message"]["order"]["fulfillments"]:
        if "state" in each:
            each["state"]["descriptor"]["code"] = "CANCELLED"
    return said


def another_price(said):
    text = json.dumps(said["message"]["order"]["quote"]).replace("4410.00", "4411.00")
    said["message"]["order"]["quote"] = json.loads(text)
    return said


@pytest.mark.parametrize("change", [another_name, no_names, another_state, another_price])
def test_an_answer_that_cannot_be_right_is_no_answer(booked, names, wires, clock, change):
    wire = wires["flights"]
    untouched, wire.app = wire.app, Tampered(wire.app, "update", change)
    ask(booked)

    booked.drive()

    assert (names.here(booked), state(booked)) == (WRONG, "ASKED")
    wire.app = untouched
    clock.forward(seconds=5)
    booked.drive()
    assert (names.here(booked), state(booked)) == (RIGHT, "DONE")


def test_capitals_are_the_same_name_and_a_new_ticket_is_taken_over(booked, names, wires):
    def reissued(said):
        text = json.dumps(said).replace(RIGHT, "ASHA R  RAO").replace(names.there()[0][1], "3120000009999")
        return json.loads(text)

    wires["flights"].app = Tampered(wires["flights"].app, "update", reissued)
    ask(booked)

    booked.drive()

    assert (names.here(booked), state(booked)) == (RIGHT, "DONE")
    assert list(booked.item.tickets.values()) == ["3120000009999"]


# ---- what may be asked for


def test_a_second_click_asks_once(database, booked):
    proposal = propose(booked)
    with writing() as session:
        correcting.begin(session.get_one(Booking, booked.booking_id), proposal)

    with pytest.raises(Overtaken), writing() as session:
        correcting.begin(session.get_one(Booking, booked.booking_id), proposal)

    assert steps() == [("READY", 0)]


def test_a_proposal_that_was_changed_in_another_tab_is_not_asked_for(database, booked):
    first = propose(booked)
    second = propose(booked, given="Asha Rani")

    with pytest.raises(Overtaken), writing() as session:
        correcting.begin(session.get_one(Booking, booked.booking_id), first)

    assert first != second
    assert [each.state for each in rows(NameCorrection)] == ["DROPPED", "PROPOSED"]
    assert steps() == []


def test_while_one_is_asked_for_no_other_is_proposed(database, booked):
    ask(booked)

    with pytest.raises(Overtaken):
        propose(booked, given="Asha Rani")

    assert [each.becomes for each in rows(NameCorrection)] == [RIGHT]


def test_the_name_as_it_is_is_no_correction(booked):
    with pytest.raises(Overtaken):
        propose(booked, given="Asha")


def test_a_flight_that_has_left_is_not_corrected(booked, clock):
    proposal = propose(booked)
    clock.set(booked.booking.confirmed_at.replace(month=12, day=11, hour=8, minute=59))
    assert correcting.correctable(booked.booking)
    clock.forward(minutes=1)  # 14:30 in Bengaluru

    assert correcting.correctable(booked.booking) == {}
    with pytest.raises(Overtaken), writing() as session:
        correcting.begin(session.get_one(Booking, booked.booking_id), proposal)


@pytest.mark.parametrize("until", ["draft", "held", "cancelled"])
def test_what_is_not_booked_is_not_corrected(a_trip, until):
    trip = a_trip()
    if until == "held":
        trip.hold()
    if until == "cancelled":
        trip.book()
        trip.cancel()

    assert correcting.correctable(trip.booking) == {}


# ---- several items


@pytest.fixture
def two_flights(a_trip, flight_on_sale, in_site, seats):
    """One booking of two flights, both of which name Asha."""
    trip = a_trip(seats=10)
    with seats.app.app_context():
        item = a_departure("AI-1234", date(2026, 12, 11), seats=10)
    provider = directory.find("flights")
    choice = provider.wire.choice_of(item, {})
    offer = selected(provider, choice)
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        booking.items.append(drafts.new_item(provider, choice, offer))
        booking.amount_minor += offer.total_minor
    assert trip.book() == "CONFIRMED"
    return trip


def test_the_name_changes_here_when_every_provider_has_it(two_flights, names, wires, clock):
    ask(two_flights)
    wires["flights"].lose_answer("/beckn/update", times=1)
    two_flights.drive()
    assert [name for name, _ in names.there()] == [RIGHT, RIGHT]
    assert (names.here(two_flights), state(two_flights)) == (WRONG, "ASKED")

    clock.forward(seconds=5)
    two_flights.drive()

    assert (names.here(two_flights), state(two_flights)) == (RIGHT, "DONE")
    assert len(corrected()) == 1


def test_a_no_after_anothers_yes_is_looked_at(two_flights, names, wires):
    ask(two_flights)
    saga.perform(saga.claim_next(two_flights.booking_id))
    refusing(wires, "50002", "No")

    two_flights.drive()

    assert (names.here(two_flights), state(two_flights)) == (WRONG, "REFUSED")
    assert two_flights.booking.needs_attention == "flights refused a name that another provider has changed"


def test_a_no_before_anothers_yes_asks_no_further(two_flights, names, wires):
    refusing(wires, "50002", "No")
    ask(two_flights)
    asked = len(wires["flights"].requests)

    two_flights.drive()

    assert len(wires["flights"].requests) == asked + 1
    assert [each[0] for each in steps()] == ["DONE", "DROPPED"]
    assert two_flights.booking.needs_attention is None


# ---- a provider that is not configured any more


@pytest.fixture
def asha_and_ravi(trip_of):
    """Both are on a flight, and Asha answers for a room."""
    trip = trip_of(replace(DOMESTIC, query={"adults": "2"}), HOTEL)
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        ravi = {"given_name": "Ravi", "family_name": "Rao", "gender": "MALE", "born_on": date(1986, 3, 23)}
        booking.travellers.append(Traveller(position=1, kind="ADULT", **ravi))
    assert trip.book() == "CONFIRMED"
    return trip


def test_a_name_that_cannot_be_corrected_everywhere_is_offered_nowhere(in_site, asha_and_ravi):
    proposal = propose(asha_and_ravi)
    browser, base = found(in_site, asha_and_ravi)
    assert browser.get(base).text.count(f'href="{base}/travellers/1/name"') == 2

    del in_site.extensions["providers"]["hotels"]

    page = browser.get(base).text
    assert f'href="{base}/travellers/1/name"' not in page
    assert f'href="{base}/travellers/2/name"' in page
    for itself in ("the airline", "the hotel"):
        told = (
            f"Asha Rao: the name cannot be corrected here any more.*?Ask {itself} itself, with its reference"
        )
        assert re.search(told, page, re.DOTALL)
    assert "Ravi Rao: the name" not in page
    for path in ("travellers/1/name", "correction"):
        assert browser.get(f"{base}/{path}").location == base
    assert browser.get(f"{base}/travellers/2/name").status_code == 200
    with pytest.raises(Overtaken), writing() as session:
        correcting.begin(session.get_one(Booking, asha_and_ravi.booking_id), proposal)


def test_who_was_asked_and_is_not_configured_any_more_may_have_changed_it_so_somebody_is_told(
    in_site, booked, wires, names, clock
):
    wires["flights"].lose_answer("/beckn/update")
    ask(booked)
    booked.drive()
    assert names.there()[0][0] == RIGHT
    flights = in_site.extensions["providers"].pop("flights")
    for _ in range(saga.MANY_TRIES):
        clock.forward(minutes=30)
        booked.drive()

    told = booked.booking.needs_attention
    assert (state(booked), told.split(": ")[1]) == ("ASKED", "flights is not configured")

    in_site.extensions["providers"]["flights"] = flights
    wires["flights"].restore()
    clock.forward(hours=6)
    booked.drive()
    assert (names.here(booked), booked.booking.needs_attention) == (RIGHT, None)
