"""What a search must say, and the sentence for each thing that can be wrong with it."""

from datetime import date, timedelta
from typing import Any

from wtforms import Form, IntegerField, SelectField, StringField, fields
from wtforms.validators import ValidationError

from beckn import air, hotels
from beckn.air import CABINS, Party
from chassis import clock
from webapp.filters import day as in_words
from webapp.places import directory as places
from webapp.places.directory import Place
from webapp.search.pairs import airport_pairs
from webapp.wording import say_how_many

DAYS_AHEAD = 365
INDIA = "Asia/Kolkata"
ADULTS, CHILDREN, INFANTS, ROOMS = (
    ("%(num)d adult", "%(num)d adults"),
    ("%(num)d child", "%(num)d children"),
    ("%(num)d infant", "%(num)d infants"),
    ("%(num)d room", "%(num)d rooms"),
)


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

    typed = ""

    def process_formdata(self, valuelist):
        self.typed = "".join(valuelist[:1]).strip()
        try:
            super().process_formdata(valuelist[:1])
        except ValueError:
            self.data = None


class PlaceField(StringField):
    """A place by any of its names: `place` when it is known, else `near`, what may be meant. `rooms`: where one can stay."""

    def __init__(self, label: str, meant: str, rooms: bool = False, **options: Any):
        super().__init__(label, **options)
        self.data: str | None
        self.meant, self.rooms = meant, rooms
        self.place: Any = None  # the Place, once it is understood
        self.near: list[Place] = []

    @property
    def words(self) -> str:
        """The name of the place; of one that is not known, what was typed."""
        return places.plain_name(self.place) if self.place else self._typed[:40]

    def understand(self) -> Place | None:
        """The place; once it is known, the field says it in full ("BOM": "Mumbai (BOM)"). Rooms are sold by the city."""
        found = places.find(self.data)
        self.place = places.city_of(found) if found and self.rooms else found
        if self.place:
            self.data = self.written(self.place)
        return self.place

    def written(self, place: Place) -> str:
        """How this field says a place: airports matter to who flies."""
        return places.plain_name(place) if self.rooms else place.label

    @property
    def _typed(self) -> str:
        return (self.data or "").strip()

    def pre_validate(self, form):
        text = self._typed
        if not text:
            raise ValidationError(f"Enter {self.meant}")
        if self.understand() is None:
            self.near = places.meant_by(text, rooms=self.rooms)
            raise ValidationError(_unknown(text[:40], self.near))


def _unknown(text: str, near: list[Place]) -> str:
    if not near:
        return f"We do not know “{text}”. Try a city, or an airport’s three letters."
    if len(near) == 1:
        return f"We do not know “{text}”. Did you mean {places.plain_name(near[0])}?"
    return f"“{text}” may be several places: choose one, or type more of its name."


class SearchForm(Form):
    """A GET form: what was typed stays in the address."""

    @property
    def first_day(self) -> date:
        """The first and the last day that a calendar offers."""
        return clock.today(INDIA)

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=DAYS_AHEAD)

    def query(self) -> dict[str, str]:
        """What an address says of this search, and no more: usual values are left out, places have their shortest name."""
        said = {field.name: _said(field) for field in self}
        return {name: text for name, text in said.items() if text}

    def understand(self) -> None:
        """Write the places that are known in full; nothing is judged. For a form that nobody has sent."""
        for field in self:
            if isinstance(field, PlaceField):
                field.understand()


def _said(field: Any) -> str:
    if isinstance(field, PlaceField):
        return field.words
    return "" if field.data is None or field.data == field.default else str(field.data)


def check_day(day: date | None, zone: str, what: str) -> None:
    """Raises ValidationError for no date, one in the past there, or one too far ahead."""
    if day is None:
        raise ValidationError(f"Enter a {what} date, like {clock.today(zone) + timedelta(days=14)}")
    if day < clock.today(zone):
        raise ValidationError(f"The {what} date is in the past: choose today or later")
    if day > clock.today(zone) + timedelta(days=DAYS_AHEAD):
        raise ValidationError(f"The {what} date is more than a year away: nothing is on sale yet")


class FlightForm(SearchForm):
    from_ = PlaceField("From", "where you leave from", name="from")
    to = PlaceField("To", "where you go")
    depart = DateField("Departure")
    return_ = DateField("Return", name="return")
    adults = WholeNumber("Adults", 1, 9, default=1)
    children = WholeNumber("Children", 0, 8, default=0)
    infants = WholeNumber("Infants", 0, 9, default=0)
    cabin = SelectField(
        "Cabin",
        choices={"": "Any cabin"} | CABINS,
        default="",
        validate_choice=False,
    )

    @property
    def origin(self) -> Place:
        return self.from_.place

    @property
    def destination(self) -> Place:
        return self.to.place

    def validate_to(self, field):
        if not (self.origin and self.destination):
            return
        if set(self.origin.codes) & set(self.destination.codes):
            raise ValidationError("You leave from there: choose another place to go")
        city = places.city_of(self.origin)
        if city == places.city_of(self.destination):
            raise ValidationError(f"Both are airports of {city.name}: choose another city to go to")

    def validate_depart(self, field):
        check_day(field.data, self._zone(self.origin), "departure")

    def validate_return_(self, field):
        if not field.typed:
            return
        if field.data is None:
            raise ValidationError("Enter a return date, or leave it empty for one way")
        check_day(field.data, self._zone(self.destination), "return")
        if self.depart.data and not self.depart.errors and field.data < self.depart.data:
            leaves = in_words(self.depart.data)
            raise ValidationError(f"The return is before the departure: choose {leaves} or later")

    def _zone(self, place: Place | None) -> str:
        return place.airports[0].zone if place else INDIA

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

    @property
    def is_round_trip(self) -> bool:
        return self.return_.data is not None

    def searches(self) -> list[air.Search]:
        """One search for each pair of airports (`airport_pairs`), after `validate()`."""
        return self._searches(self.origin, self.destination, self.depart.data)

    def searches_back(self) -> list[air.Search]:
        """The searches of the way back, after `validate()`; none of a single journey."""
        return self._searches(self.destination, self.origin, self.return_.data) if self.is_round_trip else []

    def _searches(self, origin: Place, destination: Place, day: date) -> list[air.Search]:
        pairs = airport_pairs(origin, destination)
        return [air.Search(*pair, day, self.party, self.cabin.data or None) for pair in pairs]

    @property
    def place_words(self) -> str:
        """Delhi to Mumbai; … where nothing is said."""
        return f"{self.from_.words or '…'} to {self.to.words or '…'}"

    @property
    def date_words(self) -> str:
        """Fri 11 Dec 2026, back Mon 14 Dec 2026; empty without a date."""
        return ", back ".join(in_words(each) for each in (self.depart.data, self.return_.data) if each)

    @property
    def party_words(self) -> str:
        """2 adults, 1 child"""
        return _counted((self.adults, ADULTS), (self.children, CHILDREN), (self.infants, INFANTS))

    @property
    def cabin_words(self) -> str:
        return CABINS.get(self.cabin.data or "", "Any cabin")


class HotelForm(SearchForm):
    city = PlaceField("City", "the city you want to stay in", rooms=True)
    checkin = DateField("Check-in")
    checkout = DateField("Check-out")
    rooms = WholeNumber("Rooms", 1, hotels.MOST_ROOMS, default=1)
    adults = WholeNumber("Adults", 1, hotels.MOST_GUESTS, default=2)
    children = WholeNumber("Children", 0, hotels.MOST_GUESTS, default=0)

    def validate_checkin(self, field):
        check_day(field.data, INDIA, "check-in")

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
    def where(self) -> Place:
        return self.city.place

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

    @property
    def place_words(self) -> str:
        """Hotels in Mumbai; … where nothing is said."""
        return f"Hotels in {self.city.words or '…'}"

    @property
    def date_words(self) -> str:
        """Fri 11 Dec 2026 to Mon 14 Dec 2026; empty without a date."""
        return " to ".join(in_words(each) for each in (self.checkin.data, self.checkout.data) if each)

    @property
    def party_words(self) -> str:
        """1 room, 2 adults"""
        return _counted((self.rooms, ROOMS), (self.adults, ADULTS), (self.children, CHILDREN))


def _counted(*counted: tuple[WholeNumber, tuple[str, str]]) -> str:
    """What there is any of, each in words."""
    return ", ".join(say_how_many(*words, field.data) for field, words in counted if field.data)
