"""Saved travellers: kept once, shown without the number of a passport, and filled in where somebody books."""

import pytest
from sqlalchemy import func, select

from chassis.database import db, writing
from tests.journeys.traveller import ADULT, PASSPORT
from tests.pages import Page
from tests.webapp.accounts.people import JAMES, an_account, sign_in
from tests.webapp.buyer import typed
from webapp.accounts import saved
from webapp.accounts.models import MOST_SAVED, SavedTraveller
from webapp.admin.models import AuditLog
from webapp.bookings.models import Traveller

CANARY = "CANARY4711X"
ABROAD = ADULT | PASSPORT | {"passport_number": CANARY}
NEW, FIRST = "/account/travellers/new", "/account/travellers/1"


@pytest.fixture
def asha_signed_in(site_app, site):
    an_account(site_app)
    sign_in(site)
    return site


def save(browser, path=NEW, **values):
    return browser.submit(browser.get(path), path, **values)


def kept(app) -> list[SavedTraveller]:
    with app.app_context():
        return list(db.session.scalars(select(SavedTraveller).order_by(SavedTraveller.place)))


def test_a_traveller_is_kept_shown_changed_and_removed(database, site_app, asha_signed_in, caplog):
    assert "Nobody is saved yet" in asha_signed_in.get("/account/travellers").text
    answer = save(asha_signed_in, **ABROAD)

    assert (answer.status_code, answer.location) == (303, "/account/travellers")
    pages = [asha_signed_in.get(path) for path in ("/account/travellers", FIRST, "/account", "/account/data")]
    assert "Passport ending in 1X, valid until Mon 14 May 2035" in pages[0].text
    assert "We keep one ending in 1X. Leave this empty and it stays." in pages[1].text

    save(asha_signed_in, FIRST, given_name="", family_name="Sukarno")
    [traveller] = kept(site_app)
    assert (traveller.name, traveller.passport.number) == ("Sukarno", CANARY)
    save(asha_signed_in, FIRST, passport_number="z 765 4321")
    assert kept(site_app)[0].passport.number == "Z7654321"
    save(asha_signed_in, FIRST, without_passport="y")
    assert kept(site_app)[0].document is None

    asha_signed_in.submit(asha_signed_in.get(FIRST), f"{FIRST}/removal")
    assert "Sukarno is kept no longer." in asha_signed_in.get("/account/travellers").text
    assert kept(site_app) == []
    with site_app.app_context():
        hers = select(AuditLog.action).where(AuditLog.action.like("% traveller")).order_by(AuditLog.id)
        changed = ["changed a saved traveller"] * 3
        assert db.session.scalars(hers).all() == ["saved a traveller", *changed, "removed a saved traveller"]
    for told in (caplog.text, *(page.text for page in pages)):
        assert CANARY not in told


PARTS = {"expires_on-day": "", "expires_on-month": "", "expires_on-year": ""}
WRONG = [
    ({"family_name": ""}, "family_name", "Enter the family name, or the only name"),
    ({"family_name": "x" * 10_000}, "family_name", "must be 60 characters or fewer"),
    ({"family_name": "\0"}, "family_name", "has a character that cannot be printed"),
    ({"gender": None}, "gender", "Choose the gender that the travel document says"),
    ({"born_on-day": "31", "born_on-month": "2"}, "born_on", "That is not a real date"),
    ({"born_on-day": "-1"}, "born_on", "That is not a real date"),
    ({"born_on-year": "2035"}, "born_on", "The date of birth is in the future"),
    ({"born_on-year": "88"}, "born_on", "The year needs four numbers"),
    ({"born_on-day": "🛫"}, "born_on", "That is not a real date"),
    ({"passport_number": "Z!"}, "passport_number", "A passport number has 5 to 15 letters and numbers"),
    ({"passport_number": ""}, "passport_number", "Enter the passport number. A passport is kept whole"),
    ({"nationality": ""}, "nationality", "Choose the nationality in the passport"),
    ({"nationality": "XXX"}, "nationality", "Choose the nationality in the passport"),
    (PARTS, "expires_on", "Enter the day the passport expires. A passport is kept whole"),
    ({"expires_on-month": "13"}, "expires_on", "That is not a real date"),
]


def test_each_wrong_thing_has_its_sentence_and_what_was_typed_stays(site_app, asha_signed_in):
    page = asha_signed_in.get(NEW)
    for changed, field, sentence in WRONG:
        answer = asha_signed_in.submit(page, NEW, **(ABROAD | changed))

        assert answer.status_code == 422, changed
        assert f'id="{field}-error"' in answer.text, changed
        assert sentence in answer.text, changed
        if "given_name" not in changed:
            assert 'value="Asha"' in answer.text
    assert kept(site_app) == []


def test_nobody_reads_or_changes_anothers(site_app, asha_signed_in):
    save(asha_signed_in, **ABROAD)
    an_account(site_app, JAMES, "James")
    james = site_app.test_client()
    sign_in(james, JAMES)

    page = james.get(NEW)
    for place in ("1", "2", "0", "99999999999999999999"):
        assert james.get(f"/account/travellers/{place}").status_code == 404
    token = Page(page.text).forms[-1].values["csrf_token"][0]
    assert james.post(f"{FIRST}/removal", data={"csrf_token": token}).status_code == 303
    assert len(kept(site_app)) == 1


def test_nobody_is_kept_twice_and_no_more_than_twenty(database, site_app, asha_signed_in):
    save(asha_signed_in, **ABROAD)
    again = save(asha_signed_in, **ADULT)
    assert again.status_code == 422
    assert "You keep a traveller of this name and date of birth already" in again.text
    with site_app.app_context():
        for number in range(MOST_SAVED - 1):
            person = {"given_name": "", "family_name": f"No {number}", "gender": "OTHER", "document": None}
            saved.add(kept(site_app)[0].user_id, person | {"born_on": kept(site_app)[0].born_on})

    same = save(asha_signed_in, "/account/travellers/2", **ADULT)
    assert same.status_code == 422
    assert "You keep a traveller of this name and date of birth already" in same.text
    assert kept(site_app)[1].name == "No 0"

    page = asha_signed_in.get("/account/travellers").text
    full = save(asha_signed_in, **(ADULT | {"given_name": "Mira"}))

    assert NEW not in page
    assert full.status_code == 422
    assert "You can keep 20 travellers. Remove one first." in full.text
    assert len(kept(site_app)) == MOST_SAVED
    user_id, born_on = kept(site_app)[0].user_id, kept(site_app)[0].born_on
    asha = {"given_name": "Asha", "family_name": "Rao", "born_on": born_on}
    with site_app.app_context(), writing():  # named in a checkout, of a flight that asks for no passport
        people = [
            asha | {"gender": "OTHER", "document": None},
            asha | {"given_name": "Mira", "gender": "OTHER"},
        ]
        assert saved.keep(user_id, people) == 1
    assert len(kept(site_app)) == MOST_SAVED
    assert (kept(site_app)[0].gender, kept(site_app)[0].passport.number) == ("OTHER", CANARY)


def form_of(page) -> dict[str, str]:
    [form] = [form for form in Page(page.text).forms if "email" in form.values]
    return {name: values[0] for name, values in form.values.items()}


@pytest.fixture
def at_travellers(asha, on_sale, site_app):
    """Asha, signed in, with herself saved, where she names the travellers of a flight abroad."""
    an_account(site_app)
    sign_in(asha.site)
    save(asha.site, **ABROAD)
    return asha.to_travellers(on_sale("BA-201"), "international_flights", "adults=2")


def test_a_saved_traveller_is_filled_in_without_a_script_and_the_rest_stays(at_travellers, asha):
    assert CANARY not in at_travellers.text
    second = typed({}, {"family_name": "Iyer", "passport_number": "J1111111", "gender": "MALE"})

    filled = asha.site.submit(at_travellers, "/travellers", **second, **{"traveller-0-who": "1", "fill": "0"})

    assert filled.status_code == 200
    sent = form_of(filled)
    expected = typed(ABROAD) | second
    assert {name: sent[name] for name in expected} == expected
    assert sent["traveller-0-who"] == ""  # nothing is filled in again by chance
    nobody = asha.site.submit(at_travellers, "/travellers", fill="1")
    assert nobody.status_code == 422
    assert "Adult 2: Choose whom to fill in" in nobody.text
    assert (
        asha.site.submit(at_travellers, "/travellers", fill="99", **{"traveller-0-who": "1"}).status_code
        == 422
    )
    stranger = asha.site.submit(at_travellers, "/travellers", fill="0", **{"traveller-0-who": "2"})
    assert CANARY not in stranger.text


def test_who_is_named_is_kept_when_that_is_ticked_and_it_is_not_ticked_before(
    at_travellers, asha, site_app, database
):
    ravi = ADULT | PASSPORT | {"given_name": "Ravi", "gender": "MALE"}
    assert "keep" not in form_of(at_travellers)

    asha.name_them(at_travellers, ABROAD | {"passport_number": "Z0000001"}, ravi)
    assert len(kept(site_app)) == 1
    asha.name_them(asha.at("travellers"), ABROAD | {"passport_number": "Z0000001"}, ravi, keep="y")

    assert [(each.name, each.passport.number) for each in kept(site_app)] == [
        ("Asha Rao", "Z0000001"),
        ("Ravi Rao", "Z1234567"),
    ]


def test_a_guest_is_offered_nothing_of_it(asha, on_sale, site_app):
    page = asha.to_travellers(on_sale())

    assert "saved traveller" not in page.text
    assert "Save these travellers" not in page.text
    review = asha.follow(asha.name_them(page, ADULT, keep="y", fill="0"))
    assert review.status_code == 200
    with site_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SavedTraveller)) == 0
        assert db.session.scalar(select(func.count()).select_from(Traveller)) == 1
