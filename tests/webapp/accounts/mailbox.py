"""What lies in the mailboxes of the tests: the letters to accounts, and the links in them."""

import re
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from chassis.database import db
from tests.webapp.letters.conftest import read, text_of
from webapp.letters import sending

LINK = re.compile(r"^http://127\.0\.0\.1:5000(\S+)", re.MULTILINE)


def letters(app, instance: Path, to: str | None = None) -> list[EmailMessage]:
    """Sends what waits; all messages to an address, the oldest first."""
    with app.app_context():
        while sending.send_next():
            pass
        db.session.remove()
    return [each for each in read(instance / "mail") if to in (None, each["To"].addresses[0].addr_spec)]


def link_in(message: EmailMessage) -> str:
    """The path and query that the letter's link leads to."""
    return LINK.search(text_of(message))[1]


def token_in(message: EmailMessage) -> str:
    return urlsplit(link_in(message)).query.removeprefix("token=")
