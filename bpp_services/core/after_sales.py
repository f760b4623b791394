"""What every provider does for an order once it is made: tells of it, cancels it, corrects a name, and helps."""

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Any

from flask import current_app

from beckn.context import Context
from beckn.errors import ERROR_50002_UPDATE, NotUnderstood, Refused
from beckn.messages import CancelMessage, OrderMessage, StatusMessage, Support, SupportMessage, UpdateMessage
from beckn.orders import CONFIRMED, HELD
from bpp_services.core.book import OrderBook
from bpp_services.core.standing import Standing, status_of
from chassis import clock, faults
from chassis.database import writing

_update = faults.Points("provider.update", "writing", "written")


class AfterSales(ABC):
    """The half of a provider that does not depend on what is sold."""

    book: OrderBook
    support_phone: str

    @abstractmethod
    def write_order(self, standing: Standing) -> OrderMessage:
        """The whole order of a booking, as every answer about it carries it."""

    @abstractmethod
    def change(self, booking: Any, message: UpdateMessage) -> None:
        """Write the change that is asked for, inside `writing()`. Raises Refused 50002 and NotUnderstood."""

    def say(
        self, booking: Any, preview_percent: Decimal | None = None, preview_reason: str = ""
    ) -> OrderMessage:
        return self.write_order(Standing(booking, clock.now(), preview_percent, preview_reason))

    def say_held(self, booking: Any) -> OrderMessage:
        """An on_init has no place for the time of the last change, neither in TRV12 nor in TRV13."""
        answer = self.say(booking)
        answer.order.updated_at = None
        return answer

    def status(self, context: Context, message: StatusMessage) -> OrderMessage:
        return self.say(self.book.find(context, message.order_id))

    def cancel(self, context: Context, message: CancelMessage) -> OrderMessage:
        return self.book.cancel(context, message, self.say)

    def update(self, context: Context, message: UpdateMessage) -> OrderMessage:
        """The name or contact of who travels or stays, and nothing else."""
        with writing():
            booking = self.book.find_to_change(context, message.order.id, "$.message.order.id")
            if status_of(booking, clock.now()) not in (HELD, CONFIRMED):
                raise Refused(
                    ERROR_50002_UPDATE, "This order is over; it cannot be changed", "$.message.order.id"
                )
            self.change(booking, message)
            booking.updated_at = clock.now()
            answer = self.say(booking)
            _update.reached("writing")
        _update.reached("written")
        return answer

    def support(self, context: Context, message: SupportMessage) -> SupportMessage:
        path = "$.message.support.ref_id"
        if not message.support.ref_id:
            raise NotUnderstood("is missing", path)
        booking = self.book.find(context, message.support.ref_id, path)
        return SupportMessage(
            Support(
                ref_id=booking.bpp_booking_id,
                phone=self.support_phone,
                email=f"help@{current_app.extensions['speaker'].subscriber_id}",
                url=f"{base_url()}/help/{booking.bpp_booking_id}",
            )
        )


def base_url() -> str:
    """Where this service is reached from outside."""
    return current_app.config["BASE_URL"]


def catalog_code() -> str:
    """What this service's catalogue is called: FLIGHTS-BPP."""
    return current_app.config["SERVICE"].upper().replace("_", "-")
