"""Telling a shop what happened: signed, best effort, and never in the way of the payment itself."""

import hashlib
import hmac
from threading import Thread

from flask import Flask, current_app

from chassis import clock, faults
from chassis.calls import CallFailed, call
from chassis.database import db, writing
from webapp.payments.sandbox_gateway.event import Event

DEADLINE = 2.0

_points = faults.Points("gateway.webhook", "counted", "answered", "written")
HEADER = "Sandbox-Signature"


def sign(secret: str, body: bytes, at: int) -> str:
    """The signature header of `body` at the unix time `at`: `t=<at>,v1=<hex of HMAC-SHA256 over "<at>.<body>">`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def announce(payment_id: str) -> None:
    """Send what nobody has tried to send yet of this payment, after the commit and behind the answer.

    A lost webhook waits for `flask deliver`, a late one for the next of its payment, behind which it is sent.

    In a thread, because a shop that hangs must not slow the traveller or the request that it is itself making.
    """
    untold = Event.untold(payment_id)
    sending = [each for each in untold if each[1] not in ("webhook_lost", "webhook_late")]
    if not sending:
        return
    sending += [each for each in untold if each[1] == "webhook_late"]
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if app.config["SANDBOX_WEBHOOKS_INLINE"]:
        _deliver_each(sending)
    else:
        Thread(target=_deliver_behind, args=(app, sending), daemon=True).start()


def _deliver_behind(app: Flask, events: list[tuple[int, str | None]]) -> None:
    with app.app_context():
        _deliver_each(events)


def _deliver_each(events: list[tuple[int, str | None]]) -> None:
    for event_id, fault in events:
        try:
            deliver(event_id, attempts=0)
            if fault == "webhook_twice":
                _repeat(event_id)
        except Exception:
            current_app.logger.exception("webhook not delivered", extra={"facts": {"event": event_id}})


def deliver(event_id: int, attempts: int) -> bool:
    """Try once more, after `attempts`, to deliver an event; whether the shop said 2xx.

    When another process has begun an attempt since, nothing is sent and the answer is no.
    """
    with writing():
        begun = Event.begin_attempt(event_id, attempts)
    if begun is None:
        return False
    url, body = begun
    _points.reached("counted")
    if not _accepted(url, body.encode(), event_id):
        return False
    _points.reached("answered")
    with writing():
        Event.acknowledged(event_id)
    _points.reached("written")
    return True


def _repeat(event_id: int) -> None:
    event = db.session.get_one(Event, event_id)
    if event.url is not None:
        _accepted(event.url, event.body.encode(), event_id)


def _accepted(url: str, body: bytes, event_id: int) -> bool:
    signature = sign(current_app.config["SANDBOX_WEBHOOK_SECRET"], body, int(clock.now().timestamp()))
    headers = {"Content-Type": "application/json", HEADER: signature}
    try:
        status = call("POST", url, body, headers, deadline=DEADLINE).status
    except CallFailed as failure:
        current_app.logger.warning("webhook %s", failure, extra={"facts": {"event": event_id}})
        return False
    if not 200 <= status < 300:
        current_app.logger.warning("webhook answered", extra={"facts": {"event": event_id, "status": status}})
        return False
    return True
