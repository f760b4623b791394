"""Who travels and how to reach them, and the sentence for each thing that can be wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, FormField, RadioField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from beckn import air
from beckn.people import LONGEST_NAME as LONGEST_WHOLE_NAME
from beckn.people import Passport, age
from webapp.accounts import emails, phones
from webapp.accounts.models import SavedTraveller
from webapp.bookings.models import Traveller
from webapp.filters import day
from webapp.places.directory import countries

LONGEST_NAME = 60
JOINERS = str.maketrans(
    dict.fromkeys("\u200c\u200d")
)  # keyboards of Indian scripts type them; no document has them
GENDERS = {"FEMALE": "Female", "MALE": "Male", "OTHER": "Other"}


class Sentence(StringField):
    """A line of text: blanks at its ends and doubled ones are no part of it, and no control character is."""

    def process_formdata(self, valuelist):
        self.data = " ".join(valuelist[0].translate(JOINERS).split()) if valuelist else ""


def check_text(field: StringField, longest: int, missing: str | None) -> None:
    """Raises ValidationError for nothing where `missing` says what to enter, too much, or what cannot be printed."""
    text = field.data or ""
    if missing and not text:
        raise ValidationError(missing)
    if len(text) > longest:
        raise ValidationError(f"{field.label.text} must be {longest} characters or fewer")
    if not text.isprintable():
        raise ValidationError(f"{field.label.text} has a character that cannot be printed")


class DateParts(Form):
    """A date that people know by heart, as three text inputs; `value` after a good `validate()`."""

    day = StringField("Day")
    month = StringField("Month")
    year = StringField("Year")
    missing = "Enter a date, like 23 3 1988"

    value: date | None = None

    def validate(self, extra_validators=None) -> bool:
        super().validate(extra_validators)
        texts = [(field.data or "").strip() for field in (self.day, self.month, self.year)]
        if not any(texts):
            return self._wrong(self.day, self.missing)
        try:
            numbers = [int(text) for text in texts if text.isascii() and len(text) <= 4]
            day, month, year = numbers
            self.value = date(year, month, day)
        except ValueError:
            return self._wrong(
                self.day, "That is not a real date: day, month and year in numbers, like 23 3 1988"
            )
        if year < 1900:
            return self._wrong(self.year, "The year needs four numbers, like 1988")
        return True

    def _wrong(self, field: StringField, sentence: str) -> bool:
        field.errors = [sentence]
        return False

    @classmethod
    def parts_of(cls, day: date | None) -> dict[str, str]:
        return {"day": str(day.day), "month": str(day.month), "year": str(day.year)} if day else {}


class BirthDate(DateParts):
    missing = "Enter a date of birth, like 23 3 1988"


class ExpiryDate(DateParts):
    missing = "Enter the day the passport expires, like 14 5 2031"


class SavedChoice(Form):
    """Which of the account's saved travellers is to fill a form."""

    who = SelectField("Fill in from a saved traveller", validate_choice=False)

    def __init__(self, travellers: Sequence[SavedTraveller], legend: str, prefix: str):
        self.legend = legend
        self._travellers = {str(each.place): each for each in travellers}
        super().__init__(prefix=prefix)
        names = {place: f"{each.name}, {day(each.born_on)}" for place, each in self._travellers.items()}
        self.who.choices = [("", "Choose"), *names.items()]

    def chosen(self, posted: Mapping[str, str]) -> SavedTraveller | None:
        """Says so at the field when none was chosen."""
        found = self._travellers.get(posted.get(self.who.name, ""))
        self.who.errors = [] if found else ["Choose whom to fill in, then press the button again"]
        return found


def fill(form: Form, values: Mapping[str, Any]) -> None:
    """Put `values` into the form, as if they had been typed; what the form does not ask for is left out."""
    for name, value in values.items():
        if name not in form:
            continue
        if isinstance(form[name], FormField):
            parts = value or dict.fromkeys(("day", "month", "year"), "")
            fill(form[name].form, parts)
        else:
            form[name].data = value or ""


class PersonForm(Form):
    """A name as in the passport; who has a single name leaves the given name empty. `legend` says whose form it is."""

    legend = ""
    saved: SavedChoice

    given_name = Sentence("Given name", [Optional()])
    family_name = Sentence("Family name, or only name")

    def validate_given_name(self, field):
        check_text(field, LONGEST_NAME, None)

    def validate_family_name(self, field):
        check_text(field, LONGEST_NAME, "Enter the family name, or the only name")
        given = self.given_name.data or ""
        if len(given) <= LONGEST_NAME and len(f"{given} {field.data}") > LONGEST_WHOLE_NAME:
            raise ValidationError(f"The whole name must be {LONGEST_WHOLE_NAME} characters or fewer")


class GuestForm(PersonForm):
    """Who answers for a stay."""

    def details(self) -> dict:
        return {"given_name": self.given_name.data or "", "family_name": self.family_name.data}


@dataclass(frozen=True)
class Flown:
    """A flight that someone is on: its local dates, and its name where a trip has several."""

    departs_on: date
    arrives_on: date
    is_abroad: bool = False
    name: str = ""

    @property
    def day_of_departure(self) -> str:
        return f"on the day of {self.name}" if self.name else "on the day of departure"


class DocumentForm(PersonForm):
    """Someone as the travel document says."""

    gender = RadioField("Gender", choices=GENDERS, validate_choice=False)
    born_on = FormField(BirthDate, "Date of birth")

    def validate_gender(self, field):
        if field.data not in GENDERS:
            raise ValidationError("Choose the gender that the travel document says")

    def details(self) -> dict:
        return {
            "given_name": self.given_name.data or "",
            "family_name": self.family_name.data,
            "gender": self.gender.data,
            "born_on": self.born_on.form.value,
        }


def filled(person: Traveller | SavedTraveller) -> dict[str, Any]:
    """What the forms have at first for somebody whom we know."""
    passport = person.passport
    return {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "gender": person.gender,
        "born_on": BirthDate.parts_of(person.born_on),
        "passport_number": passport.number if passport else None,
        "nationality": passport.nationality if passport else None,
        "expires_on": ExpiryDate.parts_of(passport.expires_on if passport else None),
    }


class PassengerForm(DocumentForm):
    """Someone who flies; `expect` says as what, and on which flights."""

    kind = "ADULT"
    flights: Sequence[Flown] = ()

    def expect(self, kind: str, flights: Sequence[Flown]) -> None:
        self.kind, self.flights = kind, flights

    def validate(self, extra_validators=None) -> bool:
        good = super().validate(extra_validators)
        born_on = self.born_on.form.value
        faults = [fault for flown in self.flights if born_on and (fault := self._age_fault(born_on, flown))]
        if faults:
            self.born_on.form.day.errors = faults[:1]
            return False
        return good

    def _age_fault(self, born_on: date, flown: Flown) -> str | None:
        """Who is a child on the way out may be an adult on the way back: the airline counts on each day of departure."""
        name = self.family_name.data or "This traveller"
        if born_on > flown.departs_on:
            return f"{name} is not born yet {flown.day_of_departure}"
        kind = air.kind_by_age(born_on, flown.departs_on)
        if kind == self.kind:
            return None
        return (
            f"{name} is {age(born_on, flown.departs_on)} {flown.day_of_departure}: "
            f"that is {_a(kind)}, and you chose {_a(self.kind)}. Correct the date, or search again."
        )


def _a(kind: str) -> str:
    return {"ADULT": "an adult", "CHILD": "a child (2 to 11)", "INFANT": "an infant (under 2)"}[kind]


def nationalities() -> dict[str, str]:
    return {"": "Choose a country"} | dict(countries())


def passport_number(text: str | None) -> str:
    """A number as it is kept: in capitals, without blanks; "" for none. Raises ValidationError."""
    number = (text or "").replace(" ", "").upper()
    if number and not (5 <= len(number) <= 15 and number.isascii() and number.isalnum()):
        raise ValidationError("A passport number has 5 to 15 letters and numbers, like Z1234567")
    return number


def check_nationality(code: str | None) -> None:
    """Raises ValidationError for what is no country."""
    if code not in dict(countries()):
        raise ValidationError("Choose the nationality in the passport")


class PassportForm(PassengerForm):
    """Someone who flies abroad."""

    passport_number = Sentence("Passport number")
    nationality = SelectField("Nationality", choices=nationalities, validate_choice=False)
    expires_on = FormField(ExpiryDate, "Passport expires on")

    def validate_passport_number(self, field):
        field.data = passport_number(field.data)
        if not field.data:
            raise ValidationError("Enter the passport number")

    def validate_nationality(self, field):
        check_nationality(field.data)

    def validate(self, extra_validators=None) -> bool:
        good = super().validate(extra_validators)
        expires_on = self.expires_on.form.value
        arrivals = [flown.arrives_on for flown in self.flights if flown.is_abroad]
        if expires_on and any(expires_on <= arrival for arrival in arrivals):
            self.expires_on.form.day.errors = ["The passport has to be valid after the day of arrival"]
            return False
        return good

    def details(self) -> dict:
        passport = Passport(self.passport_number.data, self.nationality.data, self.expires_on.form.value)
        return super().details() | {"document": passport.as_text()}


class ContactForm(FlaskForm):
    """Where the ticket goes. Its CSRF field stands for the whole page."""

    name = Sentence("Your name")
    email = Sentence("E-mail")
    phone = Sentence("Mobile number")
    keep = BooleanField("Save these travellers to my account, for the next trip")

    def validate_name(self, field):
        check_text(field, 120, "Enter your name")

    def validate_email(self, field):
        try:
            field.data = emails.read(field.data or "").address
        except emails.NotAnEmail as error:
            raise ValidationError("Enter an e-mail address, like asha@example.org") from error

    def validate_phone(self, field):
        field.data = e164(field.data or "")


def e164(text: str) -> str:
    """A phone number as the wire carries it; +91 unless it says otherwise. Raises ValidationError."""
    try:
        return phones.read(text)
    except phones.NotAPhone as error:
        raise ValidationError(
            "Enter a mobile number, like 98765 43210, or with its country’s code, like +971 50 123 4567"
        ) from error
