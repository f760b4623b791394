"""The pieces of Beckn messages as typed structures: readers ignore what they do not know, writers leave out what is not set."""

import msgspec


class Part(msgspec.Struct, omit_defaults=True):
    """A piece of a message."""


class Image(Part):
    url: str
    size_type: str | None = None


class Descriptor(Part):
    name: str | None = None
    code: str | None = None
    short_desc: str | None = None
    long_desc: str | None = None
    images: list[Image] | None = None


class Pair(Part):
    descriptor: Descriptor
    value: str


class Tag(Part):
    descriptor: Descriptor
    display: bool | None = None
    pairs: list[Pair] | None = msgspec.field(default=None, name="list")


class Price(Part):
    currency: str
    value: str
    maximum_value: str | None = None


class Count(Part):
    count: int


class Quantity(Part):
    selected: Count | None = None
    available: Count | None = None
    maximum: Count | None = None


class Range(Part):
    start: str
    end: str


class Time(Part):
    label: str | None = None
    timestamp: str | None = None
    duration: str | None = None
    range: Range | None = None


class Area(Part):
    name: str | None = None
    code: str | None = None


class Location(Part):
    id: str | None = None
    descriptor: Descriptor | None = None
    gps: str | None = None
    address: str | None = None
    city: Area | None = None
    state: Area | None = None
    country: Area | None = None
    area_code: str | None = None
    rating: str | None = None


class Stop(Part):
    id: str | None = None
    type: str | None = None
    location: Location | None = None
    time: Time | None = None


class Vehicle(Part):
    category: str | None = None
    code: str | None = None
    model: str | None = None


class Credential(Part):
    id: str
    type: str


class Person(Part):
    name: str | None = None
    age: str | None = None
    gender: str | None = None
    dob: str | None = None
    creds: list[Credential] | None = None
    tags: list[Tag] | None = None


class Contact(Part):
    phone: str | None = None
    email: str | None = None


class Customer(Part):
    person: Person | None = None
    contact: Contact | None = None


class State(Part):
    descriptor: Descriptor


class Fulfillment(Part):
    id: str | None = None
    type: str | None = None
    stops: list[Stop] | None = None
    vehicle: Vehicle | None = None
    tags: list[Tag] | None = None
    state: State | None = None
    customer: Customer | None = None


class Fee(Part):
    percentage: str


class Term(Part):
    cancel_by: Time
    cancellation_fee: Fee


class Item(Part):
    id: str
    parent_item_id: str | None = None
    descriptor: Descriptor | None = None
    price: Price | None = None
    location_ids: list[str] | None = None
    quantity: Quantity | None = None
    category_ids: list[str] | None = None
    fulfillment_ids: list[str] | None = None
    payment_ids: list[str] | None = None
    time: Time | None = None
    tags: list[Tag] | None = None
    cancellation_terms: list[Term] | None = None


class LineItem(Part):
    id: str
    quantity: Quantity | None = None
    price: Price | None = None
    time: Time | None = None
    tags: list[Tag] | None = None


class Line(Part):
    title: str
    item: LineItem
    price: Price


class Quote(Part, kw_only=True):
    id: str | None = None
    price: Price
    breakup: list[Line] | None = None
    ttl: str | None = None


class Params(Part):
    currency: str | None = None
    amount: str | None = None
    transaction_id: str | None = None


class Payment(Part):
    id: str | None = None
    type: str | None = None
    status: str | None = None
    collected_by: str | None = None
    params: Params | None = None
    tags: list[Tag] | None = None


class Billing(Part):
    name: str
    phone: str
    email: str


class Category(Part):
    id: str | None = None
    descriptor: Descriptor | None = None


class Reason(Part):
    id: str
    descriptor: Descriptor | None = None


class Cancellation(Part, kw_only=True):
    cancelled_by: str
    time: str | None = None
    reason: Reason
    additional_description: Descriptor | None = None


class Document(Part):
    descriptor: Descriptor
    mime_type: str
    url: str


class Seller(Part):
    """A provider in Beckn's sense: an airline or a hotel."""

    id: str
    descriptor: Descriptor | None = None
    time: Time | None = None
    locations: list[Location] | None = None
    categories: list[Category] | None = None
    items: list[Item] | None = None
    fulfillments: list[Fulfillment] | None = None
    payments: list[Payment] | None = None
    tags: list[Tag] | None = None


class Order(Part):
    id: str | None = None
    status: str | None = None
    provider: Seller | None = None
    items: list[Item] | None = None
    fulfillments: list[Fulfillment] | None = None
    quote: Quote | None = None
    billing: Billing | None = None
    payments: list[Payment] | None = None
    cancellation_terms: list[Term] | None = None
    created_at: str | None = None
    updated_at: str | None = None
    tags: list[Tag] | None = None
    cancellation: Cancellation | None = None
    documents: list[Document] | None = None


class Catalog(Part):
    descriptor: Descriptor
    providers: list[Seller]


class Wanted(Part):
    """How many of one kind of ticket a search asks for."""

    descriptor: Descriptor
    quantity: Quantity


class WantedFrom(Part):
    items: list[Wanted] | None = None


class WantedKind(Part):
    descriptor: Descriptor | None = None
    time: Time | None = None


class Intent(Part):
    category: WantedKind | None = None
    fulfillment: Fulfillment | None = None
    provider: WantedFrom | None = None
    payment: Payment | None = None
    tags: list[Tag] | None = None


class Support(Part):
    ref_id: str | None = None
    callback_phone: str | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None


# What the message of each action is, on the way there …


class SearchMessage(Part):
    intent: Intent


class OrderMessage(Part):
    order: Order


class StatusMessage(Part):
    order_id: str
    ref_id: str | None = None


class CancelMessage(Part):
    order_id: str
    cancellation_reason_id: str
    descriptor: Descriptor


class UpdateMessage(Part):
    update_target: str
    order: Order


class SupportMessage(Part):
    support: Support


# … and back.


class CatalogMessage(Part):
    catalog: Catalog


class Error(Part):
    code: str
    paths: str | None = None
    message: str | None = None


REQUESTS: dict[str, type] = {
    "search": SearchMessage,
    "select": OrderMessage,
    "init": OrderMessage,
    "confirm": OrderMessage,
    "status": StatusMessage,
    "cancel": CancelMessage,
    "update": UpdateMessage,
    "support": SupportMessage,
}
ANSWERS: dict[str, type] = dict.fromkeys(REQUESTS, OrderMessage) | {
    "search": CatalogMessage,
    "support": SupportMessage,
}

# Tags and prices are written and read in many places.


def tag(code: str, pairs: dict[str, str], display: bool | None = None) -> Tag:
    """A tag of coded values, in the order of `pairs`."""
    return Tag(
        descriptor=Descriptor(code=code),
        display=display,
        pairs=[Pair(descriptor=Descriptor(code=name), value=value) for name, value in pairs.items()],
    )


def tagged(tags: list[Tag] | None, code: str) -> dict[str, str]:
    """The coded values under the tag `code`; empty when there is no such tag."""
    for each in tags or []:
        if each.descriptor.code == code:
            return {pair.descriptor.code or "": pair.value for pair in each.pairs or []}
    return {}
