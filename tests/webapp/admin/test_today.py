"""The page on which an admin begins: today's numbers, what is under way, and what needs somebody."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.webapp.accounts.people import PASSWORD, an_account, sign_in
from tests.webapp.admin.booked import a_booking
from tests.webapp.admin.lists import references, said
from webapp.admin import finding

NOON = datetime(2026, 12, 11, 6, 30, tzinfo=UTC)  # in India


@pytest.fixture
def today(admin, clock):
    clock.set(NOON)
    return lambda: admin.get("/admin")


def figures(page) -> dict[str, str]:
    return {words: number for number, words in re.findall(r"<b>([^<]+)</b><span>([^<]+)</span>", page.text)}


def row(page, link: str) -> list[str]:
    """The cells of the line that leads to `link`."""
    found = re.search(rf'<tr>\s*<td><a href="{re.escape(link)}">.*?</tr>', page.text, re.DOTALL)
    return [
        re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<td.*?</td>", found[0], re.DOTALL)
    ]


def test_the_numbers_are_of_the_day_in_india(database, site_app, today):
    a_booking(site_app, at=NOON - timedelta(hours=12))
    a_booking(site_app, "FAILED", at=NOON)
    a_booking(site_app, "DRAFT", at=NOON)
    a_booking(site_app, at=NOON - timedelta(hours=12, microseconds=1))  # yesterday
    a_booking(site_app, at=NOON + timedelta(hours=12))  # tomorrow

    page = today()

    assert "Fri 11 Dec 2026" in page.text
    assert figures(page) == {
        "begun today": "2", "of them confirmed": "1", "need attention": "0", "differences with others": "0",
        "letters that nobody wanted": "0",
    }  # fmt: skip
    this_day = "from=2026-12-11&amp;to=2026-12-11"
    assert row(page, f"/admin/bookings?state=CONFIRMED&amp;{this_day}") == ["Confirmed", "1"]
    assert row(page, f"/admin/bookings?state=DRAFT&amp;{this_day}") == ["Not booked yet", "1"]


def test_a_number_leads_to_the_bookings_it_counts(site_app, today, admin):
    a_booking(site_app, at=NOON)
    a_booking(site_app, "FAILED", at=NOON, needs_attention="look")
    a_booking(site_app, at=NOON - timedelta(days=1))

    links = re.findall(r'class="card figure" href="(/admin/bookings[^"]+)"[^>]*><b>(\d+)', today().text)

    assert len(links) == 3
    for link, number in links:
        assert len(references(admin.get(link.replace("&amp;", "&")))) == int(number)


def test_what_is_under_way_is_counted_whenever_it_began(database, site_app, today):
    a_booking(site_app, "AWAITING_PAYMENT", at=NOON - timedelta(days=3))
    a_booking(site_app, "AWAITING_PAYMENT", at=NOON)
    a_booking(site_app, at=NOON)

    page = today()

    assert row(page, "/admin/bookings?state=AWAITING_PAYMENT") == [
        "Waiting for payment",
        "2",
        "Tue 8 Dec 2026, 12:00 IST",
    ]
    assert 'href="/admin/bookings?state=CONFIRMED"' not in page.text


def test_what_needs_attention_is_shown_with_why_the_newest_first(database, site_app, today):
    old = a_booking(
        site_app, at=NOON - timedelta(days=40), needs_attention="<b>CAPTURE</b> was tried 9 times"
    )
    new = a_booking(site_app, at=NOON, needs_attention="REFUND was refused")
    a_booking(site_app, at=NOON)

    page = today()

    assert references(page) == [new, old]
    assert "&lt;b&gt;CAPTURE&lt;/b&gt; was tried 9 times" in page.text
    assert "All that need attention" not in page.text
    assert figures(page)["need attention"] == "2"


def test_of_many_that_need_attention_ten_are_shown_and_all_are_a_click_away(site_app, today, admin):
    for _ in range(11):
        a_booking(site_app, needs_attention="look")

    page = today()

    assert len(references(page)) == 10
    assert "All that need attention" in page.text
    assert said(admin.get("/admin/bookings?attention=y")) == "11 bookings, drafts left out"


def test_nobody_waits_until_all_are_counted(site_app, today, monkeypatch):
    monkeypatch.setattr(finding, "MOST_COUNTED", 2)
    for _ in range(3):
        a_booking(site_app, needs_attention="look")

    assert figures(today())["need attention"] == "2+"


def test_an_empty_day_is_a_page_too(database, today):
    page = today()

    for sentence in ("Nothing needs anybody to look", "every booking has come to its end", "Nothing yet"):
        assert sentence in page.text


def test_an_admin_who_signs_in_begins_here(site_app, site):
    an_account(site_app, "ops@example.org", "Ops", is_admin=True)

    assert sign_in(site, "ops@example.org").location == "/admin"
    assert site.get("/login").location == "/admin"
    assert site.get("/register").location == "/admin"


def test_an_admin_who_was_going_somewhere_gets_there(site_app, site):
    an_account(site_app, "ops@example.org", "Ops", is_admin=True)

    assert sign_in(site, "ops@example.org", PASSWORD, to="/login?next=/account").location == "/account"


def test_a_traveller_who_signs_in_begins_with_her_trips(site_app, site):
    an_account(site_app)

    assert sign_in(site).location == "/bookings"


def test_two_weeks_are_shown_day_by_day_as_a_picture_and_a_table(site_app, today):
    for at in (NOON, NOON, NOON - timedelta(days=3), NOON - timedelta(days=14)):
        a_booking(site_app, at=at)
    a_booking(site_app, "DRAFT", at=NOON)

    page = today().text
    chart = page.split('class="chart"')[1].split("</figure>")[0]
    table = dict(re.findall(r'<th scope="row">([^<]+)</th><td class="num">(\d+)', chart))

    assert chart.count("<rect") == len(table) == 14
    assert {day: number for day, number in table.items() if number != "0"} == {"8 Dec": "1", "11 Dec": "2"}
    assert list(table)[0] == "28 Nov"
