"""The gateway's own side of a payment: what goes wrong there, what it has, and what it tells."""

from chassis.database import db, writing
from webapp.payments.sandbox_gateway.fault import Fault
from webapp.payments.sandbox_gateway.payment import Payment as AtTheGateway

WEBHOOK = "/payments/webhooks/sandbox"


class Gateways:
    """The gateway's own side of the only booking: what goes wrong there, and what it has."""

    def __init__(self, app, books):
        self.app, self.books = app, books

    def fault(self, kind: str, times: int = 1) -> None:
        with self.app.app_context(), writing():
            Fault.plan(self.number, kind, times)

    @property
    def number(self) -> str:
        return self.books.payments()[-1][1]

    @property
    def money(self) -> tuple[str, int, int]:
        """(state, captured, refunded)."""
        with self.app.app_context():
            payment = AtTheGateway.find(self.number)
            return payment.state, payment.captured_minor, payment.refunded_minor


def authorise(buyer, hosted: str) -> str:
    """Press Pay on the hosted page and go nowhere; where it leads."""
    token = (
        buyer.gateway.get(hosted)
        .text.split('name="csrf_token"', 1)[1]
        .split('value="', 1)[1]
        .split('"', 1)[0]
    )
    answer = buyer.gateway.post(f"{hosted}/authorisation", data={"csrf_token": token})
    assert answer.status_code == 303
    return answer.location


def tell(buyer, webhook) -> int:
    """Deliver a webhook that the wire lost."""
    return buyer.site.post(WEBHOOK, data=webhook.body, headers=dict(webhook.headers)).status_code


def change_at_the_gateway(gateways, **values) -> None:
    with gateways.app.app_context(), writing():
        db.session.execute(AtTheGateway.__table__.update().values(**values))
