"""Letters, differences and refunds as an admin watches them."""

import contextvars
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from chassis.database import db, writing
from tests.trips import HOTEL
from tests.webapp.accounts.people import an_account, sign_in
from tests.webapp.admin.lists import link, references
from tests.webapp.letters.conftest import a_trip, in_site, mail
from webapp.admin import listing
from webapp.bookings.models import Booking
from webapp.checkout import letters, saga
from webapp.checkout.models import Outbox
from webapp.letters import sending
from webapp.letters.post import NotWanted
from webapp.reconciliation import running
from webapp.reconciliation.models import Difference

__all__ = ["a_trip", "in_site", "mail"]


class Outside:
    """A browser that is not in the app context in which trips are driven."""

    def __init__(self, browser):
        self._browser = browser

    def get(self, path: str):
        return contextvars.Context().run(self._browser.get, path)


@pytest.fixture
def admin(site_app):
    def signed_in():
        browser = site_app.test_client()
        an_account(site_app, "ops@example.org", "Ops", is_admin=True)
        sign_in(browser, "ops@example.org")
        return browser

    return Outside(contextvars.Context().run(signed_in))


def lines(page) -> list[list[str]]:
    """The cells of each line of the page's tables."""
    rows = re.findall(r"<tr>\s*(<td.*?)</tr>", page.text, re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        for row in rows
    ]


@pytest.fixture
def refused(a_trip, mail, monkeypatch):
    """A booked trip whose letter nobody wanted, and another whose letter was sent."""
    refused, sent = a_trip(), a_trip(HOTEL)
    refused.book()

    class Closed:
        def send(self, message):
            raise NotWanted("550 <b>no</b> such box")

    with monkeypatch.context() as patch:
        patch.setattr(sending, "post", Closed)
        sending.send_next()
    sent.book()
    mail()
    return refused


def test_letters_are_listed_with_what_became_of_them(database, refused, admin):
    page = admin.get("/admin/messages")

    second, first = lines(page)
    assert first[1:3] == ["Booked asha@example.org", "Not wanted"]
    assert first[3].startswith("Tue 1 Dec 2026, 10:00 IST")
    assert first[4:] == ["—", "1", "550 &lt;b&gt;no&lt;/b&gt; such box"]
    assert second[2] == "Sent"
    assert second[4].startswith("Tue 1 Dec 2026")
    own = admin.get(f"/admin/bookings/{refused.booking.public_reference}").text
    assert "Not wanted" in own
    assert ">Sent</span>" not in own  # which is another booking's
    assert "<b>1</b><span>letter that nobody wanted</span>" in admin.get("/admin").text
    with writing() as session:
        session.execute(update(Outbox).values(attempts=0))  # as of before letters were sent at all
    assert "<b>0</b><span>letters that nobody wanted</span>" in admin.get("/admin").text


@pytest.mark.parametrize(("state", "number"), [("", 2), ("SENT", 1), ("FAILED", 1), ("READY", 0)])
def test_letters_of_a_state_alone(refused, admin, state, number):
    page = admin.get(f"/admin/messages?state={state}")

    assert len(lines(page)) == number
    assert ("No letters" in page.text) == (number == 0)


def test_the_pages_of_letters_hold_each_once(a_trip, admin, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    trip = a_trip()
    trip.book()
    with writing() as session:
        for number in range(4):
            letters.write(session.get_one(Booking, trip.booking_id), "refunded", about=str(number))

    pages = [admin.get("/admin/messages?state=READY")]
    while older := link(pages[-1], "next"):
        pages.append(admin.get(older))

    assert [len(lines(page)) for page in pages] == [2, 2, 1]


@pytest.mark.parametrize("path", ["messages?state=x", "reconciliation?state=x", "reconciliation?kind=x"])
def test_a_filter_that_is_none_is_said_at_its_field(admin, path):
    answer = admin.get(f"/admin/{path}")

    assert answer.status_code == 422
    assert "from the list" in answer.text


@pytest.mark.parametrize("path", ["messages", "reconciliation", "refunds"])
def test_a_page_that_is_none_is_not_there(admin, path):
    assert admin.get(f"/admin/{path}?older_than=x").status_code == 404
    assert admin.get(f"/admin/{path}").status_code == 200


@pytest.fixture
def different(a_trip, services):
    """A trip that its provider has cancelled by itself."""
    trip = a_trip()
    trip.book()
    db.session.rollback()
    with services["flights"].app_context(), writing() as session:
        session.execute(
            text("UPDATE bpp_bookings SET booking_status = 'CANCELLED', refund_minor = total_minor"),
            bind_arguments={"bind": next(iter(db.engines.values()))},
        )
    running.run_all()
    return trip


@pytest.mark.by_hand("a row is broken and stays so")
def test_differences_are_listed_open_ones_first_and_counted_today(different, admin):
    reference = different.booking.public_reference

    page = admin.get("/admin/reconciliation")

    [line] = lines(page)
    assert line[:5] == [
        f"{reference} Item 1", "A provider has an item in another state", "Confirmed", "Cancelled", "Needs somebody",
    ]  # fmt: skip
    assert references(page) == [reference]
    assert "Nothing differs" in admin.get("/admin/reconciliation?state=resolved").text
    assert "Nothing differs" in admin.get("/admin/reconciliation?kind=MONEY_LATE").text
    assert len(lines(admin.get("/admin/reconciliation?state=all&kind=ITEM_STATE"))) == 1
    assert "<b>1</b><span>difference with others</span>" in admin.get("/admin").text


@pytest.mark.by_hand("a row is broken and stays so")
def test_what_others_say_is_text_a_part_to_a_line(different, admin):
    with writing() as session:
        [difference] = session.scalars(select(Difference))
        difference.theirs = "CANCELLED, <b>not</b> & never, ₹4,410.00"

    page = admin.get("/admin/reconciliation").text

    assert '<td class="by-part">Cancelled\n&lt;b&gt;not&lt;/b&gt; &amp; never\n₹4,410.00</td>' in page


@pytest.mark.by_hand("a row is broken and stays so")
def test_a_bookings_own_page_has_its_letters_and_differences(different, mail, admin):
    mail()

    page = admin.get(f"/admin/bookings/{different.booking.public_reference}").text

    assert "see Reconciliation" in page
    assert "A provider has an item in another state" in page
    assert ">Sent</span>" in page


def test_when_the_last_run_was_and_the_next_is(a_trip, admin, clock):
    assert "No hourly run has come to its end yet" in admin.get("/admin/reconciliation").text
    running.do_what_is_due()
    for _ in range(2):
        clock.forward(minutes=61)
        for _ in range(4):
            running.do_what_is_due()

    page = admin.get("/admin/reconciliation").text

    assert "Last run: Tue 1 Dec 2026, 12:02 IST, 0 bookings" in page
    assert "Next: Tue 1 Dec 2026, 13:02 IST" in page


def test_refunds_under_way_and_gone_back(a_trip, admin, wires, clock):
    gone, waits = a_trip(), a_trip(HOTEL)
    gone.book()
    waits.book()
    gone.cancel()
    wires["gateway"].down("/refunds")
    waits.cancel()
    more = ("CAPTURE", "UNPAY", "RETURN", "LATE_MONEY")
    with writing() as session:
        booking = session.get_one(Booking, gone.booking_id)
        for kind in more:
            saga.plan(kind, booking, run_at=clock.now() + timedelta(days=1))

    under_way, *others, done = lines(admin.get("/admin/refunds"))

    assert [each[2] for each in others] == [
        "Void the payment or send it back", "Send late money back", "See to money that came late",
    ]  # fmt: skip
    assert under_way[0] == waits.booking.public_reference
    assert under_way[2] == "Send money back"
    assert under_way[4] == "1"
    assert done[:2] == [gone.booking.public_reference, "₹4,410.00"]

    with writing():
        for kind in more:
            saga.drop(kind, booking)
    wires["gateway"].restore()
    clock.forward(minutes=1)
    waits.drive()
    page = admin.get("/admin/refunds")
    assert "all that is owed has gone back" in page.text
    assert len(lines(page)) == 2
