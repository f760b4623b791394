"""What a search must say, and the sentence for each thing that can be wrong with it."""

from datetime import date, timedelta
from typing import Any

from wtforms import Form, IntegerField, SelectField, StringField, fields
from wtforms.validators import ValidationError

from beckn import air, hotels
from beckn.air import CABINS, Party
from chassis import clock
from webapp.places import directory as places
from webapp.places.directory import Place

DAYS_AHEAD = 365
MOST_PAIRS = 4


class WholeNumber(IntegerField):
    """A number that a person types; nothing typed means the default."""

    def __init__(self, label: str, least: int, most: int, **options: Any):
        super().__init__(label, **options)
        self.least, self.most = least, most

    def process_formdata(self, valuelist):
        if valuelist and valuelist[0].strip():
            self.data = _number(valuelist[0].strip()[:6])
        else:
            self.data = self.default

    def pre_validate(self, form):
        if self.data is None:
            raise ValidationError(f"{self.label.text} must be a whole number")
        if not self.least <= self.data <= self.most:
            raise ValidationError(f"{self.label.text} must be between {self.least} and {self.most}")


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


class DateField(fields.DateField):
    """A date that a person types; what is none is missing, and its form has the sentence for that."""

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist[:1])
        except ValueError:
            self.data = None


class SearchForm(Form):
    """A GET form: what was typed stays in the address."""

    def place(self, field: StringField, meant: str) -> Place:
        """The place of a field. Raises ValidationError with a sentence, and a suggestion when there is one."""
        text = (field.data or "").strip()
        if not text:
            raise ValidationError(f"Enter {meant}")
        place = places.find(text)
        if place is None:
            near = places.closest(text)
            hint = f" Did you mean {near}?" if near else " Try a city, or an airport’s three letters."
            raise ValidationError(f"We do not know “{text[:40]}”.{hint}")
        return place


def check_day(day: date | None, zone: str, what: str) -> None:
    """Raises ValidationError for no date, one in the past there, or one too far ahead."""
    if day is None:
        raise ValidationError(f"Enter a {what} date, like {clock.today(zone) + timedelta(days=14)}")
    if day < clock.today(zone):
        raise ValidationError(f"The {what} date is in the past: choose today or later")
    if day > clock.today(zone) + timedelta(days=DAYS_AHEAD):
        raise ValidationError(f"The {what} date is more than a year away: nothing is on sale yet")


class FlightForm(SearchForm):
    from_ = StringField("From", name="from")
    to = StringField("To")
    depart = DateField("Departure")
    adults = WholeNumber("Adults", 1, 9, default=1)
    children = WholeNumber("Children", 0, 8, default=0)
    infants = WholeNumber("Infants", 0, 9, default=0)
    cabin = SelectField(
        "Cabin",
        choices={"": "Any cabin"} | CABINS,
        default="",
        validate_choice=False,
    )

    def validate_from_(self, field):
        self.origin = self.place(field, "where you leave from")

    def validate_to(self, field):
        self.destination = self.place(field, "where you go")
        origin = getattr(self, "origin", None)
        if origin and set(origin.codes) & set(self.destination.codes):
            raise ValidationError("You leave from there: choose another place to go")

    def validate_depart(self, field):
        origin = getattr(self, "origin", None)
        check_day(field.data, origin.airports[0].zone if origin else "Asia/Kolkata", "departure")

    def validate_infants(self, _field):
        fault = self.party.fault() if None not in (self.adults.data, self.children.data) else None
        if fault and not (self.adults.errors or self.children.errors):
            raise ValidationError(f"{fault[0].upper()}{fault[1:]}")

    def validate_cabin(self, field):
        if field.data and field.data not in CABINS:
            raise ValidationError("Choose a cabin from the list, or any")

    @property
    def party(self) -> Party:
        return Party(self.adults.data or 0, self.children.data or 0, self.infants.data or 0)

    def searches(self) -> list[air.Search]:
        """One search for each pair of airports, after `validate()`."""
        pairs = [(a.iata, b.iata) for a in self.origin.airports for b in self.destination.airports]
        return [
            air.Search(origin, destination, self.depart.data, self.party, self.cabin.data or None)
            for origin, destination in pairs[:MOST_PAIRS]
        ]


class HotelForm(SearchForm):
    city = StringField("City")
    checkin = DateField("Check-in")
    checkout = DateField("Check-out")
    rooms = WholeNumber("Rooms", 1, hotels.MOST_ROOMS, default=1)
    adults = WholeNumber("Adults", 1, hotels.MOST_GUESTS, default=2)
    children = WholeNumber("Children", 0, hotels.MOST_GUESTS, default=0)

    def validate_city(self, field):
        self.where = self.place(field, "the city you want to stay in")

    def validate_checkin(self, field):
        check_day(field.data, "Asia/Kolkata", "check-in")

    def validate_checkout(self, field):
        if field.data is None:
            raise ValidationError("Enter a check-out date, after check-in")
        if self.checkin.data and not self.checkin.errors:
            fault = self.stay.dates_fault()
            if fault:
                raise ValidationError(f"{fault[0].upper()}{fault[1:]}")

    def validate_children(self, _field):
        numbers = (self.rooms, self.adults)
        if not any(each.errors for each in numbers) and all(each.data is not None for each in numbers):
            fault = self.stay.party_fault() if self.checkin.data and self.checkout.data else None
            if fault:
                raise ValidationError(f"{fault[0].upper()}{fault[1:]}")

    @property
    def stay(self) -> hotels.Stay:
        return hotels.Stay(
            check_in=self.checkin.data,
            check_out=self.checkout.data,
            rooms=self.rooms.data or 0,
            adults=self.adults.data or 0,
            children=self.children.data or 0,
        )

    def searches(self) -> list[hotels.Search]:
        """The one search, after `validate()`; none when we know of no hotels in such a place."""
        if not self.where.std_code:
            return []
        return [hotels.Search(**vars(self.stay), city=self.where.std_code)]
