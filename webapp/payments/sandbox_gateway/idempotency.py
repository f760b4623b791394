"""One result per Idempotency-Key, as Stripe documents it for its API v1 (docs.stripe.com/api/idempotent_requests).

- The status and body of the first request with a key are kept for 24 hours, whether it succeeded or was refused, and a
  repeat gets them again with `Idempotent-Replayed: true`.
- A repeat with other parameters (method, path or body) is an `idempotency_error`, 400.
- A key that is being worked on at this moment is `idempotency_key_in_use`, 409. This and parameters that failed
  validation are not kept: nothing was carried out, and the key can be used again.
- Other than Stripe we demand a key, and we keep no 500: what failed in the middle has changed nothing, so that a
  repeat carries it out.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

import msgspec
from flask import Response, current_app, request
from sqlalchemy import CheckConstraint, Integer, String, Table, Text, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock, faults
from chassis.database import Instant, Model, writing
from chassis.objects import Objects
from chassis.prepared import Command, insert_once
from webapp.payments.sandbox_gateway.errors import KeyInUse, KeyUsedDifferently, ParametersWrong, Refused

KEPT_FOR = timedelta(hours=24)
# A process that died over a request must not hold its key for ever.
CLAIM_LASTS = timedelta(seconds=30)
FORGETS_EVERY = timedelta(minutes=10)

_points = {
    f"api.{command}": faults.Points(f"gateway.{command}", "asked", "claimed", "writing", "written")
    for command in ("create", "capture", "void", "refund")
}

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class LostClaim(RuntimeError):
    """We took so long that another request took our key over; what we did is rolled back."""


class IdempotencyKey(Model):
    """A key, what it was used for, and its result once there is one; until then `claim` names who works on it."""

    __bind_key__ = "sandbox_gateway"
    __tablename__ = "idempotency_keys"
    __table_args__ = (CheckConstraint("(status IS NULL) = (body IS NULL)", name="result_whole"),)

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    claim: Mapped[str] = mapped_column(String(32))
    claimed_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
    status: Mapped[int | None] = mapped_column(Integer)
    body: Mapped[str | None] = mapped_column(Text)


def once(act: Callable[[], dict]) -> Response:
    """Answer this POST with what `act` returns or the Refused it raises: now, or when the key was first used.

    `act` runs inside `writing()`, in the transaction that keeps its result. Raises ParametersWrong, KeyInUse and
    KeyUsedDifferently.
    """
    _reached("asked")
    key, claim = _given_key(), secrets.token_hex(16)
    known = _claim(key, claim)
    if known is not None:
        return _answer(*known, replayed=True)
    _reached("claimed")
    try:
        with writing():
            status, body = _result(act)
            _keep(key, claim, status, body)
            _reached("writing")
    except BaseException:
        _give_up(key, claim)
        raise
    _reached("written")
    return _answer(status, body)


def _reached(moment: str) -> None:
    if request.endpoint in _points:
        _points[request.endpoint].reached(moment)


def _given_key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise ParametersWrong("Idempotency-Key must have 1 to 255 visible ASCII characters")
    return key


def _digest() -> str:
    parameters = b"\n".join([request.method.encode(), request.path.encode(), request.get_data()])
    return hashlib.sha256(parameters).hexdigest()


def _claim(key: str, claim: str) -> tuple[int, str] | None:
    """Take the key for this request, or tell the result it already has. Raises KeyInUse and KeyUsedDifferently.

    Looks before it writes as well: a look does not wait for the writer that is working on this key.
    """
    known = _known_result(_find(key))
    if known is not None:
        return known
    with writing():
        _forget_now_and_then()
        if _is_new(key, claim):
            return None
        row = _find(key)
        known = _known_result(row)
        if row is None:  # kept for long enough
            _FORGET.change(before=clock.now() - KEPT_FOR)
            _is_new(key, claim)
        elif known is None:
            row.claim, row.claimed_at = claim, clock.now()
        return known


def _is_new(key: str, claim: str) -> bool:
    now, digest = clock.now(), _digest()
    added = insert_once(
        IdempotencyKey.__table__, key=key, digest=digest, claim=claim, claimed_at=now, created_at=now
    )
    return added is not None


def _forget_now_and_then() -> None:
    """Delete what was kept for long enough: not for every key, and a process begins with it."""
    now, last = clock.now(), current_app.extensions.get("keys_forgotten_at")
    if last is None or not last <= now < last + FORGETS_EVERY:
        current_app.extensions["keys_forgotten_at"] = now
        _FORGET.change(before=now - KEPT_FOR)


# Statements are made once: making one takes several times as long as asking it.
_FORGET = Command(
    delete(cast(Table, IdempotencyKey.__table__)).where(IdempotencyKey.created_at <= bindparam("before"))
)
_KEPT = Objects(
    IdempotencyKey,
    select(IdempotencyKey).where(
        IdempotencyKey.key == bindparam("its_key"), IdempotencyKey.created_at > bindparam("after")
    ),
)
_OURS = (
    IdempotencyKey.key == bindparam("its_key"),
    IdempotencyKey.claim == bindparam("our_claim"),
    IdempotencyKey.status.is_(None),
)
_KEEP = Command(update(cast(Table, IdempotencyKey.__table__)).where(*_OURS))
_GIVE_UP = Command(delete(cast(Table, IdempotencyKey.__table__)).where(*_OURS))


def _find(key: str) -> IdempotencyKey | None:
    return _KEPT.one_or_none(its_key=key, after=clock.now() - KEPT_FOR)


def _known_result(row: IdempotencyKey | None) -> tuple[int, str] | None:
    if row is None:
        return None
    if row.digest != _digest():
        raise KeyUsedDifferently("This key was used before with other parameters")
    if row.status is not None and row.body is not None:
        return row.status, row.body
    if row.claimed_at > clock.now() - CLAIM_LASTS:
        raise KeyInUse("A request with this key is being worked on")
    return None


def _result(act: Callable[[], dict]) -> tuple[int, str]:
    try:
        status, answer = 200, act()
    except Refused as refusal:
        status, answer = refusal.status, refusal.answer
    return status, msgspec.json.encode(answer).decode()


def _keep(key: str, claim: str, status: int, body: str) -> None:
    if _KEEP.change(its_key=key, our_claim=claim, status=status, body=body) != 1:
        raise LostClaim(key)


def _give_up(key: str, claim: str) -> None:
    with writing():
        _GIVE_UP.change(its_key=key, our_claim=claim)


def _answer(status: int, body: str, replayed: bool = False) -> Response:
    answer = Response(body, status, mimetype="application/json")
    if replayed:
        answer.headers["Idempotent-Replayed"] = "true"
    return answer
