"""My data: all of it in one file, or erased with the account but for what the law wants."""

import json

import pytest
from flask import request
from flask_login import current_user
from sqlalchemy import func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from chassis import clock as the_clock
from chassis.database import db, writing
from tests.journeys.traveller import ADULT, PASSPORT
from tests.webapp.accounts.mailbox import letters
from tests.webapp.accounts.people import ASHA, JAMES, PASSWORD, an_account, is_signed_in, sign_in
from tests.webapp.accounts.test_saved_travellers import save
from tests.webapp.admin.booked import a_difference
from tests.webapp.letters.conftest import text_of
from webapp.accounts import (
    attempts,
    closing,
    emails,
    export,
    recovery,
    saved,
    sessions,
    standing,
    verification,
)
from webapp.accounts.models import AccountToken, Attempt, SavedTraveller, User, UserSession
from webapp.admin.models import AuditLog, record
from webapp.bookings import erasure
from webapp.bookings.models import Booking, BookingWord, NameCorrection, Traveller
from webapp.checkout.models import Outbox, SagaStep
from webapp.reconciliation.models import Difference

CANARY = "CANARY4711X"
ABROAD = ADULT | PASSPORT | {"passport_number": CANARY}
TABLES = db.metadatas["travel_discovery"].tables  # whole once the site is built


@pytest.fixture
def asha_signed_in(site_app, asha):
    an_account(site_app)
    sign_in(asha.site)
    return asha


def download(browser, password=PASSWORD):
    return browser.submit(browser.get("/account/data"), "/account/data/export", password=password)


def close(browser, password=PASSWORD):
    return browser.submit(browser.get("/account/data/deletion"), "/account/data/deletion", password=password)


# ---- the export


def test_no_table_is_forgotten(site_app):
    """A new table is hers, and comes along, or it is nobody's, with a reason."""
    assert set(export.MINE) | set(export.NOBODYS) == set(TABLES)
    assert not set(export.MINE) & set(export.NOBODYS)


def test_what_is_left_out_is_there_to_leave_out(site_app):
    left_out = {(table, column) for table, columns in export.LEFT_OUT.items() for column in columns}

    assert left_out <= {(name, column.name) for name, table in TABLES.items() for column in table.columns}


def test_a_table_that_says_nothing_of_her_points_at_nobody(site_app):
    pointing = {
        name
        for name in export.NOBODYS
        for key in TABLES[name].foreign_keys
        if key.column.table.name == "users"
    }

    assert pointing == set()


@pytest.mark.usefixtures("database")
def test_the_file_has_everything_of_hers_and_nothing_of_anybody_elses(
    asha_signed_in, site_app, on_sale, stranger
):
    save(asha_signed_in.site, **ABROAD)
    asha_signed_in.booked(on_sale("BA-201"), "international_flights", ABROAD)
    stranger.booked(on_sale(), traveller=ADULT | {"family_name": "Whitfield"})

    answer = download(asha_signed_in.site)

    assert answer.headers["Content-Disposition"].startswith('attachment; filename="yaana-20')
    data = json.loads(answer.data)
    assert [row["email"] for row in data["users"]] == [ASHA]
    assert [row["public_reference"] for row in data["bookings"]] == [asha_signed_in.reference]
    assert CANARY in data["saved_travellers"][0]["document"]
    assert CANARY in data["travellers"][0]["document"]
    assert [row["template"] for row in data["outbox"]] == ["booked"]
    assert {"signed in", "named the travellers"} <= {row["action"] for row in data["audit_log"]}
    for table in ("booking_items", "payments", "ledger_entries", "user_sessions", "booking_words"):
        assert data[table], table
    assert "Whitfield" not in answer.text
    with site_app.app_context():
        user = db.session.scalars(select(User)).one()
        secrets = [user.password_hash, db.session.scalars(select(UserSession.token_digest)).one()]
    assert not any(secret in answer.text for secret in secrets)


def test_a_browser_left_open_is_not_enough(asha_signed_in, site_app):
    for ask in (download, close):
        for password, sentence in (
            ("", "Enter your password"),
            ("wrong", "That is not the password"),
            ("x" * 10_000, "That is not the password"),
        ):
            answer = ask(asha_signed_in.site, password)
            assert answer.status_code == 422
            assert sentence in answer.text
    assert download(asha_signed_in.site, "wrong").status_code == 422
    assert close(asha_signed_in.site).status_code == 429
    assert is_signed_in(asha_signed_in.site)


# ---- closing


def test_an_admin_does_not_close_the_account(site_app, site):
    an_account(site_app, is_admin=True)
    sign_in(site)
    save(site, **ADULT)
    page = site.get("/account/data/deletion")

    assert "1 saved traveller</li>" in page.text
    assert "An admin’s account is not closed here" in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    site.post("/account/data/deletion", data={"csrf_token": token, "password": PASSWORD})
    assert is_signed_in(site)


def everything(app) -> str:
    """Each row of the site, as its models read it."""
    with app.app_context():
        rows = []
        for name, table in TABLES.items():
            found = db.session.execute(select(table), bind_arguments={"bind": db.engines["travel_discovery"]})
            rows += [(name, *map(str, row)) for row in found]
        return "\n".join(map(repr, rows))


@pytest.mark.usefixtures("database")
def test_with_the_account_goes_who_she_is_and_what_was_paid_stays(
    asha_signed_in, site_app, on_sale, instance, clock, stranger
):
    """A trip that is over, with a corrected name, a draft, a saved traveller and a letter that has been sent."""
    asha = asha_signed_in
    mine = ABROAD | {"given_name": "Ashalata", "family_name": "Venkataraman"}
    contact = {"name": "Ashalata Venkataraman", "phone": "98765 00077"}
    save(asha.site, **mine)
    save(asha.site, **ADULT)
    page = asha.to_travellers(on_sale("BA-201"), "international_flights")
    pay = asha.hold(asha.follow(asha.name_them(page, mine, **contact)))
    asha.press(asha.to_the_gateway(pay), "authorisation")
    correct_the_name(asha, "Venkatraman")
    over = asha.reference
    asha.begin_another_trip()
    asha.name_them(asha.to_travellers(on_sale()), mine, **contact)
    letters(site_app, instance)
    clock.forward(days=20)  # the flight is over
    with site_app.app_context():
        with writing() as session:
            said = "no answer about Ashalata Venkataraman"
            session.execute(update(SagaStep).values(last_error=said))
            session.execute(update(Outbox).values(last_error=f"550 <{ASHA}>: no such mailbox"))
            session.execute(update(Booking).values(problem="FAILED", problem_detail=said))
        recovery.ask(emails.read(ASHA), None)
    site = site_app.test_client()
    sign_in(site)
    letters(site_app, instance)
    with site_app.app_context():
        to_account = select(Outbox.template, Outbox.state).where(Outbox.user_id.is_not(None))
        assert closing.erase_what_was_sent() == 0  # it is open
        assert db.session.execute(to_account).all() == [("choose_password", "SENT")]
    what = site.get("/account/data/deletion").text
    assert "who travelled on 1 booking that is over" in what
    assert "2 saved travellers, with 1 passport</li>" in what
    assert "not over" not in what

    answer = close(site)

    assert (answer.status_code, answer.location) == (303, "/")
    with site_app.app_context():
        assert closing.erase_what_was_sent() == 0  # the last one is not sent yet
        assert db.session.execute(to_account).all() == [("account_closed", "READY")]
    assert not is_signed_in(site)
    assert sign_in(site_app.test_client()).status_code == 422
    letters(site_app, instance)
    [last] = [
        each for each in letters(site_app, instance, ASHA) if each["Subject"] == "Your account is closed"
    ]
    assert "Trips ahead" not in text_of(last)
    with site_app.app_context():
        assert closing.erase_what_was_sent() == 1
        assert closing.erase_what_was_sent() == 0
        booking = db.session.scalars(select(Booking).where(Booking.public_reference == over)).one()
        assert booking.contact_name == "Ashalata Venkataraman"  # on the invoice
        assert booking.amount_minor > 0
        assert [each.name for each in booking.travellers] == ["Traveller 1"]
        assert booking.words == []
        for gone in (SavedTraveller, UserSession, AccountToken, NameCorrection, BookingWord):
            assert db.session.scalar(select(func.count()).select_from(gone)) == 0, gone
        assert {each.recipient for each in db.session.scalars(select(Outbox))} == {"erased"}
        names = select(func.count()).select_from(Booking).where(Booking.contact_name.is_not(None))
        assert db.session.scalar(names) == 1  # not of the draft
    left = everything(site_app).replace("Ashalata Venkataraman", "", 2)  # and its booking
    for personal in ("asha", "venkat", "9876500077", CANARY.lower(), "1988"):
        assert personal not in left.lower(), personal


def correct_the_name(buyer, family_name: str) -> None:
    page = buyer.site.get(f"/bookings/{buyer.reference}/travellers/1/name")
    asked = buyer.follow(buyer.site.submit(page, "/name", family_name=family_name))
    buyer.site.submit(asked, "/correction")


@pytest.mark.usefixtures("database")
def test_a_trip_ahead_goes_on_as_a_guests_until_it_is_over(
    asha_signed_in, site_app, on_sale, instance, clock
):
    asha = asha_signed_in
    asha.booked(on_sale())

    assert "1 booking is not over" in asha.site.get("/account/data/deletion").text
    close(asha.site)

    guest = site_app.test_client()
    found = guest.submit(guest.get("/bookings/find"), "/find", reference=asha.reference, email=ASHA)
    assert "Asha Rao" in guest.get(found.location).text
    again = an_account(site_app)
    assert any("Trips ahead stay booked" in text_of(each) for each in letters(site_app, instance, ASHA))
    with site_app.app_context():
        with writing() as session:
            verification.is_verified(
                session.get_one(User, again)
            )  # a trip that is joined to her next account
            booking_id = session.scalars(select(Booking.id)).one()
            for name in ("was", "becomes", "reason", "why"):
                record("site", "told a name", booking_id, code=name, **{name: "Asha Rao"})
        assert erasure.do_what_is_due() == 0
        clock.forward(days=12)
        assert erasure.do_what_is_due() == 1
        assert erasure.do_what_is_due() == 0
        assert db.session.scalars(select(Booking.user_id)).all() == [again]
        assert closing.look_ahead(db.session.get_one(User, again)).over == ()  # it is erased already
        assert [each.name for each in db.session.scalars(select(Traveller))] == ["Traveller 1"]
        assert db.session.scalars(select(Booking.contact_email)).all() == ["erased"]
        told = select(AuditLog.facts).where(AuditLog.action == "told a name").order_by(AuditLog.id)
        assert db.session.scalars(told).all() == [
            {"code": name} for name in ("was", "becomes", "reason", "why")
        ]


def test_an_email_is_free_again_when_its_account_is_closed(database, site_app):
    first = an_account(site_app, is_admin=True)
    james = an_account(site_app, JAMES, "James")
    sign_in(site_app.test_client(), JAMES)
    kept = {SavedTraveller: 1, AccountToken: 1, UserSession: 1}
    with site_app.app_context():
        now = the_clock.now()
        recovery.ask(emails.read(JAMES), None)
        facts = {"amount_minor": 100, "currency": "INR", "created_at": now, "updated_at": now}
        with writing() as session:
            session.add(Booking(public_reference="K7QM-2XV-P9D", checkout_nonce="x", user_id=james, **facts))
            his = {"place": 1, "given_name": "James", "family_name": "Wilson", "born_on": now.date()}
            session.add(SavedTraveller(user_id=james, **his))
            user = session.get_one(User, first)
            user.is_demo, user.phone, user.email_verified_at = True, "+919876500077", now
        for limit in (attempts.SIGNING_IN, attempts.LETTERS):
            attempts.begin(limit, ASHA, "192.0.2.1")
        assert closing.look_ahead(db.session.get_one(User, first)).saved == 0
        closing.close(first)
        assert db.session.scalar(select(func.count(Attempt.id))) == 1  # to have a letter sent to him
        assert db.session.scalars(select(Booking.erased_at)).all() == [None]  # it is not hers
        assert {each: db.session.scalar(select(func.count(each.id))) for each in kept} == kept  # nor is this
        for user_id in (james, james):
            closing.close(user_id)
        assert db.session.scalars(select(Booking.erased_at)).all() != [None]
    second = an_account(site_app)

    with site_app.app_context():
        assert second not in (first, james)
        for user in db.session.scalars(select(User)):
            assert not any((user.is_admin, user.is_demo, user.phone, user.email_verified_at))
        assert [user.email_key for user in db.session.scalars(select(User).order_by(User.id))] == [
            f"closed-{first}", f"closed-{james}", ASHA
        ]  # fmt: skip
        closed = select(func.count()).select_from(AuditLog).where(AuditLog.action == "closed the account")
        assert db.session.scalar(closed) == 2


def test_what_waits_for_somebody_is_not_erased(asha_signed_in, site_app, on_sale, clock):
    asha_signed_in.booked(on_sale())
    with site_app.app_context():
        clock.forward(days=12)
        booking = db.session.scalars(select(Booking)).one()
        assert not erasure.is_over(booking)  # its letter waits
        with writing() as session:
            session.scalars(select(Outbox)).one().state = "FAILED"
        assert erasure.is_over(booking)
        for state, is_over in (("READY", False), ("DONE", True)):
            with writing() as session:
                session.execute(update(SagaStep).where(SagaStep.kind == "CAPTURE").values(state=state))
            assert erasure.is_over(booking) == is_over
        set_committed_value(booking, "state", "CANCELLING")
        assert not erasure.is_over(booking)
        with writing() as session:
            session.get_one(Booking, booking.id).needs_attention = "look"
        assert not erasure.is_over(booking)
        with writing() as session:
            session.get_one(Booking, booking.id).needs_attention = None
        assert erasure.is_over(booking)
        with writing() as session:
            session.add(a_difference(booking.id, "item 1"))
        assert not erasure.is_over(booking)
        with writing() as session:
            session.execute(update(Difference).values(resolved_at=the_clock.now(), resolution="seen no more"))
        assert erasure.is_over(booking)
        [item] = booking.current_items
        for name, value in (("state", "CANCELLED"), ("refund_minor", 100)):
            set_committed_value(item, name, value)
        assert not erasure.is_over(booking)  # its refund was not sent yet


def close_at_once() -> None:
    """Another page closes the account after this request has found whose it is."""
    if request.method == "POST" and current_user.is_authenticated:
        closing.close(current_user.user_id)


@pytest.mark.parametrize(
    ("path", "typed"), [("/account/travellers/new", ABROAD), ("/account", {"name": "A"})]
)
def test_what_comes_after_another_page_has_closed_it_keeps_nothing(site_app, site, path, typed):
    an_account(site_app)
    sign_in(site)
    page = site.get(path)
    site_app.before_request_funcs[None].append(close_at_once)

    answer = site.submit(page, path, **typed)

    assert (answer.status_code, answer.location) == (303, "/")
    assert "Your account is closed. Nothing more was kept." in site.get("/").text
    with site_app.app_context():
        assert db.session.scalar(select(func.count(SavedTraveller.id))) == 0


def keep_a_traveller(user: User) -> None:
    """As a checkout does that was begun before."""
    with writing():
        saved.keep(user.id, [])


@pytest.mark.parametrize(
    "act", [sessions.sign_in, lambda user: sessions.change_password(user, PASSWORD), keep_a_traveller]
)
def test_a_closed_account_gets_no_session_no_password_and_no_traveller(site_app, act):
    user_id = an_account(site_app)
    with site_app.test_request_context():
        user = db.session.get_one(User, user_id)
        db.session.expunge(user)
        closing.close(user_id)

        with pytest.raises(standing.AccountClosed):
            act(user)

        assert db.session.scalar(select(func.count(UserSession.id))) == 0
