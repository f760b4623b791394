"""A page of results is sent as it is found: the head at once, each part when its provider has answered."""

import threading
import zlib

import pytest
from flask.testing import FlaskClient

from tests.bpp_services.hotels.cast import DELUXE, nights_on_sale
from tests.pages import Page
from webapp.providers import client
from webapp.search import results, streaming

TRIP = "/flights/search?from=BLR&to=BOM&depart=2026-12-11&return=2026-12-14&adults=2"


@pytest.fixture
def trip_on_sale(services, on_sale):
    on_sale("6E-5678")
    with services["hotels"].app_context():
        nights_on_sale(DELUXE)


@pytest.fixture
def stream(site_app):
    """`stream(address)`: the parts of a page, each as it is sent, packed; what is not asked for is not made."""
    opened = []

    def open_(address):
        browser = FlaskClient(site_app, site_app.response_class)
        response = browser.get(address, headers={"Accept-Encoding": "gzip"})
        opened.append(response)
        assert (response.status_code, response.content_encoding) == (200, "gzip")
        unpack = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        return (unpack.decompress(part).decode() for part in response.iter_encoded())

    yield open_
    for response in opened:
        response.close()


class Kept:
    """A provider that answers only when it is let go."""

    def __init__(self, wire):
        self.go = threading.Event()
        wire.before(self.go.wait)


def test_the_head_is_sent_before_anybody_answered_and_flights_before_the_hotels(
    trip_on_sale, wires, stream, asha
):
    flights, hotels = Kept(wires["flights"]), Kept(wires["hotels"])

    parts = stream(TRIP)
    head = next(parts)
    assert "<h1>Bengaluru to Mumbai, Fri 11 Dec 2026</h1>" in head
    assert 'name="depart"' in head
    assert "Asking Domestic flights" in head
    assert "6E-5678" not in head
    flights.go.set()
    middle = next(parts)
    assert "6E-5678" in middle
    assert "1 offer, " in middle
    assert "Taj Mahal Palace" not in middle
    next(parts)  # the head of the stays
    hotels.go.set()
    rest = "".join(parts)

    assert "Taj Mahal Palace" in rest
    assert "Free cancellation until" in rest
    assert rest.rstrip().endswith("</html>")


def test_hotels_that_hang_are_said_at_the_deadline_and_trying_again_works(
    trip_on_sale, wires, asha, monkeypatch
):
    hanging = Kept(wires["hotels"])
    asking = results.Asking.answers

    def impatient(self, within=None):
        kind = {provider.kind for provider, _ in self.questions}
        return asking(self, 0 if kind == {"hotels"} else within)

    with monkeypatch.context() as patched:
        patched.setattr(results.Asking, "answers", impatient)
        page = asha.site.get(TRIP).text
    hanging.go.set()
    wires["hotels"].restore()

    assert "6E-5678" in page
    assert "did not answer in time: these are the results without it" in page
    again = (
        page.split("Try again")[0].rpartition("<a ")[2].split('href="')[1].split('"')[0].replace("&amp;", "&")
    )
    assert again == TRIP  # and no place on the page: a browser would only scroll there
    assert "Taj Mahal Palace" in asha.site.get(again).text


def test_dead_hotels_take_nothing_from_the_flights(trip_on_sale, wires, asha):
    wires["hotels"].down()

    page = asha.site.get(TRIP).text

    assert "6E-5678" in page
    assert "could not be reached: these are the results without it" in page


def test_what_breaks_in_the_middle_is_said_on_the_page(trip_on_sale, stream, monkeypatch, caplog):
    monkeypatch.setattr("webapp.search.listing.Listing.left", property(lambda self: 1 / 0))

    page = "".join(stream("/flights/search?from=BLR&to=BOM&depart=2026-12-11"))

    assert "Something went wrong on our side" in page
    assert '"/flights/search?from=BLR&amp;to=BOM&amp;depart=2026-12-11"' in page
    assert "a page broke off" in caplog.text
    assert Page(page).problems() == ["it broke off while it was sent"]


def test_a_search_that_is_wrong_or_only_headed_asks_nobody(asha, wires):
    assert asha.site.get("/flights/search?from=BLR&to=BOM").status_code == 422
    assert asha.site.head(TRIP).status_code == 200

    assert wires["flights"].requests == wires["hotels"].requests == []


def test_a_message_is_shown_once_on_a_page_that_is_sent_in_parts(trip_on_sale, asha):
    with asha.site.session_transaction() as session:
        session["_flashes"] = [("ok", "Taken out of your trip.")]

    first, second = asha.site.get(TRIP).text, asha.site.get(TRIP).text

    assert "Taken out of your trip." in first
    assert "Taken out of your trip." not in second


def test_the_whole_page_is_a_good_one(trip_on_sale, asha):
    page = asha.site.get(TRIP)

    assert Page(page.text).problems() == []
    assert streaming.SENT not in page.text
    assert client.DEADLINES["search"] + results.GRACE < 3
