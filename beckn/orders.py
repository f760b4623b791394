"""What flights' and hotels' orders share on the wire: payment, references, state, and what the site learns from an answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from beckn import money, quotes, terms, times
from beckn.errors import NotUnderstood
from beckn.messages import (
    Cancellation,
    CancelMessage,
    Customer,
    Descriptor,
    Fulfillment,
    Order,
    OrderMessage,
    Params,
    Payment,
    Quote,
    Reason,
    State,
    StatusMessage,
    Support,
    SupportMessage,
    Tag,
    UpdateMessage,
    tagged,
)

HELD, CONFIRMED, CANCELLED, RELEASED, EXPIRED = "HELD", "CONFIRMED", "CANCELLED", "RELEASED", "EXPIRED"
STATES = (HELD, CONFIRMED, CANCELLED, RELEASED, EXPIRED)
OVER = (CANCELLED, RELEASED, EXPIRED)  # nothing is held any more
ACTIVE, SOFT_CANCEL, CONFIRM_CANCEL = "ACTIVE", "SOFT_CANCEL", "CONFIRM_CANCEL"
PAID, NOT_PAID = "PAID", "NOT-PAID"

LONGEST_ITEM = 60
_ORDER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,31}", re.ASCII)
_TICKET = re.compile(r"[A-Za-z0-9 -]{1,32}", re.ASCII)


@dataclass(frozen=True)
class Paid:
    """What an order says of money: the accepted total in minor units, and of a confirm the site's payment reference."""

    total_minor: int
    currency: str
    is_paid: bool = False
    reference: str | None = None


def write_payment(seller: str, paid: Paid, tags: list[Tag]) -> Payment:
    return Payment(
        id=f"{seller}.PRE-ORDER",
        type="PRE-ORDER",
        collected_by="BAP",
        status=PAID if paid.is_paid else NOT_PAID,
        params=Params(
            currency=paid.currency, amount=money.write(paid.total_minor), transaction_id=paid.reference
        ),
        tags=tags,
    )


def read_payment(order: Order) -> Paid:
    """Raises NotUnderstood with the path of the first fault."""
    path = "$.message.order.payments"
    if not order.payments:
        raise NotUnderstood("is missing", path)
    payment = order.payments[0]
    if payment.params is None or payment.params.amount is None:
        raise NotUnderstood("is missing", f"{path}[0].params.amount")
    try:
        minor = money.parse(payment.params.amount)
    except ValueError as error:
        raise NotUnderstood("is not an amount", f"{path}[0].params.amount") from error
    reference = payment.params.transaction_id
    if reference is not None and not (len(reference) <= 64 and reference.isprintable()):
        raise NotUnderstood("is not a reference", f"{path}[0].params.transaction_id")
    return Paid(minor, payment.params.currency or "", payment.status == PAID, reference)


def read_platform_reference(order: Order) -> str:
    """The site's own reference; raises NotUnderstood unless it has 1 to 32 printable characters."""
    reference = tagged(order.tags, "PLATFORM_REFERENCE").get("ID", "")
    if not (1 <= len(reference) <= 32 and reference.isprintable()):
        raise NotUnderstood("PLATFORM_REFERENCE is missing", "$.message.order.tags")
    return reference


def cancellation(reason: str, sentence: str, at: datetime | None) -> Cancellation:
    """`at` is None in a preview."""
    return Cancellation(
        cancelled_by="CONSUMER",
        time=times.write_instant(at) if at else None,
        reason=Reason(id=reason, descriptor=Descriptor(code=reason, short_desc=terms.REASONS[reason])),
        additional_description=Descriptor(short_desc=sentence),
    )


def state(code: str) -> State:
    return State(descriptor=Descriptor(code=code))


# The site's side.


def status_message(order_id: str | None, transaction_id: str) -> StatusMessage:
    """Ask by the order's id, or by our own while no answer has told us the order's."""
    return StatusMessage(order_id=order_id or transaction_id, ref_id=None if order_id else transaction_id)


def cancel_message(
    order_id: str | None, transaction_id: str, reason: str, preview: bool = False
) -> CancelMessage:
    return CancelMessage(
        order_id=order_id or transaction_id,
        cancellation_reason_id=reason,
        descriptor=Descriptor(
            code=SOFT_CANCEL if preview else CONFIRM_CANCEL,
            short_desc=terms.REASONS[reason],
            long_desc="Preview of the refund; nothing changes" if preview else "Cancel the whole order",
        ),
    )


def update_message(order_id: str, fulfillment_id: str, customer: Customer, target: str) -> UpdateMessage:
    fulfillment = Fulfillment(id=fulfillment_id, customer=customer)
    return UpdateMessage(update_target=target, order=Order(id=order_id, fulfillments=[fulfillment]))


def support_message(ref_id: str, callback_phone: str | None = None) -> SupportMessage:
    return SupportMessage(support=Support(ref_id=ref_id, callback_phone=callback_phone))


@dataclass(frozen=True)
class Answered:
    """What any answer about an order tells the site. Amounts in minor units, times UTC.

    `total_minor` is the quote's price: what the order costs, or of a cancelled one what stays paid.
    """

    order_id: str | None
    state: str | None
    total_minor: int
    currency: str
    ttl_seconds: int
    terms: tuple[terms.Window, ...]
    lines: Sequence[quotes.Line]
    tickets: dict[str, str]
    platform_reference: str | None = None
    quote_id: str | None = None

    @property
    def sold_minor(self) -> int:
        """What was sold, also in the answer to a cancellation: the lines that are neither reversed nor kept."""
        first = next((i for i, line in enumerate(self.lines) if line.title == quotes.REFUND), len(self.lines))
        return quotes.total(self.lines[:first])


def read_answer(message: OrderMessage) -> Answered:
    """The order of an answer. Raises ValueError when amounts, ids or terms are out of shape."""
    order = message.order
    if order.quote is None:
        raise ValueError("no quote")
    lines, currency = quotes.read(order.quote)
    return Answered(
        order_id=_read_order_id(order.id),
        state=_read_state(order),
        total_minor=money.parse(order.quote.price.value),
        currency=currency,
        ttl_seconds=quotes.ttl_seconds(order.quote),
        terms=terms.read(order.cancellation_terms),
        lines=lines,
        tickets=_read_tickets(order),
        platform_reference=tagged(order.tags, "PLATFORM_REFERENCE").get("ID"),
        quote_id=_read_quote_id(order.quote),
    )


def _read_order_id(text: str | None) -> str | None:
    if text is not None and not _ORDER_ID.fullmatch(text):
        raise ValueError("the order's id is out of shape")
    return text


def _read_quote_id(quote: Quote) -> str | None:
    return quote.id if quote.id and len(quote.id) <= 64 else None


def _read_state(order: Order) -> str | None:
    for fulfillment in order.fulfillments or []:
        if fulfillment.state:
            code = fulfillment.state.descriptor.code
            if code not in STATES:
                raise ValueError("an unknown state")
            return code
    return None


def _read_tickets(order: Order) -> dict[str, str]:
    """What is out of shape is no ticket's number; a booking is good without it."""
    numbers = {each.id or "": tagged(each.tags, "TICKET").get("NUMBER") for each in order.fulfillments or []}
    return {
        key: number
        for key, number in numbers.items()
        if number and _TICKET.fullmatch(number) and len(key) <= LONGEST_ITEM
    }
