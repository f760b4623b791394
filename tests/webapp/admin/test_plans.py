"""How the databases find bookings: by an index, whatever is asked for, and never by reading the whole table.

The plans are read of every statement that a page sends, on a table that is large enough for a scan to be worth avoiding.
"""

import re
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event, insert, text

from chassis.database import engine, writing
from tests.webapp.admin.booked import a_booking, ids_of
from webapp.accounts.models import User, UserSession, UserWord
from webapp.admin import finding, listing, partners, spreadsheet
from webapp.admin.models import AuditLog
from webapp.bookings.models import Booking, BookingItem, BookingWord, Traveller
from webapp.payments.models import Payment
from webapp.reconciliation import running

MANY = 3000
LAST = datetime(2026, 11, 30, tzinfo=UTC)
TABLES = "bookings|booking_items|booking_words|payments|travellers"
OF_USERS = "users|user_words|user_sessions|audit_log|bookings"  # large where a test says so
# The newest bookings one after the other, until a page is full; and an index that holds those only that need attention.
WALK = re.compile(r"SCAN bookings USING (COVERING )?INDEX ix_bookings_(created_at|needs_attention)$")
SCAN = r"(Seq Scan on|SCAN) ({tables})\b"

BY_ID = ["reference", "provider booking", "transaction", "payment", "gateway"]
# What is asked for, and the index that must be there to find it.
ASKED = {
    "": "ix_bookings_created_at",
    "q=rao": "ix_booking_words_word_booking_id",
    "q=kumar": "ix_bookings_created_at",
    "q=rao asha": "ix_booking_words_word_booking_id",
    "q=asha@example.org": "ix_booking_words_word_booking_id",
    "q=ash&state=CONFIRMED": "ix_booking_words_word_booking_id",
    "q=rao&from=2026-11-01&to=2026-11-30&state=FAILED": "ix_booking_words_word_booking_id",
    "state=FAILED": "ix_bookings_state_created_at",
    "state=CONFIRMED": "_created_at",
    "state=CONFIRMED&from=2026-11-30": "_created_at",
    "provider=hotels": "ix_booking_items_provider_booking_id",
    "provider=flights": "ix_bookings_created_at",
    "provider=hotels&q=rao&state=CONFIRMED": "ix_booking_items_provider_booking_id",
    "from=2026-11-30&to=2026-11-30": "ix_bookings_created_at",
    "attention=y": "ix_bookings_needs_attention",
}
# The same of accounts. SQLite's table is in the order of the numbers: of many it is walked from its end, until a page is full.
USERS_ASKED = {
    "users": "pk_users|SCAN users$",
    "users?older_than=2000": r"pk_users|SEARCH users USING (COVERING INDEX|INTEGER PRIMARY KEY \(rowid<)",
    "users?q=kumar77": "ix_user_words_word_user_id",
    "users?q=person": "pk_user_words|sqlite_autoindex_user_words_1",
    "users?q=person+kumar77": "ix_user_words_word_user_id",
    "users?q=user+77": r"pk_users|INTEGER PRIMARY KEY \(rowid=",
    "users/77": "ix_audit_log_(actor|user_id)_id",
}

WALKED = {"users", "users?older_than=2000", "users?q=person"}


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    """Pages are to the table what they are to a million: else reading all of it would be wise."""
    monkeypatch.setattr(listing, "PER_PAGE", 10)
    monkeypatch.setattr(finding, "MOST_COUNTED", 20)
    monkeypatch.setattr(finding, "FEW", 100)
    monkeypatch.setattr(spreadsheet, "BATCH", 10)


@pytest.fixture
def many(site_app) -> str:
    """3,000 bookings of other people, a minute apart; of one provider are few. And Asha Rao's; her reference."""
    rows = range(1, MANY + 1)
    with site_app.app_context(), writing() as session:
        for kind, columns in ROWS.items():
            session.execute(insert(kind), [columns(number) for number in rows])
    with site_app.app_context():
        on = engine()
        if on.dialect.name == "postgresql":
            with on.begin() as connection:
                for table in ("bookings", "booking_items", "payments", "travellers"):
                    connection.execute(text(f"SELECT setval('{table}_id_seq', {MANY})"))
        reference = a_booking(site_app, at=LAST, needs_attention="look")
        if on.dialect.name == "postgresql":
            with on.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
    return reference


def _at(number: int) -> dict:
    at = LAST - timedelta(minutes=MANY - number)
    return {"created_at": at, "updated_at": at}


def _booking(number: int) -> dict:
    return {
        "id": number,
        "public_reference": f"AAAA-{number:07d}",
        "checkout_nonce": str(number),
        "contact_email": "x@example.org",
        "state": "FAILED" if number % 50 == 0 else "CONFIRMED",
        "amount_minor": 100,
        "currency": "INR",
        **_at(number),
    }


def _item(number: int) -> dict:
    return {
        "id": number,
        "booking_id": number,
        "provider": "hotels" if number % 1000 == 0 else "flights",
        "kind": "FLIGHT",
        "transaction_id": str(uuid.UUID(int=number)),
        "bpp_booking_id": f"6E-{number:06d}",
        "state": "CONFIRMED",
        "choice": {},
        "offer": {},
        "tickets": {},
        "total_minor": 100,
        "currency": "INR",
        **_at(number),
    }


def _word(number: int) -> dict:
    return {"booking_id": number, "word": f"kumar{number % 500}"}


def _payment(number: int) -> dict:
    return {
        "id": number,
        "booking_id": number,
        "gateway": "sandbox",
        "reference": f"AAAA-{number:07d}-1",
        "gateway_reference": f"pay-{number}",
        "state": "CAPTURED",
        "amount_minor": 100,
        "currency": "INR",
        "return_url": "http://127.0.0.1:5000/",
        "expires_at": LAST,
        **_at(number),
    }


def _traveller(number: int) -> dict:
    names = {"given_name": "Ravi", "family_name": f"Kumar{number % 500}"}
    return {"id": number, "booking_id": number, "position": 0, "kind": "ADULT", **names}


ROWS = {
    Booking: _booking,
    BookingItem: _item,
    BookingWord: _word,
    Traveller: _traveller,
    Payment: _payment,
}


@pytest.fixture
def many_users(site_app, many) -> None:
    """3,000 accounts, each with a session and an act by it and one to it; all are called Person."""
    rows = range(2, MANY + 2)
    with site_app.app_context(), writing() as session:
        for kind, columns in ROWS_OF_USERS.items():
            session.execute(insert(kind), [each for number in rows for each in columns(number)])
    with site_app.app_context():
        on = engine()
        if on.dialect.name == "postgresql":
            with on.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("SELECT setval('audit_log_id_seq', 100000)"))
                connection.execute(text("VACUUM ANALYZE"))


def _user(number: int) -> list[dict]:
    email = f"p{number}@example.org"
    return [
        {"id": number, "email": email, "email_key": email, "password_hash": "x", "name": f"Person Kumar{number % 500}",
         "is_admin": False, "is_demo": False, "created_at": LAST}
    ]  # fmt: skip


def _user_words(number: int) -> list[dict]:
    return [{"user_id": number, "word": word} for word in ("person", f"kumar{number % 500}")]


def _session(number: int) -> list[dict]:
    at = {"created_at": LAST, "last_seen_at": LAST, "expires_at": LAST + timedelta(days=30)}
    return [{"user_id": number, "token_digest": str(number), "browser": "Firefox", **at}]


def _acts(number: int) -> list[dict]:
    to_it = {"actor": "admin 1", "action": "viewed an account", "user_id": number}
    return [
        {"at": LAST, "facts": {}, **each}
        for each in (to_it, to_it | {"actor": f"user {number}", "user_id": None})
    ]


ROWS_OF_USERS = {User: _user, UserWord: _user_words, UserSession: _session, AuditLog: _acts}


@contextmanager
def plans(app, tables: str = TABLES):
    """The plan of every SELECT of bookings that the site sends inside the block, as text."""
    with app.app_context():
        on = engine()
    sent = []

    def keep(_connection, _cursor, statement, parameters, *_rest):
        if statement.startswith("SELECT") and re.search(tables, statement):
            sent.append((statement, parameters))

    event.listen(on, "before_cursor_execute", keep)
    found: list[str] = []
    yield found
    event.remove(on, "before_cursor_execute", keep)
    explain = "EXPLAIN QUERY PLAN " if on.dialect.name == "sqlite" else "EXPLAIN "
    with on.connect() as connection:
        for statement, parameters in sent:
            rows = connection.exec_driver_sql(explain + statement, parameters).all()
            found.append("\n".join(str(row[-1]) for row in rows))


def scans(found: list[str], tables: str = TABLES) -> list[str]:
    """The plans that read a whole table."""
    scan = re.compile(SCAN.format(tables=tables))
    return [
        plan for plan in found if any(_is_scan(scan, *pair) for pair in pairwise(["", *plan.splitlines()]))
    ]


def _is_scan(scan: re.Pattern, above: str, line: str) -> bool:
    """What stands right below a limit stops as soon as enough is found: PostgreSQL does so where most rows fit."""
    return bool(scan.search(line)) and not WALK.search(line) and "Limit" not in above


def is_walk_of_users(plan: str) -> bool:
    """Whether it is SQLite's of rows in their own order, which nobody has to sort before the first are there."""
    return "SCAN users" in plan.splitlines() and "TEMP B-TREE" not in plan


def test_no_search_reads_a_whole_table(database, site_app, admin, many, many_users):
    ids = ids_of(site_app, many)
    asked = ASKED | {f"q={ids[kind][0]}": "" for kind in BY_ID}
    wrong = {}

    for query, index in asked.items():
        with plans(site_app) as found:
            assert admin.get(f"/admin/bookings?{query}").status_code == 200
        if scans(found) or index not in "\n".join(found):
            wrong[query] = scans(found) or f"{index} was not used:\n" + "\n\n".join(found)
    for path, index in USERS_ASKED.items():
        with plans(site_app, OF_USERS) as found:
            assert admin.get(f"/admin/{path}").status_code == 200
        whole = [each for each in scans(found, OF_USERS) if not (path in WALKED and is_walk_of_users(each))]
        if whole or not re.search(index, "\n".join(found), re.MULTILINE):
            wrong[path] = whole or f"{index} was not used:\n" + "\n\n".join(found)

    assert wrong == {}


def test_no_piece_of_the_file_reads_a_whole_table(database, site_app, admin, many):
    for query in ("state=FAILED", "q=kumar77", "provider=hotels", "from=2026-11-30"):
        with plans(site_app) as found:
            assert len(admin.get(f"/admin/bookings.csv?{query}").data) > 500

        assert len(found) > 3
        assert scans(found) == [], query


@pytest.mark.by_hand("thousands of bookings that no provider has heard of")
def test_the_numbers_of_today_and_of_the_providers_read_no_whole_table(
    database, site_app, admin, many, clock, monkeypatch
):
    monkeypatch.setattr(partners, "MOST_LOOKED_AT", 20)
    clock.set(LAST)

    for page, fewest in (("/admin", 4), ("/admin/providers", 20)):
        with plans(site_app) as found:
            assert admin.get(page).status_code == 200

        assert len(found) >= fewest
        assert scans(found) == [], page


def test_the_pages_behind_the_first_read_no_whole_table(database, site_app, admin, many):
    for query in ("", "state=CONFIRMED&", "q=kumar&"):
        with plans(site_app) as found:
            assert admin.get(f"/admin/bookings?{query}older_than={many}").status_code == 200

        assert scans(found) == [], query


def test_no_page_of_reconciliation_reads_a_whole_table(database, site_app, many, monkeypatch):
    monkeypatch.setattr(running, "PAGE", 10)
    touched = LAST - timedelta(minutes=100)
    for stage in range(len(running.STAGES)):
        with plans(site_app) as found, site_app.app_context():
            running._page(running.Bookmark(LAST, stage, touched, 5))

        assert scans(found) == [], running.STAGES[stage]
        assert found


def test_without_its_index_a_search_is_seen_to_read_a_whole_table(database, site_app, admin, many):
    """The control: while this is seen, the tests above can see a scan."""
    with site_app.app_context(), engine().begin() as connection:
        connection.execute(text("DROP INDEX ix_booking_items_bpp_booking_id"))

    with plans(site_app) as found:
        admin.get("/admin/bookings?q=6E-000123")

    assert len(scans(found)) == 1
