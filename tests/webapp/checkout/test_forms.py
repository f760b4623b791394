"""Who may travel and how they are reached: the sentence for each thing that can be wrong, and what is right though rare."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from webapp.checkout.forms import Flown, GuestForm, PassengerForm, PassportForm, e164

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
        form.expect(kind, [Flown(DEPARTS, ARRIVES, is_abroad=True)])
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
