"""People on the wire: travellers, guests, passports and whom the order is billed to."""

import json
import re
from dataclasses import dataclass, field
from datetime import date

from beckn.errors import NotUnderstood
from beckn.messages import Billing, Contact, Credential, Customer, Order, Person, tag, tagged

_PHONE = re.compile(r"\+\d{7,15}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}", re.ASCII)
_PASSPORT = re.compile(r"[A-Z0-9]{5,15}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{3}", re.ASCII)
LONGEST_NAME = 120


@dataclass(frozen=True)
class Passport:
    """Number (which no `repr` tells), nationality (ISO 3166 alpha-3), and the last day it is valid."""

    number: str = field(repr=False)
    nationality: str
    expires_on: date

    def as_text(self) -> str:
        """One line of text, for where it is kept encrypted."""
        return json.dumps([self.number, self.nationality, self.expires_on.isoformat()])

    @classmethod
    def from_text(cls, text: str) -> "Passport":
        number, nationality, expires_on = json.loads(text)
        return cls(number, nationality, date.fromisoformat(expires_on))


@dataclass(frozen=True)
class Traveller:
    """`kind` ADULT, CHILD or INFANT; `gender` FEMALE, MALE, OTHER or None; phone in E.164."""

    kind: str
    name: str
    gender: str | None
    born_on: date | None
    phone: str
    email: str
    passport: Passport | None = None

    def age_on(self, day: date) -> int | None:
        """Full years on `day`."""
        return age(self.born_on, day) if self.born_on else None


@dataclass(frozen=True)
class BilledTo:
    name: str
    phone: str
    email: str


def age(born_on: date, day: date) -> int:
    """Full years on `day`; someone born on 29 February has a birthday on 1 March in other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def write_customer(traveller: Traveller, day: date, genders: dict[str, str]) -> Customer:
    """A traveller as `customer`; `genders` maps our words to the domain's."""
    passport = traveller.passport
    years = traveller.age_on(day)
    return Customer(
        person=Person(
            name=traveller.name,
            age=str(years) if years is not None else None,
            gender=genders.get(traveller.gender) if traveller.gender else None,
            dob=traveller.born_on.isoformat() if traveller.born_on else None,
            creds=[Credential(passport.number, "PASSPORT")] if passport else None,
            tags=[
                tag(
                    "PASSPORT",
                    {"NATIONALITY": passport.nationality, "EXPIRY": passport.expires_on.isoformat()},
                    display=False,
                )
            ]
            if passport
            else None,
        ),
        contact=Contact(phone=traveller.phone, email=traveller.email),
    )


def other_fact(said: Person, sold: Traveller, day: date, genders: dict[str, str]) -> str | None:
    """The first thing besides the name that `said` has otherwise than it was sold; None when there is none."""
    as_sold = write_customer(sold, day, genders).person
    for fact in ("dob", "age", "gender", "creds", "tags"):
        value = getattr(said, fact)
        if value is not None and value != getattr(as_sold, fact):
            return fact
    return None


def read_customer(customer: Customer | None, kind: str, genders: dict[str, str], path: str) -> Traveller:
    """The traveller of a `customer`. Raises NotUnderstood with the path of the first fault."""
    if customer is None or customer.person is None:
        raise NotUnderstood("is missing", f"{path}.person")
    if customer.contact is None:
        raise NotUnderstood("is missing", f"{path}.contact")
    person = customer.person
    return Traveller(
        kind=kind,
        name=read_name(person.name, f"{path}.person.name"),
        gender={wire: ours for ours, wire in genders.items()}.get(person.gender or ""),
        born_on=_read_day(person.dob, f"{path}.person.dob") if person.dob else None,
        phone=read_phone(customer.contact.phone, f"{path}.contact.phone"),
        email=read_email(customer.contact.email, f"{path}.contact.email"),
        passport=_read_passport(person, path),
    )


def _read_passport(person: Person, path: str) -> Passport | None:
    for index, credential in enumerate(person.creds or []):
        if credential.type == "PASSPORT":
            facts = tagged(person.tags, "PASSPORT")
            if not _PASSPORT.fullmatch(credential.id):
                raise NotUnderstood("is no passport number", f"{path}.person.creds[{index}].id")
            if not _COUNTRY.fullmatch(facts.get("NATIONALITY", "")):
                raise NotUnderstood("NATIONALITY is not a country", f"{path}.person.tags")
            expires_on = _read_day(facts.get("EXPIRY"), f"{path}.person.tags")
            return Passport(credential.id, facts["NATIONALITY"], expires_on)
    return None


def _read_day(text: str | None, path: str) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError as error:
        raise NotUnderstood("is not a date", path) from error


def read_name(text: str | None, path: str) -> str:
    name = (text or "").strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotUnderstood("is not a name", path)
    return name


def read_phone(text: str | None, path: str) -> str:
    if not _PHONE.fullmatch(text or ""):
        raise NotUnderstood("is not a phone number in E.164", path)
    return text or ""


def read_email(text: str | None, path: str) -> str:
    if not _EMAIL.fullmatch(text or "") or not (text or "").isprintable():
        raise NotUnderstood("is not an e-mail address", path)
    return text or ""


def write_billing(billed: BilledTo) -> Billing:
    return Billing(name=billed.name, phone=billed.phone, email=billed.email)


def read_billing(order: Order) -> BilledTo:
    """Raises NotUnderstood with the path of the first fault."""
    path = "$.message.order.billing"
    if order.billing is None:
        raise NotUnderstood("is missing", path)
    return BilledTo(
        read_name(order.billing.name, f"{path}.name"),
        read_phone(order.billing.phone, f"{path}.phone"),
        read_email(order.billing.email, f"{path}.email"),
    )
