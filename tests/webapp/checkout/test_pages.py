"""The checkout as a traveller meets it: what is refused, changed, late, away or pressed twice, and that nothing is lost."""

from types import SimpleNamespace as Namespace
from urllib.parse import urlsplit

import pytest

from bpp_services.air.models import Departure
from chassis.database import db, writing
from tests.journeys.traveller import ADULT
from webapp.admin.models import AuditLog


@pytest.fixture
def fare_is_now(flights_app):
    """`fare_is_now(500_000)`: the airline has changed its mind."""

    def change(fare_minor: int) -> None:
        with flights_app.app_context(), writing() as session:
            session.execute(db.update(Departure).values(fare_minor=fare_minor))

    return change


def arrive(buyer, answer):
    """The page to which redirects lead in the end."""
    while answer.status_code == 303:
        answer = buyer.site.get(answer.location)
    return answer


# ---- the hold


def test_sold_out_at_the_hold_is_said_and_everything_typed_is_kept(asha, on_sale, seats, flights_app):
    review = asha.to_review(on_sale(seats=1))
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(Departure).values(seats_available=0))

    page = arrive(asha, asha.site.submit(review, "/hold"))

    assert page.request.path.endswith("/review")
    assert "Somebody was faster" in page.text
    assert "Asha Rao" in page.text
    with flights_app.app_context(), writing() as session:
        session.execute(db.update(Departure).values(seats_available=1))
    assert "Held until" in asha.hold(page).text
    assert seats.counts() == {"HELD": 1, "available": 0}


@pytest.mark.parametrize(
    ("fare_minor", "now", "difference", "direction"),
    [(500_000, "₹5,250", "₹840 more", "gone up"), (400_000, "₹4,200", "₹210 less", "gone down")],
)
def test_a_changed_price_is_shown_and_held_only_when_accepted(
    asha, on_sale, seats, fare_is_now, fare_minor, now, difference, direction
):
    review = asha.to_review(on_sale(seats=5))
    fare_is_now(fare_minor)

    page = arrive(asha, asha.site.submit(review, "/hold"))

    assert page.request.path.endswith("/price")
    for words in ("The price has changed", "₹4,410", now, difference, direction):
        assert words in page.text
    assert seats.counts() == {"available": 5}
    accepted = asha.follow(asha.site.submit(page, "/price"))
    assert now in accepted.text
    assert seats.counts() == {"available": 5}
    assert f"Pay {now}" in asha.hold(accepted).text
    assert seats.counts() == {"HELD": 1, "available": 4}


def test_a_stale_acceptance_is_refused_and_shows_the_newest_price(asha, on_sale, fare_is_now, books):
    review = asha.to_review(on_sale())
    fare_is_now(500_000)
    page = arrive(asha, asha.site.submit(review, "/hold"))
    fare_is_now(600_000)

    answer = asha.site.submit(page, "/price")

    assert answer.status_code == 409
    assert "₹6,300" in answer.text
    assert books.total_minor(asha.reference) == 441_000
    assert "₹6,300" in asha.follow(asha.site.submit(answer, "/price")).text


def test_a_price_that_nobody_asked_is_not_accepted(asha, on_sale, fare_is_now, books):
    review = asha.to_review(on_sale())
    fare_is_now(500_000)
    page = arrive(asha, asha.site.submit(review, "/hold"))

    for accepted in ("", "1", "-525000", "525000.00", "5e5", "नागरी", "9" * 10_000, "\x00"):
        assert asha.site.submit(page, "/price", **{"price-2": accepted}).status_code == 409, accepted[:20]

    assert books.total_minor(asha.reference) == 441_000


def test_a_price_that_went_back_is_no_change(asha, on_sale, fare_is_now):
    review = asha.to_review(on_sale())
    fare_is_now(500_000)
    asha.site.submit(review, "/hold")
    fare_is_now(420_000)

    page = arrive(asha, asha.at("price"))

    assert page.request.path.endswith("/review")
    assert "Held until" in asha.hold(page).text


def test_a_provider_that_is_away_while_a_price_is_accepted_is_said(asha, on_sale, wires, fare_is_now):
    review = asha.to_review(on_sale())
    fare_is_now(500_000)
    page = arrive(asha, asha.site.submit(review, "/hold"))
    wires["flights"].hang("/beckn/select")

    answer = arrive(asha, asha.site.submit(page, "/price"))

    assert answer.status_code == 200
    assert "Domestic flights did not answer" in answer.text


@pytest.mark.parametrize("fault", ["down", "lose_answer"])
def test_a_provider_that_does_not_answer_the_hold_is_said_and_can_be_tried_again(
    asha, on_sale, wires, clock, seats, fault
):
    review = asha.to_review(on_sale(seats=5))
    getattr(wires["flights"], fault)("/beckn/init")

    waiting = arrive(asha, asha.site.submit(review, "/hold"))
    assert waiting.headers["Refresh"] == "5"
    assert '<noscript><meta http-equiv="refresh" content="1"></noscript>' in waiting.text
    clock.forward(seconds=5)
    page = arrive(asha, asha.at("progress"))

    assert page.request.path.endswith("/review")
    assert "Domestic flights did not answer" in page.text
    wires["flights"].restore()
    assert "Held until" in asha.hold(page).text
    clock.forward(seconds=30)
    asha.at("progress")
    assert seats.counts()["available"] == 4


# ---- the time to pay


def test_under_two_minutes_paying_is_refused_and_a_new_hold_asks_for_nothing_again(
    asha, on_sale, clock, seats, books
):
    pay = asha.to_pay(on_sale(seats=5))
    first = asha.reference
    clock.forward(minutes=10, seconds=1)

    late = asha.site.submit(pay, "/pay")

    assert late.status_code == 409
    assert "The hold is about to end" in late.text
    assert books.payments() == []
    review = asha.follow(asha.site.submit(late, "/again"))
    asha.reference = review.request.path.split("/")[2]
    assert "Asha Rao" in review.text
    booked = asha.press(asha.to_the_gateway(asha.hold(review)), "authorisation")
    assert "You are booked" in booked.text
    assert (books.state(first), books.state(asha.reference)) == ("EXPIRED", "CONFIRMED")
    assert seats.counts() == {"RELEASED": 1, "CONFIRMED": 1, "available": 4}


def test_a_double_click_on_hold_it_again_is_one_new_booking(asha, on_sale, clock, books):
    asha.to_pay(on_sale())
    clock.forward(minutes=11)
    late = asha.at("pay")

    first, second = (asha.site.submit(late, "/again") for _ in range(2))

    assert first.location == second.location
    assert books.states() == ["EXPIRED", "DRAFT"]


def test_a_hold_that_ended_is_said_and_begun_again_with_the_same_details(asha, on_sale, clock, seats):
    asha.to_pay(on_sale(seats=5))
    clock.forward(minutes=16)

    ended = asha.site.get(f"/bookings/{asha.reference}")

    assert "The hold has ended" in ended.text
    assert seats.counts()["available"] == 5
    assert "Asha Rao" in asha.follow(asha.site.submit(ended, "/again")).text


def test_paying_after_the_hold_has_ended_takes_nothing(asha, on_sale, clock, books):
    pay = asha.to_pay(on_sale())
    hosted = asha.to_the_gateway(pay)
    clock.forward(minutes=11, seconds=30)  # half a minute before the gateway's own end
    page = asha.gateway.get(hosted)
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    asha.gateway.post(f"{hosted}/authorisation", data={"csrf_token": token})
    clock.forward(minutes=3)

    back = arrive(asha, asha.at("return"))

    assert "The hold has ended" in back.text
    assert "Nothing was taken" in back.text
    assert books.payments()[0][0] == "VOIDED"
    assert books.balance(asha.reference) == (0, 0)


# ---- the payment


def test_a_declined_payment_is_said_and_may_be_tried_again(asha, on_sale, books):
    pay = asha.to_pay(on_sale())

    declined = arrive(asha, asha.press(asha.to_the_gateway(pay), "decline"))

    assert declined.request.path.endswith("/pay")
    assert "Your bank declined the payment" in declined.text
    booked = asha.press(asha.to_the_gateway(declined), "authorisation")
    assert "You are booked" in booked.text
    assert [state for state, _ in books.payments()] == ["FAILED", "CAPTURED"]


def test_turning_back_without_paying_leads_to_pay_and_to_the_same_hosted_page(asha, on_sale, books):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))

    for _ in range(3):
        back = arrive(asha, asha.at("return"))

    assert back.request.path.endswith("/pay")
    assert asha.to_the_gateway(back) == hosted
    assert [state for state, _ in books.payments()] == ["OPEN"]


def a_flight(seats: int):
    return Namespace(offer=Namespace(kind="flights", party=Namespace(seats=seats)))


def a_stay(rooms: int):
    return Namespace(offer=Namespace(kind="hotels", rooms=rooms))


def test_letting_it_go_puts_the_seats_back_and_voids_the_payment(asha, on_sale, seats, books, site_app):
    pay = asha.to_pay(on_sale(seats=5))
    asha.to_the_gateway(pay)
    assert "Release the seat</button>" in pay.text

    gone = arrive(asha, asha.site.submit(pay, "/abandonment"))

    assert ">Released</span>" in gone.text
    assert "Not booked, as you asked" in gone.text
    assert "What it would have cost" in gone.text
    assert seats.counts() == {"RELEASED": 1, "available": 5}
    assert books.payments()[0][0] == "VOIDED"
    assert books.state(asha.reference) == "ABANDONED"
    with site_app.app_context():
        assert "abandoned" in db.session.scalars(db.select(AuditLog.action)).all()


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([a_flight(2)], "Release the seats"),
        ([a_stay(1)], "Release the room"),
        ([a_stay(1), a_stay(1)], "Release the rooms"),
        ([a_flight(1), a_stay(1)], "Release seats and rooms"),
    ],
)
def test_the_button_that_gives_back_what_is_held_names_it(site_app, items, words):
    said = site_app.jinja_env.get_template("checkout/_item.html").module.release_words(items)

    assert said.strip() == words


@pytest.mark.parametrize("fault", ["down", "lose_answer"])
def test_a_gateway_that_is_away_is_said_and_can_be_tried_again_at_once(asha, on_sale, wires, books, fault):
    pay = asha.to_pay(on_sale())
    getattr(wires["gateway"], fault)("/v1/payments")
    for _ in range(4):
        away = asha.site.submit(pay, "/pay")
        assert away.status_code == 503
        assert "The payment page did not answer, and nothing was taken" in away.text

    wires["gateway"].restore()
    booked = asha.press(asha.to_the_gateway(away), "authorisation")

    assert "You are booked" in booked.text
    assert [state for state, _ in books.payments()] == ["CAPTURED"]


def test_a_gateway_that_is_away_on_the_way_back_delays_the_booking_only(asha, on_sale, wires, clock):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    page = asha.gateway.get(hosted)
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    asha.gateway.post(f"{hosted}/authorisation", data={"csrf_token": token})
    wires["gateway"].down()

    back = arrive(asha, asha.at("return"))
    assert back.status_code == 200

    wires["gateway"].restore()
    clock.forward(seconds=5)
    assert "You are booked" in arrive(asha, asha.at("return")).text


def test_a_second_click_on_pay_leads_to_the_same_page(asha, on_sale, books):
    pay = asha.to_pay(on_sale())

    first, second = asha.to_the_gateway(pay), asha.to_the_gateway(pay)

    assert first == second
    assert len(books.payments()) == 1


# ---- back, and again


def test_every_old_page_sent_again_after_the_booking_changes_nothing(asha, on_sale, seats, books):
    travellers = asha.to_travellers(on_sale(seats=5))
    review = asha.follow(asha.name_them(travellers, ADULT))
    pay = asha.hold(review)
    hosted = asha.to_the_gateway(pay)
    asha.press(hosted, "authorisation")
    before = (seats.counts(), books.all(), books.payments())

    answers = [asha.name_them(travellers, ADULT | {"given_name": "Ravi"})]
    answers += [
        asha.site.submit(page, action)
        for page, action in ((review, "/hold"), (pay, "/pay"), (pay, "/abandonment"))
    ]

    for answer in answers:
        assert answer.location.endswith(f"/bookings/{asha.reference}"), answer.request.path
    for name in ("travellers", "review", "price", "pay", "progress", "return"):
        assert asha.at(name).location.endswith(f"/bookings/{asha.reference}"), name
    asha.gateway.get(hosted)

    assert (seats.counts(), books.all(), books.payments()) == before


def test_an_old_page_does_not_begin_a_booked_trip_again(asha, on_sale, clock, books):
    """The page said that there was too little time, and the payment came through all the same."""
    pay = asha.to_pay(on_sale())
    hosted = asha.to_the_gateway(pay)
    clock.forward(minutes=10, seconds=30)
    late = asha.at("pay")
    asha.press(hosted, "authorisation")

    answer = asha.site.submit(late, "/again")

    assert answer.location.endswith(f"/bookings/{asha.reference}")
    assert books.states() == ["CONFIRMED"]


def test_two_tabs_hold_and_pay_once(asha, on_sale, seats, books):
    review = asha.to_review(on_sale(seats=5))
    other_tab = asha.at("review")

    pay = asha.hold(review)
    other_pay = asha.hold(other_tab)

    assert asha.to_the_gateway(pay) == asha.to_the_gateway(other_pay)
    assert seats.counts() == {"HELD": 1, "available": 4}
    assert len(books.payments()) == 1


def test_pages_asked_for_too_early_lead_to_where_the_checkout_stands(asha, on_sale):
    asha.to_travellers(on_sale())

    for name in ("review", "price", "pay", "progress", "return"):
        page = arrive(asha, asha.at(name))
        assert page.request.path.endswith("/travellers"), name
    assert arrive(asha, asha.site.get(f"/bookings/{asha.reference}")).request.path.endswith("/travellers")


# ---- whose it is


PAGES = ("travellers", "review", "price", "pay", "progress", "return")


def test_a_browser_that_lost_its_cookie_finds_nothing_and_breaks_nothing(asha, on_sale, books):
    pay = asha.to_pay(on_sale())
    asha.site.delete_cookie("webapp_session")

    assert {asha.at(name).status_code for name in PAGES} == {404}
    assert asha.site.get(f"/bookings/{asha.reference}").status_code == 404
    assert asha.site.get(f"/bookings/{asha.reference}/cancellation").status_code == 404
    assert asha.site.submit(pay, "/pay").status_code in (400, 404)
    assert books.state(asha.reference) == "AWAITING_PAYMENT"


def test_a_forged_cookie_is_no_cookie(asha, on_sale):
    asha.to_pay(on_sale())
    asha.site.delete_cookie("webapp_session")

    for cookie in ("x", ".eJx", "a.b.c", "ऄ".encode().decode("latin-1"), "=" * 5000):
        forged = {"Cookie": f"webapp_session={cookie}"}
        assert asha.site.get(f"/bookings/{asha.reference}", headers=forged).status_code == 404, cookie


def test_another_browser_does_not_see_the_checkout(asha, stranger, on_sale):
    asha.to_pay(on_sale())
    stranger.reference = asha.reference

    assert {stranger.at(name).status_code for name in PAGES} == {404}


def test_the_hosted_page_leads_back_to_the_site_and_nowhere_else(asha, on_sale):
    hosted = asha.to_the_gateway(asha.to_pay(on_sale()))
    page = asha.gateway.get(hosted)
    token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]

    answer = asha.gateway.post(f"{hosted}/authorisation", data={"csrf_token": token})

    assert urlsplit(answer.location).path == f"/checkout/{asha.reference}/return"
