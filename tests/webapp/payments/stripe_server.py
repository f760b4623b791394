"""A server that plays Stripe: the shapes, states and errors that its API reference documents, as far as we use them.

It is written from docs.stripe.com/api (Checkout Sessions, PaymentIntents, Refunds, errors, idempotent requests, webhooks)
and was never compared with the real one. What it does not know it refuses, so that a wrong parameter is found here.
"""

import hashlib
import hmac
import itertools
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Response, request

from chassis import clock

SECRET_KEY = "sk_test_of_the_tests"
WEBHOOK_SECRET = "whsec_of_the_tests"

OF_A_SESSION = {
    "mode",
    "client_reference_id",
    "line_items",
    "payment_method_types",
    "payment_intent_data",
    "adaptive_pricing",
    "metadata",
    "success_url",
    "cancel_url",
    "expires_at",
    "expand",
}
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")
KEPT_FOR = timedelta(hours=24)


class StripeError(Exception):
    def __init__(self, status: int, kind: str, code: str | None, message: str, kept: bool = True):
        super().__init__(message)
        self.status, self.kept = status, kept
        self.body = {"error": {"type": kind, "message": message} | ({"code": code} if code else {})}


def invalid(message: str, code: str | None = None, status: int = 400, kept: bool = True) -> StripeError:
    return StripeError(status, "invalid_request_error", code, message, kept)


@dataclass
class Kept:
    """What a key was used for, and its result once there is one."""

    digest: str
    at: Any
    status: int | None = None
    body: dict | None = None


@dataclass
class Fault:
    """`before`: nothing is done; else it is carried out and then this is answered. Kept with its key, as Stripe does."""

    path: str
    answer: Callable[[], StripeError]
    before: bool


@dataclass
class Stripe:
    """The account: what it has, what was asked, and what goes wrong next."""

    sessions: dict[str, dict] = field(default_factory=dict)
    intents: dict[str, dict] = field(default_factory=dict)
    refunds: dict[str, dict] = field(default_factory=dict)
    keys: dict[str, Kept] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    number: Any = field(default_factory=lambda: itertools.count(1))
    address: str = "http://127.0.0.1"

    # ---- what a traveller, a bank or a person at the Dashboard does

    def pay(self, session_id: str, moves_at_once: bool = False) -> None:
        """The traveller's card is authorised (or charged at once)."""
        session = self._open(session_id)
        intent = self._begin(session)
        session["status"], session["url"], session["payment_status"] = "complete", None, "unpaid"
        intent["status"], intent["amount_capturable"] = "requires_capture", intent["amount"]
        intent["latest_charge"] = {"id": f"ch_{next(self.number)}", "object": "charge", "amount_refunded": 0}
        if moves_at_once:
            self._take(intent, intent["amount"])

    def decline(self, session_id: str) -> None:
        """The bank says no; the session stays open for another card."""
        self._begin(self._open(session_id))["last_payment_error"] = {"code": "card_declined"}

    def ask_the_bank(self, session_id: str) -> None:
        """3-D Secure: the bank asks the traveller, and until they answer the payment is neither."""
        self._begin(self._open(session_id))["status"] = "requires_action"

    def fail_refund(self, refund: dict) -> None:
        """The bank sends it back, days later."""
        refund["status"], refund["failure_reason"] = "failed", "expired_or_canceled_card"
        self._of(refund)["latest_charge"]["amount_refunded"] -= refund["amount"]

    def fail(self, path: str, answer: Callable[[], StripeError], before: bool = True, times: int = 1) -> None:
        """The next `times` requests whose "METHOD path" contains `path` are answered so."""
        self.faults += [Fault(path, answer, before)] * times

    def webhook(self, kind: str, about: dict, **others: Any) -> bytes:
        """The body of an event, as `about` is at this moment."""
        event = {"id": f"evt_{next(self.number)}", "object": "event", "type": kind, "data": {"object": about}}
        return json.dumps(event | others).encode()

    # ---- the state machine

    def create_session(self, wanted: dict) -> dict:
        unknown = set(wanted) - OF_A_SESSION
        if unknown:
            raise invalid(f"Received unknown parameter: {min(unknown)}", "parameter_unknown", kept=False)
        now, expires_at = int(clock.now().timestamp()), int(wanted["expires_at"])
        if not now + 1800 <= expires_at <= now + 86_400:
            raise invalid(
                "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours "
                "from Checkout Session creation.",
                kept=False,
            )
        [item] = wanted["line_items"].values()
        amount = int(item["price_data"]["unit_amount"]) * int(item["quantity"])
        if amount < 50:
            raise invalid(
                "The Checkout Session's total amount must be greater", "amount_too_small", kept=False
            )
        number = next(self.number)
        session = {
            "id": f"cs_test_{number:058d}",
            "object": "checkout.session",
            "mode": wanted["mode"],
            "status": "open",
            "payment_status": "unpaid",
            "client_reference_id": wanted["client_reference_id"],
            "amount_subtotal": amount,
            "amount_total": amount,
            "currency": item["price_data"]["currency"],
            "created": now,
            "expires_at": expires_at,
            "livemode": False,
            "metadata": wanted.get("metadata", {}),
            "payment_intent": None,
            "url": f"{self.address}/c/pay/cs_test_{number:058d}#fid",
            "success_url": wanted["success_url"],
            "_intent": wanted["payment_intent_data"],
            "_wanted": wanted,
        }
        self.sessions[session["id"]] = session
        return session

    def expire(self, session: dict) -> dict:
        if session["status"] != "open":
            raise invalid(
                'Only Checkout Sessions with a status in ["open"] can be expired. '
                f"This Checkout Session has a status of {session['status']}"
            )
        session["status"], session["url"] = "expired", None
        if session["payment_intent"]:
            self.intents[session["payment_intent"]]["status"] = "canceled"
        return session

    def capture(self, intent: dict, amount: int) -> dict:
        if intent["status"] != "requires_capture":
            raise _unexpected(intent, "captured")
        if amount > intent["amount_capturable"]:
            raise invalid("The amount to capture is greater than the amount capturable", "amount_too_large")
        return self._take(intent, amount)

    def cancel(self, intent: dict) -> dict:
        session = next(each for each in self.sessions.values() if each["payment_intent"] == intent["id"])
        if session["status"] == "open":
            raise invalid("You cannot cancel the PaymentIntent of a Checkout Session; expire the Session.")
        if intent["status"] not in CANCELABLE:
            raise _unexpected(intent, "canceled")
        intent["status"], intent["amount_capturable"] = "canceled", 0
        return intent

    def refund(self, wanted: dict) -> dict:
        intent, amount = self.intents.get(wanted["payment_intent"]), int(wanted["amount"])
        if intent is None:
            raise invalid("No such payment_intent", "resource_missing", 404, kept=False)
        if intent["status"] != "succeeded":
            raise invalid("This PaymentIntent does not have a successful charge to refund.")
        charge = intent["latest_charge"]
        left = intent["amount_received"] - charge["amount_refunded"]
        if not left:
            raise invalid("Charge has already been refunded.", "charge_already_refunded")
        if amount > left:
            raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})")
        charge["amount_refunded"] += amount
        refund = {
            "id": f"re_{next(self.number)}",
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "status": "succeeded",
            "payment_intent": intent["id"],
            "metadata": wanted.get("metadata", {}),
        }
        self.refunds[refund["id"]] = refund
        return refund

    def look(self, kept: dict[str, dict], id: str) -> dict:
        if id not in kept:
            raise invalid(f"No such object: '{id}'", "resource_missing", 404, kept=False)
        self._grow_old()
        return kept[id]

    def listed(self, query: dict) -> list[dict]:
        """Sessions of the wanted interval, newest first."""
        self._grow_old()
        created = query.get("created", {})
        return [
            each
            for each in reversed(self.sessions.values())
            if int(created.get("gte", 0)) <= each["created"] <= int(created.get("lte", 10**12))
        ]

    def _grow_old(self) -> None:
        for session in self.sessions.values():
            if session["status"] == "open" and session["expires_at"] <= clock.now().timestamp():
                self.expire(session)

    def _open(self, session_id: str) -> dict:
        session = self.look(self.sessions, session_id)
        if session["status"] != "open":
            raise invalid("This page has expired")
        return session

    def _begin(self, session: dict) -> dict:
        """The PaymentIntent of a session, which comes into being when somebody begins to pay."""
        if session["payment_intent"] is None:
            wanted = session["_intent"]
            assert wanted["capture_method"] == "manual"
            session["payment_intent"] = f"pi_{next(self.number)}"
            self.intents[session["payment_intent"]] = {
                "id": session["payment_intent"],
                "object": "payment_intent",
                "status": "requires_payment_method",
                "amount": session["amount_total"],
                "amount_capturable": 0,
                "amount_received": 0,
                "currency": session["currency"],
                "metadata": wanted["metadata"],
                "latest_charge": None,
            }
        return self.intents[session["payment_intent"]]

    def _take(self, intent: dict, amount: int) -> dict:
        intent["status"], intent["amount_received"], intent["amount_capturable"] = "succeeded", amount, 0
        return intent

    def _of(self, refund: dict) -> dict:
        return self.intents[refund["payment_intent"]]


def _unexpected(intent: dict, what: str) -> StripeError:
    return invalid(
        f"This PaymentIntent could not be {what} because it has a status of {intent['status']}.",
        "payment_intent_unexpected_state",
    )


def sign(body: bytes, at: int, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
    """The headers of a webhook (docs.stripe.com/webhooks: v1 is HMAC-SHA256 over "<t>.<raw body>")."""
    v1 = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={v1},v0={'0' * 64}"}


# ---- over HTTP


def create_app() -> Flask:
    """The API as an app; `app.stripe` is the account."""
    app = Flask("stripe")
    account = app.stripe = Stripe()

    @app.route("/v1/<path:_path>", methods=["GET", "POST"])
    def api(_path: str):
        with account.lock:
            account.asked.append(f"{request.method} {request.path}")
        try:
            _demand_key()
            status, body, replayed = _once(account) if request.method == "POST" else (*_act(account), False)
        except StripeError as error:
            status, body, replayed = error.status, error.body, False
        answer = Response(json.dumps(body), status, mimetype="application/json")
        answer.headers["Request-Id"] = "req_1"
        if replayed:
            answer.headers["Idempotent-Replayed"] = "true"
        return answer

    return app


def _demand_key() -> None:
    if request.headers.get("Authorization") != f"Bearer {SECRET_KEY}":
        raise invalid("Invalid API Key provided", status=401, kept=False)


def _once(account: Stripe) -> tuple[int, dict, bool]:
    """One result per Idempotency-Key, a 500 too; what fails validation and a key in use are not kept."""
    key = request.headers["Idempotency-Key"]
    digest = hashlib.sha256(request.path.encode() + request.get_data()).hexdigest()
    with account.lock:
        known = account.keys.get(key)
        if known is None or known.at <= clock.now() - KEPT_FOR:
            known = account.keys[key] = Kept(digest, clock.now())
        elif known.digest != digest:
            raise StripeError(
                400,
                "idempotency_error",
                None,
                "Keys for idempotent requests can only be used with the same parameters they were first used with.",
            )
        elif known.status is None:
            raise StripeError(
                409,
                "idempotency_error",
                "idempotency_key_in_use",
                "There is currently another in-progress request using this Idempotent Key.",
            )
        else:
            return known.status, known.body, True
    try:
        status, body = _act(account)
    except StripeError as error:
        if not error.kept:
            del account.keys[key]
            raise
        status, body = error.status, error.body
    known.status, known.body = status, body
    return status, body, False


def _act(account: Stripe) -> tuple[int, dict]:
    fault = next((each for each in account.faults if each.path in f"{request.method} {request.path}"), None)
    if fault:
        account.faults.remove(fault)
    if fault and fault.before:
        raise fault.answer()
    with account.lock:
        wanted = unfold(
            request.get_data().decode() if request.method == "POST" else request.query_string.decode()
        )
        body = _route(account, wanted)
    if fault:
        raise fault.answer()
    return 200, body


def _route(account: Stripe, wanted: dict) -> dict:
    expand = list(wanted.get("expand", {}).values())
    _, *parts = request.path.strip("/").split("/")
    match [request.method, *parts]:
        case ["POST", "checkout", "sessions"]:
            return told(account, account.create_session(wanted), expand)
        case ["GET", "checkout", "sessions"]:
            return _page([told(account, each, []) for each in account.listed(wanted)], wanted)
        case ["GET", "checkout", "sessions", id]:
            return told(account, account.look(account.sessions, id), expand)
        case ["POST", "checkout", "sessions", id, "expire"]:
            return told(account, account.expire(account.look(account.sessions, id)), expand)
        case ["POST", "payment_intents", id, "capture"]:
            return account.capture(account.look(account.intents, id), int(wanted["amount_to_capture"]))
        case ["POST", "payment_intents", id, "cancel"]:
            return account.cancel(account.look(account.intents, id))
        case ["POST", "refunds"]:
            return account.refund(wanted)
        case ["GET", "refunds"]:
            account.look(account.intents, wanted["payment_intent"])
            refunds = reversed(account.refunds.values())
            return _page(
                [each for each in refunds if each["payment_intent"] == wanted["payment_intent"]], wanted
            )
    raise invalid("Unrecognized request URL", status=404, kept=False)


def told(account: Stripe, session: dict, expand: list[str]) -> dict:
    """A session as it is answered: what is not expanded is an id."""
    body = {name: value for name, value in session.items() if not name.startswith("_")}
    if session["payment_intent"] and any(each.startswith("payment_intent") for each in expand):
        intent = dict(account.intents[session["payment_intent"]])
        if intent["latest_charge"] and "payment_intent.latest_charge" not in expand:
            intent["latest_charge"] = intent["latest_charge"]["id"]
        body["payment_intent"] = intent
    return body


def _page(found: list[dict], query: dict) -> dict:
    ids = [each["id"] for each in found]
    begin = ids.index(query["starting_after"]) + 1 if "starting_after" in query else 0
    limit = int(query.get("limit", 10))
    assert 1 <= limit <= 100
    return {
        "object": "list",
        "url": request.path,
        "data": found[begin : begin + limit],
        "has_more": begin + limit < len(found),
    }


def unfold(form: str) -> dict:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}."""
    root: dict = {}
    for name, value in parse_qsl(form, keep_blank_values=True, strict_parsing=bool(form)):
        first, *rest = re.findall(r"[^\[\]]+", name)
        place = root
        for part in [first, *rest][:-1]:
            place = place.setdefault(part, {})
        place[[first, *rest][-1]] = value
    return root
