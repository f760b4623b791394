"""Accounts as admins see them: found, told in numbers, and helped by two acts that are written down."""

import re

import flask_migrate
from sqlalchemy import func, select

from chassis.database import db, writing
from tests.webapp.accounts.mailbox import letters, link_in
from tests.webapp.accounts.people import ASHA, JAMES, PASSWORD, an_account, is_signed_in, sign_in
from tests.webapp.admin.booked import a_booking
from tests.webapp.admin.lists import link, references, said
from webapp.accounts import closing, registration
from webapp.accounts.models import User, UserSession, UserWord
from webapp.accounts.saved import SavedTraveller
from webapp.admin import finding, listing, users
from webapp.admin.models import AuditLog

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def numbers(answer) -> list[int]:
    """The accounts of a list, in its order."""
    return [int(each) for each in re.findall(r'<td class="name"><a href="/admin/users/(\d+)"', answer.text)]


def cells(answer) -> list[list[str]]:
    rows = re.findall(r"<tr>\s*(<td.*?)</tr>", answer.text, re.DOTALL)
    strip = re.compile(r"<[^>]+>")
    return [
        [
            " ".join(strip.sub(" ", cell).split())
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        for row in rows
    ]


def acts(app) -> list[tuple]:
    """(who, what, to whose account) of what was done to accounts."""
    with app.app_context():
        wanted = select(AuditLog).where(AuditLog.user_id.is_not(None)).order_by(AuditLog.id)
        return [(each.actor, each.action, each.user_id) for each in db.session.scalars(wanted)]


def submit(browser, number: int, act: str):
    """The act, by its form on the page of the account."""
    path = f"/admin/users/{number}"
    return browser.submit(browser.get(path), action=f"{path}/{act}")


def test_an_account_is_found_by_name_e_mail_or_number(database, site_app, admin):
    asha = an_account(site_app, "asha.rao@example.org", "Āśā Rao")
    james = an_account(site_app, JAMES, "James Wilson")
    found = {
        "": [james, asha, 1],
        "rao": [asha],
        "RAO  asa": [asha],
        "wils": [james],
        "asha.r": [asha],
        "asha.rao@exam": [asha],
        "example": [],  # in the middle of a word
        f"{james}": [james],
        f"user {asha}": [asha],
        "admin 1": [1],
        "999999999999999999": [],
        "%": [],
        "ilson": [],
        "rao wilson": [],
    }

    for text, wanted in found.items():
        assert numbers(admin.get("/admin/users", query_string={"q": text})) == wanted, text
    assert "3 users" in said(admin.get("/admin/users"))
    assert "No users found" in admin.get("/admin/users?q=nobody").text


def test_a_line_has_what_is_theirs_in_numbers(site_app, admin, clock):
    asha = an_account(site_app)
    for _ in range(2):
        sign_in(site_app.test_client())
    a_booking(site_app, user_id=asha)
    for _ in range(2):
        a_booking(site_app, "DRAFT", user_id=asha)
    mine = a_booking(site_app)  # with her e-mail and without her account

    [hers, admins] = cells(admin.get("/admin/users"))

    assert hers[:5] == ["Asha Rao", ASHA, "E-mail not confirmed", "1", "2"]
    assert admins[2:5] == ["E-mail not confirmed Admin", "0", "1"]
    clock.forward(days=31)
    sign_in(admin, "ops@example.org")
    page = admin.get("/admin/users?q=asha")
    assert cells(page)[0][4] == "0"
    [bookings] = re.findall(r'href="(/admin/bookings\?q=[^"]+)"', page.text)
    assert mine in references(admin.get(bookings))


def test_the_words_follow_the_name_and_the_e_mail_and_end_with_the_account(site_app, admin):
    asha = an_account(site_app)

    with site_app.app_context():
        registration.change(asha, "Asha Iyer", None)
    assert numbers(admin.get("/admin/users?q=rao")) == []
    assert numbers(admin.get("/admin/users?q=iyer")) == [asha]

    with site_app.app_context(), writing() as session:
        user = session.get_one(User, asha)
        user.email = user.email_key = "mira@example.net"
    assert numbers(admin.get("/admin/users?q=asha@example.org")) == []
    assert numbers(admin.get("/admin/users?q=mira@example.net")) == [asha]

    with site_app.app_context():
        closing.close(asha)
        hers = select(func.count()).select_from(UserWord).where(UserWord.user_id == asha)
        assert db.session.scalar(hers) == 0
    assert numbers(admin.get("/admin/users?q=iyer")) == []
    [line] = cells(admin.get(f"/admin/users?q={asha}"))
    assert line[:3] == [f"Closed account {asha}", "—", "Closed"]


def test_accounts_from_before_there_were_words_get_them(site_app, admin):
    asha = an_account(site_app)

    with site_app.app_context():
        flask_migrate.downgrade(revision="0007")
        flask_migrate.upgrade()

    assert numbers(admin.get("/admin/users?q=rao")) == [asha]


def test_the_pages_hold_each_once(site_app, admin, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    for number in range(4):
        an_account(site_app, f"a{number}@example.org", "Asha Rao")

    pages = [admin.get("/admin/users?q=asha")]
    while older := link(pages[-1], "next"):
        pages.append(admin.get(older))

    assert [numbers(page) for page in pages] == [[5, 4], [3, 2]]
    assert numbers(admin.get(link(pages[1], "prev"))) == [5, 4]


def test_of_many_the_newest_are_asked_first_and_the_same_are_found(database, site_app, admin, monkeypatch):
    monkeypatch.setattr(finding, "FEW", 0)
    asha = an_account(site_app)
    an_account(site_app, JAMES, "Asha Wilson")

    assert numbers(admin.get("/admin/users?q=asha+rao")) == [asha]


NOT_THERE = (
    "users/0", "users/-1", "users/99", "users/x", "users/9223372036854775808", "users/1/", "users?older_than=x",
    "users?older_than=K7QM-2XV-P9D", "users?newer_than=-1", "users?q=a&newer_than=" + "9" * 30,
)  # fmt: skip


def test_what_is_not_there_is_not_found(admin):
    assert {path: admin.get(f"/admin/{path}").status_code for path in NOT_THERE} == dict.fromkeys(
        NOT_THERE, 404
    )


def test_a_search_that_is_too_long_is_said_at_its_field(admin):
    answer = admin.get("/admin/users", query_string={"q": "x" * 10_000})

    assert answer.status_code == 422
    assert "Search for 254 characters at most" in answer.text


def test_a_page_has_the_browsers_and_the_acts_and_no_secret(site_app, admin):
    asha = an_account(site_app)
    browser = site_app.test_client()
    browser.environ_base["HTTP_USER_AGENT"] = FIREFOX
    sign_in(browser)
    with site_app.app_context(), writing() as session:
        saved = {
            "place": 1,
            "given_name": "Ravi",
            "family_name": "Menon",
            "document": "Z7654321",
        }
        for account in (asha, 1):
            born_on = session.get_one(User, account).created_at.date()
            session.add(SavedTraveller(**saved, user_id=account, born_on=born_on))
        digest = session.get_one(User, asha).password_hash

    a_booking(site_app, user_id=asha)
    admin.get(f"/admin/users/{asha}")
    page = admin.get(f"/admin/users/{asha}")

    assert "Firefox on Linux" in page.text
    assert re.search(r"<dt>Bookings in the account</dt><dd>1</dd>", page.text)
    assert re.search(r"<dt>Saved travellers</dt><dd>1</dd>", page.text)
    for secret in (digest, "argon2", "Menon", "Z7654321"):
        assert secret not in page.text
    [viewed_again, viewed, signed_in, registered] = cells(page)[1:]
    assert viewed[1:] == ["admin 1 · ops@example.org", "Viewed an account", f"user {asha}"]
    assert viewed_again[1:] == viewed[1:]
    assert signed_in[1:3] == [f"user {asha} · {ASHA}", "Signed in"]
    assert registered[2] == "Registered"
    assert acts(site_app) == [("admin 1", "viewed an account", asha)] * 2
    assert "flask create-admin --promote" in page.text


def test_only_the_newest_acts_are_told(site_app, admin, monkeypatch):
    monkeypatch.setattr(users, "ACTS_SHOWN", 2)
    asha = an_account(site_app)
    for _ in range(3):
        page = admin.get(f"/admin/users/{asha}")

    assert len(cells(page)) == 2


def test_signing_somebody_out_everywhere_ends_their_sessions_alone(site_app, admin):
    asha, james = an_account(site_app), an_account(site_app, JAMES, "James")
    phone, laptop, his = (site_app.test_client() for _ in range(3))
    for browser, email in ((phone, ASHA), (laptop, ASHA), (his, JAMES)):
        sign_in(browser, email)

    answer = submit(admin, asha, "sessions/ending")

    assert answer.status_code == 303
    assert f"{ASHA} is signed out of 2 browsers." in admin.get(answer.location).text
    assert [is_signed_in(each) for each in (phone, laptop, his, admin)] == [False, False, True, True]
    assert ("admin 1", "signed out everywhere", asha) in acts(site_app)
    assert sign_in(phone).status_code == 303  # the password is what it was
    assert f"/admin/users/{james}/sessions/ending" in admin.get(f"/admin/users/{james}").text


def test_an_admin_signs_herself_out_elsewhere_and_not_here(site_app, admin):
    page = admin.get("/admin/users/1")

    assert "sessions/ending" not in page.text
    site_app.config["WTF_CSRF_ENABLED"] = False
    answer = admin.post("/admin/users/1/sessions/ending")
    assert (answer.status_code, answer.location) == (303, "/account/security")
    assert is_signed_in(admin)


def test_a_letter_to_choose_a_password_goes_to_the_account_and_not_too_often(
    site_app, admin, instance, clock
):
    asha = an_account(site_app)

    answers = [submit(admin, asha, "password/letter") for _ in range(4)]

    pages = [admin.get(each.location).text for each in answers]
    assert (
        "No letter was sent: there were 3 to asha@example.org within the hour" in pages[0]
    )  # all flashes at once
    assert "Try again in 60 min." in pages[0]
    sent = letters(site_app, instance, to=ASHA)
    assert len(sent) == 3
    assert [each[1] for each in acts(site_app)].count("sent a letter to choose a new password") == 3
    browser = site_app.test_client()
    form = browser.get(link_in(sent[0]))
    assert browser.submit(form, password="a raft of otters again").status_code == 303
    with site_app.app_context():
        assert "token=" not in " ".join(str(each.facts) for each in db.session.scalars(select(AuditLog)))
    clock.forward(minutes=61)
    answer = submit(admin, asha, "password/letter")
    assert "is on its way to asha@example.org" in admin.get(answer.location).text


def test_nobody_of_a_closed_account_is_signed_out_or_written_to(site_app, admin):
    asha = an_account(site_app)
    with site_app.app_context():
        closing.close(asha)
    site_app.config["WTF_CSRF_ENABLED"] = False

    page = admin.get(f"/admin/users/{asha}")

    assert "sessions/ending" not in page.text
    assert "password/letter" not in page.text
    for act in ("sessions/ending", "password/letter"):
        assert admin.post(f"/admin/users/{asha}/{act}").status_code == 404
    assert is_signed_in(admin)


def test_the_acts_need_their_token_and_an_admin(site_app, admin):
    asha = an_account(site_app)
    traveller = site_app.test_client()
    sign_in(traveller)

    for act in ("sessions/ending", "password/letter"):
        assert admin.post(f"/admin/users/{asha}/{act}").status_code == 400
        assert traveller.post(f"/admin/users/{asha}/{act}").status_code == 404
    for path in ("users", f"users/{asha}", "providers"):
        assert traveller.get(f"/admin/{path}").status_code == 404

    with site_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(UserSession)) == 2
    assert [each for each in acts(site_app) if each[1] != "viewed an account"] == []


def test_a_booking_and_the_audit_lead_to_the_account(site_app, admin):
    asha = an_account(site_app)
    reference = a_booking(site_app, user_id=asha)
    admin.get(f"/admin/users/{asha}")

    for page in (f"/admin/bookings/{reference}", "/admin/audit"):
        assert f'href="/admin/users/{asha}"' in admin.get(page).text


def test_a_password_that_was_not_asked_for_stays(site_app, admin):
    asha = an_account(site_app)
    submit(admin, asha, "password/letter")

    assert sign_in(site_app.test_client(), ASHA, PASSWORD).location == "/bookings"
