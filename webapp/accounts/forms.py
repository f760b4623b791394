"""The forms of accounts; what is wrong is a sentence at its field."""

import unicodedata

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from webapp.accounts import emails, passwords, phones
from webapp.accounts.emails import Email

EMAIL_ASKED = "Enter your e-mail address"
PASSWORD_ASKED = "Enter your password"


def _strip(text: str | None) -> str | None:
    return text.strip() if text else text


def plain_text(_form, field) -> None:
    """PostgreSQL keeps no NUL, and no name has a line end."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in field.data or ""):
        raise ValidationError("Leave out the control characters")


class FormWithProblems(FlaskForm):
    """A form that can also be refused as a whole, or at a field, after it was found valid."""

    def refuse(self, problem: object, field: str | None = None) -> None:
        if field is None:
            self.form_errors = [str(problem)]
        else:
            self[field].errors = [str(problem)]


class WithEmail:
    """`address` is the e-mail as it was understood."""

    address: Email
    email = StringField("E-mail", [DataRequired(EMAIL_ASKED)])

    def validate_email(self, field) -> None:
        try:
            self.address = emails.read(field.data)
        except emails.NotAnEmail:
            raise ValidationError("Enter an e-mail address like asha@example.org") from None


class WithNameAndPhone:
    """`number` is the phone in E.164, or None."""

    number: str | None = None
    name = StringField(
        "Your name",
        [DataRequired("Enter your name"), Length(max=120, message="Use at most 120 characters"), plain_text],
        filters=[_strip],
    )
    phone = StringField("Mobile phone", [Optional()], filters=[_strip])

    def validate_phone(self, field) -> None:
        try:
            self.number = phones.read(field.data)
        except phones.NotAPhone:
            raise ValidationError(
                "Enter a phone number like 98765 43210, or with its country: +44 20 7946 0018"
            ) from None


class SignInForm(WithEmail, FormWithProblems):
    password = PasswordField("Password", [DataRequired(PASSWORD_ASKED)])


def check_fit(password: str, email: str) -> None:
    """Raises ValidationError for a password that may not be chosen."""
    try:
        passwords.refuse_unfit(password, email)
    except passwords.UnfitPassword as problem:
        raise ValidationError(str(problem)) from None


class RegisterForm(WithNameAndPhone, WithEmail, FormWithProblems):
    password = PasswordField("Password", [DataRequired("Choose a password")])

    def validate_password(self, field) -> None:
        check_fit(field.data, self.email.data or "")


class AccountForm(WithNameAndPhone, WithEmail, FormWithProblems):
    password = PasswordField("Your password, to change your e\u2011mail")


class ForgottenForm(WithEmail, FormWithProblems):
    """Whose password is forgotten."""


class ChoosePasswordForm(FormWithProblems):
    """Another password for the account with an e-mail; `token` is the end of the link that was opened."""

    token = HiddenField()
    password = PasswordField("New password", [DataRequired("Choose a new password")])

    def __init__(self, email: str):
        super().__init__()
        self._email = email

    def validate_password(self, field) -> None:
        check_fit(field.data, self._email)


class PasswordForm(ChoosePasswordForm):
    """Another password by whoever knows the one of now."""

    current = PasswordField("Your password now", [DataRequired("Enter the password you sign in with now")])

    def validate_password(self, field) -> None:
        super().validate_password(field)
        if field.data == self.current.data:
            raise ValidationError("Choose a password that is not the one you have now")


class AgainForm(FormWithProblems):
    """The password said again, before something that a browser left open must not be enough for."""

    password = PasswordField("Your password", [DataRequired(PASSWORD_ASKED)])
