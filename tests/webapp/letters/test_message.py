"""The message: headers that nobody can forge, addresses of the whole world, and the same bytes every time."""

from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.parser import BytesParser

import pytest

from webapp.letters.content import Letter
from webapp.letters.message import NoAddress, Posted, message_of
from webapp.letters.post import as_bytes

YAANA = Address("Yaana", "bookings", "yaana.example.org")


@pytest.fixture
def arrived(site_app):
    """`arrived(name="…")`: a letter as it is read where it arrives, and its bytes."""

    def of(recipient="asha@example.org", key="1:booked:CONFIRMED", **said):
        letter = Letter(
            **{
                "subject": "Booked", "heading": "You are booked", "name": "Asha Rao", "lead": ("It is booked.",),
                "parts": (), "closing": (), "link": ("Open", "http://127.0.0.1:5000/"),
            }
            | said
        )  # fmt: skip
        at = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)
        with site_app.app_context():
            sent = as_bytes(message_of(Posted(recipient, "K7QM-2XV-P9D", "booked", key, at, letter), YAANA))
        return BytesParser(policy=policy.default).parsebytes(sent), sent

    return of


def test_the_same_row_is_the_same_message_byte_for_byte(arrived):
    assert arrived()[1] == arrived()[1]


def test_another_row_is_another_message(arrived):
    assert arrived()[0]["Message-ID"] != arrived(key="1:booked:CANCELLED")[0]["Message-ID"]
    assert arrived()[0]["Message-ID"] != arrived(recipient="ravi@example.org")[0]["Message-ID"]


@pytest.mark.parametrize(
    "name",
    ["Asha\r\nBcc: everybody@example.org", "Asha\nBcc: x@y.example.org\n\nBody", "Asha\x0bRao\x1b[0m", "Asha\u2028Bcc: x", "\x85Asha",
     "=?utf-8?q?Asha=0D=0ABcc:_x@example.org?="],
)  # fmt: skip
def test_a_name_begins_no_header(arrived, name):
    message, sent = arrived(name=name)

    assert message["Bcc"] is None
    assert [each.addr_spec for each in message["To"].addresses] == ["asha@example.org"]
    assert set(message.keys()) == {
        "Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert b"\r\n\r\nBody" not in sent.partition(b"Content-Type")[0]


def test_a_subject_begins_no_header_and_has_an_end(arrived):
    message, _ = arrived(subject="Booked\r\nBcc: everybody@example.org " + "x" * 5000)

    assert message["Bcc"] is None
    assert len(message["Subject"]) < 250


@pytest.mark.parametrize(
    "name", ["Zoë 🛫 Müller", "आशा राव", 'Asha, "Rao" <x@y>', "O'Neill; drop", "Å" * 119]
)
def test_any_name_arrives_as_it_was_written(arrived, name):
    message, sent = arrived(name=name)

    [to] = message["To"].addresses
    assert (to.display_name.replace(" ", ""), to.addr_spec) == (name.replace(" ", ""), "asha@example.org")
    assert sent.partition(b"\r\n\r\n")[0].isascii()


def test_no_name_is_no_name(arrived):
    assert arrived(name="")[0]["To"] == "asha@example.org"
    assert "Hello" not in arrived(name="")[0].get_body(("plain",)).get_content()


def test_a_domain_outside_ascii_goes_as_dns_writes_it(arrived):
    message, sent = arrived(recipient="asha@münchen.example.org")

    assert message["To"].addresses[0].addr_spec == "asha@xn--mnchen-3ya.example.org"
    assert sent.partition(b"\r\n\r\n")[0].isascii()


def test_a_box_outside_ascii_goes_in_utf_8(arrived):
    _, sent = arrived(recipient="जन@example.org")

    assert "\r\nTo: Asha Rao <जन@example.org>\r\n".encode() in sent


@pytest.mark.parametrize(
    "recipient", ["", "nobody", "a@b@example.org", "x@example.org\r\nRCPT TO:<y@example.org>", "@example.org"]
)
def test_what_is_no_address_is_sent_nowhere(arrived, recipient):
    with pytest.raises(NoAddress):
        arrived(recipient=recipient)


def test_what_a_traveller_wrote_is_no_markup(arrived):
    message, _ = arrived(name='<img src="https://example.org/x">')

    assert "<img" not in message.get_body(("html",)).get_content()
    assert "<img" in message.get_body(("plain",)).get_content()


def test_machines_do_not_answer_it(arrived):
    assert arrived()[0]["Auto-Submitted"] == "auto-generated"
