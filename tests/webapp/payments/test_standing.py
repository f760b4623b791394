"""Of which payment a booking has no use: of those that were taken none is given back by this rule."""

import pytest

from webapp.bookings.states import PAYMENT_MOVES
from webapp.payments.standing import is_nobodys


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
