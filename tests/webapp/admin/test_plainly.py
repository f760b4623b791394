"""Admins read words where the rows have codes."""

import pytest

from webapp.admin import plainly

SIDES = {
    ("CONFIRMED", "item 1"): "Confirmed",
    ("FAILED, nothing taken", "payment 2"): "Payment failed, nothing taken",
    ("FAILED", "booking 2"): "Not booked",
    ("RELEASED, ₹441.00", "item 1"): "Released, ₹441.00",
    ("nothing", "item 1"): "nothing",
    ("CONFIRMED, as a TICKET", "item 1"): "Confirmed, as a TICKET",
}
ACTS = [
    ("viewed", None, "Viewed"),
    ("abandoned", {}, "Released the booking"),
    ("added", {"item": "6E", "total_minor": 441_000}, "Added: item 6E, total ₹4,410"),
    ("downloaded bookings", {"state": "ABANDONED", "bookings": "3"}, "Downloaded bookings: bookings 3, state “Not completed”"),
    ("reconciles", {"by": "LEARN", "found": "CAPTURE_UNWRITTEN"},
     "Reconciles: by “Write down what the gateway has taken”, found “The gateway has money that we had not written”"),
    ("did", {"by": ["x"], "state": None, "size_minor": "1"}, "Did: by ['x'], size_minor 1, state None"),
    ("did", {"state": ["x"], "tries": 300, "was": "DRAFT"}, "Did: state ['x'], tries 300, was DRAFT"),
    ("did", {"state": "RESTING"}, "Did: state RESTING"),
]  # fmt: skip


def test_states_and_facts_are_told_in_words(site_app):
    with site_app.app_context():
        assert {each: plainly.side(*each) for each in SIDES} == SIDES
        assert [(action, facts, plainly.act(action, facts)) for action, facts, _ in ACTS] == ACTS


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("CAPTURE was tried 9 times: HTTP 503", "“Take the payment” was tried 9 times: HTTP 503"),
        ("Look · HOLD was tried 8 times: x", "Look · “Hold at the provider” was tried 8 times: x"),
        ("A provider has an item in another state", "A provider has an item in another state"),
    ],
)
def test_what_needs_attention_names_its_steps(why, words):
    assert plainly.attention(why) == words
