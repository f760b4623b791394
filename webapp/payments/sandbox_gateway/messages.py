"""What the API understands, typed; whatever does not fit is refused before anything is done."""

import re
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from babel import Locale
from msgspec import Meta, Struct

from webapp.payments.sandbox_gateway.errors import ParametersWrong
from webapp.payments.sandbox_gateway.fault import FAULTS

CURRENCIES = frozenset(Locale("en").currencies)

Amount = Annotated[int, Meta(ge=1, le=10**12)]
Url = Annotated[str, Meta(max_length=2000)]

# The host goes into a Content-Security-Policy, where a space, a comma or a semicolon would begin something new.
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")
_VISIBLE = re.compile(r"[\x21-\x7e]+")


class NewPayment(Struct, forbid_unknown_fields=True):
    """POST /v1/payments. `amount_minor` in minor units; `expires_at` with its offset; no `webhook_url`, no webhooks."""

    reference: Annotated[str, Meta(pattern=r"^[\x21-\x7e]{1,100}$")]
    amount_minor: Amount
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    description: Annotated[str, Meta(min_length=1, max_length=200)]
    return_url: Url
    expires_at: Annotated[datetime, Meta(tz=True)]
    webhook_url: Url | None = None

    def __post_init__(self):
        if self.currency not in CURRENCIES:
            raise ValueError(f"{self.currency} is not a currency")
        origin(self.return_url)
        if self.webhook_url is not None:
            origin(self.webhook_url)


class SomeMoney(Struct, forbid_unknown_fields=True):
    """What a capture or a refund is asked with, in minor units."""

    amount_minor: Amount


class NewFault(Struct, forbid_unknown_fields=True):
    """POST /v1/payments/<id>/faults: `kind` shall strike `times` times from now on; 0 takes it back."""

    kind: str
    times: Annotated[int, Meta(ge=0, le=1000)] = 1

    def __post_init__(self):
        if self.kind not in FAULTS:
            raise ValueError(f"`kind` is one of {', '.join(FAULTS)}")


class Nothing(Struct, forbid_unknown_fields=True):
    """What a void is asked with."""


def decode(body: bytes, kind):
    """`body` as `kind`. Raises ParametersWrong, which names the field."""
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ParametersWrong(str(error)) from error


def origin(url: str) -> str:
    """scheme://host:port of an http(s) URL with a plain host name or IPv4 address. Raises ValueError."""
    parts = urlsplit(url)
    plain = _HOST.fullmatch(parts.netloc) and _VISIBLE.fullmatch(url)
    if parts.scheme not in ("http", "https") or not plain:
        raise ValueError("URLs must be http or https, with a plain host")
    return f"{parts.scheme}://{parts.netloc}"


# What msgspec knows of a type is made while the module is loaded, by one thread; two at once crash it.
for _kind in (NewPayment, SomeMoney, NewFault, Nothing):
    msgspec.json.Decoder(_kind)
