"""A site at the doors of providers: signed requests as bytes, ready to be sent."""

import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from beckn import envelopes, times
from beckn.context import FLIGHTS, HOTELS, TTL, VERSION, Code, Context, Location
from beckn.messages import Part
from beckn.participants import Speaker, speaker_from
from beckn.people import BilledTo, Traveller
from chassis import clock
from tests.benchmarks.load import request

SITE = "http://127.0.0.1:5000"
CONTACT = ("+919876500001", "asha@example.org")
ASHA = Traveller("ADULT", "Asha Rao", "FEMALE", date(1988, 3, 23), *CONTACT)
BILLED_TO = BilledTo(ASHA.name, *CONTACT)


@dataclass(frozen=True)
class Doors:
    """A provider: where it listens, its subscriber id, what it deals in."""

    address: str
    subscriber_id: str
    domain: str


class Site:
    """Subscribed in the installation's own participants.json, as the real site is."""

    def __init__(self, instance: Path):
        self._speaker: Speaker = speaker_from(
            "yaana.localhost",
            f"{SITE}/beckn",
            "BAP",
            FLIGHTS,
            instance / "keys/yaana.localhost.key",
            instance / "participants.json",
            clock.now(),
            subscribes=True,
        )

    def say(self, doors: Doors, action: str, message: Part, transaction: str, city: str = "080") -> bytes:
        now = clock.now()
        context = Context(
            domain=doors.domain,
            location=Location(country=Code("IND"), city=Code(f"std:{city}")),
            action=action,
            version=VERSION,
            bap_id=self._speaker.subscriber_id,
            bap_uri=self._speaker.uri,
            bpp_id=doors.subscriber_id,
            bpp_uri=f"{doors.address}/beckn",
            transaction_id=uuid.UUID(transaction),
            message_id=uuid.uuid4(),
            timestamp=times.write_instant(now),
            ttl=TTL,
        )
        body = envelopes.write(context, message)
        headers = {
            "Content-Type": "application/json",
            "Authorization": self._speaker.sign(body, now),
            "Prefer": "wait=10",
        }
        return request("POST", doors.address, f"/beckn/{action}", headers, body)


def flights(address: str) -> Doors:
    return Doors(address, "flights-bpp.localhost", FLIGHTS)


def hotel(address: str) -> Doors:
    return Doors(address, "hotels-bpp.localhost", HOTELS)
