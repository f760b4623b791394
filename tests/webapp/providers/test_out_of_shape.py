"""An offer with one thing out of shape disappears with a line in the log; its neighbour, and the page, stay."""

import logging

import pytest

from tests.bpp_services.hotels.cast import DELUXE, EXECUTIVE, nights_on_sale
from tests.webapp.providers.tampering import MISSING, Tampering, put

FLIGHTS = "/flights/search?from=BLR&to=BOM&depart=2026-12-11&adults=1&children=1"
STAY = "checkin=2026-12-11&checkout=2026-12-13&rooms=1&adults=2"
HOTELS = f"/hotels/search?city=Mumbai&{STAY}"

PRICES = ["NaN", "-4410.00", "4410.001", "4,410.00", "4.41E3", "٤٤١٠.00", "0.00", " 4410.00", "", "9" * 400]
NAMES = ["\u202eogidnI", "Indi\u2066Go", "Indi\x07Go", "Indi\x1b[31mGo", "Indi\x9bGo", "Indi\ue000Go"]
TIMES = [
    "2026-02-30T14:30:00+05:30",  # no such day
    "2026-12-11T25:30:00+05:30",
    "2026-12-11T14:30:00",  # nowhere
    "2026-12-12T14:30:00+05:30",  # another day
    "2026-12-11",
    "9999-12-31T23:59:59-12:00",
    "tomorrow",
    "2026-12-11T14:30:00+05:30" * 3,
]
SHARES = ["20.001", "-1.00", "101.00", "NaN", "2E+1", "٢٠.00", " 20.00", "1_0", "", "20." + "0" * 90_000]
MONTHS = "2027-02-11T16:30:00+05:30"  # one flight does not take two months
TERMS = ("items", 0, "cancellation_terms")

# What is spoilt of IndiGo (the first adult's item), and the values; after the third a part of the line in the log.
SPOILT_FLIGHTS = [
    *((("items", 0, "price", "value"), price, "amount") for price in PRICES if price != "0.00"),
    (("items", 0, "price", "value"), "0.00", "sum of its parts"),
    (("items", 0, "price", "currency"), "USD", "currency"),
    (("items", 1, "price", "currency"), "USD", "currency"),  # the child's
    (("items", 0, "price"), MISSING, "no price"),
    (("items", 0, "tags", 0, "list", 0, "value"), "4200.01", "sum of its parts"),
    (("items", 0, "tags", 0, "list", 1, "value"), "-210.00", "amount"),
    (("items", 0, "tags"), MISSING, "BASE_FARE"),
    (("items", 0, "id"), "6E-5678.20261211.FIRST.ADULT", "6E-5678.20261211.FIRST"),
    (("items", 0, "id"), "6E-5678.20261311.ECONOMY.ADULT", "20261311"),
    (("items", 0, "id"), "<script>alert(1)</script>", "''"),
    (("items", 0, "id"), "x." * 50_000, "x.x."),
    *((("items", 0, "quantity", "available", "count"), count, "left") for count in (-1, -(2**62), 10**6)),
    *((("fulfillments", 0, "stops", 0, "time", "timestamp"), each, "6E-5678") for each in TIMES),
    (("fulfillments", 0, "stops", 1, "time", "timestamp"), "2026-12-11T14:30:00+05:30", "times do not fit"),
    (("fulfillments", 0, "stops", 1, "time", "timestamp"), MONTHS, "times do not fit"),
    (("fulfillments", 0, "stops", 1), MISSING, "two ends"),
    (("fulfillments", 0, "stops", 0, "location", "descriptor", "code"), "blr", "without airport"),
    (("fulfillments", 0, "stops", 0, "location", "country", "code"), "<b>India</b>", "country"),
    (("fulfillments", 0, "id"), "6E-5678.20261212", "6E-5678.20261211"),
    (("fulfillments", 0, "vehicle", "model"), "A320\x07neo", "characters"),
    (("fulfillments", 0, "stops", 1, "location", "city", "name"), "Mum\u202ebai", "characters"),
    *((("descriptor", "name"), name, "characters") for name in NAMES),
    (("id",), "AI", "another airline"),
    # values of another type: only the piece that holds one is left out
    (("items", 0, "price", "value"), 4410, "Expected `str`"),
    (("items", 0, "quantity", "available", "count"), "nine", "Expected `int`"),
    (("items", 0, "id"), None, "Expected `str`"),
    (("items", 0), ["no", "object"], "Expected `object`"),
    (("fulfillments", 0, "stops"), {"S1": {}}, "Expected `array"),
    (("items",), "none", "Expected `array"),
    (("descriptor",), 7, "Expected `object"),
    *(((*TERMS, 1, "cancellation_fee", "percentage"), share, "a fee") for share in SHARES),
    ((*TERMS, 1, "cancel_by", "timestamp"), "2026-12-09T14:30:00", "zone"),
    ((*TERMS, 0, "cancel_by", "duration"), "P1M", "duration"),
    ((*TERMS, 0, "cancel_by", "duration"), "P9999D", "window"),
    (TERMS, [{"cancel_by": {"duration": "PT60M"}, "cancellation_fee": {"percentage": "0.00"}}] * 200, "windows"),
]  # fmt: skip

# The same of the Taj (its deluxe rooms).
SPOILT_HOTELS = [
    *((("items", 0, "price", "value"), price, "amount") for price in PRICES if price != "0.00"),
    (("items", 0, "price", "currency"), "USD", "rupees"),
    (("items", 0, "id"), "taj-mahal-palace-mumbai.<b>", "<b>"),
    (("items", 0, "id"), "lemon-tree-mumbai.DELUXE", "another hotel"),
    *((("items", 0, "quantity", "available", "count"), count, "left") for count in (-1, 10**6)),
    (("items", 0, "descriptor", "name"), "Deluxe\u202e", "characters"),
    *((("descriptor", "name"), name, "characters") for name in NAMES),
    (("locations", 0, "address"), "Apollo\x1bBunder", "characters"),
    (("locations", 0, "city", "name"), "Mum\u2067bai", "characters"),
    (("locations", 0, "rating"), "6", "five stars"),
    (("locations", 0, "rating"), "٥", "small number"),
    (("locations",), MISSING, "nowhere"),
    *(((*TERMS, 1, "cancellation_fee", "percentage"), share, "a fee") for share in SHARES),
    ((*TERMS, 0, "cancel_by", "timestamp"), "2026-02-30T14:00:00+05:30", "taj"),
]  # fmt: skip
# The same by the code of a tag: of the hotel, or of its room.
SPOILT_TAGS = [
    ("HOTEL", "CHECK_IN", "25:00", "hour"),
    ("HOTEL", "CHECK_IN", "2 pm", "not an hour"),
    ("HOTEL", "TIME_ZONE", "../../etc/passwd", "passwd"),
    ("HOTEL", "TIME_ZONE", "Asia", "zone"),
    ("HOTEL", "TIME_ZONE", "Mars/Olympus", "Olympus"),
    ("NIGHTS", "2026-12-11", "-15000.00", "amount"),
    ("NIGHTS", "2026-12-11", "15000.01", "sum of its parts"),
    ("OCCUPANCY", "MAX_GUESTS", "-3", "small number"),
    ("OCCUPANCY", "MAX_GUESTS", "3" * 400, "small number"),
    ("BOARD", "PLAN", "<b>", "board"),
    ("FARE_BREAKUP", "BASE", "0.00", "sum of its parts"),
    ("FARE_BREAKUP", "CGST", "NaN", "amount"),
]


@pytest.fixture
def warnings(caplog):
    """`warnings()`: what was logged since the last time, each line with its facts."""
    caplog.set_level(logging.WARNING)

    def since():
        lines = [f"{each.getMessage()} {getattr(each, 'facts', '')}" for each in caplog.records]
        caplog.clear()
        return lines

    return since


def in_seller(seller_id: str, spoil):
    """A change of the catalogue: of the seller with that id."""

    def change(message):
        [seller] = [each for each in message["message"]["catalog"]["providers"] if each["id"] == seller_id]
        spoil(seller)
        return message

    return change


def tag_value(code: str, name: str, value: str):
    def spoil(seller):
        tags = [*seller["tags"], *seller["items"][0]["tags"]]
        [tag] = [each for each in tags if each["descriptor"]["code"] == code]
        [pair] = [each for each in tag["list"] if each["descriptor"]["code"] == name]
        pair["value"] = value

    return spoil


def faults_of(get, tampering: Tampering, warnings, rows, spoilt: str, good: str) -> list:
    """The rows that do not end as they should: a page, the good offer on it, the spoilt not, and a line in the log."""
    wrong = []
    for label, change, line in rows:
        tampering.change = change
        page, logged = get(), warnings()
        told = [each for each in logged if "an offer was left out" in each and line in each]
        answered = f"/offers/{good}" in page.text
        if (page.status_code, f"/offers/{spoilt}" in page.text, answered, bool(told)) != (
            200,
            False,
            True,
            True,
        ):
            wrong.append((label, page.status_code, logged))
    return wrong


def test_the_untouched_offers_are_all_there(asha, on_sale, hotels_app, warnings):
    """The control: what is spoilt below is good before."""
    on_sale("6E-5678"), on_sale("AI-1234")
    with hotels_app.app_context():
        nights_on_sale(DELUXE), nights_on_sale(EXECUTIVE)

    flights, hotels = asha.site.get(FLIGHTS).text, asha.site.get(HOTELS).text

    assert all(f"~{number}." in flights for number in ("6E-5678", "AI-1234"))
    assert all(f"~{item}?" in hotels for item in (DELUXE, EXECUTIVE))
    assert warnings() == []


def test_a_flight_out_of_shape_disappears_with_a_line_in_the_log(asha, on_sale, tampering, warnings):
    spoilt, good = on_sale("6E-5678"), on_sale("AI-1234")
    tampering("flights", "search")
    rows = [
        ((path, value), in_seller("6E", lambda seller, p=path, v=value: put(seller, p, v)), line)
        for path, value, line in SPOILT_FLIGHTS
    ]

    wrong = faults_of(
        lambda: asha.site.get(FLIGHTS), tampering, warnings, rows, f"flights~{spoilt}", f"flights~{good}"
    )

    assert not wrong, "\n".join(map(str, wrong))


def test_a_room_out_of_shape_disappears_with_a_line_in_the_log(asha, hotels_app, tampering, warnings):
    with hotels_app.app_context():
        nights_on_sale(DELUXE), nights_on_sale(EXECUTIVE)
    tampering("hotels", "search")
    taj = "taj-mahal-palace-mumbai"
    rows = [
        ((path, value), in_seller(taj, lambda seller, p=path, v=value: put(seller, p, v)), line)
        for path, value, line in SPOILT_HOTELS
    ] + [(row[:3], in_seller(taj, tag_value(*row[:3])), row[3]) for row in SPOILT_TAGS]

    wrong = faults_of(
        lambda: asha.site.get(HOTELS), tampering, warnings, rows, f"hotels~{DELUXE}", f"hotels~{EXECUTIVE}"
    )

    assert not wrong, "\n".join(map(str, wrong))
