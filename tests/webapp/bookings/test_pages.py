"""A booking after it is made: cancelled once, refused in words, and nobody else's."""

import pytest

from tests.journeys.traveller import ADULT
from tests.webapp.accounts.people import an_account, sign_in

JAMES = "james@example.org"


def cancellation_of(buyer):
    return buyer.site.get(f"/bookings/{buyer.reference}/cancellation")


def test_the_refund_is_said_before_and_is_what_comes_back(asha, asha_has_booked, books, clock):
    clock.forward(hours=2)

    page = cancellation_of(asha)
    cancelled = asha.follow(asha.site.submit(page, "/cancellation"))

    assert "₹3,528.00" in page.text
    assert "₹3,528 is on its way back" in cancelled.text
    assert books.balance(asha.reference) == (88_200, 88_200)


def test_a_second_cancel_changes_nothing_and_says_how_things_stand(asha, asha_has_booked, books, clock):
    clock.forward(hours=2)
    page = cancellation_of(asha)
    asha.site.submit(page, "/cancellation")

    again = asha.follow(asha.site.submit(page, "/cancellation"))

    assert "Your booking is cancelled" in again.text
    assert cancellation_of(asha).location.endswith(f"/bookings/{asha.reference}")
    assert books.balance(asha.reference) == (88_200, 88_200)


def test_what_was_never_confirmed_is_not_cancelled(asha, on_sale, books):
    asha.to_pay(on_sale())
    token = asha.at("pay").text.split('name="csrf_token" value="')[1].split('"')[0]

    assert cancellation_of(asha).location.endswith(f"/bookings/{asha.reference}")
    answer = asha.site.post(f"/bookings/{asha.reference}/cancellation", data={"csrf_token": token})

    assert answer.status_code == 303
    assert books.states() == ["AWAITING_PAYMENT"]


@pytest.mark.parametrize("fault", ["down", "hang", "garbage"])
def test_a_provider_that_is_away_cannot_say_the_refund(asha, asha_has_booked, wires, books, fault):
    getattr(wires["flights"], fault)()

    page = cancellation_of(asha)

    assert page.status_code == 503
    assert "The provider did not answer" in page.text
    assert "nothing was changed" in page.text
    assert books.states() == ["CONFIRMED"]
    wires["flights"].restore()
    assert cancellation_of(asha).status_code == 200


def test_a_provider_that_goes_away_at_the_button_changes_nothing_until_it_is_pressed_again(
    asha, asha_has_booked, wires, books
):
    """What comes back is asked for once more before anything is done: nobody agrees to figures of her own."""
    page = cancellation_of(asha)
    wires["flights"].lose_answer("/beckn/cancel", times=1)

    away = asha.site.submit(page, "/cancellation")

    assert away.status_code == 503
    assert "nothing was changed" in away.text
    assert books.state(asha.reference) == "CONFIRMED"
    assert "Your booking is cancelled" in asha.follow(asha.site.submit(page, "/cancellation")).text
    assert books.balance(asha.reference) == (0, 0)


def test_after_departure_it_is_too_late_and_said_so(asha, asha_has_booked, books, clock):
    open_page = cancellation_of(asha)
    clock.forward(days=11)

    page = cancellation_of(asha)
    answer = asha.site.submit(open_page, "/cancellation")

    for each in (page, answer):
        assert each.status_code == 409
        assert "It cannot be cancelled" in each.text
    assert books.states() == ["CONFIRMED"]
    assert books.balance(asha.reference) == (441_000, 441_000)
    assert "You are booked" in asha.site.get(f"/bookings/{asha.reference}").text


def pages_of(reference: str) -> list[str]:
    checkout = ("travellers", "review", "price", "pay", "progress", "return")
    return [
        f"/bookings/{reference}",
        f"/bookings/{reference}/cancellation",
        *(f"/checkout/{reference}/{page}" for page in checkout),
    ]


def test_another_users_booking_does_not_exist(asha, stranger, asha_has_booked, site_app):
    an_account(site_app)
    an_account(site_app, JAMES, "James Whitfield")
    sign_in(asha.site)
    sign_in(stranger.site, JAMES)

    assert {stranger.site.get(page).status_code for page in pages_of(asha.reference)} == {404}
    assert asha.site.get(f"/bookings/{asha.reference}").status_code == 200


def test_my_trips_are_mine_and_a_guests_are_nobodys(asha, stranger, on_sale, site_app):
    item = on_sale()
    an_account(site_app)
    an_account(site_app, JAMES, "James Whitfield")
    stranger.booked(item)
    sign_in(stranger.site, JAMES)
    sign_in(asha.site)
    asha.booked(item)

    hers, his = (each.site.get("/bookings").text for each in (asha, stranger))

    assert asha.reference in hers
    assert stranger.reference not in hers
    assert "No trips yet" in his


def test_a_guest_finds_her_trip_in_this_browser_and_nobody_elses(asha, stranger, asha_has_booked):

    assert asha.reference in asha.site.get("/bookings").text
    assert "No trips yet" in stranger.site.get("/bookings").text


def test_a_user_finds_her_trip_from_another_browser(asha, stranger, on_sale, site_app):
    an_account(site_app)
    sign_in(asha.site)
    asha.booked(on_sale())
    sign_in(stranger.site)

    assert asha.reference in stranger.site.get("/bookings").text
    assert stranger.site.get(f"/bookings/{asha.reference}").status_code == 200


def test_who_signs_in_on_the_way_keeps_the_trip(asha, on_sale, site_app):
    an_account(site_app)
    asha.to_travellers(on_sale())
    sign_in(asha.site)

    review = asha.follow(asha.name_them(asha.at("travellers"), ADULT))

    assert review.request.path.endswith("/review")
    assert asha.reference in asha.site.get("/bookings").text


def test_a_draft_that_names_nobody_is_no_trip_yet(asha, on_sale, site_app):
    an_account(site_app)
    sign_in(asha.site)

    asha.to_travellers(on_sale())

    assert "No trips yet" in asha.site.get("/bookings").text


def test_who_signs_out_leaves_nothing_behind(asha, on_sale, site_app):
    an_account(site_app)
    sign_in(asha.site)
    booked = asha.booked(on_sale())

    asha.site.submit(booked, "/logout")

    assert {asha.site.get(page).status_code for page in pages_of(asha.reference)} == {404}
