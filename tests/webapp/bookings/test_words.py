"""The words by which a booking is found are those of its names, whoever wrote them and whenever."""

import flask_migrate
import pytest
from sqlalchemy import select

from chassis.database import db, writing
from tests.journeys.traveller import CONTACT
from tests.webapp.admin.booked import a_booking
from webapp.bookings import words
from webapp.bookings.models import Booking, BookingWord, Traveller


def kept(app) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(BookingWord.word)))


@pytest.fixture
def change(site_app):
    """`change(function)`: what is done to the only booking, in one transaction."""

    def in_one_transaction(change_it):
        with site_app.app_context(), writing() as session:
            change_it(session.scalars(select(Booking)).one())

    return in_one_transaction


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Asha Rao", {"asha", "rao"}),
        ("  ASHA   rao ", {"asha", "rao"}),
        ("José Ángel Muñoz", {"jose", "angel", "munoz"}),
        ("Mary-Jane D'Souza", {"mary", "jane", "dsouza"}),
        ("A. P. J. Abdul Kalam", {"a", "p", "j", "abdul", "kalam"}),
        ("आशा राव", {"आशा", "राव"}),
        ("Straße", {"strasse"}),
        ("100%_x", {"100", "x"}),
        ("", set()),
        ("---", set()),
        ("x" * 300, {"x" * 254}),
    ],
)
def test_a_name_is_found_by_each_of_its_words(name, said):
    assert words.of([name]) == said


def test_an_email_is_found_whole_and_by_the_words_before_its_at():
    assert words.of([], "Asha.Rao+trip@Example.org") == {"asha.rao+trip@example.org", "asha", "rao", "trip"}
    assert words.of([], "x" * 300 + "@example.org") == {"x" * 254}


@pytest.mark.parametrize(
    ("text", "looked_for"),
    [
        ("rao ASHA", ["asha", "rao"]),
        ("RAO/ASHA", ["asha", "rao"]),
        ("Rao, Asha", ["asha", "rao"]),
        ("rao rao", ["rao"]),
        ("d'souza", ["dsouza"]),
        ("Asha.Rao@Exam", ["asha.rao@exam"]),
        ("Asha <asha@example.org>", ["asha@example.org", "asha"]),
        ("a_b%@x", ["a_b%@x"]),
        ("%", []),
        ("🛫", []),
        ("", []),
    ],
)
def test_what_is_typed_is_read_word_by_word_the_longest_first(text, looked_for):
    assert words.typed(text) == looked_for


def test_a_booking_is_found_by_its_contact_its_travellers_and_its_email(database, site_app):
    a_booking(site_app, contact_name="Priya Nair", people=(("Asha", "Rao"), ("", "Ravi")))

    assert kept(site_app) == {"priya", "nair", "asha", "rao", "ravi", "asha@example.org"}


def test_a_draft_without_names_has_no_words(site_app):
    a_booking(site_app, "DRAFT", contact_name=None, contact_email=None, people=())

    assert kept(site_app) == set()


@pytest.mark.parametrize(
    ("changed", "gone", "come"),
    [
        (lambda it: setattr(it, "contact_name", "Asha Menon"), set(), {"menon"}),
        (lambda it: setattr(it, "contact_email", "a.rao@example.in"), {"asha@example.org"}, {"a.rao@example.in", "a"}),
        (lambda it: setattr(it.travellers[1], "family_name", "Pillai"), {"nair"}, {"pillai"}),
        (lambda it: setattr(it.travellers[1], "given_name", ""), {"kavya"}, set()),
        (lambda it: it.travellers.pop(), {"kavya", "nair"}, set()),
        (lambda it: it.travellers.append(someone()), set(), {"mira"}),
        (lambda it: db.session.add(someone(booking=it)), set(), {"mira"}),
        (lambda it: setattr(it, "problem", "SOLD_OUT"), set(), set()),
    ],
)  # fmt: skip
def test_the_words_follow_the_names(database, site_app, change, changed, gone, come):
    a_booking(site_app, people=(("Asha", "Rao"), ("Kavya", "Nair")))
    before = kept(site_app)

    change(changed)

    assert kept(site_app) == before - gone | come
    assert gone <= before


def someone(**more) -> Traveller:
    return Traveller(position=7, kind="ADULT", given_name="Mira", family_name="Rao", **more)


def test_the_words_go_with_the_booking(database, site_app, change):
    a_booking(site_app, "DRAFT")
    assert kept(site_app)

    change(db.session.delete)

    assert kept(site_app) == set()


def test_whoever_books_is_found_by_the_names_on_the_form(asha, on_sale, site_app):
    page = asha.to_travellers(on_sale())
    asha.name_them(page, {**PERSON, "family_name": "Iyer"})
    asha.name_them(page, {**PERSON, "family_name": "Nair"})

    contact = words.of([CONTACT["name"]], CONTACT["email"])
    assert kept(site_app) == contact | {"lakshmi", "nair"}


PERSON = {
    "given_name": "Lakshmi",
    "gender": "FEMALE",
    "born_on-day": "23",
    "born_on-month": "3",
    "born_on-year": "1988",
}


def test_what_was_booked_before_there_were_words_gets_them(database, site_app):
    a_booking(site_app, contact_name="Priya Nair")
    a_booking(site_app, "DRAFT", contact_name=None, contact_email=None, people=())
    before = kept(site_app)

    with site_app.app_context():
        flask_migrate.downgrade(revision="0002")
        flask_migrate.upgrade()

    assert kept(site_app) == before
