"""Flights on the wire (TRV12): searches, choices, orders, offers, written by one side, read by the other."""

from beckn.air.offers import read_catalog, read_selected
from beckn.air.reading import read_order, read_search, read_select
from beckn.air.values import (
    CABINS,
    GENDERS,
    KINDS,
    MOST_PEOPLE,
    AirOrder,
    Choice,
    Fare,
    FareSearch,
    Halt,
    Offer,
    Party,
    Search,
    choice_of,
    kind_by_age,
    parse_item,
    ticket_ids,
)
from beckn.air.writing import write_fare_search, write_order, write_search, write_select

__all__ = [
    "CABINS",
    "GENDERS",
    "KINDS",
    "MOST_PEOPLE",
    "AirOrder",
    "Choice",
    "Fare",
    "FareSearch",
    "Halt",
    "Offer",
    "Party",
    "Search",
    "choice_of",
    "kind_by_age",
    "parse_item",
    "read_catalog",
    "read_order",
    "read_search",
    "read_select",
    "read_selected",
    "ticket_ids",
    "write_fare_search",
    "write_order",
    "write_search",
    "write_select",
]
