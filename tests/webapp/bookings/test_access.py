"""What was found may be seen; a guest's may be changed too, an account's only by the account; a draft is read by who typed it."""

import pytest

from tests.journeys.traveller import ADULT, PASSPORT
from tests.webapp.accounts.people import ASHA, JAMES, an_account, sign_in
from tests.webapp.bookings.test_finding import EMAIL, find
from tests.webapp.buyer import Buyer
from tests.webapp.checkout.test_passports import CANARY

ABROAD = ADULT | PASSPORT | {"passport_number": CANARY}


@pytest.fixture
def a_guests(asha, on_sale) -> str:
    asha.booked(on_sale("BA-201"), "international_flights", ABROAD)
    return asha.reference


@pytest.fixture
def an_accounts(asha, on_sale, site_app) -> str:
    an_account(site_app)
    sign_in(asha.site)
    asha.booked(on_sale("BA-201"), "international_flights", ABROAD)
    return asha.reference


def test_who_found_a_guests_booking_may_cancel_it(database, stranger, a_guests, books):
    find(stranger, a_guests)
    page = stranger.site.get(f"/bookings/{a_guests}/cancellation")

    cancelled = stranger.follow(stranger.site.submit(page, "/cancellation"))

    assert "Your booking is cancelled" in cancelled.text
    assert books.states() == ["CANCELLED"]


def test_who_found_an_accounts_booking_sees_it_and_signs_in_to_change_it(stranger, an_accounts, books):
    shown = stranger.follow(find(stranger, an_accounts))

    assert shown.status_code == 200
    assert "Sign in to change it" in shown.text
    assert "Cancel this booking" not in shown.text
    assert '/name">Correct<' not in shown.text
    for path in ("cancellation", "travellers/1/name", "correction"):
        answer = stranger.site.get(f"/bookings/{an_accounts}/{path}")
        assert (answer.status_code, answer.location) == (
            303,
            f"/login?next=/bookings/{an_accounts}/{path}",
        )
    token = {"csrf_token": token_of(stranger)}
    for path in ("cancellation", "travellers/1/name", "correction"):
        answer = stranger.site.post(f"/bookings/{an_accounts}/{path}", data=token)
        assert (answer.status_code, answer.location) == (
            303,
            f"/login?next=/bookings/{an_accounts}/{path}",
        )
    assert books.states() == ["CONFIRMED"]


def token_of(buyer) -> str:
    return buyer.site.get("/bookings/find").text.split('name="csrf_token" value="')[1].split('"')[0]


def test_signed_in_as_its_account_what_was_found_can_be_changed(stranger, an_accounts):
    find(stranger, an_accounts)
    sent = stranger.site.get(f"/bookings/{an_accounts}/cancellation")

    back = sign_in(stranger.site, ASHA, to=sent.location)

    assert back.location == f"/bookings/{an_accounts}/cancellation"
    assert stranger.site.get(back.location).status_code == 200


def test_an_accounts_booking_is_there_wherever_she_signs_in(stranger, an_accounts):
    sign_in(stranger.site)

    page = stranger.site.get(f"/bookings/{an_accounts}")

    assert page.status_code == 200
    assert "Cancel this booking" in page.text


def test_another_account_that_found_it_may_not_change_it(stranger, an_accounts, site_app, books):
    an_account(site_app, JAMES, "James Whitfield")
    sign_in(stranger.site, JAMES)
    find(stranger, an_accounts)

    answers = [
        stranger.site.get(f"/bookings/{an_accounts}{path}").status_code for path in ("", "/cancellation")
    ]

    assert answers == [200, 403]
    assert an_accounts not in stranger.site.get("/bookings").text


def test_who_is_signed_out_elsewhere_only_looks(asha, stranger, an_accounts):
    """The cookie of a lost phone remembers what was booked with it; after `sign out everywhere` it changes nothing."""
    sign_in(stranger.site)
    stranger.site.submit(stranger.site.get("/account/security"), "/account/sessions/ending")

    assert asha.site.get(f"/bookings/{an_accounts}").status_code == 200
    assert asha.site.get(f"/bookings/{an_accounts}/cancellation").location.startswith("/login")


def test_a_draft_of_an_account_is_not_read_after_it_is_signed_out_elsewhere(
    asha, stranger, on_sale, site_app
):
    an_account(site_app)
    sign_in(asha.site)
    page = asha.to_travellers(on_sale("BA-201"), "international_flights")
    asha.name_them(page, ABROAD)
    sign_in(stranger.site)
    stranger.site.submit(stranger.site.get("/account/security"), "/account/sessions/ending")

    for path in ("travellers", "review"):
        assert asha.at(path).location == f"/login?next=/checkout/{asha.reference}/{path}"
    sign_in(asha.site)
    assert CANARY in asha.at("travellers").text


def test_no_page_of_what_was_found_has_the_passport(stranger, a_guests):
    shown = stranger.follow(find(stranger, a_guests))

    for page in (
        shown,
        stranger.site.get(f"/bookings/{a_guests}/travellers/1/name"),
        stranger.site.get(f"/bookings/{a_guests}/cancellation"),
    ):
        assert page.status_code == 200
        assert CANARY not in page.text


def test_what_was_found_is_not_begun_again_with_its_passport(asha, stranger, on_sale, books):
    pay = asha.hold(
        asha.follow(asha.name_them(asha.to_travellers(on_sale("BA-201"), "international_flights"), ABROAD))
    )
    asha.site.submit(pay, "/abandonment")
    shown = stranger.follow(find(stranger, asha.reference))

    assert "Try again with the same details" not in shown.text
    assert "Search again" in shown.text
    nonce = {"nonce": "n" * 20, "csrf_token": token_of(stranger)}
    assert stranger.site.post(f"/checkout/{asha.reference}/again", data=nonce).status_code == 403
    assert books.states() == ["ABANDONED"]


def test_a_held_trip_that_was_found_can_be_paid_but_not_named_anew(asha, stranger, on_sale, books, clock):
    asha.to_pay(on_sale())
    find(stranger, asha.reference)
    stranger.reference = asha.reference

    pay = stranger.at("pay")
    assert "Change the travellers" not in pay.text
    booked = stranger.press(stranger.to_the_gateway(pay), "authorisation")

    assert "You are booked" in booked.text
    assert books.states() == ["CONFIRMED"]


def test_the_hold_of_a_found_trip_that_ends_leads_to_another_search(asha, stranger, on_sale, clock):
    asha.to_pay(on_sale())
    find(stranger, asha.reference)
    stranger.reference = asha.reference
    clock.forward(minutes=11)

    page = stranger.at("pay")

    assert page.status_code == 409
    assert "Hold it again" not in page.text
    assert 'href="/flights/search?from=BLR' in page.text
    assert "Hold it again" in asha.at("pay").text


def test_a_found_booking_that_became_a_draft_again_is_not_there(asha, stranger, on_sale, wires, clock):
    """Found while it was being held; the provider then did not answer."""
    review = asha.to_review(on_sale())
    wires["flights"].down("/beckn/init")
    asha.site.submit(review, "/hold")
    assert find(stranger, asha.reference).status_code == 303
    clock.forward(seconds=5)
    asha.site.get(f"/checkout/{asha.reference}/progress")

    assert stranger.site.get(f"/bookings/{asha.reference}").status_code == 404
    assert stranger.site.get(f"/checkout/{asha.reference}/travellers").status_code == 404


def test_signing_out_forgets_what_was_found(stranger, a_guests, site_app):
    an_account(site_app, JAMES, "James Whitfield")
    find(stranger, a_guests)
    sign_in(stranger.site, JAMES)
    assert stranger.site.get(f"/bookings/{a_guests}").status_code == 200

    stranger.site.submit(stranger.site.get("/account"), "/logout")

    assert stranger.site.get(f"/bookings/{a_guests}").status_code == 404


def test_a_browser_remembers_twenty(stranger, a_guests):
    with stranger.site.session_transaction() as cookie:
        cookie["found"] = [f"K7QM-2XV-P{number}A" for number in range(20, 40)]

    for _ in range(2):  # which is remembered once
        find(stranger, a_guests)

    with stranger.site.session_transaction() as cookie:
        assert len(cookie["found"]) == 20
        assert [each.startswith(a_guests) for each in cookie["found"]] == [False] * 19 + [True]
        assert EMAIL not in str(cookie["found"])


def test_another_e_mail_ends_what_was_found_with_the_one_before(asha, stranger, site_app, asha_has_booked):
    """But for the browser that gave it, and the one that made the booking."""
    base, lost = f"/bookings/{asha.reference}", Buyer(site_app.test_client(), None)
    for buyer in (stranger, lost):
        find(buyer, asha.reference)

    page = stranger.site.get(f"{base}/contact")
    stranger.site.submit(page, email=EMAIL.upper(), phone="98765 00002")
    assert lost.site.get(base).status_code == 200  # the same mailbox
    stranger.site.submit(page, email="new@example.com", phone="98765 00002")

    for path in (base, f"{base}/ticket.pdf", f"{base}/cancellation"):
        assert lost.site.get(path).status_code == 404
    assert asha.reference not in lost.site.get("/bookings").text
    for browser in (stranger.site, asha.site):
        assert browser.get(base).status_code == 200
        assert asha.reference in browser.get("/bookings").text
    assert find(lost, asha.reference).status_code == 422
    find(lost, asha.reference, "new@example.com")
    assert lost.site.get(base).status_code == 200


def test_a_change_that_was_not_made_keeps_nobody_in(asha, stranger, site_app, asha_has_booked):
    """Two browsers change it, and the second one's form was opened before: what it found had ended with the first."""
    base, late = f"/bookings/{asha.reference}", Buyer(site_app.test_client(), None)
    for buyer in (stranger, late):
        find(buyer, asha.reference)
    pages = [buyer.site.get(f"{base}/contact") for buyer in (stranger, late)]

    stranger.site.submit(pages[0], email="new@example.com", phone="98765 00002")
    answer = late.site.submit(pages[1], email="third@example.com", phone="98765 00002")

    assert answer.status_code == 404
    assert late.site.get(base).status_code == 404
