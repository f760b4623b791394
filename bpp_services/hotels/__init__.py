"""Hotels: rooms by the night in the cities of one country."""

from bpp_services.core.app import create_bpp
from bpp_services.core.provider import Service
from bpp_services.hotels.provider import HotelsProvider

SERVICE = Service("hotels_bpp", bind_key="hotels", market="hotels", provider=HotelsProvider())


def create_app(config=None):
    return create_bpp(SERVICE, config)
