"""One box finds a booking by every id it has, by whoever is named in it, and by its e-mail."""

import itertools

import pytest
from sqlalchemy import select

from chassis.database import writing
from tests.webapp.admin.booked import PASSPORT, a_booking, ids_of
from tests.webapp.admin.lists import references, said
from webapp.bookings.models import Booking


@pytest.fixture
def search(admin):
    """`search("rao", state="FAILED")`: the list for it."""
    return lambda text, **filters: admin.get("/admin/bookings", query_string={"q": text, **filters})


@pytest.fixture
def found(search):
    return lambda text, **filters: references(search(text, **filters))


@pytest.fixture
def haystack(site_app):
    """Other people's bookings."""
    return [
        a_booking(site_app, contact_name="James Whitfield", contact_email="james@example.org", people=(("James", "Whitfield"),)),
        a_booking(site_app, "DRAFT", contact_name=None, contact_email=None, people=()),
    ]  # fmt: skip


def test_every_id_finds_its_booking_alone(database, site_app, found, haystack):
    wanted = a_booking(site_app)
    ids = ids_of(site_app, wanted)

    assert all(ids.values())
    for each in itertools.chain(*ids.values()):
        assert found(each) == [wanted], each
        assert found(f"  {each.lower()} ") == [wanted], each
        assert found(each[1:]) == [], each


def test_a_reference_is_found_however_it_is_typed(database, site_app, found):
    wanted = a_booking(site_app, public_reference="K7QM-2XV-P9D")

    for typed in (
        "K7QM-2XV-P9D",
        "k7qm2xvp9d",
        "K7QM 2XV P9D",
        "k7qm–2xv–p9d",
        "K7QM\u200b2XVP9D",
        "#K7QM-2XV-P9D",
    ):
        assert found(typed) == [wanted], typed
    for typed in ("K7QM-2XV-P9DD", "K7QM-2XV-P9", "K7QM", "2XV-P9D"):
        assert found(typed) == [], typed


def test_an_id_is_answered_with_the_one_row_and_not_with_another_page(site_app, search, haystack):
    wanted = a_booking(site_app)

    answer = search(wanted)

    assert answer.status_code == 200
    assert said(answer) == f"1 booking for “{wanted}”"


def test_what_is_not_booked_yet_is_found_by_its_ids_and_names_too(site_app, found):
    draft = a_booking(site_app, "DRAFT")

    assert found(draft) == found("asha") == found(ids_of(site_app, draft)["transaction"][0]) == [draft]
    assert found("") == []


def test_one_provider_booking_of_two_providers_finds_both(database, site_app, found):
    flights, hotels = a_booking(site_app, providers=("flights",)), a_booking(site_app, providers=("hotels",))
    number = ids_of(site_app, flights)["provider booking"][0]
    same = a_booking(site_app, providers=("international_flights",))
    rename(site_app, same, number)

    assert sorted(found(number)) == sorted([flights, same])
    assert found(number, provider="flights") == [flights]
    assert hotels not in found(number)


def rename(app, reference, number):
    with app.app_context(), writing() as session:
        booking = session.scalars(select(Booking).where(Booking.public_reference == reference)).one()
        booking.items[0].bpp_booking_id = number


@pytest.fixture
def raos(site_app):
    """Priya Nair books for Asha, Ravi and little José."""
    return a_booking(
        site_app,
        contact_name="Priya Nair",
        contact_email="Priya.Nair@Example.org",
        people=(("Asha", "Rao"), ("Ravi Kumar", "Rao"), ("José", "D'Souza")),
    )


FOUND_BY = (
    "asha rao", "RAO ASHA", "Rao, Asha", "RAO/ASHA", "rao", "ash", "as ra", "priya", "nair priya", "kumar", "ravi k r",
     "jose", "JOSÉ", "d’souza", "dsouza", "nair asha", "priya.nair@example.org", "PRIYA.NAIR@EXAMPLE.ORG", "priya.nair@",
     "priya.na", "Priya Nair <priya.nair@example.org>", "asha%",
)  # fmt: skip
NOT_FOUND_BY = (
    "sha", "asha james", "ashar", "rao priyanka", "nair@example.org", "example.org", "%", "_", "%sha", "a_ha",
     "priya.nair@example.org.in", "' OR 1=1 --", "🛫", "---", "\x00\x00-", "रा", "x" * 254, PASSPORT.number, "Z123",
)  # fmt: skip


def test_names_and_emails_are_found_from_the_beginning_of_each_word(database, found, haystack, raos):
    assert {text: found(text) for text in FOUND_BY} == dict.fromkeys(FOUND_BY, [raos])


def test_what_begins_no_word_is_not_found(database, search, haystack, raos):
    for text in NOT_FOUND_BY:
        answer = search(text)
        assert answer.status_code == 200, text
        assert references(answer) == [], text
        assert "No bookings found" in answer.text, text


def test_a_name_in_an_indian_script_is_found(database, site_app, found):
    wanted = a_booking(site_app, people=(("आशा", "राव"),))

    assert found("आशा") == found("रा आ") == [wanted]


def test_a_search_that_is_too_long_is_said_at_its_field(search):
    answer = search("x" * 255)

    assert answer.status_code == 422
    assert "Search for 254 characters at most" in answer.text
    assert "x" * 255 in answer.text


def test_the_filters_are_named_when_they_are_why_nothing_is_found(site_app, search):
    a_booking(site_app)

    answer = search("asha", state="FAILED")

    assert "Nothing fits “asha” and the filters" in answer.text
    assert 'href="/admin/bookings?q=asha"' in answer.text


@pytest.mark.parametrize("few", [0, 50_000])
def test_many_are_found_like_few(database, site_app, found, haystack, raos, monkeypatch, few):
    """Of many the newest are asked one by one; of few each is looked up. What is found is the same."""
    monkeypatch.setattr("webapp.admin.finding.FEW", few)
    other = a_booking(site_app, "FAILED", providers=("hotels",))

    assert found("rao") == [other, raos]
    assert found("rao asha", state="FAILED") == [other]
    assert found("rao", provider="flights") == [raos]
    assert found("rao", provider="flights", state="FAILED") == []
    assert found(raos.lower()) == [raos]
    assert found("zoya") == found("%") == []
