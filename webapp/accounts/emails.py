"""E-mail addresses: as they are written to, and as they are compared."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

LONGEST = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets


class NotAnEmail(ValueError):
    """The text is not an address that mail could be sent to."""


@dataclass(frozen=True)
class Email:
    """`address` is what letters are sent to, `key` what is compared: asha@example.org and Asha@Example.ORG are one."""

    address: str
    key: str


def read(text: str) -> Email:
    """The address that a person typed. Asks no name server. Raises NotAnEmail."""
    if len(text) > LONGEST:
        raise NotAnEmail("is too long")
    try:
        address = validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise NotAnEmail(str(error)) from error
    key = address.casefold()
    if max(len(address), len(key)) > LONGEST:  # folding can make letters longer
        raise NotAnEmail("is too long")
    return Email(address, key)
