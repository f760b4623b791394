"""For whoever is no admin there is nothing under /admin, not even a door."""

import pytest
from sqlalchemy import select

from chassis.database import db, writing
from tests.webapp.accounts.people import an_account, sign_in
from tests.webapp.admin.booked import a_booking
from webapp.accounts.models import User
from webapp.admin.models import AuditLog

PAGES = [
    "/admin",
    "/admin/",
    "/admin/bookings",
    "/admin/bookings?state=DRAFT",
    "/admin/bookings?q=asha",
    "/admin/bookings.csv",
    "/admin/audit",
    "/admin/bookings/K7QM-2XV-P9D",
]


def pages(app):
    return [*PAGES, f"/admin/bookings/{a_booking(app)}"]


def test_guests_and_travellers_find_nothing(site_app, site):
    traveller = site_app.test_client()
    an_account(site_app)
    sign_in(traveller)

    for page in pages(site_app):
        for browser in (site, traveller):
            answer = browser.get(page)
            assert answer.status_code == 404
            assert answer.location is None
            assert "Asha" not in answer.get_data(as_text=True).replace('class="who">Asha Rao', "")


def test_what_is_not_found_looks_the_same_whether_the_booking_exists(site_app, site):
    there, not_there = (site.get(f"/admin/bookings/{each}") for each in (a_booking(site_app), "K7QM-2XV-P9D"))

    before_footer = [
        each.text.partition("<footer")[0] for each in (there, not_there)
    ]  # it has a token of the minute
    assert before_footer[0] == before_footer[1]


def test_an_admin_sees_them(site_app, admin):
    reference = a_booking(site_app)

    for page in (
        "/admin",
        "/admin/",
        "/admin/bookings",
        f"/admin/bookings/{reference}",
        "/admin/audit",
        "/admin/bookings.csv",
    ):
        assert admin.get(page).status_code == 200


@pytest.mark.parametrize(
    "page",
    [
        "/admin/bookings/K7QM-2XV-P9D",
        "/admin/bookings/nothing",
        "/admin/bookings/%00",
        "/admin/bookings/" + "A" * 10_000,
        "/admin/bookings?q=asha&older_than=K7QM-2XV-P9D",
        "/admin/audit?older_than=x",
        "/admin/audit?older_than=-1",
        "/admin/audit?older_than=9223372036854775808",
        "/admin/audit?newer_than=%00",
        "/admin/audit?newer_than=" + "9" * 5000,
        "/admin/bookings?older_than=%00",
        "/admin/bookings?older_than=K7QM-2XV-P9D",
        "/admin/bookings?newer_than=x",
    ],
)
def test_what_is_not_there_is_not_found_by_admins_either(database, admin, page):
    assert admin.get(page).status_code == 404


def test_who_is_no_admin_any_more_sees_nothing_at_once(database, site_app, admin):
    with site_app.app_context(), writing() as session:
        session.scalars(select(User)).one().is_admin = False

    for page in ("/admin", "/admin/bookings", "/admin/bookings.csv", "/admin/audit"):
        assert admin.get(page).status_code == 404


def test_looking_at_a_booking_is_written_down(database, site_app, admin):
    reference = a_booking(site_app)

    admin.get(f"/admin/bookings/{reference}")

    with site_app.app_context():
        viewed = db.session.scalars(select(AuditLog).where(AuditLog.action == "viewed")).one()
        assert viewed.actor == "admin 1"
        assert viewed.booking_id is not None


def test_no_copy_of_these_pages_is_kept(admin):
    for page in ("/admin", "/admin/bookings", "/admin/bookings.csv", "/admin/audit"):
        assert admin.get(page).headers["Cache-Control"] == "no-store"
