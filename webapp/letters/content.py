"""What a letter says, all of it: frozen in the outbox in the transaction of what it tells, laid out when it is sent. Pure.

It is kept in words and not worked out from the booking when it leaves: a letter that waits for a day still tells what was
true, to whom and how much, whatever was cancelled or corrected meanwhile. Only the layout is put on later, so that no
template is rendered while a transaction waits, and a mended layout reaches letters that have not been sent.
"""

from dataclasses import dataclass, replace
from typing import Any

import msgspec


@dataclass(frozen=True)
class Part:
    """A piece of a letter: its heading, facts as (what, value), and a sentence below them."""

    heading: str
    facts: tuple[tuple[str, str], ...] = ()
    sentence: str = ""


@dataclass(frozen=True)
class Letter:
    """A letter to `name`. `lead` and `closing` are sentences, each a paragraph; `link` is (words, address)."""

    subject: str
    heading: str
    name: str
    lead: tuple[str, ...]
    parts: tuple[Part, ...]
    closing: tuple[str, ...]
    link: tuple[str, str]
    tells_of: tuple[int, ...] = ()  # the items whose cancellation it tells

    def as_payload(self) -> dict[str, Any]:
        return msgspec.to_builtins(self)

    def opened_by(self, secret: str | None) -> "Letter":
        """The same, with a link that ends in what only the mailbox may know."""
        words, address = self.link
        return replace(self, link=(words, address + secret)) if secret else self


def from_payload(payload: Any) -> Letter:
    """Raises msgspec.ValidationError when the payload is no letter."""
    return msgspec.convert(payload, Letter)


# What msgspec knows of a type is made while the module is loaded, by one thread; two at once crash it.
for _kind in (Part, Letter):
    msgspec.json.Decoder(_kind)
