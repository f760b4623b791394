"""The card of an offer: written once for as long as the offer is the same, since the same searches come again and again."""

from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup

from webapp.search.offers import FlightOffer, HotelOffer

_MACROS = {"flights": "flight_card", "hotels": "hotel_card"}


@lru_cache(2048)
def card(offer: FlightOffer | HotelOffer) -> Markup:
    """The card that templates/components/offers.html draws of it; it depends on nothing but the offer."""
    drawn: Any = current_app.jinja_env.get_template("components/offers.html").module
    return getattr(drawn, _MACROS[offer.kind])(offer)
