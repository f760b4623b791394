"""The audit log as a page: who did what, the newest first, and nothing that can be changed there."""

import re

import pytest

from chassis.database import writing
from tests.webapp.admin.booked import a_booking
from tests.webapp.admin.lists import link
from webapp.admin import listing
from webapp.admin.models import record


def acts(page) -> list[list[str]]:
    """(who, what, which booking) of each line."""
    rows = re.findall(r"<tr>\s*(<td>.*?)</tr>", page.text, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[re.sub("<[^>]+>", "", cell) for cell in each[1:]] for each in cells]


def note(app, *what, **facts):
    with app.app_context(), writing():
        record(*what, **facts)


def test_who_did_what_to_which_booking(database, site_app, admin):
    reference = a_booking(site_app)
    admin.get(f"/admin/bookings/{reference}")
    admin.get("/admin/bookings.csv?q=rao&state=FAILED")
    note(site_app, "guest", "began", 1, item="<b>6E-5678</b>")

    page = admin.get("/admin/audit")

    assert acts(page) == [
        ["guest", "Began: item &lt;b&gt;6E-5678&lt;/b&gt;", reference],
        [
            "admin 1 · ops@example.org",
            "Downloaded bookings: bookings 0, search by words, state “Not booked”",
            "—",
        ],
        ["admin 1 · ops@example.org", "Viewed", reference],
        ["admin 1 · ops@example.org", "Signed in", "—"],
        ["admin 1 · ops@example.org", "Registered", "—"],
    ]
    assert f'href="/admin/bookings/{reference}"' in page.text
    assert "IST" in page.text


def test_the_pages_hold_every_line_once_there_and_back(database, site_app, admin, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 3)
    for number in range(7):
        note(site_app, "guest", f"did {number}")

    there = [admin.get("/admin/audit")]
    while older := link(there[-1], "next"):
        note(site_app, "guest", "did something meanwhile")
        there.append(admin.get(older))
    back = [there[-1]]
    while len(back) < len(there):
        back.append(admin.get(link(back[-1], "prev")))

    assert [what for page in there for _, what, _ in acts(page)] == [
        *(f"Did {number}" for number in range(6, -1, -1)),
        "Signed in",
        "Registered",
    ]
    assert [acts(page) for page in back[::-1]] == [acts(page) for page in there]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed_there(site_app, admin, method):
    site_app.config["WTF_CSRF_ENABLED"] = False

    assert getattr(admin, method)("/admin/audit").status_code == 405
    assert "<form" not in admin.get("/admin/audit").text.partition("<main")[2].partition("</main>")[0]


def test_behind_the_last_line_there_is_an_empty_page(database, admin):
    assert "Nothing here" in admin.get("/admin/audit?older_than=1").text
