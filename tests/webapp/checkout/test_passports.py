"""A passport number is on the wire and nowhere else: in no log of any service, on no page but by its end, unreadable at rest."""

import logging

import pytest
from sqlalchemy import text

from chassis.database import db
from tests.journeys.traveller import ADULT, PASSPORT

CANARY = "CANARY4711X"


@pytest.fixture
def james(asha, on_sale):
    """Asha's own journey abroad, with a passport that can be looked for."""
    return asha, on_sale("BA-201"), ADULT | PASSPORT | {"passport_number": CANARY}


def test_a_passport_number_is_in_no_log_and_on_no_page_after_it_was_typed(james, caplog, capfd, wires, clock):
    buyer, item, traveller = james
    caplog.set_level(logging.DEBUG)

    review = buyer.to_review(item, "international_flights", traveller)
    pay = buyer.hold(review)
    booked = buyer.press(buyer.to_the_gateway(pay), "authorisation")
    clock.forward(hours=2)
    preview, cancelled = buyer.cancel()

    assert "You are booked" in booked.text
    sent = b"".join(each.body or b"" for each in wires["international_flights"].requests)
    assert CANARY.encode() in sent  # the control: it was there to be logged
    for page in (review, pay, booked, preview, cancelled):
        assert CANARY not in page.text
    assert "passport ending in 1X" in review.text
    said = capfd.readouterr()
    for log in (caplog.text, said.out, said.err):
        assert CANARY not in log
    assert "/checkout/" in caplog.text  # the control: it was listened to
    assert not any(CANARY.encode() in (each.body or b"") for each in wires["gateway"].requests)


def test_a_passport_number_is_in_no_log_when_things_go_wrong(james, caplog, capfd, wires, clock):
    buyer, item, traveller = james
    caplog.set_level(logging.DEBUG)
    page = buyer.to_travellers(item, "international_flights")
    buyer.name_them(page, traveller | {"nationality": "XXX"})
    review = buyer.follow(buyer.name_them(page, traveller))
    for fault in ("garbage", "lose_answer", "down"):
        getattr(wires["international_flights"], fault)("/beckn/init")
        buyer.site.submit(review, "/hold")
        clock.forward(seconds=5)
        buyer.at("progress")

    said = capfd.readouterr()
    for log in (caplog.text, said.out, said.err):
        assert CANARY not in log


def test_a_passport_number_cannot_be_read_in_the_sites_database(database, james, site_app):
    buyer, item, traveller = james
    buyer.to_review(item, "international_flights", traveller)

    with site_app.app_context():
        [kept] = db.session.scalars(
            text("SELECT document FROM travellers"), bind_arguments={"bind": db.engines["travel_discovery"]}
        ).all()

    assert kept
    assert CANARY not in str(kept)


def test_what_was_typed_wrong_comes_back_to_its_own_page_only(james):
    buyer, item, traveller = james
    page = buyer.to_travellers(item, "international_flights")

    answer = buyer.name_them(page, traveller | {"family_name": ""})

    assert answer.status_code == 422
    assert f'value="{CANARY}"' in answer.text
    assert answer.headers.get("Cache-Control") == "no-store"
