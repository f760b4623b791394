"""The whole life of a stay through the real doors: search, hold, booking, changes, cancellation, refusals."""

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from beckn import hotels
from beckn.orders import Paid
from tests.bpp_services.hotels.cast import (
    ARJUN,
    DELUXE,
    EXECUTIVE,
    MORNING,
    NIGHT,
    SUITE,
    change_night,
    nights_on_sale,
)
from tests.bpp_services.hotels.desk import SITE, Desk, Order, a_stay

INDIA = ZoneInfo("Asia/Kolkata")
FREE_UNTIL = datetime(2026, 12, 9, 14, 0, tzinfo=INDIA)
CHECK_IN = datetime(2026, 12, 11, 14, 0, tzinfo=INDIA)
SALES_CLOSE = datetime(2026, 12, 11, 23, 59, tzinfo=INDIA)
TOTAL_MINOR = 106_200_00


@pytest.fixture
def desk(hotels_app, clock):
    """At the hotels service; the test stands in its app context, where the cast can be put on sale."""
    clock.set(MORNING)
    with hotels_app.app_context():
        yield Desk(hotels_app)


def refusal(reply) -> tuple:
    """A business refusal is an answer: HTTP 200, `error`, and no message."""
    assert reply.status == 200
    assert "message" not in reply.body
    return reply.error, reply.path


# ---- search and select


def test_a_search_finds_the_rooms_of_a_city_with_the_price_of_the_whole_stay(desk):
    nights_on_sale(DELUXE)
    nights_on_sale(EXECUTIVE, rooms=14)

    found = desk.search()

    by_hotel = {seller["id"]: seller for seller in found.body["message"]["catalog"]["providers"]}
    assert desk.offers() == {DELUXE: 6, EXECUTIVE: 14}
    assert by_hotel["taj-mahal-palace-mumbai"]["items"][0]["price"]["value"] == "53100.00"
    assert by_hotel["lemon-tree-mumbai"]["items"][0]["price"]["value"] == "20475.00"


def test_a_city_without_hotels_has_none(desk):
    nights_on_sale(DELUXE)

    assert desk.offers(city="080") == {}


@pytest.mark.by_hand("what is left was written, not sold")
def test_a_room_counts_as_left_when_it_is_left_on_every_night(desk):
    nights_on_sale(DELUXE, rooms=6)
    change_night(DELUXE, NIGHT + timedelta(1), rooms_available=3)

    assert desk.offers() == {DELUXE: 3}
    assert desk.offers(a_stay(1)) == {DELUXE: 6}


@pytest.mark.by_hand("what is left was written, not sold")
def test_a_stay_with_a_night_that_is_sold_out_or_not_on_sale_is_not_offered(desk):
    nights_on_sale(DELUXE, nights=2)
    nights_on_sale(SUITE)
    change_night(SUITE, NIGHT + timedelta(2), rooms_available=1)

    assert desk.offers(a_stay(3)) == {}
    assert desk.offers(a_stay(2)) == {DELUXE: 6, SUITE: 6}


def test_rooms_too_small_for_the_party_are_not_offered(desk):
    nights_on_sale(DELUXE)  # three guests each
    nights_on_sale(SUITE)  # four

    assert desk.offers(a_stay(rooms=2, adults=6, children=0)) == {DELUXE: 6, SUITE: 6}
    assert desk.offers(a_stay(rooms=2, adults=6, children=1)) == {SUITE: 6}
    assert desk.offers(a_stay(rooms=2, adults=6, children=3)) == {}


def test_sales_close_a_minute_before_midnight_on_the_day_of_check_in(desk, clock):
    nights_on_sale(DELUXE)

    clock.set(SALES_CLOSE - timedelta(seconds=1))
    assert desk.offers() == {DELUXE: 6}

    clock.set(SALES_CLOSE)
    assert desk.offers() == {}
    assert refusal(desk.select(DELUXE)) == ("30004", "$.message.order.items[0].id")


def test_select_says_the_exact_price_and_holds_nothing(desk):
    nights_on_sale(DELUXE)

    selected = desk.select(DELUXE)

    assert selected.total == "106200.00"
    assert selected.order["quote"]["ttl"] == "PT15M"
    assert "id" not in selected.order
    assert desk.rooms_left(DELUXE) == [6] * 7


@pytest.mark.parametrize(
    ("item", "stay", "code", "path"),
    [
        ("the-ritz-mumbai.DELUXE", a_stay(), "30001", "$.message.order.provider.id"),
        ("taj-mahal-palace-mumbai.ATTIC", a_stay(), "30004", "$.message.order.items[0].id"),
        (DELUXE, a_stay(8), "30004", "$.message.order.items[0].id"),
        (DELUXE, a_stay(check_in=date(2026, 11, 30)), "30004", "$.message.order.items[0].id"),
        (DELUXE, a_stay(adults=6, children=1), "30008", "$.message.order.fulfillments[0].tags"),
        (DELUXE, a_stay(rooms=7, adults=7), "40002", "$.message.order.items[0].quantity.selected.count"),
    ],
)
def test_what_cannot_be_sold_is_refused_with_a_code_and_a_path(desk, item, stay, code, path):
    nights_on_sale(DELUXE)

    assert refusal(desk.select(item, stay)) == (code, path)


@pytest.mark.by_hand("what is left was written, not sold")
def test_sold_out_names_the_night(desk):
    nights_on_sale(DELUXE)
    change_night(DELUXE, date(2026, 12, 12), rooms_available=1)

    assert (
        desk.select(DELUXE).body["error"]["message"]
        == "Sold out: 1 deluxe room left on the night of 12 December, 2 asked for"
    )


# ---- hold and book


def test_a_hold_takes_its_rooms_on_every_night_for_fifteen_minutes(desk):
    nights_on_sale(DELUXE)

    held = desk.order(DELUXE).init()

    assert (held.state, held.order["quote"]["ttl"]) == ("HELD", "PT15M")
    assert "status" not in held.order
    assert len(held.order["id"]) == 6
    assert not set(held.order["id"]) & set("0O1I")
    assert desk.rooms_left(DELUXE) == [4, 4, 4, 6, 6, 6, 6]
    assert desk.rooms_add_up(DELUXE)


def test_a_second_init_is_the_same_hold_with_the_remaining_time(desk, clock):
    nights_on_sale(DELUXE)
    order = desk.order(DELUXE)
    first = order.init()
    clock.forward(minutes=2, seconds=10)

    second = order.init()

    assert second.order["id"] == first.order["id"]
    assert second.order["quote"]["ttl"] == "PT12M50S"
    assert desk.rooms_left(DELUXE)[0] == 4


def test_a_booking_is_active_and_paid_and_a_second_confirm_changes_nothing(desk):
    nights_on_sale(DELUXE)
    order = desk.held(DELUXE)

    first, second = order.confirm(), order.confirm()

    assert (first.state, first.order["status"]) == ("CONFIRMED", "ACTIVE")
    assert first.order["payments"][0]["status"] == "PAID"
    assert first.order["payments"][0]["params"]["transaction_id"] == "pay-1"
    assert first.order["documents"][0]["url"].endswith(f"/help/{order.id}")
    assert second.order == first.order
    assert desk.rooms_left(DELUXE) == [4, 4, 4, 6, 6, 6, 6]
    assert len(desk.bookings()) == 1


def test_the_document_a_booking_links_to_is_there(desk):
    nights_on_sale(DELUXE)
    order = desk.held(DELUXE)

    url = order.confirm().order["documents"][0]["url"]

    page = desk.app.test_client().get(url.removeprefix(desk.app.config["BASE_URL"]))
    assert page.status_code == 200


def test_every_image_of_a_catalog_is_there(desk):
    nights_on_sale(DELUXE)
    nights_on_sale(EXECUTIVE)

    urls = set(re.findall(r'"(http[^"]+\.svg)"', json.dumps(desk.search().body["message"])))

    assert len(urls) == 3
    for url in urls:
        page = desk.app.test_client().get(url.removeprefix(desk.app.config["BASE_URL"]))
        assert page.mimetype == "image/svg+xml"


@pytest.mark.parametrize(
    "changes",
    [
        {"guest": replace(ARJUN, name="Somebody Else")},
        {"paid": Paid(106_199_00, "INR")},
    ],
)
def test_another_content_under_the_same_id_is_refused(desk, changes):
    nights_on_sale(DELUXE)
    order = desk.held(DELUXE)

    again, confirmed = order.instead(**changes).init(), order.instead(**changes).confirm()

    assert (again.status, again.error) == (409, "30000")
    assert (confirmed.status, confirmed.error) == (409, "30000")
    assert order.status().state == "HELD"


def test_other_dates_or_another_party_under_the_same_id_are_refused(desk):
    nights_on_sale(DELUXE)
    order = desk.held(DELUXE)

    for stay in (a_stay(4), a_stay(check_in=NIGHT + timedelta(1)), a_stay(adults=4), a_stay(rooms=3)):
        choice = desk.order(DELUXE, stay, total_minor=1).wanted.choice
        assert order.instead(choice=choice).init().status == 409


def test_a_price_that_changed_is_said_and_nothing_is_held(desk):
    nights_on_sale(DELUXE)
    order = desk.order(DELUXE, total_minor=99_120_00)

    reply = order.init()

    assert refusal(reply) == ("40003", "$.message.order.payments[0].params.amount")
    assert reply.body["error"]["message"] == "The price is now INR 106200.00, not 99120.00; nothing is held"
    assert desk.bookings() == []
    assert desk.rooms_left(DELUXE) == [6] * 7


def test_a_rate_that_moves_after_the_hold_leaves_its_price_alone(desk):
    nights_on_sale(DELUXE)
    order = desk.held(DELUXE)
    change_night(DELUXE, NIGHT, rate_minor=99_000_00)

    assert order.confirm().total == "106200.00"


def test_a_confirm_that_is_not_paid_is_not_understood(desk):
    nights_on_sale(DELUXE)
    order = desk.held(DELUXE)
    unpaid = hotels.write_order(replace(order.wanted, order_id=order.id), SITE)

    reply = order.ask("confirm", unpaid)

    assert (reply.status, reply.path) == (400, "$.message.order.payments[0].status")


def test_a_confirm_without_an_init_finds_no_order(desk):
    nights_on_sale(DELUXE)
    order = desk.order(DELUXE)

    assert refusal(order.confirm()) == ("30010", "$.message.order.id")


def test_another_site_sees_nothing_of_it(desk):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)
    stranger = Order(Desk(desk.app, bap_id="other.example.org"), order.wanted)
    stranger.id = order.id

    assert refusal(stranger.status()) == ("30010", "$.message.order_id")
    assert refusal(stranger.cancel()) == ("30010", "$.message.order_id")
    assert order.status().state == "CONFIRMED"


# ---- expired holds


def test_a_hold_ends_by_itself_and_its_rooms_are_offered_again(desk, clock):
    nights_on_sale(DELUXE, rooms=2)
    order = desk.held(DELUXE)
    assert desk.offers() == {}

    clock.forward(minutes=15)

    assert order.status().state == "EXPIRED"
    assert order.status().order["quote"]["ttl"] == "PT0S"
    assert desk.offers() == {DELUXE: 2}
    assert desk.select(DELUXE).total == "106200.00"


def test_an_expired_hold_is_taken_back_for_the_next_buyer(desk, clock):
    nights_on_sale(DELUXE, rooms=2)
    dead = desk.held(DELUXE)
    clock.forward(minutes=15)

    later = desk.held(DELUXE, a_stay(check_in=NIGHT + timedelta(2)))

    assert dead.status().state == "EXPIRED"
    assert [each.booking_status for each in desk.bookings()] == ["EXPIRED", "HELD"]
    assert desk.rooms_left(DELUXE) == [2, 2, 0, 0, 0, 2, 2]
    assert desk.rooms_add_up(DELUXE)
    assert later.confirm().state == "CONFIRMED"


def test_only_holds_that_are_in_the_way_are_taken_back(desk, clock):
    nights_on_sale(DELUXE, rooms=2)
    before = desk.held(DELUXE, a_stay(2))
    clock.forward(minutes=15)

    desk.held(DELUXE, a_stay(2, check_in=NIGHT + timedelta(2)))

    assert desk.bookings(bpp_booking_id=before.id)[0].booking_status == "HELD"
    assert desk.rooms_add_up(DELUXE)


def test_a_paid_hold_that_expired_takes_its_rooms_again_at_its_price(desk, clock):
    nights_on_sale(DELUXE)
    order = desk.held(DELUXE)
    clock.forward(minutes=20)
    desk.app.test_cli_runner().invoke(args=["sweep"])
    change_night(DELUXE, NIGHT, rate_minor=99_000_00)
    assert desk.rooms_left(DELUXE)[0] == 6

    assert order.confirm().total == "106200.00"

    assert desk.rooms_left(DELUXE)[0] == 4
    assert desk.rooms_add_up(DELUXE)


def test_a_paid_hold_that_expired_and_was_sold_to_another_is_sold_out(desk, clock):
    nights_on_sale(DELUXE, rooms=2)
    late = desk.held(DELUXE)
    clock.forward(minutes=15)
    desk.booked(DELUXE)

    assert refusal(late.confirm())[0] == "40002"
    assert desk.rooms_add_up(DELUXE)


def test_an_expired_hold_does_not_come_back_once_sales_have_closed(desk, clock):
    nights_on_sale(DELUXE)
    clock.set(SALES_CLOSE - timedelta(minutes=1))
    order = desk.held(DELUXE)

    clock.forward(minutes=20)
    desk.app.test_cli_runner().invoke(args=["sweep"])

    assert refusal(order.confirm()) == ("40003", "$.message.order.id")


def test_sweep_says_how_many_holds_it_took_back(desk, clock):
    nights_on_sale(DELUXE)
    desk.held(DELUXE)
    clock.forward(minutes=15)

    result = desk.app.test_cli_runner().invoke(args=["sweep"])

    assert result.output == "1 holds taken back\n"
    assert desk.rooms_left(DELUXE) == [6] * 7


# ---- cancel


@pytest.mark.parametrize(
    ("at", "kept", "refunded"),
    [
        (FREE_UNTIL - timedelta(days=3), "0.00", TOTAL_MINOR),
        (FREE_UNTIL, "0.00", TOTAL_MINOR),
        (FREE_UNTIL + timedelta(seconds=1), "53100.00", 53_100_00),
        (CHECK_IN, "53100.00", 53_100_00),
    ],
)
def test_what_a_cancel_keeps_is_what_its_preview_said(desk, clock, at, kept, refunded):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)
    clock.set(at)

    preview = order.preview()
    assert (preview.order["status"], preview.state, preview.total) == ("SOFT_CANCEL", "CONFIRMED", kept)
    assert preview.order["quote"]["ttl"] == "PT10M"
    assert desk.rooms_left(DELUXE)[0] == 4

    cancelled = order.cancel()
    assert (cancelled.order["status"], cancelled.state, cancelled.total) == ("CANCELLED", "CANCELLED", kept)
    assert desk.bookings()[0].refund_minor == refunded
    assert desk.rooms_left(DELUXE) == [6] * 7


def test_after_check_in_it_can_no_longer_be_cancelled(desk, clock):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)
    clock.set(CHECK_IN + timedelta(seconds=1))

    reply = order.cancel()

    assert refusal(reply) == ("50001", "$.message.order_id")
    assert (
        reply.body["error"]["message"]
        == "The stay began on 11 December at 14:00; it can no longer be cancelled"
    )
    assert order.status().state == "CONFIRMED"


def test_a_second_cancel_gives_the_same_refund(desk, clock):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)
    clock.set(FREE_UNTIL + timedelta(hours=1))
    first = order.cancel()

    clock.set(CHECK_IN + timedelta(days=1))
    second = order.cancel()

    assert second.order == first.order
    assert desk.rooms_left(DELUXE) == [6] * 7


def test_a_preview_is_honoured_for_ten_minutes(desk, clock):
    nights_on_sale(DELUXE)
    order, late = desk.booked(DELUXE), desk.booked(DELUXE)
    clock.set(FREE_UNTIL)
    order.preview()
    late.preview()

    clock.forward(minutes=9, seconds=59)
    assert order.cancel().total == "0.00"

    clock.forward(seconds=2)
    assert late.cancel().total == "53100.00"


@pytest.mark.parametrize(("minutes", "kept"), [(59, "0.00"), (61, "53100.00")])
def test_a_payment_that_was_not_completed_costs_nothing_for_an_hour(desk, clock, minutes, kept):
    nights_on_sale(DELUXE)
    clock.set(FREE_UNTIL + timedelta(hours=3))
    order = desk.booked(DELUXE)
    clock.forward(minutes=minutes)

    assert order.cancel("014").total == kept


def test_a_stay_booked_after_check_in_time_comes_back_when_the_payment_is_not_completed(desk, clock):
    nights_on_sale(DELUXE)
    clock.set(CHECK_IN + timedelta(hours=4))
    order = desk.booked(DELUXE)

    assert refusal(order.cancel("001"))[0] == "50001"
    assert order.cancel("014").total == "0.00"


def test_a_hold_is_released_by_its_transaction_when_the_answer_to_init_was_lost(desk):
    nights_on_sale(DELUXE)
    order = desk.held(DELUXE)

    released = order.cancel("014", by_transaction=True)

    assert (released.state, released.order["status"], released.total) == ("RELEASED", "CANCELLED", "0.00")
    assert desk.rooms_left(DELUXE) == [6] * 7
    assert refusal(order.confirm()) == ("40003", "$.message.order.id")


def test_a_cancel_of_an_id_never_seen_closes_it(desk):
    nights_on_sale(DELUXE)
    order = desk.order(DELUXE)

    assert refusal(order.cancel(by_transaction=True)) == ("30010", "$.message.order_id")

    assert refusal(order.init()) == ("40003", "$.context.transaction_id")
    assert desk.rooms_left(DELUXE) == [6] * 7


def test_an_unknown_reason_is_refused(desk):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)

    reply = order.ask(
        "cancel",
        {"order_id": order.id, "cancellation_reason_id": "007", "descriptor": {"code": "CONFIRM_CANCEL"}},
    )

    assert refusal(reply) == ("30011", "$.message.cancellation_reason_id")


# ---- update and support


def test_the_guests_name_and_contact_can_be_changed(desk):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)

    changed = order.rename("Arjun R Mehta", "+919876500004", "arjun.mehta@example.org")

    customer = changed.order["fulfillments"][0]["customer"]
    assert customer["person"]["name"] == "Arjun R Mehta"
    assert customer["contact"] == {"phone": "+919876500004", "email": "arjun.mehta@example.org"}
    assert order.status().order["fulfillments"] == changed.order["fulfillments"]


def test_a_change_may_be_said_in_an_update_request(desk):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)

    changed = order.update(tags=[_request({"contact.phone": "+919876500004", "person.name": "A Mehta"})])

    customer = changed.order["fulfillments"][0]["customer"]
    assert customer["person"]["name"] == "A Mehta"
    assert customer["contact"] == {"phone": "+919876500004", "email": ARJUN.email}


def _request(values: dict) -> dict:
    pairs = [{"descriptor": {"code": code}, "value": value} for code, value in values.items()]
    return {"descriptor": {"code": "UPDATE_REQUEST"}, "list": pairs}


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"stops": [{"id": "S2", "time": {"timestamp": "2026-12-15T11:00:00+05:30"}}]}, "stops"),
        ({"state": {"descriptor": {"code": "CONFIRMED"}}}, "state"),
        ({"id": "taj-mahal-palace-mumbai.20261211-20261215"}, "id"),
        ({"tags": [_request({"stops.CHECK_OUT": "2026-12-15T11:00:00+05:30"})]}, "tags"),
        ({"customer": {"person": {"name": "A Mehta", "dob": "1991-02-11"}}}, "customer.person.dob"),
        ({"customer": {"person": {"name": "A Mehta", "gender": "F"}}}, "customer.person.gender"),
    ],
)
def test_nothing_else_can_be_changed(desk, change, part):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)

    reply = order.update(**change)

    assert refusal(reply) == ("50002", f"$.message.order.fulfillments[0].{part}")
    assert reply.body["error"]["message"] == (
        "Only a guest’s name or contact can be changed. For other dates, cancel and book again."
    )


@pytest.mark.parametrize("part", ["items", "billing", "payments"])
def test_an_update_of_another_part_of_the_order_is_refused(desk, part):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)
    billing = {"name": "Somebody Else", "phone": "+919876500009", "email": "else@example.org"}
    changed = {"items": [{"id": SUITE}], "billing": billing, "payments": [{"status": "NOT-PAID"}]}[part]

    reply = order.ask("update", {"update_target": "fulfillment", "order": {"id": order.id, part: changed}})

    assert refusal(reply) == ("50002", f"$.message.order.{part}")


def test_a_change_that_cannot_be_read_changes_nothing(desk):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)

    reply = order.rename("New Name", phone="12")

    assert (reply.status, reply.path) == (400, "$.message.order.fulfillments[0].customer.contact.phone")
    assert order.status().order["fulfillments"][0]["customer"]["person"]["name"] == ARJUN.name


def test_what_is_over_cannot_be_changed(desk):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)
    order.cancel()

    assert refusal(order.rename("New Name")) == ("50002", "$.message.order.id")


def test_support_says_whom_to_call(desk):
    nights_on_sale(DELUXE)
    order = desk.booked(DELUXE)

    support = order.support().body["message"]["support"]

    assert support["ref_id"] == order.id
    assert support["phone"] == "+918000000002"
    assert support["url"].endswith(f"/help/{order.id}")


def test_nobody_knows_an_order_that_was_never_made(desk):
    order = desk.order(DELUXE, total_minor=1)
    order.id = "ZZZZZZ"

    reply = order.status()

    assert refusal(reply) == ("30010", "$.message.order_id")
    assert reply.body["error"]["message"] == "No order ZZZZZZ"
