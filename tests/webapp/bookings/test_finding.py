"""A booking is found again by its reference and e-mail, typed as people type; a miss tells nothing, and few may be tried."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from chassis.database import db, engine
from tests.journeys.traveller import CONTACT
from tests.webapp.accounts.people import an_account, sign_in
from webapp.accounts.models import Attempt
from webapp.admin.models import AuditLog

MISS = "We found no booking with that reference and that e-mail. Check both."
EMAIL = CONTACT["email"]


def find(buyer, reference: str, email: str = EMAIL, **more):
    """What the site answers to the form, filled in."""
    page = buyer.site.get("/bookings/find")
    return buyer.site.submit(page, "/bookings/find", reference=reference, email=email, **more)


@pytest.fixture
def booking(asha, asha_has_booked) -> str:
    """The reference of a guest's booking."""
    return asha.reference


def test_another_browser_finds_a_guests_booking(database, asha, stranger, booking, books):
    assert stranger.site.get(f"/bookings/{booking}").status_code == 404

    page = stranger.follow(find(stranger, booking))

    assert page.request.path == f"/bookings/{booking}"
    assert "You are booked" in page.text
    assert booking in stranger.site.get("/bookings").text
    with books.app.app_context():
        acts = [(each.actor, each.action) for each in db.session.scalars(select(AuditLog))]
        assert acts[-1] == ("guest", "found by reference and e-mail")


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda reference: reference.replace("-", ""),
        lambda reference: reference.replace("-", " "),
        lambda reference: f"  {reference.lower().replace('-', '')} ",
        lambda reference: " ".join(reference.replace("-", "")),
        lambda reference: reference.replace("-", "–"),
        lambda reference: f"{reference}.",
    ],
)
def test_a_reference_is_understood_as_it_is_typed(stranger, booking, typed):
    assert find(stranger, typed(booking)).status_code == 303


@pytest.mark.parametrize("typed", ["ASHA@example.org", " Asha@Example.ORG ", "asha@EXAMPLE.org"])
def test_an_e_mail_is_understood_as_it_is_typed(stranger, booking, typed):
    assert find(stranger, booking, typed).status_code == 303


WRONG_REFERENCE = "Enter the reference of the booking", "A Yaana reference has 10 letters and numbers"
WRONG_EMAIL = "Enter your e-mail address", "Enter an e-mail address like asha@example.org"


@pytest.mark.parametrize(
    ("reference", "email", "sentence"),
    [
        ("", EMAIL, WRONG_REFERENCE[0]),
        ("   ", EMAIL, WRONG_REFERENCE[0]),
        ("K7QM-2XV", EMAIL, WRONG_REFERENCE[1]),
        ("K7QM-2XV-P9DA", EMAIL, WRONG_REFERENCE[1]),
        ("K7QM-2XV-P9O", EMAIL, WRONG_REFERENCE[1]),
        ("K7QM-2XV-P90", EMAIL, WRONG_REFERENCE[1]),
        ("6E-K7M2XP", EMAIL, WRONG_REFERENCE[1]),
        ("\0", EMAIL, WRONG_REFERENCE[1]),
        ("' OR 1=1 --", EMAIL, WRONG_REFERENCE[1]),
        ("Ｋ７ＱＭ－２ＸＶ－Ｐ９Ｄ", EMAIL, WRONG_REFERENCE[1]),
        ("x" * 5000, EMAIL, WRONG_REFERENCE[1]),
        ("K7QM-2XV-P9D", "", WRONG_EMAIL[0]),
        ("K7QM-2XV-P9D", "asha", WRONG_EMAIL[1]),
        ("K7QM-2XV-P9D", "asha@example.org\0", WRONG_EMAIL[1]),
        ("K7QM-2XV-P9D", "a" * 300 + "@example.org", WRONG_EMAIL[1]),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(asha, books, reference, email, sentence):
    answer = find(asha, reference, email)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "There is a problem" in answer.text
    with books.app.app_context():
        assert db.session.scalars(select(Attempt)).all() == []  # that was no try


def test_a_miss_and_anothers_booking_look_the_same(database, asha, stranger, booking):
    nobodys = find(stranger, "K7QM-2XV-P9D", "james@example.org")
    hers = find(stranger, booking, "james@example.org")

    assert (nobodys.status_code, hers.status_code) == (422, 422)
    for answer in (nobodys, hers):
        assert MISS in answer.text
    assert shape_of(nobodys, "K7QM-2XV-P9D") == shape_of(hers, booking)
    assert stranger.site.get(f"/bookings/{booking}").status_code == 404


def shape_of(answer, reference: str) -> str:
    """The page without what was typed and the token that every page has anew."""
    token = answer.text.split('name="csrf_token" value="')[1].split('"')[0]
    return answer.text.replace(f'value="{reference}"', "as typed").replace(token, "token")


def test_a_miss_asks_the_database_as_often_as_anothers_booking(asha, stranger, booking, books, queries):
    page = stranger.site.get("/bookings/find")

    def asked_for(reference: str) -> list[str]:
        with queries(books.app) as said:
            stranger.site.submit(page, "/bookings/find", reference=reference, email="james@example.org")
        return said

    nobodys, hers = asked_for("K7QM-2XV-P9D"), asked_for(booking)

    assert nobodys == hers
    assert len(nobodys) > 5


@pytest.fixture
def queries():
    """`with queries(app) as said:` every statement that the app's database was told, without its values."""

    @contextmanager
    def listening(app):
        said: list[str] = []
        with app.app_context():
            listened = engine()

        def note(_connection, _cursor, statement, *_):
            said.append(statement)

        event.listen(listened, "before_cursor_execute", note)
        yield said
        event.remove(listened, "before_cursor_execute", note)

    return listening


def test_a_draft_is_not_found(asha, stranger, on_sale, books):
    asha.to_review(on_sale())

    answer = find(stranger, asha.reference)

    assert books.states() == ["DRAFT"]
    assert (answer.status_code, MISS in answer.text) == (422, True)


@pytest.mark.parametrize("state", ["AWAITING_PAYMENT", "ABANDONED"])
def test_whatever_was_asked_of_a_provider_is_found(asha, stranger, on_sale, books, state):
    pay = asha.to_pay(on_sale())
    if state == "ABANDONED":
        asha.site.submit(pay, "/abandonment")

    page = stranger.follow(find(stranger, asha.reference))

    assert books.states() == [state]
    assert page.status_code == 200


# ---- how often


def test_after_five_wrong_e_mails_a_reference_is_left_alone(database, stranger, booking, clock):
    began = clock.now()
    for number in range(5):
        assert find(stranger, booking, f"guess{number}@example.org").status_code == 422

    sixth, right = find(stranger, booking, "guess6@example.org"), find(stranger, booking)

    for answer in (sixth, right):
        assert answer.status_code == 429
        assert clock.left(began, minutes=15) <= int(answer.headers["Retry-After"]) <= 900
        assert "There were too many wrong tries. Try again in 15 minutes." in answer.text
    clock.forward(minutes=15, seconds=1)
    assert find(stranger, booking).status_code == 303


def test_after_five_wrong_references_an_e_mail_is_left_alone(database, stranger, booking):
    for letter in "ABCDE":
        assert find(stranger, f"K7QM-2XV-P9{letter}").status_code == 422

    assert find(stranger, booking).status_code == 429


def test_after_twenty_tries_an_address_is_left_alone(database, asha, stranger, booking):
    for number in range(20):
        reference = f"K7QM-2XV-{finding_letters(number)}"
        assert find(stranger, reference, f"guess{number}@example.org").status_code == 422

    assert find(stranger, booking).status_code == 429
    asha.site.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert find(asha, booking).status_code == 303


def finding_letters(number: int) -> str:
    return "AA" + "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"[number]


def test_finding_it_forgets_the_wrong_tries(stranger, booking):
    for round_of_tries in range(3):
        for number in range(4):
            wrong = find(stranger, booking, f"guess{round_of_tries}{number}@example.org")
            assert wrong.status_code == 422

        assert find(stranger, booking).status_code == 303


# ---- the ways there


def test_every_page_that_could_not_show_a_booking_leads_to_finding_it(asha, stranger, booking):
    assert 'href="/bookings/find"' in stranger.site.get("/bookings").text
    assert 'href="/bookings/find"' in stranger.site.get("/login").text
    assert 'href="/bookings/find"' in asha.site.get(f"/bookings/{booking}").text
    for path in (f"/bookings/{booking}", f"/checkout/{booking}/pay", f"/bookings/{booking}/cancellation"):
        page = stranger.site.get(path)
        assert page.status_code == 404
        assert f'href="/bookings/find?reference={booking}"' in page.text
        assert f'href="/login?next={path}"' in page.text
    assert f'value="{booking}"' in stranger.site.get(f"/bookings/find?reference={booking}").text


def test_a_reference_in_small_letters_is_understood_on_the_page_that_does_not_know_it(stranger):
    page = stranger.site.get("/bookings/k7qm2xvp9d")

    assert page.status_code == 404
    assert 'href="/bookings/find?reference=K7QM-2XV-P9D"' in page.text
    assert 'href="/login"' in page.text


def test_who_is_signed_in_is_not_told_to_sign_in(stranger, site_app, clock):
    an_account(site_app)
    sign_in(stranger.site)

    page = stranger.site.get("/bookings/K7QM-2XV-P9D")

    assert "Find the booking" in page.text
    assert "Sign in instead" not in page.text
    assert "Booked with an account?" not in stranger.site.get("/bookings/find").text
