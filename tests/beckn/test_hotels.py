"""Hotels on the wire: what one side writes the other reads, and the first fault is named with its path."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beckn import hotels, messages
from beckn.context import Context
from beckn.errors import NotUnderstood
from beckn.hotels import Choice, HotelOrder, Hours, Search, Stay
from beckn.orders import Paid
from beckn.people import BilledTo, Traveller
from beckn.terms import Window

SITE = "https://bap.example.org"
INDIA = ZoneInfo("Asia/Kolkata")
DAY = date(2026, 12, 11)
STAY = Stay(check_in=DAY, check_out=DAY + timedelta(3), rooms=2, adults=3, children=1)
ITEM = "taj-mahal-palace-mumbai.DELUXE"
CHOICE = hotels.choice_of(ITEM, STAY)
SEARCH = Search(city="022", **vars(STAY))
ARJUN = Traveller("ADULT", "Arjun Mehta", "MALE", date(1990, 2, 11), "+919876500003", "arjun@example.org")
ORDER = HotelOrder(
    choice=CHOICE,
    guest=ARJUN,
    billed_to=BilledTo(ARJUN.name, ARJUN.phone, ARJUN.email),
    paid=Paid(106_200_00, "INR"),
    platform_reference="D4NW-7KT-Q8C",
)

dates = st.dates(date(2025, 1, 1), date(2099, 1, 1))


@st.composite
def stays(draw):
    check_in, rooms = draw(dates), draw(st.integers(1, 8))
    adults = draw(st.integers(rooms, 20))
    return Stay(
        check_in=check_in,
        check_out=check_in + timedelta(draw(st.integers(1, 30))),
        rooms=rooms,
        adults=adults,
        children=draw(st.integers(0, 10)),
    )


def over_the_wire(message, kind):
    return msgspec.json.decode(msgspec.json.encode(message), type=kind)


def context(city: str | None = "std:022") -> Context:
    location = {"country": {"code": "IND"}, "city": {"code": city}} if city else {}
    said = {
        "domain": "ONDC:TRV13",
        "location": location,
        "action": "search",
        "version": "2.0.0",
        "bap_id": "bap.example.org",
        "bap_uri": f"{SITE}/beckn",
        "transaction_id": str(uuid4()),
        "message_id": str(uuid4()),
        "timestamp": "2026-12-01T04:30:00.000Z",
        "ttl": "PT30S",
    }
    return msgspec.convert(said, Context)


# ---- there and back


@given(stay=stays())
def test_a_search_arrives_as_it_was_meant(stay):
    search = Search(city="0832", **vars(stay))

    sent = over_the_wire(hotels.write_search(search, SITE), messages.SearchMessage)

    assert hotels.read_search(context(search.city_code), sent) == search


@given(stay=stays())
def test_a_choice_arrives_as_it_was_meant(stay):
    choice = hotels.choice_of(
        ITEM, stay, Hours(hotels.USUAL_HOURS.check_out, hotels.USUAL_HOURS.check_in, "UTC")
    )

    sent = over_the_wire(hotels.write_select(choice), messages.OrderMessage)

    assert hotels.read_select(sent) == choice


@given(stay=stays(), minor=st.integers(0, 10**12), gender=st.sampled_from([*hotels.GENDERS, None]))
def test_an_order_arrives_as_it_was_meant(stay, minor, gender):
    order = replace(
        ORDER,
        choice=hotels.choice_of(ITEM, stay),
        guest=replace(ARJUN, gender=gender),
        paid=Paid(minor, "INR", is_paid=True, reference="pay-1"),
        order_id="W9RT4K",
    )

    sent = over_the_wire(
        hotels.write_order(order, SITE, datetime(2026, 12, 1, tzinfo=UTC)), messages.OrderMessage
    )

    assert hotels.read_order(sent) == order


def test_only_the_local_dates_of_a_choice_count():
    sent = hotels.write_select(CHOICE)
    sent.order.fulfillments[0].stops[0].time.timestamp = "2026-12-11T23:30:00+05:30"

    assert hotels.read_select(sent).check_in == DAY


def test_a_day_is_said_where_the_hotel_is():
    sent = hotels.write_select(CHOICE)

    first, last = (stop.time.timestamp for stop in sent.order.fulfillments[0].stops)

    assert (first, last) == ("2026-12-11T14:00:00+05:30", "2026-12-14T11:00:00+05:30")


def test_the_sites_terms_are_kept_and_bounded():
    sent = hotels.write_order(ORDER, SITE)
    assert hotels.read_site_terms(sent.order)["STATIC_TERMS"] == f"{SITE}/terms"

    sent.order.tags[1].pairs[0].value = "x" * 201
    assert "STATIC_TERMS" not in hotels.read_site_terms(sent.order)


# ---- what cannot be


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"check_out": DAY}, "check-out has to be after check-in"),
        ({"check_out": DAY - timedelta(1)}, "check-out has to be after check-in"),
        ({"check_out": DAY + timedelta(31)}, "at most 30 nights can be booked together"),
    ],
)
def test_dates_that_no_stay_can_have(changes, sentence):
    assert replace(STAY, **changes).dates_fault() == sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rooms": 0}, "between 1 and 8 rooms can be booked together"),
        ({"rooms": 9, "adults": 9}, "between 1 and 8 rooms can be booked together"),
        ({"adults": 1}, "each room needs an adult: no more rooms than adults"),
        ({"adults": 30, "children": 1}, "at most 30 guests can be booked together"),
    ],
)
def test_parties_that_no_stay_can_have(changes, sentence):
    assert replace(STAY, **changes).party_fault() == sentence


def test_the_longest_stay_and_the_largest_party_are_allowed():
    stay = Stay(check_in=DAY, check_out=DAY + timedelta(30), rooms=8, adults=20, children=10)

    assert (stay.dates_fault(), stay.party_fault()) == (None, None)


def without(message, *path):
    """`message` as plain data without the part at `path`."""
    plain = msgspec.to_builtins(message)
    part = plain
    for step in path[:-1]:
        part = part[step]
    del part[path[-1]]
    return plain


def changed(message, *path_and_value):
    *path, last, value = path_and_value
    plain = msgspec.to_builtins(message)
    part = plain
    for step in path:
        part = part[step]
    part[last] = value
    return plain


RANGE = ("intent", "category", "time", "range")


@pytest.mark.parametrize(
    ("message", "path"),
    [
        (without(hotels.write_search(SEARCH, SITE), "intent", "category"), "$.message.intent.category.time.range.start"),
        (changed(hotels.write_search(SEARCH, SITE), *RANGE, "end", "2026-12-14"), "$.message.intent.category.time.range.end"),
        (changed(hotels.write_search(SEARCH, SITE), *RANGE, "end", "2026-12-11T00:00:00+05:30"), "$.message.intent.category.time.range"),
        (without(hotels.write_search(SEARCH, SITE), "intent", "fulfillment"), "$.message.intent.fulfillment.tags"),
    ],
)  # fmt: skip
def test_the_first_fault_of_a_search_is_named_with_its_path(message, path):
    with pytest.raises(NotUnderstood) as fault:
        hotels.read_search(context(), msgspec.convert(message, messages.SearchMessage))

    assert fault.value.path == path


@pytest.mark.parametrize("city", [None, "022", "std:", "std:Mumbai", "std:*"])
def test_a_search_needs_a_city(city):
    with pytest.raises(NotUnderstood) as fault:
        hotels.read_search(context(city), hotels.write_search(SEARCH, SITE))

    assert fault.value.path == "$.context.location.city.code"


ITEMS, FULFILLMENTS = ("order", "items"), ("order", "fulfillments")


@pytest.mark.parametrize(
    ("message", "path"),
    [
        (without(hotels.write_order(ORDER, SITE), *ITEMS), "$.message.order.items"),
        (changed(hotels.write_order(ORDER, SITE), *ITEMS, [{"id": ITEM}, {"id": ITEM}]), "$.message.order.items"),
        (changed(hotels.write_order(ORDER, SITE), *ITEMS, 0, "id", "Taj.DELUXE"), "$.message.order.items[0].id"),
        (without(hotels.write_order(ORDER, SITE), *ITEMS, 0, "quantity"), "$.message.order.items[0].quantity.selected.count"),
        (changed(hotels.write_order(ORDER, SITE), *ITEMS, 0, "quantity", {"selected": {"count": 9}}), "$.message.order.items[0].quantity.selected.count"),
        (without(hotels.write_order(ORDER, SITE), *FULFILLMENTS), "$.message.order.fulfillments"),
        (without(hotels.write_order(ORDER, SITE), *FULFILLMENTS, 0, "stops"), "$.message.order.fulfillments[0].stops"),
        (changed(hotels.write_order(ORDER, SITE), *FULFILLMENTS, 0, "stops", 1, "time", {"timestamp": "soon"}), "$.message.order.fulfillments[0].stops[1].time.timestamp"),
        (without(hotels.write_order(ORDER, SITE), *FULFILLMENTS, 0, "tags"), "$.message.order.fulfillments[0].tags"),
        (changed(hotels.write_order(ORDER, SITE), *FULFILLMENTS, 0, "id", "another"), "$.message.order.fulfillments[0].id"),
        (without(hotels.write_order(ORDER, SITE), *FULFILLMENTS, 0, "customer", "person"), "$.message.order.fulfillments[0].customer.person"),
        (without(hotels.write_order(ORDER, SITE), *FULFILLMENTS, 0, "customer"), "$.message.order.fulfillments[0].customer.person"),
        (without(hotels.write_order(ORDER, SITE), "order", "billing"), "$.message.order.billing"),
        (without(hotels.write_order(ORDER, SITE), "order", "payments"), "$.message.order.payments"),
        (without(hotels.write_order(ORDER, SITE), "order", "tags"), "$.message.order.tags"),
    ],
)  # fmt: skip
def test_the_first_fault_of_an_order_is_named_with_its_path(message, path):
    with pytest.raises(NotUnderstood) as fault:
        hotels.read_order(msgspec.convert(message, messages.OrderMessage))

    assert fault.value.path == path


@pytest.mark.parametrize(
    "text",
    ["", "taj", "taj.", ".DELUXE", "taj.deluxe", "Taj.DELUXE", "taj.DELUXE.1", "-a.B", "a" * 61 + ".B"],
)
def test_an_item_that_is_none(text):
    with pytest.raises(ValueError, match="no such item"):
        hotels.choice_of(text, STAY)


# ---- offers


def a_catalog(**item) -> messages.CatalogMessage:
    def coded(code, values):
        return {
            "descriptor": {"code": code},
            "list": [{"descriptor": {"code": k}, "value": v} for k, v in values.items()],
        }

    nights = {(DAY + timedelta(n)).isoformat(): "15000.00" for n in range(3)}
    tags = {
        "FARE_BREAKUP": {"BASE": "45000.00", "CGST": "4050.00", "SGST": "4050.00"},
        "NIGHTS": nights,
        "OCCUPANCY": {"MAX_GUESTS": "3"},
        "BOARD": {"PLAN": "BREAKFAST"},
        "SIZE": {"SQUARE_METRES": "32"},
    } | item.pop("tags", {})
    hours = {"CHECK_IN": "14:00", "CHECK_OUT": "11:00", "TIME_ZONE": "Asia/Kolkata"} | item.pop("hours", {})
    terms = [
        {"cancel_by": {"timestamp": "2026-12-09T14:00:00+05:30"}, "cancellation_fee": {"percentage": "0.00"}},
        {
            "cancel_by": {"timestamp": "2026-12-11T14:00:00+05:30"},
            "cancellation_fee": {"percentage": "50.00"},
        },
    ]
    room = {
        "id": ITEM,
        "descriptor": {"name": "Deluxe room"},
        "price": {"currency": "INR", "value": "53100.00"},
        "quantity": {"available": {"count": 6}},
        "cancellation_terms": terms,
        "tags": [coded(code, values) for code, values in tags.items() if values],
    } | item
    hotel = {
        "id": "taj-mahal-palace-mumbai",
        "descriptor": {"name": "Taj Mahal Palace"},
        "locations": [{"address": "Apollo Bunder", "city": {"name": "Mumbai"}, "rating": "5"}],
        "tags": [coded("HOTEL", hours)],
        "items": [room],
    }
    catalog = {"catalog": {"descriptor": {"name": "Hotels"}, "providers": [hotel]}}
    return msgspec.convert(catalog, messages.CatalogMessage)


def test_an_offer_has_the_price_of_all_rooms_for_the_whole_stay():
    [offer], faults = hotels.read_catalog(a_catalog(), STAY)

    assert faults == []
    assert (offer.hotel_name, offer.room_name, offer.stars, offer.city) == (
        "Taj Mahal Palace",
        "Deluxe room",
        5,
        "Mumbai",
    )
    assert (offer.base_minor, offer.tax_minor, offer.total_minor) == (90_000_00, 16_200_00, 106_200_00)
    assert offer.nightly[0] == (DAY, 15_000_00)
    assert (offer.nights, offer.rooms, offer.rooms_left, offer.max_guests, offer.size_m2) == (3, 2, 6, 3, 32)
    assert offer.check_in == datetime(2026, 12, 11, 14, 0, tzinfo=INDIA)
    assert offer.check_out == datetime(2026, 12, 14, 11, 0, tzinfo=INDIA)
    assert offer.terms[1] == Window(Decimal("50.00"), until=offer.check_in)
    assert hotels.choice_of(offer.item, STAY) == CHOICE


@pytest.mark.parametrize(
    "fault",
    [
        {"id": "somewhere-else.DELUXE"},
        {"id": "nonsense"},
        {"price": None},
        {"price": {"currency": "EUR", "value": "53100.00"}},
        {"price": {"currency": "INR", "value": "53100.01"}},
        {"price": {"currency": "INR", "value": "NaN"}},
        {"tags": {"FARE_BREAKUP": {"BASE": "45000.00", "CGST": "4050.00"}}},
        {"tags": {"FARE_BREAKUP": {"BASE": "45000.00", "CGST": "-1.00", "SGST": "8101.00"}}},
        {"tags": {"NIGHTS": {"2026-12-11": "45000.00"}}},
        {"tags": {"NIGHTS": {}}},
        {"tags": {"OCCUPANCY": {"MAX_GUESTS": "many"}}},
        {"tags": {"BOARD": {"PLAN": "CHAMPAGNE"}}},
        {"hours": {"TIME_ZONE": "Asia"}},
        {"hours": {"TIME_ZONE": "../../etc/passwd"}},
        {"hours": {"CHECK_IN": "2 pm"}},
        {"cancellation_terms": [{"cancel_by": {}, "cancellation_fee": {"percentage": "10"}}]},
    ],
)
def test_an_offer_out_of_shape_is_left_out_and_its_fault_said(fault):
    catalog = a_catalog(**fault)
    catalog.catalog.providers.append(a_catalog().catalog.providers[0])

    offers, faults = hotels.read_catalog(catalog, STAY)

    assert [offer.item for offer in offers] == [ITEM]
    assert len(faults) == 1


def test_a_choice_is_known_by_what_is_chosen_and_not_by_the_hours_that_were_guessed():
    late = Hours(hotels.USUAL_HOURS.check_out, hotels.USUAL_HOURS.check_in, "Asia/Kolkata")

    assert replace(CHOICE, hours=late) == CHOICE
    assert isinstance(CHOICE, Choice)
    assert CHOICE.fulfillment_id == "taj-mahal-palace-mumbai.20261211-20261214"
