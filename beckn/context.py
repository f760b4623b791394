"""The context of a message: who speaks to whom, about which transaction, and until when it may be acted on."""

import uuid
from datetime import datetime, timedelta

import msgspec

from beckn import times
from beckn.errors import NotUnderstood

ACTIONS = ("search", "select", "init", "confirm", "status", "cancel", "update", "support")
NOT_OFFERED = ("track", "rating")
FLIGHTS = "ONDC:TRV12"
HOTELS = "ONDC:TRV13"
VERSION = "2.0.0"
TTL = "PT30S"
SKEW = timedelta(seconds=60)
ANYWHERE = "*"  # in the place of a city: all of them


class Code(msgspec.Struct, omit_defaults=True):
    code: str | None = None


class Location(msgspec.Struct, omit_defaults=True):
    country: Code | None = None
    city: Code | None = None


class Context(msgspec.Struct, omit_defaults=True, kw_only=True):
    domain: str
    location: Location = msgspec.field(default_factory=Location)
    action: str
    version: str
    bap_id: str
    bap_uri: str
    bpp_id: str | None = None
    bpp_uri: str | None = None
    transaction_id: uuid.UUID
    message_id: uuid.UUID
    timestamp: str
    ttl: str

    @property
    def transaction(self) -> str:
        return str(self.transaction_id)

    @property
    def message(self) -> str:
        return str(self.message_id)


def city_code(city: str) -> str:
    """A city as a context says it: "022" as "std:022", and all of them as they are."""
    return city if city == ANYWHERE else f"std:{city}"


def check_in_force(context: Context, now: datetime) -> None:
    """Raises NotUnderstood for a message that has expired or comes from the future (60 s of skew)."""
    try:
        said = times.parse(context.timestamp)
    except (ValueError, OverflowError) as error:
        raise NotUnderstood("is not a time with a zone", "$.context.timestamp") from error
    try:
        end = said + times.parse_duration(context.ttl)
    except (ValueError, OverflowError) as error:
        raise NotUnderstood("is not a duration", "$.context.ttl") from error
    if end < now - SKEW:
        raise NotUnderstood(
            f"expired: timestamp and ttl ended at {times.write_instant(end)}", "$.context.timestamp"
        )
    if said > now + SKEW:
        raise NotUnderstood("lies in the future", "$.context.timestamp")


def answering(context: Context, subscriber_id: str, uri: str, now: datetime) -> Context:
    """The context of the answer: same transaction and message, `on_` before the action."""
    return msgspec.structs.replace(
        context,
        action=f"on_{context.action}",
        bpp_id=subscriber_id,
        bpp_uri=uri,
        timestamp=times.write_instant(now),
        ttl=TTL,
    )
