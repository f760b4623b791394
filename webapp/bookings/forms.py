"""The forms of bookings: finding one again, and another name."""

from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired

from webapp.accounts.forms import EMAIL_ASKED, FormWithProblems, WithEmail
from webapp.bookings.models import Traveller
from webapp.bookings.references import is_reference, tidy
from webapp.checkout.forms import PersonForm, e164


class FindForm(WithEmail, FormWithProblems):
    """`tidied` is the reference as it was understood."""

    tidied = ""
    reference = StringField("Yaana reference", [DataRequired("Enter the reference of the booking")])
    email = StringField("E-mail", [DataRequired(EMAIL_ASKED)])  # again, to stand after the reference

    def validate_reference(self, field) -> None:
        self.tidied = tidy(field.data)
        if not is_reference(self.tidied):
            raise ValidationError(
                "A Yaana reference has 10 letters and numbers, like K7QM-2XV-P9D, and never 0, O, 1 or I"
            )


class ContactForm(WithEmail, FormWithProblems):
    """`address` is the e-mail, `number` the phone, each as it was understood."""

    number = ""
    email = StringField("E-mail", [DataRequired(EMAIL_ASKED)])
    phone = StringField("Mobile number", [DataRequired("Enter a mobile number, like 98765 43210")])

    def validate_phone(self, field) -> None:
        self.number = e164((field.data or "").strip())


class NameForm(PersonForm, FlaskForm):
    """Another name for one traveller."""

    def __init__(self, traveller: Traveller):
        super().__init__(obj=traveller)
        self.legend = traveller.name
        self._now = (traveller.given_name, traveller.family_name)

    @property
    def name(self) -> tuple[str, str]:
        """(given, family) as typed."""
        return self.given_name.data or "", self.family_name.data or ""

    def validate_family_name(self, field) -> None:
        super().validate_family_name(field)
        if self.name == self._now:
            raise ValidationError("That is the name as it is booked: type it as the travel document has it")
