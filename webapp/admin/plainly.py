"""Codes in the words of the pages: an admin reads what the traveller on the phone reads, and files keep the codes."""

import re
from typing import Any

from flask import get_template_attribute

from webapp.bookings.states import BOOKING_MOVES
from webapp.filters import rupees
from webapp.reconciliation.differences import WORDS as KINDS

STEPS = {
    "HOLD": "Hold at the provider",
    "OPEN_PAYMENT": "Open the payment at the gateway",
    "CHECK_PAYMENT": "Ask the gateway what was paid",
    "CONFIRM": "Confirm at the provider",
    "CAPTURE": "Take the payment",
    "INVOICE": "Issue the invoice, or a credit note",
    "CANCEL": "Cancel at the provider",
    "RELEASE": "Release at the provider",
    "REFUND": "Send money back",
    "UNPAY": "Void the payment or send it back",
    "CORRECT": "Correct a name at the provider",
    "UNCLAIM": "Cancel an order that no item claims",
    "RETURN": "Send late money back",
    "LATE_MONEY": "See to money that came late",
    "LEARN": "Write down what the gateway has taken",
}
ACTS = {"abandoned": "released the booking"}

_FIRST_CODE = re.compile(r"[A-Z][A-Z_]{2,}\b")
_TRIED = re.compile(r"\b([A-Z][A-Z_]+)(?= was tried \d+ times)")  # as the saga says it


def state(code: str, of: str = "booking") -> str:
    """A state in the words of its chip; `of` a booking, an item or a payment."""
    chip = get_template_attribute("components/bookings.html", "state_chip")
    return chip(code, of).striptags()


def side(said: str, subject: str) -> str:
    """What we or another say of a subject ("payment 3"), which begins with a state."""
    of = subject.partition(" ")[0]
    return _FIRST_CODE.sub(lambda code: state(code[0], of), said, count=1)


def attention(why: str) -> str:
    """Why an admin should look, with its steps by name."""
    return _TRIED.sub(lambda tried: f"“{STEPS.get(tried[1], tried[1])}”", why)


def act(action: str, facts: dict[str, Any] | None) -> str:
    """A line of the audit log as a sentence: what was done, and the facts of it."""
    words = ACTS.get(action, action)
    told = ", ".join(_fact(name, value) for name, value in sorted((facts or {}).items()))
    return f"{words[:1].upper()}{words[1:]}: {told}" if told else f"{words[:1].upper()}{words[1:]}"


def _fact(name: str, value: Any) -> str:
    if name.endswith("_minor") and isinstance(value, int):
        return f"{name.removesuffix('_minor')} {rupees(value)}"
    if name == "state" and isinstance(value, str) and value in BOOKING_MOVES:
        return f"{name} “{state(value)}”"
    if name == "why":
        return attention(str(value))
    codes = {"by": STEPS, "found": KINDS}.get(name, {})
    return f"{name} “{codes[value]}”" if isinstance(value, str) and value in codes else f"{name} {value}"
