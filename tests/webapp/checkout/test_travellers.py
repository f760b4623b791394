"""Naming the travellers: everything wrong is said at once, with a link to it, and nothing that was typed is lost."""

import pytest

from tests.factories import EMAIL
from tests.journeys.traveller import ADULT, PASSPORT
from tests.pages import Page
from tests.webapp.accounts.people import an_account, sign_in
from tests.webapp.buyer import typed


def values(page) -> dict[str, str]:
    """What the form on the page would send."""
    [form] = [form for form in Page(page.text).forms if "email" in form.values]
    return {name: found[0] for name, found in form.values.items()}


def test_everything_wrong_is_said_at_once_with_links_and_all_that_was_typed_is_kept(asha, on_sale, books):
    page = asha.to_travellers(on_sale("BA-201"), "international_flights")
    wrong = typed(
        {
            "given_name": "Asha", "family_name": "", "gender": "FEMALE",
            "born_on-day": "31", "born_on-month": "2", "born_on-year": "1988",
            "passport_number": "Z!", "nationality": "GBR",
            "expires_on-day": "1", "expires_on-month": "1", "expires_on-year": "2020",
        }
    ) | {"name": "Asha <b>Rao</b>", "email": "asha@", "phone": "12"}  # fmt: skip

    answer = asha.site.submit(page, **wrong)

    assert answer.status_code == 422
    for field in ("family_name", "born_on-day", "passport_number", "expires_on-day"):
        assert f'<a href="#traveller-0-{field}">Adult 1: ' in answer.text
    assert '<a href="#email">Enter an e-mail address' in answer.text
    assert '<a href="#phone">Enter a mobile number' in answer.text
    kept = values(answer)
    assert {name: kept[name] for name in wrong} == wrong
    assert "<b>Rao" not in answer.text
    assert books.states() == ["DRAFT"]


def test_an_unnamed_gender_and_country_are_said_with_a_link_that_leads_somewhere(asha, on_sale):
    page = asha.to_travellers(on_sale("BA-201"), "international_flights")

    answer = asha.name_them(page, ADULT | PASSPORT | {"gender": None, "nationality": ""})

    assert answer.status_code == 422
    assert '<a href="#traveller-0-gender-0">Adult 1: Choose the gender' in answer.text
    assert 'id="traveller-0-gender-0"' in answer.text
    assert '<a href="#traveller-0-nationality">Adult 1: Choose the nationality' in answer.text


def test_an_age_that_does_not_fit_names_the_person(asha, on_sale):
    page = asha.to_travellers(on_sale(), party="adults=1&children=1")
    mira = {"given_name": "Mira", "family_name": "Rao", "gender": "FEMALE"}
    grown_up = {"born_on-day": "15", "born_on-month": "1", "born_on-year": "1999"}

    answer = asha.name_them(page, ADULT, mira | grown_up)

    assert answer.status_code == 422
    assert (
        "Child 1: Rao is 27 on the day of departure: that is an adult, and you chose a child" in answer.text
    )
    assert values(answer)["traveller-1-born_on-year"] == "1999"


@pytest.mark.parametrize(
    ("given", "family", "shown"),
    [("", "Sukarno", "Sukarno"), ("आशा", "राव", "आशा राव"), ("Zoë", "O’Brien-Nguyễn", "Zoë O’Brien-Nguyễn")],
)
def test_names_of_all_kinds_are_booked(asha, on_sale, given, family, shown):
    booked = asha.booked(on_sale(), traveller=ADULT | {"given_name": given, "family_name": family})

    assert "You are booked" in booked.text
    assert shown in booked.text


def test_a_name_in_html_is_text_everywhere(asha, on_sale):
    hostile = ADULT | {"given_name": "<script>alert(1)</script>", "family_name": '"><img src=x onerror=y>'}

    review = asha.to_review(on_sale(), traveller=hostile)
    pay = asha.hold(review)
    booked = asha.press(asha.to_the_gateway(pay), "authorisation")

    assert "&lt;script&gt;" in review.text
    for page in (review, pay, booked):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_no_form_at_all_is_said_and_not_a_fault(asha, on_sale):
    page = asha.to_travellers(on_sale())
    token = values(page)["csrf_token"]

    answer = asha.site.post(
        page.request.path, data={"csrf_token": token, "traveller-0-born_on": "x", "y" * 5000: "z"}
    )

    assert answer.status_code == 422


def test_a_form_of_a_million_characters_is_too_much(asha, on_sale):
    page = asha.to_travellers(on_sale())

    answer = asha.name_them(page, ADULT | {"given_name": "x" * 1_100_000})

    assert answer.status_code == 413
    assert "too much to send" in answer.text


def test_who_is_signed_in_need_not_type_her_name(asha, on_sale, site_app):
    an_account(site_app)
    sign_in(asha.site)

    page = asha.to_travellers(on_sale())

    assert (values(page)["name"], values(page)["email"]) == ("Asha Rao", EMAIL)


def test_coming_back_finds_everything_as_it_was_typed(asha, on_sale):
    asha.to_review(on_sale("BA-201"), "international_flights", ADULT | PASSPORT)

    kept = values(asha.at("travellers"))

    sent = typed(ADULT | PASSPORT) | {"name": "Asha Rao", "email": EMAIL, "phone": "+919876500001"}
    assert {name: kept[name] for name in sent} == sent


def test_travellers_of_a_booking_that_has_moved_on_are_not_changed(asha, on_sale, seats):
    page = asha.to_travellers(on_sale())
    pay = asha.hold(asha.follow(asha.name_them(page, ADULT)))

    answer = asha.name_them(page, ADULT | {"given_name": "Ravi"})

    assert answer.location.endswith("/pay")
    assert "Held until" in pay.text
    booked = asha.press(asha.to_the_gateway(asha.at("pay")), "authorisation")
    assert "Asha Rao" in booked.text
    assert "Ravi" not in booked.text
