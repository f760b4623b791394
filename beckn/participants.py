"""Who may speak, with which key and at which address: a file of standard Beckn subscription objects."""

import fcntl
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from nacl.signing import SigningKey, VerifyKey

from beckn import signing, times


class Country(msgspec.Struct):
    code: str = "IND"


class Place(msgspec.Struct):
    country: Country = msgspec.field(default_factory=Country)


class Participant(msgspec.Struct):
    """A subscription object of the Beckn registry; times are UTC instants."""

    subscriber_id: str
    url: str
    type: str
    domain: str
    key_id: str
    signing_public_key: str
    valid_from: str
    valid_until: str
    status: str = "SUBSCRIBED"
    location: Place = msgspec.field(default_factory=Place)

    def public_key(self) -> VerifyKey:
        return signing.public_key(self.signing_public_key)

    def is_in_force(self, instant: datetime) -> bool:
        return self.status == "SUBSCRIBED" and times.parse(self.valid_from) <= instant < times.parse(
            self.valid_until
        )


# Made while the module is loaded, by one thread: two threads that meet a type for the first time together crash msgspec.
_PARTICIPANTS = msgspec.json.Decoder(list[Participant])


class Participants:
    """The participants of a file, read again when the file has changed, so that a key can be replaced without a restart."""

    def __init__(self, path: Path):
        self.path = Path(path)
        self._read_at: tuple[int, int] | None = None
        self._known: dict[tuple[str, str], tuple[Participant, VerifyKey]] = {}

    def find(self, subscriber_id: str, key_id: str) -> tuple[Participant, VerifyKey] | None:
        """The participant of this id and key with the key made ready; None when unknown."""
        self._read_if_changed()
        return self._known.get((subscriber_id, key_id))

    def _read_if_changed(self) -> None:
        try:
            found = os.stat(self.path)  # Path.stat takes as long again
        except FileNotFoundError:
            self._known, self._read_at = {}, None
            return
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._read_at:
            entries = read(self.path)
            self._known = {(each.subscriber_id, each.key_id): (each, each.public_key()) for each in entries}
            self._read_at = stamp


def read(path: Path) -> list[Participant]:
    """The participants of a file; an empty list when there is none."""
    try:
        return _PARTICIPANTS.decode(Path(path).read_bytes())
    except FileNotFoundError:
        return []


def own_key(path: Path) -> SigningKey:
    """The private key in `path` (0600), made on first use; two processes that start together end with the same one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    if not path.exists():
        fresh.touch(0o600)
        fresh.write_text(signing.new_key())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return signing.private_key(path.read_text().strip())


def subscribe(path: Path, newcomer: Participant) -> None:
    """Add `newcomer` to the file, or replace its entry when its key or address changed. Safe among processes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        entries = read(path)
        same = [each for each in entries if each.subscriber_id == newcomer.subscriber_id]
        if same and (same[0].signing_public_key, same[0].url) == (newcomer.signing_public_key, newcomer.url):
            return
        others = [each for each in entries if each.subscriber_id != newcomer.subscriber_id]
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode([*others, newcomer])))
        fresh.replace(path)


def newcomer(
    subscriber_id: str, url: str, kind: str, domain: str, key: SigningKey, now: datetime
) -> Participant:
    """A subscription of ten years from the day before `now`, so that a shifted clock still finds it in force."""
    begin = now.astimezone(UTC) - timedelta(days=1)
    return Participant(
        subscriber_id=subscriber_id,
        url=url,
        type=kind,
        domain=domain,
        key_id="k1",
        signing_public_key=signing.public_text(key),
        valid_from=times.write_instant(begin),
        valid_until=times.write_instant(begin + timedelta(days=3650)),
    )


class Speaker:
    """Who we are in the network: our id, our key, and the participants we listen to."""

    VALID_SECONDS = 300

    def __init__(self, subscriber_id: str, uri: str, key: SigningKey, participants: Participants):
        self.subscriber_id = subscriber_id
        self.uri = uri
        self.participants = participants
        self._key = key

    def sign(self, body: bytes, now: datetime) -> str:
        """The Authorization header for exactly these bytes."""
        second = int(now.timestamp())
        return signing.sign(body, self.subscriber_id, "k1", self._key, second, second + self.VALID_SECONDS)

    def hear(self, body: bytes, authorization: str | None, now: datetime) -> Participant:
        """Who signed these bytes. Raises BadSignature, also for someone unknown or no longer subscribed."""
        header = signing.read_header(authorization or "")
        known = self.participants.find(header.subscriber_id, header.key_id)
        if known is None or not known[0].is_in_force(now):
            raise signing.BadSignature("unknown participant")
        signing.verify(body, header, known[1], int(now.timestamp()))
        return known[0]


def speaker_from(
    subscriber_id: str,
    uri: str,
    kind: str,
    domain: str,
    key_file: Path,
    file: Path,
    now: datetime,
    subscribes: bool,
) -> Speaker:
    """Our Speaker. In development (`subscribes`) the key is made and our entry written; production brings both files."""
    if subscribes:
        key = own_key(key_file)
        subscribe(file, newcomer(subscriber_id, uri, kind, domain, key, now))
    else:
        key = signing.private_key(key_file.read_text().strip())
    return Speaker(subscriber_id, uri, key, Participants(file))
