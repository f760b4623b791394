"""The price of one choice, asked of its provider now."""

import uuid
from typing import Any

from flask import current_app

from webapp.providers.client import ProviderUnavailable, ask
from webapp.providers.directory import Provider


def selected(provider: Provider, choice: Any) -> Any:
    """The offer as its provider sells it now; nothing is held. Raises ProviderRefused and ProviderUnavailable."""
    answer = ask(provider, "select", provider.wire.select_message(choice), str(uuid.uuid4()))
    try:
        return provider.wire.read_selected(answer, choice)
    except (ValueError, KeyError, OverflowError) as fault:
        current_app.logger.warning(
            "an answer was out of shape", extra={"facts": {"provider": provider.key, "why": str(fault)}}
        )
        raise ProviderUnavailable(provider, "gave an answer that cannot be used") from fault
