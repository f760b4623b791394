"""A real SMTP server on loopback that behaves as servers do: it takes letters, refuses, drops the line, or says nothing."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesParser
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import update

from chassis.database import db, writing
from chassis.security import UnsafeSettings
from webapp.checkout.models import Outbox
from webapp.letters import post, sending
from webapp.letters.post import NotSentNow, NotWanted, refuse_unsafe, smtp_at


class Server:
    """What arrived; `drops_after_data` closes the line when all of a message is there, `refuses` says so of a recipient."""

    def __init__(self):
        self.arrived: list = []
        self.envelopes: list = []
        self.refuses: dict[str, str] = {}
        self.drops_after_data = 0
        self.says_of_data: str | None = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.says_of_data:
            return self.says_of_data
        self.arrived.append(BytesParser(policy=policy.default).parsebytes(envelope.original_content))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        if self.drops_after_data:
            self.drops_after_data -= 1
            server.transport.abort()
        return "250 taken"


@pytest.fixture
def a_server():
    """`a_server(…)`: a server with aiosmtpd's options, and its port."""
    running = []

    def start(**options):
        server = Server()
        controller = Controller(server, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        running.append(controller)
        return server, controller.port

    yield start
    for controller in running:
        controller.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def server(a_server, in_site):
    """The server that the site sends to."""
    server, port = a_server(enable_SMTPUTF8=True)
    in_site.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    in_site.config["MAIL_FROM"] = "Yaana <bookings@yaana.example.org>"
    return server


@pytest.fixture
def booked(a_trip):
    trip = a_trip()
    trip.book()
    return trip


def test_a_letter_arrives_as_text_and_as_html(server, booked, outbox):
    sending.send_next()

    [message] = server.arrived
    assert server.envelopes == [("bookings@yaana.example.org", ["asha@example.org"])]
    assert message["From"] == "Yaana <bookings@yaana.example.org>"
    assert message["Message-ID"].endswith("@yaana.example.org>")
    assert booked.item.bpp_booking_id in message.get_body(("plain",)).get_content()
    assert booked.item.bpp_booking_id in message.get_body(("html",)).get_content()
    assert outbox()[0].state == "SENT"


def test_a_line_that_drops_after_the_message_is_an_unknown_outcome_and_the_repeat_is_recognised(
    server, booked, outbox, clock
):
    server.drops_after_data = 1
    sending.send_next()
    assert outbox()[0].state == "READY"

    clock.forward(minutes=1)
    sending.send_next()

    first, second = server.arrived
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()
    assert outbox()[0].state == "SENT"


@pytest.mark.parametrize(
    ("said", "state"),
    [("550 5.1.1 no such box", "FAILED"), ("450 4.2.0 greylisted", "READY"), ("421 closing", "READY")],
)
def test_a_recipient_that_is_refused_is_refused_for_good_or_for_now(server, booked, outbox, said, state):
    server.refuses["asha@example.org"] = said

    sending.send_next()

    assert outbox()[0].state == state
    assert said in outbox()[0].last_error
    assert server.arrived == []


@pytest.mark.parametrize(("said", "state"), [("554 no spam", "FAILED"), ("452 no room", "READY")])
def test_a_message_that_is_refused_is_refused_for_good_or_for_now(server, booked, outbox, said, state):
    server.says_of_data = said

    sending.send_next()

    assert outbox()[0].state == state


def test_a_server_that_is_down_is_asked_again(in_site, booked, outbox):
    in_site.config["SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"

    sending.send_next()

    assert outbox()[0].state == "READY"
    assert "refused" in outbox()[0].last_error


def test_a_server_that_says_nothing_is_not_waited_for(in_site, booked, outbox, monkeypatch):
    monkeypatch.setattr(post, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        in_site.config["SMTP_URL"] = f"smtp://127.0.0.1:{silent.getsockname()[1]}"

        sending.send_next()

    assert outbox()[0].state == "READY"


def test_a_server_that_dribbles_has_an_end(in_site, booked, outbox, monkeypatch):
    """Each wait is short, and there is no end to them."""
    monkeypatch.setattr(post, "ALL_SECONDS", 0.4)
    stop = threading.Event()

    def dribble(listening):
        line, _ = listening.accept()
        with line:
            line.sendall(b"220 hello\r\n")
            while not stop.wait(0.05):
                try:
                    line.sendall(b"250-again\r\n")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        in_site.config["SMTP_URL"] = f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=dribble, args=(listening,), daemon=True)
        thread.start()

        sending.send_next()

        stop.set()
        thread.join(5)
    assert outbox()[0].state == "READY"


def test_a_box_outside_ascii_needs_a_server_that_knows_them(a_server, in_site, server, a_trip, outbox):
    trip = a_trip()
    trip.book()
    set_recipient("जन@example.org")

    sending.send_next()
    assert server.envelopes[0][1] == ["जन@example.org"]

    set_recipient("जन@example.org")
    _, port = a_server(enable_SMTPUTF8=False)
    in_site.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    sending.send_next()
    assert outbox()[0].state == "FAILED"


def set_recipient(address: str) -> None:
    with writing():
        db.session.execute(update(Outbox).values(recipient=address, state="READY", sent_at=None))


# ---- TLS and passwords


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A TLS context for 127.0.0.1, which this test trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


def only_asha(_server, _session, _envelope, _mechanism, data):
    is_she = (data.login, data.password) == (b"yaana", b"p@ss:word/1")
    return AuthResult(success=is_she, handled=is_she)


def test_with_a_password_it_is_said_inside_tls_alone(a_server, in_site, booked, certificate, outbox):
    server, port = a_server(
        tls_context=certificate, authenticator=only_asha, auth_required=True, require_starttls=True
    )
    in_site.config["SMTP_URL"] = f"smtp://yaana:p%40ss%3Aword%2F1@127.0.0.1:{port}"

    sending.send_next()

    assert len(server.arrived) == 1


def test_a_wrong_password_is_ours_to_mend_and_not_the_letters_fault(
    a_server, in_site, booked, certificate, outbox
):
    _, port = a_server(tls_context=certificate, authenticator=only_asha, auth_required=True)
    in_site.config["SMTP_URL"] = f"smtp://yaana:wrong-secret@127.0.0.1:{port}"

    sending.send_next()

    assert outbox()[0].state == "READY"
    assert "535" in outbox()[0].last_error
    assert "wrong-secret" not in outbox()[0].last_error


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    a_server, in_site, booked, certificate, outbox, monkeypatch, tmp_path
):
    _, port = a_server(tls_context=certificate)
    (tmp_path / "none.pem").write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    in_site.config["SMTP_URL"] = f"smtp://127.0.0.1:{port}"

    sending.send_next()

    assert outbox()[0].state == "READY"
    assert "certificate" in outbox()[0].last_error.lower()


def test_to_another_machine_nothing_is_said_in_the_clear(server, in_site, booked, outbox, monkeypatch):
    monkeypatch.setattr(post, "HERE", ())

    sending.send_next()

    assert server.arrived == []
    assert outbox()[0].state == "READY"
    assert "STARTTLS" in outbox()[0].last_error


# ---- settings


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:port",
        "smtp://x:99999",
    ],
)
def test_a_url_that_leads_nowhere_does_not_start(site_app, url):
    site_app.config["SMTP_URL"] = url

    with pytest.raises(UnsafeSettings, match="SMTP_URL"):
        refuse_unsafe(site_app)


@pytest.mark.parametrize("text", ["nobody", "Yaana <>", "a@b@c", "Yaana <bookings@münchen.example.org>"])
def test_a_sender_that_is_no_address_does_not_start(site_app, text):
    site_app.config["MAIL_FROM"] = text

    with pytest.raises(UnsafeSettings, match="MAIL_FROM"):
        refuse_unsafe(site_app)


def test_production_does_not_send_from_an_invented_address(site_app):
    site_app.config |= {"SMTP_URL": "smtps://mail.example.org", "PRODUCTION": True}

    with pytest.raises(UnsafeSettings, match="MAIL_FROM"):
        refuse_unsafe(site_app)

    site_app.config["MAIL_FROM"] = "bookings@yaana.example.org"
    refuse_unsafe(site_app)


def test_the_usual_ports_and_no_password_in_words():
    assert smtp_at("smtp://mail.example.org").port == 587
    assert smtp_at("smtps://mail.example.org").port == 465
    assert "secret" not in repr(smtp_at("smtp://u:secret@mail.example.org"))


def test_what_is_refused_says_for_how_long():
    assert isinstance(post._of_code(550, b"no"), NotWanted)
    assert isinstance(post._of_code(450, b"later"), NotSentNow)
