"""What the site reads alike in every provider's offer: names, texts and how much is left."""

from beckn import texts
from beckn.messages import Area, Descriptor, Item

LONGEST_TEXT = 120
MOST_LEFT = 9999


def bounded(value: str | None) -> str:
    """A provider's text, bounded; templates escape it. Raises ValueError for characters that nobody can see."""
    text = (value or "")[:LONGEST_TEXT]
    if not texts.is_fit(text):
        raise ValueError("a text with control characters")
    return text


def name_of(part: Descriptor | Area | None) -> str:
    """The name of what has one; empty for what has none."""
    return bounded(part.name if part else None)


def left_of(item: Item) -> int | None:
    """How many can still be bought; None when the provider does not say. Raises ValueError for what is no such number."""
    available = item.quantity and item.quantity.available
    if not available:
        return None
    if not 0 <= available.count <= MOST_LEFT:
        raise ValueError("no number of what is left")
    return available.count
