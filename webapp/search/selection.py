"""One choice: the address of its offer, and its price, asked of its provider now."""

import uuid
from typing import Any
from urllib.parse import urlencode

from flask import current_app, url_for

from webapp.providers.client import ProviderUnavailable, ask
from webapp.providers.directory import Provider


def offer_url(provider: Provider, item: str, choice: Any) -> str:
    """The address of an offer: it names what is wanted and for whom, never a price."""
    query = urlencode(provider.wire.query_of(choice))
    return f"{url_for('search.offer', provider=provider.key, item=item)}?{query}"


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
