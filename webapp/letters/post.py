"""Where letters leave the house: an SMTP server (SMTP_URL), or without one files in instance/mail/.

NotSent
├── NotSentNow     nobody took it, or nobody said so: it is sent again, by the same Message-ID
└── NotWanted      the recipient's side refused it for good: sending it again changes nothing
"""

import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app

from chassis.security import UnsafeSettings
from chassis.settings import setting

CONNECT_SECONDS = 10.0
ALL_SECONDS = 30.0  # with connecting less than a lease, so that nobody else has begun to send the same
HERE = ("127.0.0.1", "::1", "localhost")
DEFAULT_FROM = "Yaana <bookings@yaana.localhost>"


class NotSent(Exception):
    """The letter did not leave."""


class NotSentNow(NotSent):
    """Nobody took it, or nobody said so."""


class NotWanted(NotSent):
    """Refused for good by the recipient's side."""


class Post(Protocol):
    """Takes a message to where it goes. Raises NotSentNow and NotWanted."""

    def send(self, message: EmailMessage) -> None: ...


def post() -> Post:
    """The one that the settings choose."""
    url = setting(current_app, "SMTP_URL")
    return smtp_at(url) if url else Files(Path(current_app.instance_path) / "mail")


def sender(app: Flask | None = None) -> Address:
    """Whom letters are from: MAIL_FROM, "Yaana <bookings@example.org>". Raises UnsafeSettings when it is no address."""
    text = setting(app or current_app, "MAIL_FROM") or DEFAULT_FROM
    name, address = parseaddr(text)
    try:
        found = Address(name, addr_spec=address)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise UnsafeSettings(
            "MAIL_FROM is an address, or a name and an address: Yaana <bookings@example.org>"
        ) from error
    if not (found.username and found.domain and str(found).isascii()):
        raise UnsafeSettings(
            "MAIL_FROM is an address, or a name and an address: Yaana <bookings@example.org>"
        )
    return found


def refuse_unsafe(app: Flask) -> None:
    """Raises UnsafeSettings for settings that lead nowhere, and for a production that sends nothing, or from an invented
    address."""
    sender(app)
    url = setting(app, "SMTP_URL")
    if not url and app.config["PRODUCTION"]:
        raise UnsafeSettings(
            "The site refuses to start in production without a mail server, for travellers would get no letter: "
            "set SMTP_URL (smtp://user:password@host:587 or smtps://host:465) and MAIL_FROM"
        )
    if url:
        smtp_at(url)
        if app.config["PRODUCTION"] and not setting(app, "MAIL_FROM"):
            raise UnsafeSettings("SMTP_URL needs MAIL_FROM in production: whom letters are from")


def smtp_at(url: str) -> "Smtp":
    """smtp://user:password@host:587 or smtps://host (465); user and password percent-encoded. Raises UnsafeSettings."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == 0:
        raise UnsafeSettings("SMTP_URL is smtp://user:password@host:587 or smtps://host:465")
    return Smtp(
        host=parts.hostname,
        port=port or (465 if parts.scheme == "smtps" else 587),
        is_tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


@dataclass(frozen=True)
class Smtp:
    """A server. Nothing is said to it in the clear but on this machine; its certificate is checked."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str

    def __repr__(self) -> str:
        return f"{self.host}:{self.port}"

    def send(self, message: EmailMessage) -> None:
        """Hand the message over; the server's 250 is its promise. Raises NotSentNow and NotWanted."""
        try:
            with self._connected() as server:
                _hand_over(server, message)
        except NotSent:
            raise
        except smtplib.SMTPException as error:
            raise NotSentNow(_said(error)) from error
        except OSError as error:
            raise NotSentNow(f"{self.host}:{self.port} {error or type(error).__name__}") from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self.is_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=CONNECT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=CONNECT_SECONDS)
        with server_until(server, ALL_SECONDS):
            try:
                server.ehlo_or_helo_if_needed()
                if not self.is_tls and (self.host not in HERE or server.has_extn("starttls")):
                    server.starttls(context=context)
                if self.user:
                    server.login(self.user, self.password)
                yield server
            finally:
                server.close()


@contextmanager
def server_until(server: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """However slowly it answers, a server is heard for so many seconds: a timeout counts each wait anew."""

    def hang_up() -> None:
        if server.sock:
            with suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
    options: tuple[str, ...] = ()
    if not recipient.isascii():
        server.ehlo_or_helo_if_needed()
        if not server.has_extn("smtputf8"):
            raise NotWanted("the server knows no addresses outside ASCII")
        options = ("SMTPUTF8", "BODY=8BITMIME")
    try:
        server.sendmail(sender, [recipient], as_bytes(message), options)
    except smtplib.SMTPRecipientsRefused as refused:
        code, text = next(iter(refused.recipients.values()))
        raise _of_code(code, text) from refused
    except smtplib.SMTPDataError as refused:
        raise _of_code(refused.smtp_code, refused.smtp_error) from refused
    with suppress(smtplib.SMTPException, OSError):
        server.quit()  # it has promised already


def _of_code(code: int, text: bytes | str) -> NotSent:
    """RFC 5321, 4.2.1: what begins with 5 will be refused again, what begins with 4 may be taken later."""
    words = f"{code} {_as_text(text)}"
    return NotWanted(words) if 500 <= code < 600 else NotSentNow(words)


def _said(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_as_text(error.smtp_error)}"
    return f"{type(error).__name__} {error}"


def _as_text(text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return "".join(letter for letter in " ".join(said.split()) if letter.isprintable())[:300]


def as_bytes(message: EmailMessage) -> bytes:
    """As it goes over the wire; only an address outside ASCII makes headers of UTF-8."""
    is_ascii = message["To"].addresses[0].addr_spec.isascii()
    return message.as_bytes(policy=SMTP if is_ascii else SMTPUTF8)


@dataclass(frozen=True)
class Files:
    """A folder of .eml files, one a message: named by its Message-ID, so that a repeat puts the same file there again."""

    folder: Path

    def __str__(self) -> str:
        return f"files in {self.folder}"

    def send(self, message: EmailMessage) -> None:
        """The file is there whole or not at all. Raises NotSentNow."""
        name = f"{message['Message-ID'].strip('<>').partition('@')[0]}.eml"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = self.folder / f".{name}.{os.getpid()}-{threading.get_ident()}"
            with open(part, "wb") as file:
                file.write(as_bytes(message))
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.folder / name)
        except OSError as error:
            raise NotSentNow(str(error)) from error
