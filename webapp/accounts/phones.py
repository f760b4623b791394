"""Telephone numbers: typed as people do, kept in E.164."""

import phonenumbers

HOME = "IN"
LONGEST = 40


class NotAPhone(ValueError):
    """The text is not a telephone number of any country."""


def read(text: str) -> str:
    """A number as typed, Indian when it names no country, in E.164: +919876500001. Raises NotAPhone."""
    try:
        number = phonenumbers.parse(text[:LONGEST], HOME)
    except phonenumbers.NumberParseException as error:
        raise NotAPhone(str(error)) from error
    if len(text) > LONGEST or number.extension or not phonenumbers.is_valid_number(number):
        raise NotAPhone("is not a number in use")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
