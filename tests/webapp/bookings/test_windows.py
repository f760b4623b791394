"""Cancelling in every window, one second before, at and after each boundary: what the page says is what comes back.

The figures are worked out by hand from rules.md (Terms and refunds; Prices and taxes) and written out, so that no code of
the product checks itself: page = provider = gateway = ledger = the figure here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bpp_services.air.models import Booking as AirBooking
from bpp_services.air.models import Departure
from bpp_services.hotels.models import Booking as HotelBooking
from bpp_services.hotels.models import RoomNight
from chassis import clock as chassis_clock
from chassis.database import db
from tests.bpp_services.air.stopped_clock import StoppedClock
from tests.bpp_services.hotels.cast import DELUXE, EXECUTIVE, nights_on_sale
from tests.factories import MORNING, a_departure
from tests.journeys.traveller import ADULT, PASSPORT
from tests.webapp.buyer import Books, Buyer
from webapp.payments.sandbox_gateway.payment import Payment as AtTheGateway


def born(day: int, month: int, year: int) -> dict[str, str]:
    return {"born_on-day": str(day), "born_on-month": str(month), "born_on-year": str(year)}


SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

HOUR_OVER = MORNING + HOUR  # everybody books at ten in the morning, while the clock stands still
DEPARTS = datetime(2026, 12, 11, 9, 0, tzinfo=UTC)  # 6E-5678, 14:30 in Bengaluru
DEPARTS_ABROAD = datetime(2026, 12, 10, 21, 5, tzinfo=UTC)  # BA-201, 02:35 on the 11th in Mumbai
CHECK_IN = datetime(2026, 12, 11, 8, 30, tzinfo=UTC)  # 14:00 in Mumbai

MIRA = {"given_name": "Mira", "family_name": "Rao", "gender": "FEMALE", **born(15, 1, 2019)}
KABIR = {"given_name": "Kabir", "family_name": "Rao", "gender": "MALE", **born(30, 6, 2025)}
STAY = "checkin=2026-12-11&checkout=2026-12-13&rooms=1&adults=2"


@dataclass(frozen=True, eq=False)
class Product:
    """What is booked and at whom; `put_on_sale()`, in its provider's app context, gives the item."""

    service: str
    put_on_sale: Callable[[], str]
    travellers: tuple[dict, ...]
    total: str
    party: str = "adults=1"

    @property
    def booking(self) -> type:
        return HotelBooking if self.service == "hotels" else AirBooking

    def taken(self) -> int:
        """Seats, or rooms of all nights, that are not on sale."""
        if self.service == "hotels":
            return db.session.scalar(select(db.func.sum(RoomNight.rooms - RoomNight.rooms_available)))
        return db.session.scalar(select(db.func.sum(Departure.seats - Departure.seats_available)))


# 4,200.00 and 5 % GST are 4,410.00; 250.00 of airport charges come back whatever happens.
DOMESTIC = Product(
    "flights", lambda: a_departure("6E-5678", airport_charges_minor=25_000), (ADULT,), "4,660.00"
)
# 45,000.00 in business and 18 % GST.
ABROAD = Product("international_flights", lambda: a_departure("BA-201"), (ADULT | PASSPORT,), "53,100.00")
# Two nights at 15,000.00 and 18 % GST.
HOTEL = Product(
    "hotels",
    lambda: nights_on_sale(DELUXE),
    ({"given_name": "Asha", "family_name": "Rao"},),
    "35,400.00",
    STAY,
)


@dataclass(frozen=True)
class Sums:
    kept: str
    back: str


FREE = Sums("0.00", "4,660.00")
FIFTH = Sums("882.00", "3,778.00")  # 840.00 of 4,200.00, and 42.00 of GST on it
ALL = Sums("4,410.00", "250.00")

FREE_ABROAD = Sums("0.00", "53,100.00")
THIRTY = Sums("15,930.00", "37,170.00")  # 13,500.00 of 45,000.00, and 2,430.00 of GST on it
ALL_ABROAD = Sums("53,100.00", "0.00")

FREE_STAY = Sums("0.00", "35,400.00")
HALF = Sums("17,700.00", "17,700.00")  # 7,500.00 a night, and 1,350.00 of GST on each

# When it is booked, when it is cancelled, and the sums. A moment that decides has a second on either side.
WINDOWS = {
    DOMESTIC: [
        (MORNING, HOUR_OVER - SECOND, FREE),
        (MORNING, HOUR_OVER, FREE),
        (MORNING, HOUR_OVER + SECOND, FIFTH),
        (MORNING, DEPARTS - 48 * HOUR - SECOND, FIFTH),
        (MORNING, DEPARTS - 48 * HOUR, FIFTH),
        (MORNING, DEPARTS - 48 * HOUR + SECOND, ALL),
        (MORNING, DEPARTS - SECOND, ALL),
        (MORNING, DEPARTS, ALL),
        # Booked the day before: the hour is free, and no fifth comes after it.
        (DEPARTS - 24 * HOUR, DEPARTS - 23 * HOUR, FREE),
        (DEPARTS - 24 * HOUR, DEPARTS - 23 * HOUR + SECOND, ALL),
    ],
    ABROAD: [
        (MORNING, HOUR_OVER - SECOND, FREE_ABROAD),
        (MORNING, HOUR_OVER, FREE_ABROAD),
        (MORNING, HOUR_OVER + SECOND, THIRTY),
        (MORNING, DEPARTS_ABROAD - 48 * HOUR - SECOND, THIRTY),
        (MORNING, DEPARTS_ABROAD - 48 * HOUR, THIRTY),
        (MORNING, DEPARTS_ABROAD - 48 * HOUR + SECOND, ALL_ABROAD),
        (MORNING, DEPARTS_ABROAD - SECOND, ALL_ABROAD),
        (MORNING, DEPARTS_ABROAD, ALL_ABROAD),
        # Booked a minute before sales close: the hour ends a minute before the departure.
        (DEPARTS_ABROAD - 61 * MINUTE, DEPARTS_ABROAD - MINUTE, FREE_ABROAD),
        (DEPARTS_ABROAD - 61 * MINUTE, DEPARTS_ABROAD - MINUTE + SECOND, ALL_ABROAD),
    ],
    HOTEL: [
        (MORNING, HOUR_OVER + SECOND, FREE_STAY),  # a stay knows no hour after booking
        (MORNING, CHECK_IN - 48 * HOUR - SECOND, FREE_STAY),
        (MORNING, CHECK_IN - 48 * HOUR, FREE_STAY),
        (MORNING, CHECK_IN - 48 * HOUR + SECOND, HALF),
        (MORNING, CHECK_IN - SECOND, HALF),
        (MORNING, CHECK_IN, HALF),
        # Booked on the boundary itself: the second of booking decides.
        (CHECK_IN - 48 * HOUR, CHECK_IN - 48 * HOUR, FREE_STAY),
        (CHECK_IN - 48 * HOUR + SECOND, CHECK_IN - 48 * HOUR + SECOND, HALF),
        (CHECK_IN, CHECK_IN, HALF),
    ],
}
TOO_LATE = {
    DOMESTIC: (DEPARTS, "The flight left on 11 December at 14:30; it can no longer be cancelled"),
    ABROAD: (DEPARTS_ABROAD, "The flight left on 11 December at 02:35; it can no longer be cancelled"),
    HOTEL: (CHECK_IN, "The stay began on 11 December at 14:00; it can no longer be cancelled"),
}


def minor(rupees: str) -> int:
    return int(rupees.replace(",", "").replace(".", ""))


@pytest.fixture
def clock(monkeypatch):
    """Stands still: where one second decides what comes back, no slow machine may decide it."""
    stopped = StoppedClock()
    monkeypatch.setattr(chassis_clock, "now", stopped.now)
    return stopped


@dataclass
class Booked:
    """A confirmed booking of a product, and what everybody says of it."""

    product: Product
    buyer: Buyer
    provider: Flask
    gateway: Flask
    books: Books

    def __post_init__(self):
        self.reference = self.buyer.reference
        self.page = f"/bookings/{self.reference}/cancellation"

    def at_the_provider(self) -> tuple[str, int]:
        """(status, refund) of the booking there."""
        with self.provider.app_context():
            kind = self.product.booking
            theirs = db.session.scalars(select(kind).where(kind.platform_booking_id == self.reference)).one()
            return theirs.booking_status, theirs.refund_minor

    def taken(self) -> int:
        with self.provider.app_context():
            return self.product.taken()

    def at_the_gateway(self) -> int:
        """What was refunded."""
        with self.gateway.app_context():
            of_it = AtTheGateway.description.contains(self.reference)
            return db.session.scalars(select(AtTheGateway.refunded_minor).where(of_it)).one()

    def preview(self):
        return self.buyer.site.get(self.page)

    def press(self, preview):
        return self.buyer.site.submit(preview, "/cancellation")

    def cancel_as_shown(self, sums: Sums):
        """Open the preview, see the figures, press the button."""
        preview = self.preview()
        assert figures(preview) == (self.product.total, sums.kept, sums.back)
        button = (
            f"Cancel and get {words(sums.back)} back" if minor(sums.back) else "Cancel and get nothing back"
        )
        assert button in preview.text
        return self.buyer.follow(self.press(preview))

    def is_settled(self, sums: Sums) -> None:
        """Provider, gateway and ledger agree with the figure worked out by hand, and the inventory is back."""
        assert self.at_the_provider() == ("CANCELLED", minor(sums.back))
        assert self.at_the_gateway() == minor(sums.back)
        assert self.books.balance(self.reference) == (minor(sums.kept), minor(sums.kept))
        assert self.books.state(self.reference) == "CANCELLED"
        assert self.taken() == 0

    def is_untouched(self) -> None:
        total = minor(self.product.total)
        assert self.at_the_provider() == ("CONFIRMED", 0)
        assert self.at_the_gateway() == 0
        assert self.books.balance(self.reference) == (total, total)
        assert self.books.state(self.reference) == "CONFIRMED"
        assert self.taken() > 0


def words(rupees: str) -> str:
    """As sentences have it: no paise when there are none."""
    return f"₹{rupees.removesuffix('.00')}"


def figures(page) -> tuple[str, ...]:
    """Paid, kept and back, as the refund table says them."""
    table = page.text.split('<table class="sums">', 1)[1].split("</table>")[0]
    return tuple(cell.split("<")[0].lstrip("−₹") for cell in table.split('<td class="num">')[1:])


@pytest.fixture
def booked(asha, services, gateway_app, books, clock):
    """`booked(DOMESTIC, at)`: bought and paid for by Asha at an instant; again and again."""
    items: dict[Product, str] = {}

    def book(product: Product, at: datetime = MORNING, paid_at: datetime | None = None) -> Booked:
        provider = services[product.service]
        clock.set(MORNING)
        if product not in items:
            with provider.app_context():
                items[product] = product.put_on_sale()
        clock.set(at)
        page = asha.to_travellers(items[product], product.service, product.party)
        pay = asha.hold(asha.follow(asha.name_them(page, *product.travellers)))
        clock.set(paid_at or at)
        confirmed = asha.press(asha.to_the_gateway(pay), "authorisation")
        assert "You are booked" in confirmed.text
        return Booked(product, asha, provider, gateway_app, books)

    return book


each_product = pytest.mark.parametrize("product", WINDOWS, ids=lambda product: product.service)


@each_product
def test_what_the_page_says_is_what_comes_back_on_both_sides_of_every_second(booked, clock, product):
    for at, instant, sums in WINDOWS[product]:
        booking = booked(product, at)
        clock.set(instant)

        cancelled = booking.cancel_as_shown(sums)

        said = f"{words(sums.back)} is on its way" if minor(sums.back) else "By its terms nothing comes back"
        assert "Your booking is cancelled" in cancelled.text
        assert said in cancelled.text
        booking.is_settled(sums)


@each_product
def test_once_it_has_begun_nothing_is_cancelled_and_nothing_comes_back(booked, clock, product):
    last, sentence = TOO_LATE[product]
    booking = booked(product)
    early = booking.preview()

    for later in (SECOND, timedelta(days=3)):  # the second that is over, and the traveller who never came
        clock.set(last + later)
        for answer in (booking.preview(), booking.press(early)):
            assert answer.status_code == 409
            assert sentence in answer.text
        booking.is_untouched()


def test_a_stay_booked_after_its_check_in_time_cannot_be_cancelled_at_all(booked):
    booking = booked(HOTEL, CHECK_IN + SECOND)

    assert booking.preview().status_code == 409
    booking.is_untouched()


def test_the_hour_after_booking_ends_with_the_departure(booked, clock):
    """Held 61 minutes before and paid 52: the hour would end eight minutes after the door has closed."""
    in_time = booked(DOMESTIC, DEPARTS - 61 * MINUTE, paid_at=DEPARTS - 52 * MINUTE)
    clock.set(DEPARTS)
    in_time.cancel_as_shown(FREE)
    in_time.is_settled(FREE)
    late = booked(DOMESTIC, DEPARTS - 61 * MINUTE, paid_at=DEPARTS - 52 * MINUTE)

    clock.set(DEPARTS + SECOND)

    assert late.preview().status_code == 409
    late.is_untouched()


# ---- to the paisa, where nothing comes out even

# 4,321.55 and 216.08 of GST (216.0775), and 250.00 of charges, three times; an infant's tenth is 432.16 (432.155) and 21.61.
THE_RAOS = Product(
    "flights",
    lambda: a_departure("6E-5678", fare_minor=432_155, airport_charges_minor=25_000),
    (ADULT, ADULT | {"given_name": "Ravi", "gender": "MALE"}, MIRA, KABIR),
    "14,816.66",
    "adults=2&children=1&infants=1",
)
# 3 × (864.31 + 43.22 of GST) and 86.43 + 4.32
FIFTH_OF_THE_RAOS = Sums("2,813.34", "12,003.32")
# 3 × 4,537.63 and 453.77
ALL_OF_THE_RAOS = Sums("14,066.66", "750.00")
# 2 rooms for 3 nights at 3,333.33, and 83.33 each (83.33325) of CGST and SGST at 2.5 %
TWO_ROOMS = Product(
    "hotels",
    lambda: nights_on_sale(EXECUTIVE, rate_minor=333_333),
    HOTEL.travellers,
    "20,999.94",
    "checkin=2026-12-11&checkout=2026-12-14&rooms=2&adults=4",
)
# 6 × (1,666.67 and twice 41.67 of GST)
HALF_OF_TWO_ROOMS = Sums("10,500.06", "10,499.88")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("product", "instant", "sums"),
    [
        (THE_RAOS, DEPARTS - 48 * HOUR, FIFTH_OF_THE_RAOS),
        (THE_RAOS, DEPARTS, ALL_OF_THE_RAOS),
        (TWO_ROOMS, CHECK_IN, HALF_OF_TWO_ROOMS),
    ],
    ids=["a fifth of the Raos", "all of the Raos", "half of two rooms"],
)
def test_it_is_right_to_the_paisa_for_several_travellers_and_rooms(booked, clock, product, instant, sums):
    booking = booked(product)

    clock.set(instant)
    booking.cancel_as_shown(sums)

    booking.is_settled(sums)


# ---- shown in one window, pressed in the next


@each_product
def test_what_was_shown_in_the_last_second_of_a_window_holds_for_ten_minutes(booked, clock, product):
    last, shown = {
        DOMESTIC: (DEPARTS - 48 * HOUR, FIFTH),
        ABROAD: (DEPARTS_ABROAD, ALL_ABROAD),
        HOTEL: (CHECK_IN - 48 * HOUR, FREE_STAY),
    }[product]
    booking = booked(product)
    clock.set(last)
    preview = booking.preview()
    assert figures(preview) == (product.total, shown.kept, shown.back)

    clock.set(last + 10 * MINUTE - 15 * SECOND)  # which it may be on its way
    again = booking.preview()
    booking.press(preview)

    assert figures(again) == figures(preview)
    booking.is_settled(shown)


NEXT_WINDOW = {
    DOMESTIC: (HOUR_OVER, FREE, FIFTH),
    ABROAD: (DEPARTS_ABROAD - 48 * HOUR, THIRTY, ALL_ABROAD),
    HOTEL: (CHECK_IN - 48 * HOUR, FREE_STAY, HALF),
}


@each_product
def test_what_no_longer_holds_is_not_done_but_shown_anew_and_asked_again(booked, clock, product):
    last, shown, now = NEXT_WINDOW[product]
    booking = booked(product)
    clock.set(last)
    preview = booking.preview()
    assert figures(preview) == (product.total, shown.kept, shown.back)

    clock.set(last + 10 * MINUTE + SECOND)
    again = booking.press(preview)

    assert again.status_code == 409
    assert "By now less comes back than you were shown" in again.text
    assert figures(again) == (product.total, now.kept, now.back)
    booking.is_untouched()
    booking.buyer.follow(booking.press(again))
    booking.is_settled(now)


def test_a_page_left_open_holds_as_long_as_the_figures_do(booked, clock):
    booking = booked(DOMESTIC)
    clock.set(HOUR_OVER + SECOND)
    preview = booking.preview()

    clock.set(DEPARTS - 48 * HOUR)
    booking.buyer.follow(booking.press(preview))

    booking.is_settled(FIFTH)


@pytest.mark.parametrize(
    "changes",
    [{"kept-1": None}, {"kept-1": "🛫"}, {"kept-1": "-1"}, {"kept-1": "-" + "9" * 5_000}, {"item": None}],
    ids=["left out", "garbage", "negative", "huge", "no item"],
)
def test_a_form_that_says_nothing_of_what_was_shown_is_asked_again(booked, clock, changes):
    booking = booked(DOMESTIC)
    preview = booking.preview()
    clock.set(HOUR_OVER + SECOND)

    again = booking.buyer.site.submit(preview, "/cancellation", **changes)

    assert again.status_code == 409
    assert figures(again) == (DOMESTIC.total, FIFTH.kept, FIFTH.back)
    booking.is_untouched()
