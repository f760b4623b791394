"""What the site reads alike in every provider's offer: names, texts and how much is left."""

from beckn.messages import Area, Descriptor, Item

LONGEST_TEXT = 120


def bounded(value: str | None) -> str:
    """A provider's text, bounded; templates escape it."""
    return (value or "")[:LONGEST_TEXT]


def name_of(part: Descriptor | Area | None) -> str:
    """The name of what has one; empty for what has none."""
    return bounded(part.name if part else None)


def left_of(item: Item) -> int | None:
    """How many can still be bought; None when the provider does not say."""
    available = item.quantity and item.quantity.available
    return max(0, available.count) if available else None
