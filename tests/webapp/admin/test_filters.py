"""Filters by state, provider, day and need; each thing that can be wrong with them is a sentence, and what was typed stays."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from chassis.database import db
from tests.webapp.admin.booked import a_booking
from tests.webapp.admin.lists import references
from webapp.admin.models import AuditLog

NOON = datetime(2026, 12, 11, 6, 30, tzinfo=UTC)  # in India
MIDNIGHT = datetime(2026, 12, 10, 18, 30, tzinfo=UTC)  # with which 11 December begins in India
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def found(admin):
    return lambda **asked: references(admin.get("/admin/bookings", query_string=asked))


def test_a_provider_shows_the_bookings_with_something_of_it(database, site_app, found):
    both = a_booking(site_app)
    flight = a_booking(site_app, providers=("flights",))
    stay = a_booking(site_app, providers=("hotels",))

    assert found(provider="flights") == [flight, both]
    assert found(provider="hotels") == [stay, both]
    assert found(provider="international_flights") == []


def test_both_days_are_included_to_their_last_moment_in_india(database, site_app, found):
    moments = (
        MIDNIGHT - MOMENT,
        MIDNIGHT,
        NOON,
        MIDNIGHT + timedelta(days=1) - MOMENT,
        MIDNIGHT + timedelta(days=1),
    )
    before, first, noon, last, after = (a_booking(site_app, at=each) for each in moments)

    assert found(**{"from": "2026-12-11", "to": "2026-12-11"}) == [last, noon, first]
    assert found(**{"from": "2026-12-11"}) == [after, last, noon, first]
    assert found(to="2026-12-11") == [last, noon, first, before]
    assert found(**{"from": "2026-12-12", "to": "2026-12-13"}) == [after]
    assert found(**{"from": "2026-12-13"}) == []


def test_those_that_need_attention_can_be_shown_alone(database, site_app, found):
    a_booking(site_app)
    wanted = a_booking(site_app, needs_attention="CAPTURE was tried 9 times")

    assert found(attention="y") == [wanted]


def test_filters_narrow_each_other(database, site_app, found):
    a_booking(site_app, at=NOON)
    a_booking(site_app, "FAILED", at=NOON, providers=("hotels",))
    a_booking(site_app, "FAILED", at=NOON - timedelta(days=1))
    wanted = a_booking(site_app, "FAILED", at=NOON)

    assert found(state="FAILED", provider="flights", to="2026-12-11", **{"from": "2026-12-11"}) == [wanted]


WRONG = [
    ({"from": "2026-12-11", "to": "2026-12-10"}, "to", "The last day is before the first"),
    ({"from": "11.12.2026"}, "from", "That is no date: write it as year, month and day, like 2026-12-11"),
    ({"to": "2026-02-30"}, "to", "That is no date"),
    ({"to": "tomorrow"}, "to", "That is no date"),
    ({"to": "\x00"}, "to", "That is no date"),
    ({"from": "0001-01-01"}, "from", "Enter a day between 2000-01-01 and 2099-12-31"),
    ({"to": "9999-12-31"}, "to", "Enter a day between 2000-01-01 and 2099-12-31"),
    ({"state": "NOTHING"}, "state", "Choose a state from the list, or any"),
    ({"state": "confirmed"}, "state", "Choose a state from the list, or any"),
    ({"state": "\x00"}, "state", "Choose a state from the list, or any"),
    ({"provider": "buses"}, "provider", "Choose a provider from the list, or any"),
    ({"provider": "Domestic flights"}, "provider", "Choose a provider from the list, or any"),
]


@pytest.mark.parametrize("page", ["/admin/bookings", "/admin/bookings.csv"])
@pytest.mark.parametrize(("asked", "field", "sentence"), WRONG)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    site_app, admin, page, asked, field, sentence
):
    a_booking(site_app)
    right = {
        "q": "asha rao",
        "state": "CONFIRMED",
        "provider": "flights",
        "to": "2026-12-31",
        "attention": "y",
    }

    answer = admin.get(page, query_string=right | asked)

    assert answer.status_code == 422
    assert answer.mimetype == "text/html"
    assert f'id="{field}-error"><span class="vh">Error: </span>{sentence}' in answer.text
    assert f'<a href="#{field}">{sentence}' in answer.text
    assert references(answer) == []
    assert 'value="asha rao"' in answer.text
    assert "checked" in answer.text
    if "state" not in asked:
        assert '<option selected value="CONFIRMED">' in answer.text
    for name in ("from", "to"):
        typed = (right | asked).get(name, "")
        assert f'name="{name}" type="date" value="{typed}"' in answer.text


def test_several_things_wrong_are_said_at_once(admin):
    answer = admin.get("/admin/bookings?from=x&to=y&state=z&provider=w")

    assert answer.text.count('<li><a href="#') == 4


def test_a_wrong_day_is_not_called_reversed_too(admin):
    answer = admin.get("/admin/bookings?from=0001-01-01&to=2026-12-11")

    assert "before the first" not in answer.text


@pytest.mark.parametrize("empty", ["", "  "])
def test_what_is_left_empty_does_not_count(site_app, found, empty):
    reference = a_booking(site_app)
    draft = a_booking(site_app, "DRAFT")

    assert found(q=empty, state="", provider="", to=empty, **{"from": empty}) == [reference]
    assert draft not in found(q=empty)


TEXTS = st.text(max_size=20) | st.sampled_from(
    ["", "\x00", "%", "_", "\\", "'", "K7QM-2XV-P9D", "2026-12-11", "0001-01-01", "9999-12-31", "CONFIRMED", "flights", "y", "false",
     "99999999999999999999", "-1", "1", "\ud7ff", "\u202e", "🛫", "आ", "x" * 5000, "a@", "@", "{{7*7}}", "<script>"]
)  # fmt: skip
NAMES = st.sampled_from(
    [
        "q",
        "state",
        "provider",
        "from",
        "to",
        "attention",
        "older_than",
        "newer_than",
        "csrf_token",
        "self",
        "reference",
    ]
)


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from(["/admin", "/admin/bookings", "/admin/bookings.csv", "/admin/audit"]),
    st.lists(st.tuples(NAMES, TEXTS), max_size=6),
)
def test_no_query_breaks_a_page_or_writes_but_one_line(site_app, admin, database, path, pairs):
    before = lines_of_the_audit(site_app)

    answer = admin.get(f"{path}?{urlencode([(name, text.encode()) for name, text in pairs])}")

    assert answer.status_code in (200, 404, 422)
    downloaded = path.endswith(".csv") and answer.status_code == 200
    assert lines_of_the_audit(site_app) == before + downloaded


def lines_of_the_audit(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(AuditLog)) or 0
