"""An e-mail address is proved from its mailbox: a new one counts, and guests' bookings join, from then on and not before."""

import pytest
from sqlalchemy import select, text, update

from chassis.database import db, engine, writing
from tests.pages import the_form
from tests.webapp.accounts.mailbox import letters, link_in, token_in
from tests.webapp.accounts.people import ASHA, JAMES, PASSWORD, an_account, sign_in
from tests.webapp.letters.conftest import html_of, text_of
from webapp.accounts.models import AccountToken, User
from webapp.admin.models import AuditLog
from webapp.bookings.models import Booking
from webapp.checkout.models import Outbox

NEW = "asha.rao@example.net"


def user_of(app) -> User:
    with app.app_context():
        return db.session.scalars(select(User).order_by(User.id)).first()


def acts(app) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(AuditLog.action)))


def register(browser, email=ASHA):
    return browser.submit(
        browser.get("/register"), "/register", email=email, name="Asha Rao", password=PASSWORD
    )


@pytest.fixture
def asha_signed_in(site_app, site):
    an_account(site_app)
    sign_in(site)
    return site


def wants(browser, email=NEW):
    return browser.submit(browser.get("/account"), "/account", email=email, password=PASSWORD)


def test_registering_sends_a_link_and_only_its_button_proves_the_address(database, site_app, site, instance):
    register(site)
    [letter] = letters(site_app, instance, ASHA)

    for _ in range(2):
        page = site.get(link_in(letter))
        assert page.status_code == 200
    assert user_of(site_app).email_verified_at is None

    answer = site.submit(page, "/email/verification")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert user_of(site_app).email_verified_at is not None
    assert site.submit(page, "/email/verification").status_code == 404
    assert "Asha" not in text_of(letter)  # who registers chooses the name, and the mailbox may be another's
    assert link_in(letter) in html_of(letter)


def test_the_token_is_in_the_letter_and_nowhere_else(database, site_app, site, instance, caplog):
    register(site)
    with site_app.app_context():
        [waiting] = db.session.scalars(select(Outbox))
        secret, payload = str(waiting.secret), waiting.payload
        kept = db.session.scalars(select(AccountToken)).one().token_digest
        in_database = db.session.execute(text("SELECT secret FROM outbox"), bind_arguments={"bind": engine()})
        assert secret not in in_database.scalar_one()
        assert secret not in repr(waiting.secret)
    [letter] = letters(site_app, instance, ASHA)
    site.get(link_in(letter))

    assert token_in(letter) == secret
    assert secret not in str(payload)
    assert secret != kept
    assert secret not in caplog.text
    with site_app.app_context():
        assert db.session.scalars(select(Outbox.secret)).all() == [None]


@pytest.mark.parametrize("token", ["", "x", "\0", "🛫", "x" * 10_000, "' OR 1=1 --"])
def test_a_link_that_opens_nothing_says_so(asha_signed_in, token):
    page = asha_signed_in.get("/email/verification", query_string={"token": token})
    chosen = asha_signed_in.get("/password/new", query_string={"token": token})

    for each in (page, chosen):
        assert each.status_code == 404
        assert "This link leads nowhere any more" in each.text


def test_a_link_ends_after_two_days_and_is_forgotten(site_app, site, instance, clock):
    register(site)
    [letter] = letters(site_app, instance, ASHA)

    clock.forward(days=2)

    assert site.get(link_in(letter)).status_code == 404
    site.submit(site.get("/account"), "/account/email/letter")
    with site_app.app_context():
        assert len(db.session.scalars(select(AccountToken)).all()) == 1


def test_another_email_counts_when_it_is_confirmed_there_and_the_old_one_is_told_twice(
    database, site_app, asha_signed_in, instance
):
    wants(asha_signed_in)
    assert user_of(site_app).email == ASHA
    page = asha_signed_in.get("/account").text
    assert f"Confirm {NEW}" in page
    [to_new] = letters(site_app, instance, NEW)
    assert [each["Subject"] for each in letters(site_app, instance, ASHA)] == [
        "Your e-mail address is about to change"
    ]

    asha_signed_in.submit(asha_signed_in.get(link_in(to_new)), "/email/verification")

    user = user_of(site_app)
    assert (user.email, user.email_key, user.email_verified_at is None) == (NEW, NEW, False)
    assert [each["Subject"] for each in letters(site_app, instance, ASHA)][1:] == [
        "Your e-mail address is changed"
    ]
    assert sign_in(site_app.test_client(), NEW).status_code == 303
    assert sign_in(site_app.test_client(), ASHA).status_code == 422
    assert {"asked for another e-mail", "changed the e-mail"} <= acts(site_app)


def test_with_another_email_every_other_link_ends(site_app, asha_signed_in, instance):
    """What was sent to a mailbox before opens nothing of an account that has left it."""
    asha_signed_in.submit(asha_signed_in.get("/password/forgotten"), "/password/forgotten", email=ASHA)
    for address in ("third@example.net", NEW):
        wants(asha_signed_in, address)
    sent = [each for each in letters(site_app, instance) if "token=" in text_of(each)]
    [to_new] = [each for each in sent if each["To"].addresses[0].addr_spec == NEW]

    asha_signed_in.submit(asha_signed_in.get(link_in(to_new)), "/email/verification")

    assert user_of(site_app).email == NEW
    assert [asha_signed_in.get(link_in(each)).status_code for each in sent] == [404] * 3


@pytest.mark.parametrize(
    "asks", [lambda browser: browser.submit(browser.get("/account"), "/account/email/letter"), wants]
)
def test_an_address_is_confirmed_in_the_account_that_asked_for_it_and_nowhere_else(
    site_app, asha_signed_in, instance, asks
):
    """Else whoever gets a stranger's letter, and presses the button, gives the stranger what she booked."""
    an_account(site_app, JAMES, "James")
    asks(asha_signed_in)
    letter = next(each for each in letters(site_app, instance) if "Confirm" in each["Subject"])
    asked_for = letter["To"].addresses[0].addr_spec
    guest, james = site_app.test_client(), site_app.test_client()
    sign_in(james, JAMES)

    def presses(browser):
        csrf = the_form(browser.get("/trip"), "/theme").values["csrf_token"]
        return browser.post("/email/verification", data={"token": token_in(letter), "csrf_token": csrf})

    assert james.get(link_in(letter)).status_code == 403
    asked = guest.get(link_in(letter))
    assert asked.status_code == 303
    assert asked_for not in asked.text
    for browser, status in ((guest, 303), (james, 403)):
        assert presses(browser).status_code == status
    assert (user_of(site_app).email, user_of(site_app).email_verified_at) == (ASHA, None)

    assert "Sign in to your account to confirm its e-mail address" in guest.get(asked.location).text
    back = sign_in(guest, ASHA, to=asked.location)
    assert back.location == link_in(letter)
    guest.submit(guest.get(back.location), "/email/verification")
    assert user_of(site_app).email == asked_for
    assert user_of(site_app).email_verified_at is not None


def test_a_change_that_is_withdrawn_or_follows_a_stolen_password_ends(site_app, asha_signed_in, instance):
    wants(asha_signed_in)
    [first] = letters(site_app, instance, NEW)
    asha_signed_in.submit(asha_signed_in.get("/account"), "/account/email/withdrawal")
    wants(asha_signed_in)
    second = next(
        each for each in letters(site_app, instance, NEW) if each["Message-ID"] != first["Message-ID"]
    )
    page = asha_signed_in.get("/account/password")
    asha_signed_in.submit(page, "/account/password", current=PASSWORD, password="an evening in pondicherry")

    for letter in (first, second):
        assert asha_signed_in.get(link_in(letter)).status_code == 404
    assert user_of(site_app).email == ASHA


def test_whether_another_has_the_address_is_told_to_its_mailbox_alone(
    database, site_app, asha_signed_in, instance
):
    an_account(site_app, JAMES, "James")

    taken, free = wants(asha_signed_in, "James@example.org"), wants(asha_signed_in, NEW)

    assert (taken.status_code, taken.location) == (free.status_code, free.location) == (303, "/account")
    [letter] = letters(site_app, instance, "James@example.org")
    answer = asha_signed_in.submit(asha_signed_in.get(link_in(letter)), "/email/verification")
    assert answer.status_code == 409
    assert "That address has an account already" in answer.text
    assert user_of(site_app).email == ASHA


def test_a_mailbox_is_not_flooded(site_app, asha_signed_in, instance, clock):
    page = asha_signed_in.get("/account")
    for _ in range(4):
        asha_signed_in.submit(page, "/account/email/letter")

    assert "Several letters were asked for already" in asha_signed_in.get("/account").text
    assert len(letters(site_app, instance, ASHA)) == 3
    clock.forward(hours=1, seconds=1)
    asha_signed_in.submit(page, "/account/email/letter")
    assert len(letters(site_app, instance, ASHA)) == 4


@pytest.mark.usefixtures("database")
def test_what_she_booked_as_a_guest_joins_when_she_has_proved_the_address(
    asha, on_sale, site_app, instance, books
):
    item = on_sale()
    asha.booked(item)
    booked = asha.reference
    asha.begin_another_trip()
    asha.to_pay(item)
    hers = site_app.test_client()
    register(hers, "Asha@Example.org")
    assert booked not in hers.get("/bookings").text
    letter = next(
        each for each in letters(site_app, instance, "Asha@example.org") if "Confirm" in each["Subject"]
    )

    hers.submit(hers.get(link_in(letter)), "/email/verification")

    assert booked in hers.get("/bookings").text
    assert "joined a guest's booking to the account" in acts(site_app)
    assert asha.reference not in hers.get("/bookings").text  # the other browser is still at it
    assert asha.at("pay").status_code == 200
    with site_app.app_context(), writing() as session:
        session.execute(update(Booking).values(user_id=None))
    sign_in(site_app.test_client(), ASHA)
    assert booked in hers.get("/bookings").text  # what she books as a guest later, when she signs in
