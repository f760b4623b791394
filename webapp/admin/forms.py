"""What an admin looks for among the bookings, and the sentence for each thing that can be wrong with it."""

from datetime import date

from flask import current_app
from wtforms import BooleanField, Form, SelectField, StringField, ValidationError, fields

from webapp.admin import plainly
from webapp.admin.finding import Asked
from webapp.admin.watching import GATEWAY, LETTER_STATES
from webapp.bookings.states import BOOKING_MOVES
from webapp.reconciliation.differences import WORDS as KINDS

LONGEST = 254  # an e-mail
SHOWN = {"": "Open", "resolved": "Resolved", "all": "All"}
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class DayField(fields.DateField):
    """A day, or nothing; what is no day stays as it was typed."""

    def process_formdata(self, valuelist):
        if not "".join(valuelist).strip():
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("That is no date: write it as year, month and day, like 2026-12-11") from None

    def pre_validate(self, form):
        if self.data and not FIRST_DAY <= self.data <= LAST_DAY:
            raise ValidationError(f"Enter a day between {FIRST_DAY} and {LAST_DAY}")


class Seen(StringField):
    """A line of text without what nobody sees: blanks around it, and the invisible characters that are copied along."""

    def process_formdata(self, valuelist):
        text = " ".join(valuelist[0].split()) if valuelist else ""
        self.data = "".join(letter for letter in text if letter.isprintable())


class BookingsForm(Form):
    """A GET form: search and filters stay in the address. `asked` after a good `validate()`."""

    q = Seen("Search", default="")
    state = SelectField("State", choices=lambda: _states(), validate_choice=False, default="")
    provider = SelectField("Provider", choices=lambda: _providers(), validate_choice=False, default="")
    from_ = DayField("Created from", name="from")
    to = DayField("Created until")
    attention = BooleanField("Only those that need attention")

    def validate_q(self, field):
        if len(field.data) > LONGEST:
            raise ValidationError(f"Search for {LONGEST} characters at most")

    def validate_state(self, field):
        if field.data and field.data not in BOOKING_MOVES:
            raise ValidationError("Choose a state from the list, or any")

    def validate_provider(self, field):
        if field.data and field.data not in current_app.extensions["providers"]:
            raise ValidationError("Choose a provider from the list, or any")

    def validate_to(self, field):
        first = self.from_.data
        if first and field.data and not self.from_.errors and field.data < first:
            raise ValidationError("The last day is before the first: choose the same day or a later one")

    @property
    def asked(self) -> Asked:
        return Asked(
            text=self.q.data,
            state=self.state.data or "",
            provider=self.provider.data or "",
            first_day=self.from_.data,
            last_day=self.to.data,
            needs_attention=self.attention.data,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether there is a filter to be seen, right or wrong."""
        return any(field.data or field.errors for field in (self.state, self.provider, self.from_, self.to))

    @property
    def query(self) -> dict[str, str]:
        """What was asked, as an address has it; nothing that was left empty."""
        given = {
            "q": self.q.data,
            "state": self.state.data,
            "provider": self.provider.data,
            "from": self.from_.data and str(self.from_.data),
            "to": self.to.data and str(self.to.data),
            "attention": self.attention.data and "y",
        }
        return {name: value for name, value in given.items() if value}


class UsersForm(Form):
    """A GET form: whose account, or all of them."""

    q = Seen("Search", default="")

    def validate_q(self, field):
        if len(field.data) > LONGEST:
            raise ValidationError(f"Search for {LONGEST} characters at most")

    @property
    def query(self) -> dict[str, str]:
        return {"q": self.q.data} if self.q.data else {}


class LettersForm(Form):
    """A GET form: letters of a state, or all."""

    state = SelectField("State", choices={"": "Any state"} | LETTER_STATES, validate_choice=False, default="")

    def validate_state(self, field):
        if field.data and field.data not in LETTER_STATES:
            raise ValidationError("Choose a state from the list, or any")

    @property
    def query(self) -> dict[str, str]:
        return {"state": self.state.data} if self.state.data else {}


class DifferencesForm(Form):
    """A GET form: which differences; those that are open when nothing is chosen."""

    state = SelectField("Show", choices=SHOWN, validate_choice=False, default="")
    kind = SelectField("Kind", choices={"": "Any kind"} | KINDS, validate_choice=False, default="")
    provider = SelectField("With", choices=lambda: _others(), validate_choice=False, default="")

    def validate_state(self, field):
        if field.data not in SHOWN:
            raise ValidationError("Choose what to show from the list")

    def validate_kind(self, field):
        if field.data and field.data not in KINDS:
            raise ValidationError("Choose a kind from the list, or any")

    def validate_provider(self, field):
        if field.data not in _others():
            raise ValidationError("Choose with whom from the list, or anybody")

    @property
    def query(self) -> dict[str, str]:
        return {name: self[name].data for name in ("state", "kind", "provider") if self[name].data}


def _states() -> dict[str, str]:
    """In the words of the chips, so that both say the same."""
    return {"": "Any state"} | {state: plainly.state(state) for state in BOOKING_MOVES}


def _providers() -> dict[str, str]:
    names = {key: provider.name for key, provider in current_app.extensions["providers"].items()}
    return {"": "Any provider"} | names


def _others() -> dict[str, str]:
    return _providers() | {"": "Anybody", GATEWAY: "Payment gateway"}
