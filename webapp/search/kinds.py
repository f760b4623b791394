"""What can be searched: one entry a kind, with its form and the macro that draws its card. A new kind is one more line."""

from dataclasses import dataclass

from webapp.search.forms import FlightForm, HotelForm, SearchForm


@dataclass(frozen=True)
class Kind:
    key: str
    title: str
    form: type[SearchForm]
    results: str  # the template of its results
    offer: str  # the template of one offer


KINDS = {
    "flights": Kind("flights", "Flights", FlightForm, "search/flights.html", "search/flight_offer.html"),
    "hotels": Kind("hotels", "Hotels", HotelForm, "search/hotels.html", "search/hotel_offer.html"),
}
