"""Who may travel and how they are reached: the sentence for each thing that can be wrong, and what is right though rare."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from webapp.checkout.forms import GuestForm, PassengerForm, PassportForm, e164

DEPARTS, ARRIVES = date(2026, 12, 11), date(2026, 12, 12)
ASHA = {
    "given_name": "Asha", "family_name": "Rao", "gender": "FEMALE",
    "born_on-day": "23", "born_on-month": "3", "born_on-year": "1988",
}  # fmt: skip
PASSPORT = {
    "passport_number": "Z1234567", "nationality": "IND",
    "expires_on-day": "14", "expires_on-month": "5", "expires_on-year": "2035",
}  # fmt: skip


def filled(form_class, typed: dict, kind: str = "ADULT"):
    form = form_class(MultiDict(typed))
    if kind != "GUEST":
        form.expect(kind, DEPARTS, ARRIVES)
    return form


def sentences(form) -> list[str]:
    """Every sentence of a form, after `validate()`."""
    form.validate()

    def of(errors) -> list[str]:
        if isinstance(errors, dict):
            return [each for part in errors.values() for each in of(part)]
        return list(errors)

    return of({name: field.errors for name, field in form._fields.items()}) + [
        each
        for part in ("born_on", "expires_on")
        if hasattr(form, part)
        for each in _of_parts(getattr(form, part))
    ]


def _of_parts(date_field) -> list[str]:
    return [each for part in date_field.form for each in part.errors]


def born(day, month, year) -> dict:
    return {"born_on-day": str(day), "born_on-month": str(month), "born_on-year": str(year)}


def expires(day, month, year) -> dict:
    return {"expires_on-day": str(day), "expires_on-month": str(month), "expires_on-year": str(year)}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"family_name": ""}, "Enter the family name, or the only name"),
        ({"family_name": "  \t "}, "Enter the family name"),
        ({"family_name": "R" * 61}, "must be 60 characters or fewer"),
        ({"given_name": "A" * 10_000}, "Given name must be 60 characters or fewer"),
        ({"family_name": "Rao\x00"}, "has a character that cannot be printed"),
        ({"family_name": "Rao\u202eoaR"}, "has a character that cannot be printed"),
        ({"gender": ""}, "Choose the gender that the travel document says"),
        ({"gender": "ROBOT"}, "Choose the gender"),
        (born("", "", ""), "Enter a date of birth, like 23 3 1988"),
        (born(31, 2, 1988), "That is not a real date"),
        (born(29, 2, 1987), "That is not a real date"),
        (born(23, 13, 1988), "That is not a real date"),
        (born(0, 0, 0), "That is not a real date"),
        (born(-1, 3, 1988), "That is not a real date"),
        (born("23", "March", "1988"), "That is not a real date"),
        (born("२३", "३", "१९८८"), "day, month and year in numbers"),
        (born("🎂", "3", "1988"), "That is not a real date"),
        (born("23", "", "1988"), "That is not a real date"),
        (born("1" * 10_000, "3", "1988"), "That is not a real date"),
        (born("23\x00", "3", "1988"), "That is not a real date"),
        (born(23, 3, 88), "The year needs four numbers"),
        (born(12, 12, 2026), "is not born yet on the day of departure"),
        (
            born(11, 12, 2015),
            "Rao is 11 on the day of departure: that is a child (2 to 11), and you chose an adult",
        ),
        (born(12, 12, 2014), "Rao is 11 on the day of departure"),
        (born(1, 1, 2026), "Rao is 0 on the day of departure: that is an infant (under 2)"),
    ],
)
def test_what_is_wrong_with_a_passenger_is_said(changes, sentence):
    said = sentences(filled(PassengerForm, ASHA | changes))

    assert len(set(said)) == 1, said
    assert sentence in said[0]


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        ("ADULT", born(11, 12, 2014)),  # twelve on the day
        ("CHILD", born(12, 12, 2014)),  # twelve tomorrow
        ("CHILD", born(11, 12, 2024)),  # two on the day
        ("INFANT", born(12, 12, 2024)),  # two tomorrow
        ("INFANT", born(11, 12, 2026)),  # born on the day
        ("ADULT", born(29, 2, 1988)),
        ("ADULT", born(1, 1, 1900)),
        ("ADULT", born("03", "03", "1988")),
        ("ADULT", born(" 3 ", "3", "1988")),
    ],
)
def test_ages_are_counted_on_the_day_of_departure(kind, day):
    assert sentences(filled(PassengerForm, ASHA | day, kind)) == []


@pytest.mark.parametrize(
    "name",
    [
        ("", "Sukarno"),
        ("", "U"),
        ("आशा", "राव"),
        ("आशा", "शर्\u200dमा"),  # with an invisible joiner, as keyboards write some ligatures
        ("মীরা", "চট্টোপাধ্যায়"),
        ("Seán", "O’Brien-Nguyễn"),
        ("José María", "de la Cruz y Gómez"),
        ("  Asha \u00a0 Devi ", "Rao"),
        ("A" * 60, "R" * 59),
    ],
)
def test_names_of_all_kinds_are_names(name):
    form = filled(PassengerForm, ASHA | {"given_name": name[0], "family_name": name[1]})

    assert sentences(form) == []
    kept = form.details()
    assert f"{kept['given_name']} {kept['family_name']}".isprintable()


def test_a_whole_name_is_as_long_as_a_provider_takes():
    said = sentences(filled(PassengerForm, ASHA | {"given_name": "A" * 60, "family_name": "R" * 60}))

    assert said == ["The whole name must be 120 characters or fewer"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"passport_number": ""}, "Enter the passport number"),
        ({"passport_number": "Z123"}, "A passport number has 5 to 15 letters and numbers"),
        ({"passport_number": "Z" * 16}, "A passport number has 5 to 15"),
        ({"passport_number": "Z-12-345"}, "A passport number has 5 to 15"),
        ({"passport_number": "ज़१२३४५६"}, "A passport number has 5 to 15"),
        ({"passport_number": "Z12345\x00"}, "A passport number has 5 to 15"),
        ({"nationality": ""}, "Choose the nationality in the passport"),
        ({"nationality": "XXX"}, "Choose the nationality"),
        ({"nationality": "India"}, "Choose the nationality"),
        (expires("", "", ""), "Enter the day the passport expires"),
        (expires(30, 2, 2030), "That is not a real date"),
        (expires(12, 12, 2026), "The passport has to be valid after the day of arrival"),
        (expires(1, 1, 2020), "The passport has to be valid after the day of arrival"),
    ],
)
def test_what_is_wrong_with_a_passport_is_said(changes, sentence):
    said = sentences(filled(PassportForm, ASHA | PASSPORT | changes))

    assert len(set(said)) == 1, said
    assert sentence in said[0]


def test_a_passport_may_expire_the_day_after_arrival_and_be_typed_with_blanks():
    form = filled(PassportForm, ASHA | PASSPORT | expires(13, 12, 2026) | {"passport_number": " z123 4567 "})

    assert sentences(form) == []
    assert '"Z1234567"' in form.details()["document"]


def test_a_guest_needs_a_name_only():
    assert sentences(filled(GuestForm, {"family_name": "Mehta"}, "GUEST")) == []
    assert sentences(filled(GuestForm, {"given_name": "Arjun"}, "GUEST")) == [
        "Enter the family name, or the only name"
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("98765 00001", "+919876500001"),
        ("09876500001", "+919876500001"),
        ("+91-98765-00001", "+919876500001"),
        ("0091 98765 00001", "+919876500001"),
        ("९८७६५०००००१", None),
        ("९८७६५००००१", "+919876500001"),
        ("+44 7400 123456", "+447400123456"),
        ("+971 50 123 4567", "+971501234567"),
        ("(022) 2345 6789", "+912223456789"),
        ("", None),
        ("12345", None),
        ("phone", None),
        ("+1 555", None),
        ("📞98765", None),
        ("98765\x0000001", None),
        ("98765 00001" + " " * 40 + "666", None),
        ("98765 00001 ext. 7", None),
        ("9" * 10_000, None),
    ],
)
def test_a_phone_number_is_kept_as_the_wire_carries_it(typed, kept):
    if kept is None:
        with pytest.raises(ValidationError, match="Enter a mobile number"):
            e164(typed)
    else:
        assert e164(typed) == kept
