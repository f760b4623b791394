"""A passport number is on the wire, and on the page where its owner types it, and nowhere else.

In no log at any level, no metric, no page of hers or of an admin's but by its end, no letter, no cookie, and unreadable in
every column of every database.
"""

import logging
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, make_url, text

from bpp_services.air.models import Passenger
from chassis.database import db, writing
from chassis.database import engine as database_of
from tests.journeys.traveller import ADULT, PASSPORT
from tests.webapp.accounts.people import an_account, sign_in
from tests.webapp.crawling import crawl

CANARY = "CANARY4711X"
DISGUISED = (
    CANARY,
    CANARY.lower(),
    CANARY[::-1],
    CANARY.encode().hex(),
    b64encode(CANARY.encode()).decode()[:12],
)
SERVICES = ("site", "flights", "international_flights", "hotels", "gateway")


@pytest.fixture
def james(asha, on_sale):
    """Asha's own journey abroad, with a passport that can be looked for."""
    return asha, on_sale("BA-201"), ADULT | PASSPORT | {"passport_number": CANARY}


@pytest.fixture
def everything_is_logged(caplog):
    """Before the first service is built: SQLAlchemy looks at its level then, and tells every row and all that is bound."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "sqlalchemy.engine")


@pytest.fixture
def travel(james, wires, clock):
    """`travel()`: James's whole way: typed, held, paid, looked at, cancelled; the pages he saw after typing."""

    def go() -> list:
        buyer, item, traveller = james
        review = buyer.to_review(item, "international_flights", traveller)
        pay = buyer.hold(review)
        booked = buyer.press(buyer.to_the_gateway(pay), "authorisation")
        clock.forward(hours=2)
        pages = [review, pay, booked, *buyer.cancel(), buyer.site.get("/bookings")]
        sent = b"".join(each.body or b"" for each in wires["international_flights"].requests)
        assert CANARY.encode() in sent  # the control: it was there to be kept
        assert "Your booking is cancelled" in pages[-2].text
        return pages

    return go


def test_of_a_passport_its_owner_sees_the_end(travel):
    review, *_ = travel()

    assert "passport ending in 1X" in review.text


def test_the_gateway_hears_of_no_passport(travel, wires):
    travel()

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


def rows_of(app) -> Iterator[tuple[str, str]]:
    """(table, row as text) of everything that a service keeps."""
    with app.app_context(), database_of().connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                yield table, repr(tuple(row))


@pytest.mark.usefixtures("database")
def test_a_passport_number_cannot_be_read_in_any_database(travel, services, international_flights_app):
    """Every column of every table of every service, as the database itself has it; and the files of SQLite."""
    travel()

    rows = [(service, *each) for service in SERVICES for each in rows_of(services[service])]

    found = [(service, table) for service, table, row in rows if any(each in row for each in DISGUISED)]
    assert found == []
    kept = {(service, table) for service, table, row in rows if "gAAAAA" in row}
    assert kept == {
        ("site", "travellers"),
        ("international_flights", "passengers"),
    }  # encrypted, so it was kept
    for service in SERVICES:
        assert not any(CANARY.encode() in file.read_bytes() for file in files_of(services[service]))
    with international_flights_app.app_context():
        assert CANARY in db.session.scalars(db.select(Passenger.document)).one()  # the control


def files_of(app) -> list[Path]:
    with app.app_context():
        url = make_url(str(database_of().url))
    return (
        sorted(Path(url.database).parent.glob(f"{Path(url.database).name}*"))
        if url.drivername == "sqlite"
        else []
    )


@pytest.mark.usefixtures("everything_is_logged")
def test_no_log_no_metric_and_no_cookie_tells_a_passport_number(travel, services, james, caplog, capfd):
    buyer, *_ = james
    travel()

    metrics = [services[service].test_client().get("/metrics") for service in SERVICES]
    with buyer.site.session_transaction() as session:
        cookie = repr(dict(session))

    said = capfd.readouterr()
    for told in (caplog.text, said.out, said.err, cookie, *(each.text for each in metrics)):
        assert not any(each in told for each in DISGUISED)
    assert (
        "INSERT INTO passengers" in caplog.text
    )  # the control: the databases were listened to, with what was bound
    assert {each.status_code for each in metrics} == {200}


def test_no_page_of_an_admin_tells_a_passport_number(travel, site_app, james):
    buyer, *_ = james
    travel()
    an_account(site_app, "ops@example.org", "Ops", is_admin=True)
    admin = site_app.test_client()
    sign_in(admin, "ops@example.org")

    pages = list(crawl(admin, ["/admin/bookings", "/admin", f"/admin/bookings/{buyer.reference}"]))

    assert not any(each in page.text for page in pages for each in DISGUISED)
    assert any("••••••1X" in page.text for page in pages)


def test_no_page_of_its_owner_tells_it_once_it_is_typed_and_no_page_of_anybody_elses(travel, stranger, james):
    buyer, *_ = james
    hers = [*travel(), *crawl(buyer.site, ["/", "/bookings", f"/bookings/{buyer.reference}"])]

    his = list(
        crawl(stranger.site, ["/", f"/bookings/{buyer.reference}", f"/checkout/{buyer.reference}/travellers"])
    )

    for page in (*hers, *his):
        assert not any(each in page.text for each in DISGUISED), page.request.path


def test_a_fault_in_the_middle_of_writing_tells_no_passport_number(james, site_app, caplog, capfd):
    buyer, item, traveller = james
    page = buyer.to_travellers(item, "international_flights")
    site_app.testing, site_app.config["PROPAGATE_EXCEPTIONS"] = False, False
    caplog.set_level(logging.DEBUG)
    with site_app.app_context(), writing() as session:
        fault = "CREATE TRIGGER fault BEFORE INSERT ON travellers BEGIN SELECT RAISE(ABORT, 'fault'); END"
        session.execute(text(fault), bind_arguments={"bind": database_of()})

    answer = buyer.name_them(page, traveller)

    said = capfd.readouterr()
    assert answer.status_code == 500
    assert "INSERT INTO travellers" in caplog.text  # the control: what failed was told
    for told in (answer.text, caplog.text, said.out, said.err):
        assert not any(each in told for each in DISGUISED)


def test_what_was_typed_wrong_comes_back_to_its_own_page_only(james):
    buyer, item, traveller = james
    page = buyer.to_travellers(item, "international_flights")

    answer = buyer.name_them(page, traveller | {"family_name": ""})

    assert answer.status_code == 422
    assert f'value="{CANARY}"' in answer.text
    assert answer.headers.get("Cache-Control") == "no-store"
