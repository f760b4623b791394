"""A traveller's name is corrected: the provider first, and ours only when it said yes. An unknown answer is asked for again."""

from datetime import datetime, timedelta

from beckn import orders as wire
from beckn.errors import ERROR_50002_UPDATE
from beckn.messages import Customer, Fulfillment, OrderMessage, Person
from beckn.orders import CONFIRMED, Answered
from chassis import clock
from chassis.database import db
from webapp.admin import attention
from webapp.admin.models import record
from webapp.bookings import corrections, party
from webapp.bookings.models import Booking, BookingItem, NameCorrection, Traveller
from webapp.bookings.states import Overtaken, known, move
from webapp.checkout import letters, orders, saga
from webapp.checkout.models import SagaStep
from webapp.checkout.saga import Handler, Unknown, Work, handles
from webapp.providers import directory
from webapp.providers.client import ProviderRefused

TARGET = "order.fulfillments"
OVER_MEANWHILE = "It was cancelled before the name could be corrected"

# An update whose answer was lost may still be under way, until its ttl and the skew are over (protocol.md: 30 s + 60 s).
MESSAGES_DIE_AFTER = timedelta(seconds=90)


# ---- what can be asked for


def _ahead(booking: Booking) -> list[BookingItem]:
    """The items on which somebody is still to travel: confirmed, and not begun yet."""
    if booking.state not in ("CONFIRMED", "PARTIALLY_CANCELLED"):
        return []
    return [item for item in booking.current_items if item.state == "CONFIRMED" and not _has_begun(item)]


def _has_begun(item: BookingItem) -> bool:
    wire = directory.wire_of(item.kind)
    return wire.begins_at(wire.offer_from_store(item.offer)) <= clock.now()


def correctable(booking: Booking) -> dict[int, list[Traveller]]:
    """Of each item ahead, by its id, who on it can be given another name.

    A name is corrected everywhere or nowhere: nobody's who is also on an item whose provider is not configured any more.
    """
    items = _ahead(booking)
    lost = {each for item in items if directory.find(item.provider) is None for each in party.on(item)}
    return {item.id: [each for each in party.on(item) if each not in lost] for item in items}


def naming(booking: Booking, traveller: Traveller) -> list[BookingItem]:
    """The items on which the name is to be corrected; a hotel knows its lead guest alone."""
    named = correctable(booking)
    return [item for item in booking.current_items if traveller in named.get(item.id, ())]


# ---- asking


def begin(booking: Booking, correction_id: int) -> NameCorrection:
    """From PROPOSED to ASKED, with a step for each item that names the traveller; inside `writing()`, the booking locked.

    Raises Overtaken for a second click, a proposal that was changed in another tab, and a booking that is over.
    """
    correction = corrections.proposed(booking)
    if correction is None or correction.id != correction_id:
        raise Overtaken("another name was proposed")
    items = naming(booking, correction.traveller)
    if not items:
        raise Overtaken("nothing is left to correct")
    move(correction, "ASKED")
    run_at = _when_older_messages_are_dead(booking)
    for item in items:
        saga.plan("CORRECT", booking, item, run_at=run_at, key=_key(correction))
    return correction


def _key(correction: NameCorrection) -> str:
    return str(correction.id)


def _when_older_messages_are_dead(booking: Booking) -> datetime:
    """Now; but after a correction that was asked for twice only when its first message cannot overtake this one."""
    lost = db.session.scalar(
        db.select(db.func.max(SagaStep.done_at)).where(
            SagaStep.booking_id == booking.id, SagaStep.kind == "CORRECT", SagaStep.attempts > 1
        )
    )
    return max(clock.now(), lost + MESSAGES_DIE_AFTER) if lost else clock.now()


# ---- the step


@handles("CORRECT")
class Correcting(Handler):
    def send(self, work: Work) -> Answered | ProviderRefused | None:
        correction, item = corrections.asked(work.booking), work.item
        if correction is None or item.state not in ("CONFIRMED", "CANCELLING"):
            return None
        named = known(_named(work.booking, item, correction.traveller))
        place, name, total = known(named.id), correction.becomes, item.total_minor
        customer = Customer(person=Person(name=name))
        message = wire.update_message(known(item.bpp_booking_id), place, customer, TARGET)
        try:
            said, answer = orders.ask_in_full(item, "update", message)
        except ProviderRefused as refusal:
            return refusal
        if answer.state != CONFIRMED or answer.total_minor != total:
            raise Unknown(f"update was answered with {answer.state} at {answer.total_minor}")
        if not _same_name(_name_at(said, place), name):
            raise Unknown("update was answered with another name")
        return answer

    def record(self, work: Work, outcome: Answered | ProviderRefused | None) -> None:
        booking, correction = work.booking, corrections.asked(work.booking)
        if correction is None:
            return
        if isinstance(outcome, Answered):
            work.item.tickets = outcome.tickets or work.item.tickets
            if not _is_still_asked(booking):
                _change(booking, correction)
        elif outcome is None:
            _refuse(work, correction, OVER_MEANWHILE)
        else:
            _refuse(work, correction, outcome.reason or "It gave no reason")
            if outcome.code != ERROR_50002_UPDATE:
                attention.add(booking, f"{work.item.provider} refused a name: {outcome.code}")


def _is_still_asked(booking: Booking) -> bool:
    steps = db.select(SagaStep.id).where(
        SagaStep.booking_id == booking.id, SagaStep.kind == "CORRECT", SagaStep.state == "READY"
    )
    return db.session.scalar(steps.limit(1)) is not None


def _change(booking: Booking, correction: NameCorrection) -> None:
    """Every provider has the new name: now our traveller does."""
    traveller = correction.traveller
    traveller.given_name, traveller.family_name = correction.given_name, correction.family_name
    move(correction, "DONE")
    record("site", "corrected a name", booking.id, was=correction.was, becomes=correction.becomes)
    letters.write(booking, "name_corrected", about=_key(correction))


def _refuse(work: Work, correction: NameCorrection, reason: str) -> None:
    """The traveller keeps the name. When another provider had said yes already, somebody has to look."""
    booking = work.booking
    saga.drop("CORRECT", booking)
    move(correction, "REFUSED", reason=reason[:300])
    record("site", "did not correct a name", booking.id, becomes=correction.becomes, reason=reason[:300])
    agreed = db.select(SagaStep.id).where(
        SagaStep.booking_id == booking.id,
        SagaStep.kind == "CORRECT",
        SagaStep.state == "DONE",
        SagaStep.id != work.claim.step_id,
        SagaStep.dedupe_key.endswith(f":{_key(correction)}"),
    )
    if db.session.scalar(agreed.limit(1)) is not None:
        attention.add(booking, f"{work.item.provider} refused a name that another provider has changed")


# ---- the name on the wire


def _named(booking: Booking, item: BookingItem, traveller: Traveller) -> Fulfillment | None:
    """Where the item's order names the traveller: a flight's has a ticket for each aboard, a hotel's names one alone."""
    whole = orders.order_message(booking, item, wire.Paid(item.total_minor, item.currency))
    places = [each for each in whole.order.fulfillments or [] if each.customer]
    aboard = party.on(item)
    return places[aboard.index(traveller)] if traveller in aboard else None


def _name_at(said: OrderMessage, place: str) -> str:
    for each in said.order.fulfillments or []:
        if each.id == place and each.customer and each.customer.person:
            return each.customer.person.name or ""
    return ""


def _same_name(said: str, wanted: str) -> bool:
    """Airlines like capitals."""
    return " ".join(said.split()).casefold() == wanted.casefold()
