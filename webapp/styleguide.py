"""The style guide: every component in every state, by the same macros as the pages, with people and offers made up here.

For those who build the site: production has no such page.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Optional

from beckn.air import Fare, Halt, Party
from webapp import assets
from webapp.accounts.theme import THEMES, chosen
from webapp.bookings.refunds import Refund
from webapp.bookings.timeline import Moment
from webapp.bookings.views import INDIA, in_india, steps_of
from webapp.checkout.forms import BirthDate
from webapp.documents.tickets import Named, Ticket
from webapp.search import days
from webapp.search.forms import FlightForm, HotelForm
from webapp.search.narrowing import SORTS, Option
from webapp.search.offers import FlightOffer, HotelOffer, Term
from webapp.search.results import ProviderState
from webapp.search.where_to import Card

bp = Blueprint("styleguide", __name__)

DAY = date(2026, 12, 11)
BOOKING_STATES = (
    "DRAFT", "HOLDING", "AWAITING_PAYMENT", "CONFIRMING", "CAPTURING", "CONFIRMED", "COMPENSATING", "EXPIRED", "ABANDONED",
    "FAILED", "CANCELLING", "CANCELLED", "PARTIALLY_CANCELLED",
)  # fmt: skip
AREAS = ("css/admin.css", "css/booking.css", "css/results.css", "css/search.css")
UNDER_WAY = ("HOLDING", "CONFIRMING", "CONFIRMED", "COMPENSATING")


@bp.get("/styleguide")
def show():
    """`theme=light` or `theme=dark` shows it so, whatever the system prefers."""
    theme = request.args.get("theme")
    return render_template(
        "styleguide/page.html",
        theme=theme if theme in THEMES else chosen(),
        flights=flights(),
        stays=stays(),
        cards=cards(),
        listing=a_listing(),
        month=(month := a_month()),
        line=days.line(month),
        days=[(DAY, moments())],
        refunds=refunds(),
        tickets=tickets(),
        states=provider_states(),
        search=searches(),
        form=_filled_form(),
        wrong=_wrong_form(),
        steps={state: steps_of(SimpleNamespace(state=state)) for state in UNDER_WAY},  # type: ignore[arg-type]
        booking_states=BOOKING_STATES,
        held_until=at(14, 42),
        in_india=in_india,
        icons=re.findall(r'<symbol id="([^"]+)"', assets.find("icons/sprite.svg").body.decode()),
        sheets=[each for each in AREAS if assets.exists(each)],
        travellers=[SimpleNamespace(kind="ADULT"), SimpleNamespace(kind="CHILD")],
    )


class ExampleForm(Form):
    """A field of each kind."""

    name = StringField("Family name", [DataRequired("Enter the family name, as in the passport")])
    phone = StringField("Mobile", [Optional()])
    on = DateField("Departure", [DataRequired("Enter the day of departure")])
    cabin = SelectField("Cabin", choices={"": "Any cabin", "ECONOMY": "Economy"})
    meal = RadioField(
        "Meal",
        [DataRequired("Choose a meal, or none")],
        choices={"VEGETARIAN": "Vegetarian", "NONE": "No meal"},
    )
    agree = BooleanField("Tell me when the price falls")
    note = TextAreaField("A word for the hotel", [Optional()])
    born_on = FormField(BirthDate, "Date of birth")


def _filled_form() -> ExampleForm:
    typed = {"name": "Asha Rao", "on": DAY.isoformat(), "meal": "VEGETARIAN"}
    return ExampleForm(
        MultiDict({f"example-{name}": value for name, value in typed.items()}), prefix="example-"
    )


def _wrong_form() -> ExampleForm:
    form = ExampleForm(
        MultiDict({"wrong-born_on-day": "31", "wrong-born_on-month": "2", "wrong-born_on-year": "1988"}),
        prefix="wrong-",
    )
    form.validate()
    return form


def at(hour: int, minute: int, days: int = 0, zone: ZoneInfo = INDIA) -> datetime:
    return datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=zone) + timedelta(days=days)


BENGALURU = ("BLR", "Kempegowda International Airport", "Bengaluru", "IND")
MUMBAI = ("BOM", "Chhatrapati Shivaji Maharaj International Airport", "Mumbai", "IND")
LONDON = ("LHR", "Heathrow Airport", "London", "GBR")


def flights() -> list[FlightOffer]:
    """One in the morning; the last seats, for a family, landing a day later; one that cannot be cancelled."""
    free = Term(Decimal(0), "base fare", within_minutes=60)
    fifth = Term(Decimal(20), "base fare", until=at(14, 30, days=-2))
    whole = Term(Decimal(100), "base fare", until=at(14, 30))
    family = (
        Fare("ADULT", 2, 4_500_000, 810_000, 0),
        Fare("CHILD", 1, 4_500_000, 810_000, 0),
        Fare("INFANT", 1, 450_000, 81_000, 0),
    )
    return [
        _flight("6E-5678", "IndiGo", Halt(*BENGALURU, at(14, 30)), Halt(*MUMBAI, at(16, 30)), (free, fifth, whole)),
        _flight(
            "BA-201", "British Airways", Halt(*MUMBAI, at(22, 35)), Halt(*LONDON, at(3, 5, days=1, zone=ZoneInfo("Europe/London"))),
            (fifth, whole), fares=family, party=Party(2, 1, 1), cabin="BUSINESS", seats_left=4,
        ),
        _flight("AI-1234", "Air India", Halt(*BENGALURU, at(10, 0)), Halt(*MUMBAI, at(12, 0)), ()),
    ]  # fmt: skip


def _flight(
    number: str, airline: str, origin: Halt, destination: Halt, terms: tuple, **values
) -> FlightOffer:
    usual: dict[str, Any] = {
        "fares": (Fare("ADULT", 1, 420_000, 21_000, 0),),
        "party": Party(1),
        "cabin": "ECONOMY",
        "seats_left": 120,
    }
    return FlightOffer(
        item=f"{number}.20261211.ECONOMY",
        airline_code=number[:2],
        airline_name=airline,
        flight_number=number,
        aircraft="A321neo",
        origin=origin,
        destination=destination,
        currency="INR",
        terms=terms,
        provider="flights",
        provider_name="Domestic flights",
        url="#offer",
        **(usual | values),
    )


def stays() -> list[HotelOffer]:
    """Free to cancel, and the last room of a dear one with two rooms asked for."""
    free = Term(Decimal(0), "stay", until=at(14, 0, days=-2))
    half = Term(Decimal(50), "stay", until=at(14, 0))
    return [
        _stay("Lemon Tree", 3, "Superior room", "BREAKFAST", 650_000, (free, half)),
        _stay("Taj Mahal Palace", 5, "Luxury room, sea view", "ROOM_ONLY", 1_500_000, (half,), rooms=2, adults=4, rooms_left=1),
    ]  # fmt: skip


def _stay(
    hotel: str, stars: int, room: str, board: str, night_minor: int, terms: tuple, **values
) -> HotelOffer:
    rooms = values.get("rooms", 1)
    base = 2 * rooms * night_minor
    usual: dict[str, Any] = {"rooms": 1, "adults": 2, "children": 0, "rooms_left": 20}
    return HotelOffer(
        item="lemon-tree.SUPERIOR",
        hotel_id="lemon-tree",
        hotel_name=hotel,
        stars=stars,
        address="Apollo Bunder, Colaba",
        city="Mumbai",
        room_code="SUPERIOR",
        room_name=room,
        board=board,
        size_m2=28,
        max_guests=2,
        check_in=at(14, 0),
        check_out=at(11, 0, days=2),
        nightly=((DAY, night_minor), (DAY + timedelta(days=1), night_minor)),
        base_minor=base,
        tax_minor=base * 5 // 100,
        currency="INR",
        terms=terms,
        provider="hotels",
        provider_name="Hotels",
        url="#offer",
        **(usual | values),
    )


def a_month() -> days.Month:
    """December: dearer at weekends, two days without a fare, one that nobody can ask for."""
    first = DAY.replace(day=1)
    dates = [first + timedelta(days=place) for place in range(31)]
    fares = {each: 450_000 + 90_000 * each.weekday() for each in dates if each.day not in (9, 24)}
    lowest = min(fares.values())
    shown = [
        days.Day(
            each, fares.get(each), "#travel", is_chosen=each == DAY, is_cheapest=fares.get(each) == lowest
        )
        for each in dates
    ]
    shown[7] = days.Day(dates[7], None, None)
    padded = [*[None] * first.weekday(), *shown, *[None] * (-(first.weekday() + len(shown)) % 7)]
    weeks = [padded[start : start + 7] for start in range(0, len(padded), 7)]
    return days.Month(first, weeks, [each for each in shown if each.is_cheapest])


def a_listing() -> SimpleNamespace:
    """Three offers, narrowed to two."""
    facet = SimpleNamespace(name="airline", title="Airlines")
    options = [
        Option("6E", "IndiGo", 1, True),
        Option("BA", "British Airways", 1, True),
        Option("QR", "Qatar Airways", 0, False),
    ]
    found = flights()
    return SimpleNamespace(
        all=found,
        left=found[:2],
        states=provider_states(),
        wanted=SimpleNamespace(is_narrow=True, sort="best", most_minor=None),
        chips=[SimpleNamespace(words="IndiGo", url="#travel"), SimpleNamespace(words="British Airways", url="#travel")],
        facets=[(facet, options)],
        sorts=SORTS["flights"],
        sorted_by=lambda key: f"#{key}",
        without_filters="#travel",
        said_besides=[],
        address=SimpleNamespace(path="#"),
        cheapest=found[0],
        dearest=found[1],
    )  # fmt: skip


def moments() -> list[Moment]:
    """A flight, and the night after it."""
    flight, stay = flights()[0], stays()[0]
    flown, slept = (
        SimpleNamespace(offer=offer, item=SimpleNamespace(state="CONFIRMED", bpp_booking_id=reference))
        for offer, reference in ((flight, "6E-YVWVJD"), (stay, "9YZBZR"))
    )
    return [
        Moment(flight.origin.at, "departs", "Bengaluru (BLR)", flown, then="2 h in the air"),  # type: ignore[arg-type]
        Moment(flight.destination.at, "arrives", "Mumbai (BOM)", flown),  # type: ignore[arg-type]
        Moment(at(18, 0), "check_in", stay.hotel_name, slept),  # type: ignore[arg-type]
    ]


def tickets() -> list[Ticket]:
    """A flight for three, and a stay."""
    people = [("Asha Rao", "3120000000003"), ("Ravi Rao", "3120000000004"), ("Meera Rao", "3120000000005")]
    aboard, guest = tuple(Named(*each) for each in people), (Named("Asha Rao"),)
    return [
        Ticket(SimpleNamespace(offer=offer, item=SimpleNamespace(bpp_booking_id=number)), named, f"/check/{number}")  # type: ignore[arg-type]
        for offer, number, named in ((flights()[0], "6E-YVWVJD", aboard), (stays()[0], "9YZBZR", guest))
    ]  # fmt: skip


def refunds() -> list[Refund]:
    return [
        Refund(1_665_300, "Bengaluru to Mumbai", at(10, 5), None, None),
        Refund(871_500, "Lemon Tree, Mumbai", at(10, 5), at(10, 6), "pay_4TQ9"),
    ]


def cards() -> list[Card]:
    names = ("Goa", "Mumbai", "Delhi", "Dubai", "Kochi", "Jaipur", "London", "Singapore")
    return [
        Card(name, "non-stop", 320_000 + 95_000 * place, DAY + timedelta(days=place), "#travel")
        for place, name in enumerate(names)
    ]


def provider_states() -> list[ProviderState]:
    return [
        ProviderState("flights", "Domestic flights", "answered", 12, 0.3, ""),
        ProviderState("international_flights", "International flights", "not_asked", 0, 0.0, ""),
        ProviderState("hotels", "Hotels", "unavailable", 0, 2.5, ""),
    ]


def searches() -> SimpleNamespace:
    """The forms as they are first seen, filled in, and sent empty."""
    asked = MultiDict(
        {"from": "Bangalore", "to": "BOM", "depart": "2027-02-12", "adults": "2", "children": "1"}
    )
    wrong = FlightForm(MultiDict({"wrong-from": "Nowhere"}), prefix="wrong-")
    flown, stay = FlightForm(asked), HotelForm(MultiDict(), prefix="stay-")
    flown.validate()
    wrong.validate()
    return SimpleNamespace(flights=flown, wrong=wrong, hotels=stay)
