"""A site at a provider's doors: signs what it asks and reads what it is told, as JSON."""

import json
import uuid
from dataclasses import dataclass, field

import msgspec

from beckn import times
from beckn.participants import Speaker, newcomer, own_key, subscribe
from chassis import clock

BAP_ID = "bap.example.org"
BAP_URI = "https://bap.example.org/beckn"


@dataclass
class Reply:
    """What came back: `error` of a refusal, else `order` or `catalog`."""

    status: int
    body: dict
    headers: dict = field(default_factory=dict)

    @property
    def error(self) -> str | None:
        return self.body.get("error", {}).get("code")

    @property
    def path(self) -> str | None:
        return self.body.get("error", {}).get("paths")

    @property
    def order(self) -> dict:
        return self.body["message"]["order"]

    @property
    def state(self) -> str:
        return self.order["fulfillments"][0]["state"]["descriptor"]["code"]

    @property
    def total(self) -> str:
        return self.order["quote"]["price"]["value"]


class Bap:
    """Speaks for `bap_id` with a provider's app, through `post(path, body, headers)` → (status, bytes, headers)."""

    def __init__(self, app, post=None, bap_id: str = BAP_ID):
        speaker: Speaker = app.extensions["speaker"]
        self.app = app
        self.domain = app.extensions["service"].provider.domain
        self.bpp_id, self.bpp_uri = speaker.subscriber_id, speaker.uri
        path = speaker.participants.path
        key = own_key(path.parent / "keys" / f"{bap_id}.key")
        subscribe(path, newcomer(bap_id, BAP_URI, "BAP", self.domain, key, clock.now()))
        self.speaker = Speaker(bap_id, BAP_URI, key, speaker.participants)
        self.post = post or self._post_to_app

    def _post_to_app(self, path, body, headers):
        response = self.app.test_client().post(path, data=body, headers=headers)
        return response.status_code, response.data, dict(response.headers)

    def ask(self, action: str, message, transaction: str | None = None, **context) -> Reply:
        """`message` a Beckn structure or plain data; `context` overrides parts of the context (None leaves one out)."""
        said = self.context(action, transaction) | context
        said = {key: value for key, value in said.items() if value is not None}
        return self.send(action, msgspec.json.encode({"context": said, "message": message}))

    def send(self, action: str, body: bytes, headers: dict | None = None) -> Reply:
        """Exactly these bytes, signed; `headers` override, and None leaves one out."""
        sent = self.headers(body) | (headers or {})
        sent = {key: value for key, value in sent.items() if value is not None}
        status, content, answered = self.post(f"/beckn/{action}", body, sent)
        return Reply(status, json.loads(content), answered)

    def headers(self, body: bytes) -> dict[str, str]:
        """What goes with these bytes at any door."""
        return {
            "Content-Type": "application/json",
            "Authorization": self.speaker.sign(body, clock.now()),
            "Prefer": "wait=2",
        }

    def context(self, action: str, transaction: str | None = None) -> dict:
        return {
            "domain": self.domain,
            "location": {"country": {"code": "IND"}, "city": {"code": "std:080"}},
            "action": action,
            "version": "2.0.0",
            "bap_id": self.speaker.subscriber_id,
            "bap_uri": BAP_URI,
            "bpp_id": self.bpp_id,
            "bpp_uri": self.bpp_uri,
            "transaction_id": transaction or str(uuid.uuid4()),
            "message_id": str(uuid.uuid4()),
            "timestamp": times.write_instant(clock.now()),
            "ttl": "PT30S",
        }
