"""International flights: air travel between countries, with a passport for each passenger."""

from bpp_services.air.passengers import INTERNATIONAL
from bpp_services.air.provider import AirProvider
from bpp_services.core.app import create_bpp
from bpp_services.core.provider import Service

SERVICE = Service(
    "international_flights_bpp", bind_key="air", market="international", provider=AirProvider(INTERNATIONAL)
)


def create_app(config=None):
    return create_bpp(SERVICE, config)
