"""The form of a saved traveller: as in the checkout, but that a passport may be left out, or stay as it is."""

from datetime import date

from flask_wtf import FlaskForm
from wtforms import BooleanField, FormField, SelectField
from wtforms.validators import ValidationError

from beckn.people import Passport
from chassis import clock
from webapp.accounts.forms import FormWithProblems
from webapp.accounts.models import SavedTraveller
from webapp.checkout.forms import (
    BirthDate,
    DocumentForm,
    ExpiryDate,
    Sentence,
    check_nationality,
    filled,
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


class SavedForm(DocumentForm, FormWithProblems, FlaskForm):
    """`kept` is the passport that we have of the traveller: its number is never shown again, and stays unless another is
    typed or it is taken out."""

    born_on = FormField(BirthDateInThePast, "Date of birth")
    passport_number = Sentence("Passport number")
    nationality = SelectField("Nationality", choices=nationalities, validate_choice=False)
    expires_on = FormField(ExpiryDateIfAny, "Passport expires on")
    without_passport = BooleanField("Do not keep the passport any longer")

    def __init__(self, traveller: SavedTraveller | None = None, **given):
        self.kept: Passport | None = traveller.passport if traveller else None
        super().__init__(data=filled(traveller) | {"passport_number": ""} if traveller else {}, **given)

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
        return super().details() | {"document": self._document()}

    def _document(self) -> str | None:
        expires_on: date | None = self.expires_on.form.value
        if not self._wants_passport or expires_on is None:
            return None
        number = self.passport_number.data or (self.kept.number if self.kept else "")
        return Passport(number, self.nationality.data, expires_on).as_text()
