"""Signatures over the exact bytes of a message: Ed25519 over created, expires and a BLAKE2b-512 digest of the body.

Source: Beckn 1.1 signing (BAP/BPP Authorization header). The example vectors of the contract tests are its proof.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

SIGNED_PARTS = "(created) (expires) digest"
LONGEST_HEADER = 1024
_PART = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([^",\s]+))\s*(?:,|$)')


class BadSignature(Exception):
    """The header cannot be read, is expired or from the future, or does not match the bytes."""


@dataclass(frozen=True)
class Header:
    """The parts of an Authorization header; `created` and `expires` in Unix seconds."""

    subscriber_id: str
    key_id: str
    created: int
    expires: int
    signature: bytes


def new_key() -> str:
    """A fresh private key: base64 of its 32-byte seed."""
    return base64.b64encode(bytes(SigningKey.generate())).decode()


def private_key(text: str) -> SigningKey:
    """A private key from base64 of its 32-byte seed, or of the 64 bytes (seed and public key) that some tools write."""
    raw = base64.b64decode(text, validate=True)
    if len(raw) not in (32, 64):
        raise ValueError("an Ed25519 private key has 32 or 64 bytes")
    return SigningKey(raw[:32])


def public_text(key: SigningKey) -> str:
    """Base64 of the public key, as a subscription object carries it."""
    return base64.b64encode(bytes(key.verify_key)).decode()


def public_key(text: str) -> VerifyKey:
    return VerifyKey(base64.b64decode(text, validate=True))


def digest(body: bytes) -> str:
    """Base64 of the body's BLAKE2b-512."""
    return base64.b64encode(hashlib.blake2b(body, digest_size=64).digest()).decode()


def _signing_string(body: bytes, created: int, expires: int) -> bytes:
    return f"(created): {created}\n(expires): {expires}\ndigest: BLAKE-512={digest(body)}".encode()


def sign(body: bytes, subscriber_id: str, key_id: str, key: SigningKey, created: int, expires: int) -> str:
    """The Authorization header for `body`, valid from `created` to `expires` (Unix seconds)."""
    signature = base64.b64encode(key.sign(_signing_string(body, created, expires)).signature).decode()
    return (
        f'Signature keyId="{subscriber_id}|{key_id}|ed25519",algorithm="ed25519",created="{created}",'
        f'expires="{expires}",headers="{SIGNED_PARTS}",signature="{signature}"'
    )


def read_header(text: str) -> Header:
    """The parts of an Authorization header. Raises BadSignature when it is none of ours."""
    text = text.strip()
    if text[:1] in ("'", '"') and text[-1:] == text[:1]:  # some tools put the whole header in quotes
        text = text[1:-1]
    scheme, _, rest = text.partition(" ")
    if scheme.lower() != "signature" or len(text) > LONGEST_HEADER:
        raise BadSignature("no Signature header")
    parts: dict[str, str] = {}
    for name, quoted, plain in _PART.findall(rest):
        if name in parts:
            raise BadSignature(f"{name} twice")
        parts[name] = quoted or plain
    try:
        subscriber_id, key_id, algorithm = parts["keyId"].split("|")
        if algorithm != "ed25519" or parts.get("algorithm", "ed25519") != "ed25519":
            raise BadSignature("another algorithm")
        if parts["headers"] != SIGNED_PARTS:
            raise BadSignature("other parts are signed")
        signature = base64.b64decode(parts["signature"], validate=True)
        return Header(subscriber_id, key_id, int(parts["created"]), int(parts["expires"]), signature)
    except (KeyError, ValueError, binascii.Error) as error:
        raise BadSignature("the header cannot be read") from error


def verify(body: bytes, header: Header, key: VerifyKey, now: int, skew: int = 60) -> None:
    """Raises BadSignature unless `header` signs `body` with `key` and is in force at `now` (Unix seconds)."""
    if header.created > now + skew:
        raise BadSignature("from the future")
    if header.expires < now or header.expires < header.created:
        raise BadSignature("expired")
    try:
        key.verify(_signing_string(body, header.created, header.expires), header.signature)
    except (CryptoError, ValueError) as error:
        raise BadSignature("does not match the bytes") from error
