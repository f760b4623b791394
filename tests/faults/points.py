"""Which scene leads past which of the named fault points, and which process is there."""

from chassis import faults
from tests.apps import MODULES
from tests.faults.processes import preloaded  # noqa: F401 (every module that has points is loaded)

# The scene of a point is that of the longest beginning that fits.
BEGINNINGS = {
    "site.added": "checkout",
    "site.named": "checkout",
    "site.hold_asked": "checkout",
    "site.pay_asked": "checkout",
    "site.webhook": "checkout",
    "site.let_go": "abandonment",
    "site.begun_again": "again",
    "site.price_accepted": "price",
    "site.cancel_asked": "cancellation",
    "site.name_proposed": "correction",
    "site.correction_asked": "correction",
    "saga.woken": "webhook lost",
    "saga.put_off": "silence",
    "saga.HOLD": "checkout",
    "saga.OPEN_PAYMENT": "checkout",
    "saga.CHECK_PAYMENT": "checkout",
    "saga.CONFIRM": "checkout",
    "saga.CAPTURE": "checkout",
    "saga.INVOICE": "checkout",
    "saga.UNPAY": "abandonment",
    "saga.RELEASE": "abandonment",
    "saga.CANCEL": "cancellation",
    "saga.REFUND": "cancellation",
    "saga.CORRECT": "correction",
    "saga.LATE_MONEY": "late money",
    "saga.RETURN": "late money found",
    "saga.UNCLAIM": "an order found",
    "saga.LEARN": "a capture found",
    "provider.init": "checkout",
    "provider.confirm": "checkout",
    "provider.cancel": "abandonment",
    "provider.status": "too late",
    "provider.update": "correction",
    "provider.reclaim": "last seat",
    "gateway.create": "checkout",
    "gateway.find": "checkout",
    "gateway.capture": "checkout",
    "gateway.hosted_page": "checkout",
    "gateway.webhook": "checkout",
    "gateway.void": "abandonment",
    "gateway.refund": "cancellation",
}
OF = {"site": "site", "saga": "site", "provider": "flights", "gateway": "gateway"}


def _scene(point: str) -> str:
    fitting = [beginning for beginning in BEGINNINGS if f"{point}.".startswith(f"{beginning}.")]
    return BEGINNINGS[max(fitting, key=len)] if fitting else "nowhere"


POINTS = {point: _scene(point) for point in faults.POINTS}


def of(scene: str) -> list[str]:
    return [point for point, its in POINTS.items() if its == scene]


def process_of(point: str) -> str:
    """The service that dies there; the domestic flights for every provider's."""
    service = OF[point.partition(".")[0]]
    assert service in MODULES
    return service
