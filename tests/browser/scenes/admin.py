"""The pages of those who look after bookings."""

from sqlalchemy import select

from chassis.database import db
from tests.browser.scenes.booked import book_whole_trip, cancel_one
from tests.browser.scenes.scene import scene
from tests.browser.visits import Visit
from tests.webapp.accounts.people import ASHA, an_account, sign_in
from webapp.accounts.models import User
from webapp.letters import sending
from webapp.reconciliation import running

OPS = "ops@example.org"


@scene("admin.index")
def today(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin")


@scene("admin.bookings")
def bookings(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/bookings")


@scene("admin.bookings", varies=True)
def bookings_none(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/bookings?q=nobody+at+all")


@scene("admin.bookings", status=422, varies=True)
def bookings_wrong(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/bookings?from=2026-12-31&to=2026-01-01&state=LOST")


@scene("admin.booking")
def booking(visit: Visit) -> None:
    _at_work(visit)
    visit.open(f"/admin/bookings/{visit.buyer.reference}")


@scene("admin.audit")
def audit(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/audit")


@scene("admin.messages")
def messages(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/messages")


@scene("admin.messages", status=422, varies=True)
def messages_wrong(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/messages?state=LOST")


@scene("admin.reconciliation")
def reconciliation(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/reconciliation")


@scene("admin.providers")
def providers(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/providers")


@scene("admin.providers", varies=True)
def providers_some_silent(visit: Visit) -> None:
    """The hotels are away, and what listens where the gateway should be is something else."""
    _at_work(visit)
    wires = visit.stage.services.wires
    wires["hotels"].down()
    wires["gateway"].garbage()
    try:
        visit.open("/admin/providers")
    finally:
        wires["hotels"].restore()
        wires["gateway"].restore()


@scene("admin.refunds")
def refunds(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/refunds")


@scene("users.index")
def users(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/users")


@scene("users.index", varies=True)
def users_none(visit: Visit) -> None:
    _at_work(visit)
    visit.open("/admin/users?q=nobody+at+all")


@scene("users.index", status=422, varies=True)
def users_wrong(visit: Visit) -> None:
    _at_work(visit)
    visit.open(f"/admin/users?q={'x' * 300}")


@scene("users.show")
def user(visit: Visit) -> None:
    """A traveller's account, with the two acts opened."""
    _at_work(visit)
    app = visit.stage.services["site"]
    with app.app_context():
        asha = db.session.scalar(select(User.id).where(User.email == ASHA))
    asha = asha or an_account(app)
    sign_in(visit.stage.buyer().site)
    visit.open(f"/admin/users/{asha}")
    for each in visit.page.locator(".confirmed summary").all():
        each.click()


def _at_work(visit: Visit) -> None:
    """An admin is signed in, on a day on which something was booked, cancelled, written and compared."""
    site = visit.stage.services["site"]
    if not visit.stage.admin_is_there:
        an_account(site, OPS, "Ops", is_admin=True)
        book_whole_trip(visit)
        cancel_one(visit)
        with site.app_context():
            sending.send_next()
            running.run_all()
        visit.stage.admin_is_there = visit.buyer.reference
    visit.buyer = visit.stage.buyer()
    visit.buyer.reference = visit.stage.admin_is_there
    sign_in(visit.buyer.site, OPS)
