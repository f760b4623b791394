"""A guest's other browser, which finds the booking by its reference and e-mail."""

from flask import Flask

from tests.factories import EMAIL


def found(site_app: Flask, trip):
    """(browser that may see the booking, the address of its page)."""
    browser, reference = site_app.test_client(), trip.booking.public_reference
    page = browser.get(f"/bookings/find?reference={reference}")
    assert browser.submit(page, "/find", email=EMAIL).status_code == 303
    return browser, f"/bookings/{reference}"
