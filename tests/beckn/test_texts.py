"""What may stand in a text that somebody else wrote."""

import pytest

from beckn import texts

FIT = [
    "",
    "IndiGo",
    "Taj Mahal Palace",
    "क्\u200dष",
    "ശ്രീ\u200c",
    "Zoë’s Hôtel",
    "🛫",
    "<script>",
    "a\u00a0b",
    "شركة",
]
UNFIT = [
    "\u202eogidnI",
    "a\u2066b",
    "a\u200fb",
    "a\x00b",
    "a\nb",
    "a\x1b[31m",
    "a\x9b",
    "\ue000",
    "\ud800",
    "a\u2028b",
    "\ufeff",
]


@pytest.mark.parametrize("text", FIT, ids=ascii)
def test_what_people_write_is_fit(text):
    assert texts.is_fit(text)
    assert texts.made_fit(text, 120) == text


@pytest.mark.parametrize("text", UNFIT, ids=ascii)
def test_what_nobody_can_see_or_turns_a_line_around_is_not(text):
    assert not texts.is_fit(text)
    assert texts.is_fit(texts.made_fit(text, 120))


NAMES = {
    "6E-1.20261211": "6E-1 on Friday",
    "6E-1.20261211.ECONOMY": "6E-1 on Friday in economy",
    "taj": "the Taj",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("6E-1.20261211.ECONOMY is not on sale", "6E-1 on Friday in economy is not on sale"),
        (
            "has no traveller for 6E-1.20261211.ECONOMY.ADULT-2.",
            "has no traveller for 6E-1 on Friday in economy.",
        ),
        ("6E-1.20261211: full; taj: full", "6E-1 on Friday: full; the Taj: full"),
        ("tajine, my-taj, taj-2 and 6E-1.2026121100", "tajine, my-taj, taj-2 and 6E-1.2026121100"),
    ],
)
def test_codes_are_replaced_by_names_where_they_stand_by_themselves(text, said):
    assert texts.named(text, NAMES) == said
    assert texts.named(text, {}) == text


def test_a_text_made_fit_is_bounded_and_keeps_the_rest():
    assert texts.made_fit("Sold\u202e out", 120) == "Sold out"
    assert texts.made_fit("x" * 500, 300) == "x" * 300
