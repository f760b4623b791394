"""Who may travel on which ticket, on the day of departure, and with which passport (rules.md, Prices; Identity)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text, update

from beckn.air import kind_by_age
from beckn.people import Passport, age
from bpp_services.air.models import Departure
from chassis.database import engine, writing
from tests.factories import ASHA, ASHA_ABROAD, DAY, JAMES, KABIR, MIRA, a_departure


@pytest.mark.parametrize(
    ("born_on", "day", "years"),
    [
        (date(2000, 12, 11), date(2026, 12, 10), 25),
        (date(2000, 12, 11), date(2026, 12, 11), 26),
        (date(2024, 2, 29), date(2026, 2, 28), 1),
        (date(2024, 2, 29), date(2026, 3, 1), 2),
        (date(2024, 2, 29), date(2028, 2, 28), 3),
        (date(2024, 2, 29), date(2028, 2, 29), 4),
        (date(2026, 12, 11), date(2026, 12, 11), 0),
        (date(1, 1, 1), date(9999, 12, 31), 9998),
    ],
)
def test_years_are_full_years(born_on, day, years):
    assert age(born_on, day) == years


@pytest.mark.parametrize(
    ("born_on", "kind"),
    [
        (date(2026, 12, 11), "INFANT"),
        (date(2024, 12, 12), "INFANT"),
        (date(2024, 12, 11), "CHILD"),
        (date(2014, 12, 12), "CHILD"),
        (date(2014, 12, 11), "ADULT"),
        (date(1926, 1, 1), "ADULT"),
    ],
)
def test_the_day_of_departure_decides(born_on, kind):
    assert kind_by_age(born_on, DAY) == kind


@pytest.mark.parametrize(
    ("traveller", "sentence"),
    [
        (
            replace(KABIR, born_on=date(2024, 12, 11)),
            "Kabir Rao is 2 on the day of departure: book as child, not as infant",
        ),
        (
            replace(MIRA, born_on=date(2014, 12, 11)),
            "Mira Rao is 12 on the day of departure: book as adult, not as child",
        ),
        (
            replace(MIRA, born_on=date(2025, 1, 1)),
            "Mira Rao is 1 on the day of departure: book as infant, not as child",
        ),
        (replace(KABIR, born_on=date(2026, 12, 12)), "Kabir Rao is not born yet on the day of departure"),
        (replace(KABIR, born_on=None), "Kabir Rao needs a date of birth"),
    ],
)
def test_who_does_not_fit_the_ticket_is_named(desk, traveller, sentence):
    item = a_departure("AI-1234", seats=9)

    refused = desk.order(item, ASHA, traveller).init()

    assert (refused.error, refused.path) == ("30008", "$.message.order.fulfillments[2].customer")
    assert refused.body["error"]["message"] == sentence
    assert desk.seats_left(item) == 9
    assert desk.bookings() == []


def test_an_infant_born_on_the_day_of_departure_may_fly(desk):
    assert desk.held(a_departure("AI-1234"), ASHA, replace(KABIR, born_on=DAY))


def test_an_infant_takes_no_seat(desk):
    item = a_departure("AI-1234", seats=2)

    desk.held(item, ASHA, MIRA, KABIR)

    assert desk.seats_left(item) == 0


def test_at_home_no_passport_is_asked(desk):
    assert desk.held(a_departure("AI-1234"), ASHA)


def test_abroad_each_passenger_needs_one(abroad):
    refused = abroad.order(a_departure("EK-501"), ASHA_ABROAD, replace(JAMES, passport=None)).init()

    assert (refused.error, refused.path) == ("30008", "$.message.order.fulfillments[2].customer")
    assert refused.body["error"]["message"] == "James Whitfield needs a passport for an international flight"


@pytest.mark.parametrize(("expires_on", "error"), [(date(2026, 12, 11), "30008"), (date(2026, 12, 12), None)])
def test_a_passport_has_to_be_valid_after_the_day_of_arrival(abroad, expires_on, error):
    passport = Passport("Z1234567", "IND", expires_on)

    assert abroad.order(a_departure("EK-501"), replace(ASHA, passport=passport)).init().error == error


def test_the_day_of_arrival_is_the_one_at_the_destination(abroad):
    """22:30 and ten hours: it lands on the next day, in Mumbai and in London."""
    item = a_departure("BA-201", DAY)
    with writing() as session:
        session.execute(update(Departure).values(departs_at_utc=datetime(2026, 12, 11, 17, 0, tzinfo=UTC)))

    refused, held = (
        abroad.order(item, replace(JAMES, passport=Passport("123456789", "GBR", expires_on))).init()
        for expires_on in (date(2026, 12, 12), date(2026, 12, 13))
    )

    assert (refused.error, held.state) == ("30008", "HELD")


def test_a_passport_comes_back_as_it_was_said(abroad):
    held = abroad.order(a_departure("EK-501"), JAMES).init()

    person = held.order["fulfillments"][1]["customer"]["person"]
    assert person["creds"] == [{"id": "123456789", "type": "PASSPORT"}]


def documents() -> list[str | None]:
    """As they stand in the database."""
    with engine().connect() as connection:
        return list(connection.scalars(text("SELECT document FROM passengers")))


@pytest.mark.usefixtures("database")
def test_a_passport_cannot_be_read_in_the_database(abroad):
    abroad.held(a_departure("EK-501"), JAMES)

    (stored,) = documents()

    assert stored
    assert "123456789" not in stored
    assert '"GBR"' not in stored  # the bare letters may stand in an encrypted text by chance


@pytest.mark.parametrize(("days", "is_there"), [(89, True), (90, False)])
def test_passports_are_erased_90_days_after_travel(abroad, clock, days, is_there):
    abroad.booked(a_departure("EK-501", DAY), JAMES)

    clock.forward(days=10 + days)
    abroad.app.test_cli_runner().invoke(args=["sweep"])

    (stored,) = documents()
    assert (stored is not None) is is_there


def test_each_passenger_gets_a_ticket_of_the_airline_once(abroad):
    order = abroad.order(a_departure("EK-501"), ASHA_ABROAD, JAMES)
    assert "tags" not in order.init().order["fulfillments"][1]

    first, again = (
        [each["tags"][0]["list"][0]["value"] for each in order.confirm().order["fulfillments"][1:]]
        for _ in range(2)
    )

    assert first == again
    assert len(set(first)) == 2
    assert all(len(number) == 13 and number.startswith("176") for number in first)
