"""Domestic flights: air travel inside one country, no passport asked."""

from bpp_services.air.passengers import DOMESTIC
from bpp_services.air.provider import AirProvider
from bpp_services.core.app import create_bpp
from bpp_services.core.provider import Service

SERVICE = Service("flights_bpp", bind_key="air", market="domestic", provider=AirProvider(DOMESTIC))


def create_app(config=None):
    return create_bpp(SERVICE, config)
