"""The signature vectors on which four implementations agree, and the pitfalls of signing."""

import base64
from datetime import UTC, datetime

import pytest

from beckn import signing
from beckn.participants import Participant, Participants, Speaker, read
from beckn.signing import BadSignature, read_header, sign, verify
from tests.contract.example_files import FOLDER, load

VECTORS = load("common/signature_vectors.json")
EACH = pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
ONE = VECTORS["vectors"][1]
NOW = ONE["created"]


def bytes_of(vector: dict) -> bytes:
    return base64.b64decode(vector["body_b64"])


def key():
    return signing.private_key(VECTORS["seed_b64"])


def public():
    return signing.public_key(VECTORS["public_b64"])


@EACH
def test_the_digest_is_the_vectors(vector):
    assert signing.digest(bytes_of(vector)) == vector["digest"]


@EACH
def test_our_header_is_the_vectors(vector):
    header = sign(bytes_of(vector), "bap.example.org", "k1", key(), vector["created"], vector["expires"])

    assert header == vector["header"]


@EACH
def test_the_vectors_header_is_verified(vector):
    verify(bytes_of(vector), read_header(vector["header"]), public(), vector["created"])


@EACH
def test_other_bytes_are_not_verified(vector):
    with pytest.raises(BadSignature, match="does not match"):
        verify(bytes_of(vector) + b" ", read_header(vector["header"]), public(), vector["created"])


def test_a_key_of_64_bytes_is_its_first_32():
    long = signing.private_key(VECTORS["private_64_b64"])

    assert signing.public_text(long) == VECTORS["public_b64"] == signing.public_text(key())


@pytest.mark.parametrize("raw", [b"", b"x" * 31, b"x" * 33, b"x" * 63, b"x" * 65])
def test_a_key_of_another_length_is_no_key(raw):
    with pytest.raises(ValueError):
        signing.private_key(base64.b64encode(raw).decode())


@pytest.mark.parametrize("quote", ["'", '"'])
def test_quotes_around_the_whole_header_are_taken_off(quote):
    header = read_header(f"{quote}{ONE['header']}{quote}")

    verify(bytes_of(ONE), header, public(), NOW)


def test_the_equals_signs_of_base64_belong_to_the_value():
    header = read_header(ONE["header"])

    assert ONE["signature"].endswith("==")
    assert base64.b64encode(header.signature).decode() == ONE["signature"]


def test_numbers_need_no_quotes_and_commas_may_have_spaces():
    header = ONE["header"].replace(f'"{NOW}"', str(NOW)).replace(",", " , ").replace("Signature", "signature")

    verify(bytes_of(ONE), read_header(header), public(), NOW)


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (NOW - 61, "from the future"),
        (NOW - 60, None),
        (ONE["expires"], None),
        (ONE["expires"] + 1, "expired"),
    ],
)
def test_a_header_is_in_force_from_a_minute_before_it_was_made_to_its_last_second(now, verdict):
    header = read_header(ONE["header"])

    if verdict is None:
        verify(bytes_of(ONE), header, public(), now)
    else:
        with pytest.raises(BadSignature, match=verdict):
            verify(bytes_of(ONE), header, public(), now)


def test_a_header_that_ends_before_it_begins_is_never_in_force():
    header = read_header(sign(b"{}", "bap.example.org", "k1", key(), NOW + 30, NOW + 10))

    with pytest.raises(BadSignature, match="expired"):
        verify(b"{}", header, public(), NOW)


def changed(old: str, new: str) -> str:
    assert old in ONE["header"]
    return ONE["header"].replace(old, new)


WRONG_HEADERS = {
    "another algorithm": changed('algorithm="ed25519"', 'algorithm="rsa-sha256"'),
    "another algorithm in the key's id": changed("|k1|ed25519", "|k1|hmac"),
    "no algorithm in the key's id": changed("|k1|ed25519", "|k1"),
    "other parts are signed": changed("(created) (expires) digest", "(created) digest"),
    "created twice": ONE["header"] + f',created="{NOW}"',
    "no created": changed(f'created="{NOW}",', ""),
    "created is no number": changed(f'created="{NOW}"', 'created="now"'),
    "no signature": ONE["header"].partition(",signature")[0],
    "the signature is not base64": changed('signature="', 'signature="*'),
    "the signature is not ASCII": changed('signature="', 'signature="é'),
    "too long": ONE["header"] + "," + "x" * 1024,
    "another scheme": ONE["header"].replace("Signature ", "Bearer "),
    "empty": "",
    "a lone quote": '"',
}


@pytest.mark.parametrize("header", WRONG_HEADERS.values(), ids=WRONG_HEADERS)
def test_a_header_that_is_none_of_ours_is_refused(header):
    with pytest.raises(BadSignature):
        read_header(header)


@pytest.mark.parametrize("length", [0, 1, 63, 65])
def test_a_signature_of_another_length_does_not_match(length):
    header = sign(b"{}", "bap.example.org", "k1", key(), NOW, NOW + 300)
    header = header.partition(",signature")[0] + f',signature="{base64.b64encode(b"x" * length).decode()}"'

    with pytest.raises(BadSignature):
        verify(b"{}", read_header(header), public(), NOW)


# ---- participants


def test_the_participants_are_standard_subscription_objects():
    (site, *providers) = read(FOLDER / "common" / "13_participants.json")

    assert (site.subscriber_id, site.type, site.location.country.code) == ("bap.example.org", "BAP", "IND")
    assert {each.type for each in providers} == {"BPP"}
    assert site.public_key() == public()


def test_a_participant_signs_and_another_hears():
    participants = Participants(FOLDER / "common" / "13_participants.json")
    site = Speaker("bap.example.org", "https://bap.example.org/beckn", key(), participants)
    now = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)

    heard = site.hear(b"{}", site.sign(b"{}", now), now)

    assert heard.subscriber_id == "bap.example.org"


@pytest.mark.parametrize(
    ("instant", "in_force"),
    [
        ("2025-12-31T23:59:59+00:00", False),
        ("2026-01-01T00:00:00+00:00", True),
        ("2026-12-31T23:59:59+00:00", True),
        ("2027-01-01T00:00:00+00:00", False),
    ],
)
def test_a_subscription_is_in_force_until_its_end(instant, in_force):
    participant = read(FOLDER / "common" / "13_participants.json")[0]

    assert participant.is_in_force(datetime.fromisoformat(instant)) is in_force


@pytest.mark.parametrize("status", ["INITIATED", "EXPIRED", "UNSUBSCRIBED", "INVALID_SSL"])
def test_only_the_subscribed_are_heard(status):
    participant: Participant = read(FOLDER / "common" / "13_participants.json")[0]
    participant.status = status

    assert not participant.is_in_force(datetime(2026, 12, 1, tzinfo=UTC))
