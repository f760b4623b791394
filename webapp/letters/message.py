"""A letter of the outbox as a message: text that says everything, the same as HTML, and headers that nobody can forge.

Every byte follows from the row, the Message-ID too: what is sent again after a crash is recognised as the same message.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email
from flask import current_app

from webapp.letters.content import Letter

MOST_OF_A_NAME = 120
MOST_OF_A_SUBJECT = 200


class NoAddress(ValueError):
    """Nothing can be sent to what stands in the row."""


@dataclass(frozen=True)
class Posted:
    """A row of the outbox as it is sent: who gets it, what it says, and what makes it itself."""

    recipient: str
    reference: str
    template: str
    key: str
    written_at: datetime
    letter: Letter


def message_of(posted: Posted, sender: Address) -> EmailMessage:
    """Raises NoAddress."""
    text, html = (_laid_out(kind, posted.letter) for kind in ("txt", "html"))
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{name_of(posted)}@{sender.domain}>"
    message["Date"] = format_datetime(posted.written_at)
    message["From"] = sender
    message["To"] = _recipient(posted)
    message["Subject"] = _one_line(posted.letter.subject, MOST_OF_A_SUBJECT)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers it
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{_digest(posted)}")
    return message


def name_of(posted: Posted) -> str:
    """The local part of the Message-ID: the same for ever, and another for every other letter."""
    return f"{posted.reference}.{posted.template}.{_digest(posted)}"


def _digest(posted: Posted) -> str:
    whole = "\n".join((posted.reference, posted.key, posted.recipient, posted.written_at.isoformat()))
    return hashlib.sha256(whole.encode()).hexdigest()[:20]


def _laid_out(kind: str, letter: Letter) -> str:
    template = current_app.jinja_env.get_template(f"letters/letter.{kind}")
    return template.render(letter=letter)


def _recipient(posted: Posted) -> Address:
    """The address with the traveller's name; a domain outside ASCII as DNS writes it. Raises NoAddress."""
    try:
        found = validate_email(posted.recipient, check_deliverability=False)
    except EmailNotValidError as error:
        raise NoAddress(f"{posted.recipient[:80]!r} is no address: {error}") from error
    return Address(_one_line(posted.letter.name, MOST_OF_A_NAME), found.local_part, found.ascii_domain)


def _one_line(text: str, most: int) -> str:
    """What may stand in a header: one line, and nothing that nobody sees (a line break begins another header).

    The library reads what is given to it, so that a break in RFC 2047's writing ("=?utf-8?q?=0D=0A?=") would be one too.
    """
    line = " ".join(text.split())
    seen = "".join(letter for letter in line if letter.isprintable())
    return seen.replace("=?", "= ?")[:most].strip()
