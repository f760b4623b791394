"""A traveller at the site: fills in forms as they stand on the pages, and pays on the gateway's own page."""

import time
from datetime import timedelta
from urllib.parse import urlsplit

from chassis import clock

CONTACT = {"name": "Asha Rao", "email": "asha@example.org", "phone": "98765 00001"}
PASSPORT = {
    "passport_number": "Z1234567",
    "nationality": "IND",
    "expires_on-day": "14",
    "expires_on-month": "5",
    "expires_on-year": "2035",
}
ADULT = {
    "given_name": "Asha",
    "family_name": "Rao",
    "gender": "FEMALE",
    "born_on-day": "23",
    "born_on-month": "3",
    "born_on-year": "1988",
}


def day(ahead: int) -> str:
    """A local date in India, `ahead` days from today."""
    return (clock.today("Asia/Kolkata") + timedelta(days=ahead)).isoformat()


class Journey:
    """One visit to the site, from a search on."""

    def __init__(self, site, gateway):
        self.site = site
        self.gateway = gateway
        self.reference = ""

    def follow(self, response):
        """The page a redirect leads to; every redirect after a form is a 303."""
        assert response.status_code == 303, (response.status_code, response.get_data(as_text=True)[:2000])
        return self.site.get(response.location)

    def choose(self, address: str, item: str):
        """Search and open the offer of `item`."""
        results = self.site.get(address)
        assert results.status_code == 200
        links = [
            part.split('"')[0] for part in results.text.split('href="') if f"~{item}" in part.split('"')[0]
        ]
        return self.site.get(links[0].replace("&amp;", "&"))

    def book(self, offer, traveller: dict):
        """From the offer to the review."""
        page = self.go_on(self.follow(self.site.submit(offer, "/trip")))
        filled = {f"traveller-0-{name}": value for name, value in traveller.items()}
        return self.follow(self.site.submit(page, **filled, **CONTACT))

    def go_on(self, trip):
        """From the trip to its travellers, by the link on its page."""
        [onward] = {part.split('"')[0] for part in trip.text.split('href="') if part.startswith("/checkout/")}
        self.reference = onward.split("/")[2]
        return self.site.get(f"/checkout/{self.reference}/travellers")

    def hold(self, review):
        """To the pay page; on a slow machine by way of the progress page, which loads itself again."""
        page = self.follow(self.site.submit(review, "/hold"))
        end = time.monotonic() + 20
        while not page.request.path.endswith("/pay"):
            assert page.request.path.endswith("/progress"), page.text
            assert time.monotonic() < end, page.text
            page = self.site.get(page.request.path)
            page = self.follow(page) if page.location else page
        return page

    def to_the_gateway(self, pay) -> str:
        """The path of the hosted page."""
        answer = self.site.submit(pay, "/pay")
        assert answer.status_code == 303
        return urlsplit(answer.location).path

    def press(self, path: str, button: str, **fault: str):
        """Press a button of the hosted page and come back to where the checkout stands; `fault`: what goes wrong then."""
        page = self.gateway.get(path)
        token = page.text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
        answer = self.gateway.post(f"{path}/{button}", data={"csrf_token": token} | fault)
        back = urlsplit(answer.location).path
        return self.follow(self.site.get(back))

    def until(self, words: str, page, seconds: float = 20):
        """Load the page again, as it asks, until it says `words`: the worker or a webhook may be at it."""
        end = time.monotonic() + seconds
        while words not in page.text:
            assert time.monotonic() < end, page.text
            page = self.site.get(page.location or f"/bookings/{self.reference}")
        return page

    def cancel(self):
        page = self.site.get(f"/bookings/{self.reference}/cancellation")
        return page, self.follow(self.site.submit(page, "/cancellation"))
