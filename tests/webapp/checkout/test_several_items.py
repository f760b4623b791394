"""One trip of several items at several providers: who is on which, one hold time, one payment; all or nothing."""

from datetime import date

import pytest

from beckn.people import Passport
from chassis.database import db, writing
from tests.trips import DOMESTIC, HOTEL, INTERNATIONAL
from webapp.bookings import party
from webapp.bookings.models import Booking, Traveller
from webapp.checkout import orders

PASSPORT = Passport("Z1234567", "IND", date(2031, 5, 14))


def named(trip, *people: tuple[str, str]) -> None:
    """Give the trip these travellers: (kind, given name)."""
    with writing() as session:
        booking = session.get_one(Booking, trip.booking_id)
        booking.travellers.clear()
        session.flush()
        booking.travellers = [
            Traveller(position=place, kind=kind, given_name=given, family_name="Rao", gender="FEMALE")
            for place, (kind, given) in enumerate(people)
        ]


def for_a_party(trip, place: int, **counts: int) -> None:
    """As if the item had been chosen for another party."""
    with writing() as session:
        item = session.get_one(Booking, trip.booking_id).current_items[place]
        item.choice = item.choice | {"party": item.choice["party"] | counts}


def given(people) -> list[str]:
    return [each.given_name for each in people]


# ---- who is on which


def test_a_trip_needs_of_each_kind_the_most_that_any_item_takes(trip_of):
    trip = trip_of(DOMESTIC, INTERNATIONAL, HOTEL)
    for_a_party(trip, 0, adults=2, infants=1)
    for_a_party(trip, 1, adults=1, children=2)

    assert party.needed(trip.booking) == ["ADULT", "ADULT", "CHILD", "CHILD", "INFANT"]


def test_a_stay_alone_needs_one_guest(trip_of):
    assert party.needed(trip_of(HOTEL, HOTEL).booking) == ["GUEST"]


def test_each_item_takes_the_first_of_each_kind(trip_of):
    trip = trip_of(DOMESTIC, INTERNATIONAL, HOTEL)
    for_a_party(trip, 0, adults=2, children=1)
    named(trip, ("ADULT", "Asha"), ("ADULT", "Ravi"), ("CHILD", "Mira"))

    flight, abroad, hotel = trip.items

    assert given(party.on(flight)) == ["Asha", "Ravi", "Mira"]
    assert given(party.on(abroad)) == ["Asha"]
    assert given(party.on(hotel)) == ["Asha"]


def test_the_guest_of_a_stay_gives_way_to_the_first_adult_of_a_flight_that_came_later(trip_of):
    trip = trip_of(DOMESTIC, HOTEL)
    named(trip, ("GUEST", "Ravi"), ("ADULT", "Asha"))

    assert given(party.on(trip.items[1])) == ["Asha"]


def test_who_was_to_fly_still_answers_for_the_room_when_the_flight_is_gone(trip_of):
    trip = trip_of(HOTEL)
    named(trip, ("ADULT", "Asha"), ("ADULT", "Ravi"))

    assert given(party.on(trip.item)) == ["Asha"]


def test_a_provider_is_told_no_more_than_it_asks_for(trip_of):
    trip = trip_of(DOMESTIC, INTERNATIONAL, HOTEL)

    [at_home], [abroad], [guest] = (orders.travellers_of(item) for item in trip.items)

    assert (at_home.kind, at_home.gender, at_home.born_on, at_home.passport) == (
        "ADULT",
        "FEMALE",
        date(1988, 3, 23),
        None,
    )
    assert abroad.passport == PASSPORT
    assert (guest.kind, guest.name, guest.gender, guest.born_on, guest.passport) == (
        "GUEST",
        "Asha Rao",
        None,
        None,
        None,
    )


# ---- all or nothing


def test_three_providers_are_one_payment(trip_of):
    trip = trip_of(DOMESTIC, INTERNATIONAL, HOTEL)

    assert trip.book() == "CONFIRMED"

    assert [item.state for item in trip.items] == ["CONFIRMED"] * 3
    total = sum(item.total_minor for item in trip.items)
    assert trip.truth().captured_minor == trip.payment.captured_minor == trip.booking.amount_minor == total
    assert trip.balance() == (total, total)


@pytest.mark.parametrize("product", [DOMESTIC, HOTEL], ids=str)
def test_the_same_product_twice_is_two_orders_of_its_provider(trip_of, product):
    trip = trip_of(product, product)

    assert trip.book() == "CONFIRMED"

    assert len({item.bpp_booking_id for item in trip.items}) == 2


def test_pay_by_counts_from_the_hold_that_ends_first(trip_of, clock):
    trip = trip_of(DOMESTIC, HOTEL)

    assert trip.hold() == "AWAITING_PAYMENT"

    ends = [item.held_until for item in trip.items]
    assert trip.booking.held_until == min(ends)
    assert (min(ends) - trip.booking.pay_by).total_seconds() == 180
    db.session.rollback()
