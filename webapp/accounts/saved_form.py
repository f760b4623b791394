"""The form of a saved traveller: as in the checkout, but that a passport may be left out, or stay as it is."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import BooleanField, FormField, RadioField, SelectField
from wtforms.validators import ValidationError

from beckn.people import Passport
from chassis import clock
from webapp.accounts.forms import FormWithProblems
from webapp.accounts.models import SavedTraveller
from webapp.checkout.forms import (
    GENDERS,
    BirthDate,
    ExpiryDate,
    PersonForm,
    Sentence,
    check_nationality,
    nationalities,
    passport_number,
)

PARTS = "A passport is kept whole, or not at all"


class BirthDateInThePast(BirthDate):
    def validate(self, extra_validators=None) -> bool:
        good = super().validate(extra_validators)
        if good and self.value and self.value > clock.today("Pacific/Kiritimati"):  # where today begins
            return self._wrong(self.day, "The date of birth is in the future")
        return good


class ExpiryDateIfAny(ExpiryDate):
    """`value` stays None where nothing was typed."""

    def validate(self, extra_validators=None) -> bool:
        typed = (self.day.data, self.month.data, self.year.data)
        return super().validate(extra_validators) if any((text or "").strip() for text in typed) else True


class SavedForm(PersonForm, FormWithProblems, FlaskForm):
    """`kept` is the passport that we have of the traveller: its number is never shown again, and stays unless another is
    typed or it is taken out."""

    gender = RadioField("Gender", choices=GENDERS, validate_choice=False)
    born_on = FormField(BirthDateInThePast, "Date of birth")
    passport_number = Sentence("Passport number")
    nationality = SelectField("Nationality", choices=nationalities, validate_choice=False)
    expires_on = FormField(ExpiryDateIfAny, "Passport expires on")
    without_passport = BooleanField("Do not keep the passport any longer")

    def __init__(self, traveller: SavedTraveller | None = None, **given):
        self.kept: Passport | None = traveller.passport if traveller else None
        super().__init__(data=_filled(traveller), **given)

    def validate_gender(self, field) -> None:
        if field.data not in GENDERS:
            raise ValidationError("Choose the gender that the travel document says")

    def validate_passport_number(self, field) -> None:
        field.data = passport_number(field.data)
        if self._wants_passport and not (field.data or self.kept):
            raise ValidationError(f"Enter the passport number. {PARTS}.")

    def validate_nationality(self, field) -> None:
        if self._wants_passport:
            check_nationality(field.data)

    def validate(self, extra_validators=None) -> bool:
        good = super().validate(extra_validators)
        expires_on = self.expires_on.form
        if self._wants_passport and not expires_on.value and not self.expires_on.errors:
            expires_on.day.errors = [f"Enter the day the passport expires. {PARTS}."]
            return False
        return good

    @property
    def _wants_passport(self) -> bool:
        """Whether any of it was typed, or is kept and stays."""
        if self.without_passport.data:
            return False
        date_typed = any((part.data or "").strip() for part in self.expires_on.form)
        return bool(self.kept or self.passport_number.data or self.nationality.data or date_typed)

    def details(self) -> dict:
        """What is kept of the traveller."""
        return {
            "given_name": self.given_name.data or "",
            "family_name": self.family_name.data,
            "gender": self.gender.data,
            "born_on": self.born_on.form.value,
            "document": self._document(),
        }

    def _document(self) -> str | None:
        expires_on: date | None = self.expires_on.form.value
        if not self._wants_passport or expires_on is None:
            return None
        number = self.passport_number.data or (self.kept.number if self.kept else "")
        return Passport(number, self.nationality.data, expires_on).as_text()


def _filled(traveller: SavedTraveller | None) -> dict:
    """What the form has at first: all but the number of the passport."""
    if traveller is None:
        return {}
    passport = traveller.passport
    return {
        "given_name": traveller.given_name,
        "family_name": traveller.family_name,
        "gender": traveller.gender,
        "born_on": BirthDate.parts_of(traveller.born_on),
        "nationality": passport.nationality if passport else "",
        "expires_on": ExpiryDate.parts_of(passport.expires_on if passport else None),
    }
