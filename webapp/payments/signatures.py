"""The signature header that Stripe and the sandbox share: `t=<unix time>,v1=<hex of HMAC-SHA256 over "<t>.<raw body>">`."""

import hashlib
import hmac
import re
from collections.abc import Mapping

from chassis import clock
from webapp.payments.gateway import ForgedWebhook

WINDOW = 300  # seconds, before and after now

_TIME = re.compile(r"[0-9]{1,12}")


def just_now(headers: Mapping[str, str], name: str) -> str:
    """The header called `name`, signed within 300 seconds of now, before or after. Raises ForgedWebhook.

    The future counts too: who may choose `t` could else make a webhook that is good for ever.
    """
    header = next((value for given, value in headers.items() if given.lower() == name.lower()), "")
    times = [value for key, value in _pairs(header) if key == "t"]
    if len(times) != 1 or not _TIME.fullmatch(times[0]):
        raise ForgedWebhook("not signed")
    if abs(clock.now().timestamp() - int(times[0])) > WINDOW:
        raise ForgedWebhook("signed too long ago, or in the future")
    return header


def verify(secret: str, raw_body: bytes, header: str) -> None:
    """Raises ForgedWebhook when no `v1` is of our secret; there are two while a secret is being changed."""
    pairs = _pairs(header)
    sent_at = dict(pairs)["t"]
    expected = hmac.new(secret.encode(), f"{sent_at}.".encode() + raw_body, hashlib.sha256).hexdigest()
    given = [value for key, value in pairs if key == "v1"]
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in given):
        raise ForgedWebhook("not signed with our secret")


def _pairs(header: str) -> list[tuple[str, str]]:
    parts = (part.strip().partition("=") for part in header.split(","))
    return [(key, value) for key, _, value in parts]
