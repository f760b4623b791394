"""Of which payment a booking has no use, and when it was let go: of those that were taken none is given back by this rule."""

from datetime import UTC, datetime

import pytest

from webapp.bookings.states import PAYMENT_MOVES
from webapp.payments.gateway import GatewayPayment
from webapp.payments.standing import is_gone, is_nobodys


@pytest.mark.parametrize(
    ("due_minor", "nobodys"),
    [
        (0, {"OPEN", "AUTHORISED", "VOIDED", "FAILED"}),
        (441_000, {"VOIDED", "FAILED"}),
        (None, {"VOIDED", "FAILED"}),
    ],
    ids=["all is paid", "something is due", "not at rest"],
)
def test_a_payment_is_nobodys(due_minor, nobodys):
    assert {state for state in PAYMENT_MOVES if is_nobodys(state, due_minor)} == nobodys


@pytest.mark.parametrize(
    ("state", "captured", "refunded", "gone"),
    [
        ("OPEN", 0, 0, False),
        ("AUTHORISED", 0, 0, False),
        ("VOIDED", 0, 0, True),
        ("FAILED", 0, 0, True),
        ("CAPTURED", 500, 0, False),
        ("PARTIALLY_REFUNDED", 500, 499, False),
        ("REFUNDED", 500, 500, True),
    ],
)
def test_a_payment_is_gone_when_nothing_of_it_is_left(state, captured, refunded, gone):
    expires_at = datetime(2026, 12, 1, tzinfo=UTC)
    there = GatewayPayment("pay_1", "ours", state, 500, "INR", 500, captured, refunded, "", expires_at)

    assert is_gone(there) is gone
