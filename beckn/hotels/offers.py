"""What the site reads of a provider's answers: offers with their price for the stay that was asked for."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from beckn import money, orders, terms, times
from beckn.hotels.values import BOARDS, Choice, Hours, Offer, RateSearch, Stay, choice_of
from beckn.messages import (
    CatalogMessage,
    Fulfillment,
    Item,
    OrderMessage,
    Seller,
    Stop,
    tagged,
)
from beckn.offers import bounded, left_of, name_of

_SMALL = re.compile(r"\d{1,2}", re.ASCII)
_HOUR = re.compile(r"\d\d:\d\d", re.ASCII)


def read_catalog(message: CatalogMessage, search: Stay) -> tuple[list[Offer], list[str]]:
    """(offers for `search`, faults): one out of shape is left out, its fault said, never the whole answer.

    A RateSearch is answered with offers of one night, each for its own.
    """
    offers, faults = [], []
    for seller in message.catalog.providers:
        for item in seller.items or []:
            try:
                choice = choice_of(item.id, _stay_of(item, search), _read_hours(seller))
                offers.append(_read_offer(seller, item, choice, terms.read(item.cancellation_terms)))
            except (ValueError, KeyError, OverflowError) as error:
                faults.append(f"{item.id[:60]!r}: {error}")
    return offers, faults


def _stay_of(item: Item, search: Stay) -> Stay:
    if not isinstance(search, RateSearch):
        return search
    return search.one(date.fromisoformat(next(iter(tagged(item.tags, "NIGHTS")), "")))


def read_selected(message: OrderMessage, choice: Choice) -> Offer:
    """The offer that a select asked for. Raises ValueError when out of shape or of something else."""
    order = message.order
    if order.provider is None:
        raise ValueError("no hotel")
    answer = orders.read_answer(message)
    item = next((each for each in order.items or [] if each.id == choice.item_id), None)
    stay = next((each for each in order.fulfillments or [] if each.id == choice.fulfillment_id), None)
    if item is None or stay is None:
        raise ValueError("another room or stay")
    try:
        offer = _read_offer(order.provider, item, choice, answer.terms, _read_times(stay))
    except (KeyError, OverflowError) as error:
        raise ValueError(f"out of shape: {error}") from error
    if offer.total_minor != answer.total_minor:
        raise ValueError("the quote is not what the rooms cost")
    return offer


def _read_hours(seller: Seller) -> Hours:
    said = tagged(seller.tags, "HOTEL")
    hours = Hours(_read_hour(said["CHECK_IN"]), _read_hour(said["CHECK_OUT"]), said["TIME_ZONE"])
    try:
        hours.arrival(date(2026, 1, 1))
    except OSError as error:  # the zone's name leads to a folder
        raise ValueError("an unknown zone") from error
    return hours


def _read_hour(text: str) -> time:
    if not _HOUR.fullmatch(text):
        raise ValueError("not an hour")
    return time.fromisoformat(text)


def _read_times(stay: Fulfillment) -> tuple[datetime, datetime]:
    ends = {stop.type: stop for stop in stay.stops or []}
    return _read_time(ends["START"]), _read_time(ends["END"])


def _read_time(stop: Stop) -> datetime:
    return times.parse((stop.time and stop.time.timestamp) or "")


def _read_offer(
    seller: Seller,
    item: Item,
    choice: Choice,
    windows: tuple[terms.Window, ...],
    local_times: tuple[datetime, datetime] | None = None,
) -> Offer:
    if seller.id != choice.hotel_id or not seller.locations:
        raise ValueError("another hotel, or nowhere")
    check_in, check_out = local_times or (
        choice.hours.arrival(choice.check_in),
        choice.hours.departure(choice.check_out),
    )
    if (check_in.date(), check_out.date()) != (choice.check_in, choice.check_out):
        raise ValueError("its dates do not fit")
    location = seller.locations[0]
    nightly, tax_minor = _read_price(item, choice.nights)
    base_minor = sum(rate for _, rate in nightly)
    return Offer(
        item=item.id,
        hotel_id=choice.hotel_id,
        hotel_name=name_of(seller.descriptor) or choice.hotel_id,
        stars=_read_stars(location.rating),
        address=bounded(location.address),
        city=name_of(location.city),
        room_code=choice.room_code,
        room_name=name_of(item.descriptor) or choice.room_code,
        board=_read_board(item),
        size_m2=_read_size(item),
        max_guests=_read_small(tagged(item.tags, "OCCUPANCY")["MAX_GUESTS"]),
        check_in=check_in,
        check_out=check_out,
        rooms=choice.rooms,
        adults=choice.adults,
        children=choice.children,
        nightly=nightly,
        base_minor=choice.rooms * base_minor,
        tax_minor=choice.rooms * tax_minor,
        currency="INR",
        terms=windows,
        rooms_left=left_of(item),
    )


def _read_price(item: Item, nights: Sequence[date]) -> tuple[tuple[tuple[date, int], ...], int]:
    """(rate of each night, tax of the whole stay), both of one room in minor units."""
    if item.price is None or item.price.currency != "INR":
        raise ValueError("no price in rupees")
    rates = tagged(item.tags, "NIGHTS")
    if list(rates) != [night.isoformat() for night in nights]:
        raise ValueError("its nights are not those of the stay")
    nightly = tuple((night, money.parse(rates[night.isoformat()])) for night in nights)
    parts = tagged(item.tags, "FARE_BREAKUP")
    base = money.parse(parts["BASE"])
    tax = money.parse(parts["CGST"]) + money.parse(parts["SGST"])
    if base != sum(rate for _, rate in nightly) or base + tax != money.parse(item.price.value) or base <= 0:
        raise ValueError("a price is not the sum of its parts")
    return nightly, tax


def _read_stars(text: str | None) -> int:
    stars = _read_small(text or "0")
    if stars > 5:
        raise ValueError("more than five stars")
    return stars


def _read_board(item: Item) -> str:
    board = tagged(item.tags, "BOARD").get("PLAN", "ROOM_ONLY")
    if board not in BOARDS:
        raise ValueError("an unknown board")
    return board


def _read_size(item: Item) -> int | None:
    text = tagged(item.tags, "SIZE").get("SQUARE_METRES")
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 4 else None


def _read_small(text: str) -> int:
    if not _SMALL.fullmatch(text):
        raise ValueError("not a small number")
    return int(text)
