"""Travellers at the site: result pages, and whole checkouts from the offer to "You are booked"."""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.benchmarks.load import CONNECTIONS, Loaded, WrongAnswer, request
from tests.benchmarks.providers import days
from tests.journeys.traveller import ADULT, CONTACT

_CHECKOUT = re.compile(r'href="(/checkout/[^"]+/travellers)"')
_HOTEL = re.compile(r'href="(/offers/hotels~[^"]+)"')
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'(\w[\w-]*)="([^"]*)"')
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
PATIENCE = 30  # seconds for a checkout


def searches(address: str, count: int) -> list[bytes]:
    """Result pages for one adult from Bengaluru to Mumbai, on random days."""
    some = random.Random(7)
    return [request("GET", address, _results(some.choice(days())), {}) for _ in range(count)]


def _results(day) -> str:
    return f"/flights/search?from=BLR&to=BOM&depart={day}&adults=1&children=0&infants=0"


def is_results(body: bytes) -> bool:
    return b"6E-5678" in body


def checkouts(site: str, count: int) -> Loaded:
    """`count` whole checkouts of one flight, from its offer to "You are booked"."""
    return at_once([Visit(site) for _ in range(count)], Visit.check_out)


def trips_to_book(site: str, count: int) -> list["Visit"]:
    """Travellers who stand at the review of a trip of a flight and a hotel."""
    visits = [Visit(site) for _ in range(count)]
    at_once(visits, Visit.put_together)
    return visits


def bookings(visits: list["Visit"]) -> Loaded:
    """From "Continue to payment" to "You are booked": hold, pay and confirm at both providers, and capture."""
    return at_once(visits, Visit.book)


def at_once(visits: list["Visit"], do: Callable[["Visit"], None]) -> Loaded:
    """What each visit took, as many at once as there are connections. Raises what the first fault was."""
    loaded, waiting, faults = Loaded(), iter(visits), []

    def travel() -> None:
        try:
            while (visit := next(waiting, None)) is not None:
                began = time.perf_counter()
                do(visit)
                loaded.latencies.append(time.perf_counter() - began)
        except Exception as fault:
            faults.append(fault)

    began = time.perf_counter()
    travellers = [threading.Thread(target=travel) for _ in range(CONNECTIONS)]
    for each in travellers:
        each.start()
    for each in travellers:
        each.join()
    if faults:
        raise faults[0]
    loaded.seconds = time.perf_counter() - began
    return loaded


class Visit:
    """A browser that keeps cookies and fills in forms, and costs less than a page check."""

    def __init__(self, site: str):
        self._site = site
        self._cookies: dict[str, str] = {}
        self._connections: dict[str, HTTPConnection] = {}
        self._review: _Page | None = None

    def check_out(self) -> None:
        self._to_review(self._add_flight(random.choice(days())))
        self.book()

    def put_together(self) -> None:
        """A flight, and a hotel where it lands, up to the review."""
        day = random.choice(days())
        self._add_flight(day)
        self._to_review(self._add_hotel(day))
        self._hang_up()  # a server does not keep an idle connection for long

    def _add_flight(self, day: date) -> "_Page":
        item = f"6E-5678.{day:%Y%m%d}.ECONOMY"
        page = self._get(self._site, f"/offers/flights~{item}?adults=1&children=0&infants=0")
        return self._send(page, "/trip")

    def _add_hotel(self, day: date) -> "_Page":
        stay = f"checkin={day}&checkout={day + timedelta(days=1)}"
        found = self._get(self._site, f"/hotels/search?city=mumbai&{stay}&rooms=1&adults=1")
        page = self._get(self._site, unescape(random.choice(_HOTEL.findall(found.text))))
        return self._send(page, "/trip")

    def _to_review(self, trip: "_Page") -> None:
        page = self._get(self._site, _CHECKOUT.findall(trip.text)[0])
        typed = {f"traveller-0-{name}": value for name, value in ADULT.items()} | CONTACT
        self._review = self._send(page, "", typed)

    def book(self) -> None:
        """From the review; `Continue to payment` is the first click."""
        if self._review is None:
            raise WrongAnswer("no trip was put together")
        page = self._until("/pay", self._send(self._review, "/hold"))
        page = self._send(page, "/pay")
        page = self._send(page, "/authorisation")
        self._until("/bookings/", page)
        self._hang_up()

    def _hang_up(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def _until(self, part: str, page: "_Page") -> "_Page":
        end = time.monotonic() + PATIENCE
        while part not in page.path:
            if time.monotonic() > end:
                raise WrongAnswer(f"still at {page.path}")
            page = self._get(page.site, page.path)
        return page

    def _send(self, page: "_Page", action: str, values: dict | None = None) -> "_Page":
        """Send the form whose address ends so, with what stands in it, and follow where it leads."""
        for attributes, inside in _FORM.findall(page.text):
            found = dict(_ATTRIBUTE.findall(attributes))
            target = unescape(found.get("action", "")) or page.path
            if found.get("method") == "post" and (action or page.path) in target:
                filled = dict(_hidden(inside)) | (values or {})
                return self._ask(page.site, "POST", target, urlencode(filled).encode())
        raise WrongAnswer(f"{page.path} has no form for {action or 'itself'}: {page.text[:2000]}")

    def _get(self, site: str, path: str) -> "_Page":
        return self._ask(site, "GET", path, b"")

    def _ask(self, site: str, method: str, path: str, body: bytes) -> "_Page":
        connection = self._connections.get(site)
        if connection is None:
            parts = urlsplit(site)
            connection = self._connections[site] = HTTPConnection(parts.hostname or "", parts.port)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        if answer.status in (302, 303):
            there = urlsplit(answer.headers["Location"])
            onward = f"{there.path}?{there.query}" if there.query else there.path
            return self._get(f"{there.scheme}://{there.netloc}" if there.netloc else site, onward)
        if answer.status != 200:
            raise WrongAnswer(f"{method} {path}: {answer.status} {text[:1000]}")
        return _Page(site, path, text)


class _Page:
    def __init__(self, site: str, path: str, text: str):
        self.site, self.path, self.text = site, path, text


def _hidden(inside: str) -> Iterator[tuple[str, str]]:
    for field in _INPUT.findall(inside):
        found = dict(_ATTRIBUTE.findall(field))
        if found.get("type") == "hidden" and "name" in found:
            yield found["name"], unescape(found.get("value", ""))
