"""A wrong name is corrected on the booking's page: typed, checked, asked for, and told how it went."""

import pytest
from sqlalchemy import select

from bpp_services.air.models import Passenger
from bpp_services.hotels.models import Guest
from chassis.database import db
from tests.at_once import in_parallel
from tests.factories import MORNING
from tests.journeys.traveller import ADULT, day
from tests.servers import serve
from tests.webapp.accounts.people import an_account, sign_in
from tests.webapp.bookings.test_finding import find
from tests.webapp.buyer import Buyer
from tests.webapp.checkout.test_at_once import CLICKS, presses
from tests.webapp.checkout.test_correcting import refusing
from webapp.admin.models import AuditLog

RAVI = ADULT | {"given_name": "Ravi", "gender": "MALE", "born_on-year": "1986"}
MIRA = ADULT | {"given_name": "Mira", "born_on-year": "2019"}


@pytest.fixture
def booked(asha_has_booked):
    """The page of a flight that Asha has booked for herself."""
    return asha_has_booked


def name_page(buyer, number: int = 1):
    return buyer.site.get(f"/bookings/{buyer.reference}/travellers/{number}/name")


def to_review(buyer, given="Asha R", family="Rao", number: int = 1):
    answer = buyer.site.submit(name_page(buyer, number), "/name", given_name=given, family_name=family)
    return buyer.follow(answer)


def correct(buyer, given="Asha R", family="Rao", number: int = 1):
    """The booking's page after the name was asked for."""
    return buyer.follow(buyer.site.submit(to_review(buyer, given, family, number), "/correction"))


def shown(buyer):
    return buyer.site.get(f"/bookings/{buyer.reference}")


def names_there(app, kind=Passenger) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(kind.name).order_by(kind.id)))


def test_a_name_is_typed_checked_and_corrected(database, asha, booked, flights_app, books):
    assert f'href="/bookings/{asha.reference}/travellers/1/name"' in booked.text
    page = name_page(asha)
    assert 'value="Asha"' in page.text
    review = to_review(asha)
    assert "Nothing is changed yet" in review.text
    assert names_there(flights_app) == ["Asha Rao"]

    corrected = asha.follow(asha.site.submit(review, "/correction"))

    assert "The name is corrected: Asha R Rao." in corrected.text
    assert '<span class="strong">Asha R Rao</span>' in corrected.text
    assert names_there(flights_app) == ["Asha R Rao"]
    assert books.states() == ["CONFIRMED"]
    with books.app.app_context():
        acts = [
            (each.actor, each.action) for each in db.session.scalars(select(AuditLog).order_by(AuditLog.id))
        ]
    assert acts[-2:] == [("guest", "asked to correct a name"), ("site", "corrected a name")]


def test_one_of_several_is_corrected_and_the_others_stay(database, asha, on_sale, flights_app):
    page = asha.to_travellers(on_sale(), party="adults=2&children=1")
    pay = asha.hold(asha.follow(asha.name_them(page, ADULT, RAVI, MIRA)))
    asha.press(asha.to_the_gateway(pay), "authorisation")

    corrected = correct(asha, "Meera", "Rao", number=3)

    assert names_there(flights_app) == ["Asha Rao", "Ravi Rao", "Meera Rao"]
    assert corrected.text.count('/name">Correct<') == 3


def test_a_hotel_knows_its_lead_guest(database, asha, hotels_app, clock):
    assert hotels_app.test_cli_runner().invoke(args=["seed", "demo"]).exit_code == 0
    party = f"checkin={day(20)}&checkout={day(22)}&rooms=2&adults=3"
    page = asha.to_travellers("taj-mahal-palace-mumbai.DELUXE", "hotels", party)
    guest = {"given_name": "Arjun", "family_name": "Mehta"}
    asha.press(asha.to_the_gateway(asha.hold(asha.follow(asha.name_them(page, guest)))), "authorisation")

    corrected = correct(asha, "Arjun R", "Mehta")

    assert names_there(hotels_app, Guest) == ["Arjun R Mehta"]
    assert "Arjun R Mehta" in corrected.text


TOO_LONG = "a" * 61
WRONG = [
    ("Asha", "", "Enter the family name, or the only name"),
    ("Asha", "   ", "Enter the family name, or the only name"),
    ("Asha", "Rao", "That is the name as it is booked: type it as the travel document has it"),
    (" Asha ", "Rao\t", "That is the name as it is booked: type it as the travel document has it"),
    (TOO_LONG, "Rao", "Given name must be 60 characters or fewer"),
    ("Asha", TOO_LONG, "Family name, or only name must be 60 characters or fewer"),
    ("Asha\0", "Rao", "Given name has a character that cannot be printed"),
    ("Asha", "Rao\x1b", "Family name, or only name has a character that cannot be printed"),
]


@pytest.mark.parametrize(("given", "family", "sentence"), WRONG)
def test_what_is_no_other_name_is_said_at_its_field(asha, booked, flights_app, given, family, sentence):
    answer = asha.site.submit(name_page(asha), "/name", given_name=given, family_name=family)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert names_there(flights_app) == ["Asha Rao"]


@pytest.mark.parametrize(
    ("given", "family", "name"),
    [
        ("", "Asha", "Asha"),
        ("Zoë Ñandú", "O’Brien-Śmith", "Zoë Ñandú O’Brien-Śmith"),
        ("आशा", "राव", "आशा राव"),
        ("<b>Asha</b>", "Rao", "<b>Asha</b> Rao"),
        ("a" * 60, "b" * 59, "a" * 60 + " " + "b" * 59),
    ],
)
def test_names_of_all_people_go_there_and_come_back_as_text(asha, booked, flights_app, given, family, name):
    page = correct(asha, given, family)

    assert names_there(flights_app) == [name]
    assert page.status_code == 200
    assert "<b>Asha" not in page.text


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "99999999999999999999"])
def test_nobody_who_does_not_travel_is_corrected(asha, booked, number):
    assert name_page(asha, number).status_code == 404


def test_while_the_answer_is_awaited_the_page_says_so_and_asks_again(
    database, asha, booked, wires, flights_app, clock
):
    wires["flights"].lose_answer("/beckn/update", times=1)

    waiting = correct(asha)

    assert "Asha Rao is being corrected to Asha R Rao" in waiting.text
    assert '/name">Correct<' not in waiting.text
    assert '<span class="strong">Asha Rao</span>' in waiting.text
    assert name_page(asha).location == f"/bookings/{asha.reference}"
    clock.forward(seconds=5)
    page = shown(asha)
    assert "is being corrected" not in page.text
    assert '<span class="strong">Asha R Rao</span>' in page.text


def test_a_no_is_told_in_the_providers_words_and_another_try_is_offered(database, asha, booked, wires):
    refusing(wires, "50002", "<i>Tickets</i> are printed already")

    page = correct(asha)

    assert "Asha Rao was not corrected to Asha R Rao" in page.text
    assert "&lt;i&gt;Tickets&lt;/i&gt; are printed already. The booking stands as it was." in page.text
    assert '<span class="strong">Asha Rao</span>' in page.text
    assert '/name">Correct<' in page.text


def test_a_second_click_asks_once(asha, booked, wires):
    review = to_review(asha)
    asked = len(wires["flights"].requests)

    answers = [asha.site.submit(review, "/correction") for _ in range(2)]

    assert len(wires["flights"].requests) == asked + 1
    assert [answer.status_code for answer in answers] == [303, 303]
    assert shown(asha).text.count("Asha R Rao") >= 1
    assert asha.follow(answers[1]).location == f"/bookings/{asha.reference}"


def test_a_page_that_shows_another_name_than_is_proposed_asks_nothing(asha, booked, flights_app):
    old = to_review(asha, "Asha R")
    to_review(asha, "Asha Rani")

    page = asha.follow(asha.site.submit(old, "/correction"))

    assert "Asha Rani Rao" in page.text
    assert "Nothing is changed yet" in page.text
    assert names_there(flights_app) == ["Asha Rao"]


@pytest.mark.parametrize("proposal", ["", "x", "0", "-1", "99999999999999999999999", None])
def test_no_proposal_that_is_none_is_asked_for(asha, booked, flights_app, proposal):
    answer = asha.site.submit(to_review(asha), "/correction", correction=proposal)

    assert answer.location == f"/bookings/{asha.reference}/correction"
    assert names_there(flights_app) == ["Asha Rao"]


def test_without_a_proposal_there_is_nothing_to_check(asha, booked):
    answer = asha.site.get(f"/bookings/{asha.reference}/correction")

    assert (answer.status_code, answer.location) == (303, f"/bookings/{asha.reference}")


@pytest.mark.parametrize("until", ["held", "cancelled", "departed"])
def test_a_name_is_corrected_of_what_is_booked_and_has_not_left(asha, on_sale, clock, until):
    item = on_sale()
    if until == "held":
        asha.to_pay(item)
    else:
        asha.booked(item)
    if until == "cancelled":
        asha.cancel()
    if until == "departed":
        clock.set(MORNING.replace(day=11, hour=9))

    assert '/name">Correct<' not in shown(asha).text
    assert name_page(asha).location == f"/bookings/{asha.reference}"


def test_what_is_cancelled_while_the_name_is_checked_stays_cancelled(asha, booked, books, flights_app):
    review = to_review(asha)
    asha.cancel()

    page = asha.follow(asha.site.submit(review, "/correction"))

    assert page.location == f"/bookings/{asha.reference}"
    assert (books.states(), names_there(flights_app)) == (["CANCELLED"], ["Asha Rao"])


def test_who_found_a_guests_booking_may_correct_a_name(asha, booked, stranger, flights_app):
    find(stranger, asha.reference)
    stranger.reference = asha.reference

    correct(stranger)

    assert names_there(flights_app) == ["Asha R Rao"]


def test_the_people_who_look_after_bookings_see_both_names(asha, booked, site_app, gateway_app):
    correct(asha)
    an_account(site_app, "ops@example.org", "Ops", is_admin=True)
    admin = Buyer(site_app.test_client(), gateway_app.test_client())
    sign_in(admin.site, "ops@example.org")

    page = admin.site.get(f"/admin/bookings/{asha.reference}")

    assert "Asked to correct a name: becomes Asha R Rao, was Asha Rao" in page.text
    assert "Corrected a name: becomes Asha R Rao, was Asha Rao" in page.text


@pytest.fixture
def address(site_app):
    with serve(site_app) as address:
        yield address


def test_twenty_clicks_at_once_ask_once(database, asha, booked, address, wires, flights_app):
    review = to_review(asha)
    asked = len(wires["flights"].requests)

    answers = in_parallel(CLICKS, presses(address, asha, review, "/correction"))

    assert {answer.status_code for answer in answers} == {303}
    assert len(wires["flights"].requests) == asked + 1
    assert names_there(flights_app) == ["Asha R Rao"]
    assert "Asha R Rao" in shown(asha).text
