"""What a provider answers, and what makes it a service."""

from dataclasses import dataclass
from typing import Protocol

from click import Command

from beckn.context import Context
from beckn.envelopes import Written
from beckn.messages import (
    CancelMessage,
    CatalogMessage,
    OrderMessage,
    SearchMessage,
    StatusMessage,
    SupportMessage,
    UpdateMessage,
)


class Provider(Protocol):
    """One method per action: (context, message) → the message of `on_<action>`.

    Each raises beckn.errors.Refused for what the business refuses and NotUnderstood for what it cannot read.
    """

    domain: str

    def search(self, context: Context, message: SearchMessage) -> CatalogMessage | Written: ...
    def select(self, context: Context, message: OrderMessage) -> OrderMessage: ...
    def init(self, context: Context, message: OrderMessage) -> OrderMessage: ...
    def confirm(self, context: Context, message: OrderMessage) -> OrderMessage: ...
    def status(self, context: Context, message: StatusMessage) -> OrderMessage: ...
    def cancel(self, context: Context, message: CancelMessage) -> OrderMessage: ...
    def update(self, context: Context, message: UpdateMessage) -> OrderMessage: ...
    def support(self, context: Context, message: SupportMessage) -> SupportMessage: ...

    def sweep(self) -> int:
        """Take back expired holds and erase documents that are no longer needed; how many holds there were."""

    def seed_commands(self, market: str) -> list[Command]:
        """The commands under `seed`."""


@dataclass(frozen=True)
class Service:
    """A provider with a name (also its database's), a schema and the market it serves."""

    name: str
    bind_key: str
    market: str
    provider: Provider

    @property
    def port_setting(self) -> str:
        """The variable with its port: FLIGHTS_PORT of flights_bpp."""
        return f"{self.name.removesuffix('_bpp').upper()}_PORT"

    @property
    def url_setting(self) -> str:
        """The variable with its address: FLIGHTS_BPP_URL of flights_bpp."""
        return f"{self.name.upper()}_URL"
