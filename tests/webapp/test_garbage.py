"""Whatever is written into the address bar or sent as a form, the site answers with a page of its own and never breaks.

Addresses, parameters and forms are found in the site itself: what is added later is thrown at without a line here. At the
end of each test the invariants of domain.md are asked for (tests/conftest.py), so that nothing is left half done.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from bpp_services.air.models import Departure
from chassis.database import db, writing
from tests.apps import ROOT
from tests.bpp_services.hotels.cast import DELUXE, nights_on_sale
from tests.journeys.traveller import ADULT
from tests.pages import Form, Page
from tests.webapp.accounts.mailbox import letters, link_in
from tests.webapp.accounts.people import JAMES, PASSWORD, an_account, sign_in
from tests.webapp.crawling import crawl
from webapp.bookings.models import Booking
from webapp.extensions import limiter

EXAMPLES = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MIRA = "mira@example.org"
FINE = {200, 204, 303, 308, 400, 404, 405, 409, 413, 415, 422, 429, 503}

FRAGMENTS = st.sampled_from(
    ["", "0", "-1", "1", "9", "99999999999999999999", "1.5", "1e9", "NaN", "BLR", "Bombay", "2026-12-11", "2026-12-14",
     "0001-01-01", "9999-12-31", "2026-02-30", "\x00", "%", "%00", "\ud7ff", "🛫", "आगरा", "' OR 1=1 --", "<script>", "../..",
     "~", ".", "x" * 10_000, "٣", "²", "１", "\u202e", "True", "None", "[]", "{{7*7}}", "price", "ECONOMY", "K7QM-2XV-P9D",
     "asha@example.org", "//evil.example", "\r\nSet-Cookie: x=1", "6E-5678.20261211.ECONOMY", DELUXE]
)  # fmt: skip
TEXTS = FRAGMENTS | st.text(max_size=20) | st.builds(str.__add__, FRAGMENTS, FRAGMENTS)

READ = re.compile(r'\b(?:args|form|values)(?:\.get\(|\[)"([^"]+)"')
KNOWN = {name for file in (ROOT / "webapp").rglob("*.py") for name in READ.findall(file.read_text())}
TYPED = ["from", "to", "depart", "adults", "children", "infants", "cabin", "city", "checkin", "checkout", "rooms", "email",
         "return", "month", "leave", "arrive", "airline", "in", "stars", "board", "free", "name", "phone", "password", "traveller-0-born_on", "traveller-0-born_on-day", "traveller-9-family_name"]  # fmt: skip
FLASKS_OWN = ["endpoint", "_external", "_scheme", "_method", "_anchor", "csrf_token", "<b>", "x" * 3_000]
NAMES = st.sampled_from([*sorted(KNOWN), *TYPED, *FLASKS_OWN])
PAIRS = st.lists(st.tuples(NAMES, TEXTS), max_size=8)
SIGNS_OUT = ("accounts.logout", "data.delete")


def encoded(pairs) -> list[tuple[str, bytes]]:
    return [(name, value.encode("utf-8", "replace")) for name, value in pairs]


@dataclass
class Browser:
    """Somebody at the site, who stays as she is whatever she sends: signed in or not, with her own bookings."""

    client: object
    email: str | None
    references: list[str]
    links: list[str] = field(default_factory=list)  # of letters

    def begin(self) -> None:
        self.cookie = self.client.get_cookie("webapp_session").value

    def again(self) -> None:
        """As before the last example, but for what it did to the bookings."""
        self.client.set_cookie("webapp_session", self.cookie)
        if self.email and self.client.get("/account").status_code != 200:
            sign_in(self.client, self.email)
            self.begin()

    def send(self, path: str, **body):
        self.again()
        return self.client.post(path, **body)


@pytest.fixture
def no_limits(monkeypatch):
    """How often may not hide what: everything sent is read."""
    monkeypatch.setattr(limiter, "enabled", False)


@pytest.fixture
def asha_on_her_way(asha, on_sale, services) -> Browser:
    """A guest with a booking in every state in which there is something to press."""
    item = on_sale(seats=180)
    references = []
    for go in (asha.to_travellers, asha.to_review, asha.to_pay, asha.to_pay, asha.booked, asha.booked):
        asha.begin_another_trip()
        go(item)
        references.append(asha.reference)
    abandoned = references[3]
    asha.site.submit(asha.site.get(f"/checkout/{abandoned}/pay"), "/abandonment")
    asha.begin_another_trip()
    review = asha.to_review(item)
    with services["flights"].app_context(), writing() as session:
        session.execute(db.update(Departure).values(fare_minor=500_000))
    asha.site.submit(review, "/hold")
    correct_a_name(asha, references[4])
    return Browser(asha.site, None, [*references, asha.reference])


def correct_a_name(buyer, reference: str) -> None:
    """To the page on which another name is asked for, when there is such a page."""
    page = buyer.site.get(f"/bookings/{reference}/travellers/1/name")
    if page.status_code == 200:
        buyer.site.submit(page, "/name", family_name="Raos")


@pytest.fixture
def james_signed_in(site_app) -> Browser:
    an_account(site_app, JAMES, "James Whitfield", is_admin=True)
    client = site_app.test_client()
    sign_in(client, JAMES)
    return Browser(client, JAMES, [])


@pytest.fixture
def mira_signed_in(site_app, instance) -> Browser:
    """Here and elsewhere; she keeps a traveller, wants another e-mail, and has forgotten her password."""
    an_account(site_app, MIRA, "Mira Rao")
    client, elsewhere = site_app.test_client(), site_app.test_client()
    for browser in (client, elsewhere):
        sign_in(browser, MIRA)
    new = "/account/travellers/new"
    client.submit(client.get(new), new, **ADULT)
    client.submit(client.get("/account"), "/account", email=f"new.{MIRA}", password=PASSWORD)
    elsewhere.submit(elsewhere.get("/password/forgotten"), "/password/forgotten", email=MIRA)
    links = [link_in(each) for each in letters(site_app, instance) if "token=" in link_in(each)]
    return Browser(client, MIRA, [], links)


def forms_of(app, browser: Browser) -> dict[str, Form]:
    """By endpoint, a POST form that stands on some page of the browser's, found by following every link."""
    urls = app.url_map.bind("localhost")
    begin = [
        "/",
        "/register",
        "/login",
        "/account",
        "/bookings",
        "/admin/bookings",
        *pages_of(browser.references),
        *browser.links,
    ]
    begin += [
        "/flights/search?from=BLR&to=BOM&depart=2026-12-11",
        "/hotels/search?city=Mumbai&checkin=2026-12-11&checkout=2026-12-12",
    ]
    found: dict[str, Form] = {}
    for page in crawl(browser.client, begin):
        for form in Page(page.text).forms:
            if form.method == "post":
                form.action = form.action or page.request.path
                found.setdefault(urls.match(form.action.split("?")[0], method="POST")[0], form)
    return found


def pages_of(references: list[str]) -> list[str]:
    pages = ("travellers", "review", "price", "pay")
    return [f"/checkout/{each}/{page}" for each in references for page in pages] + [
        address for each in references for address in (f"/bookings/{each}", f"/bookings/{each}/correction")
    ]


def rules_of(app, method: str) -> list[Rule]:
    return sorted(
        (each for each in app.url_map.iter_rules() if method in each.methods), key=lambda rule: rule.rule
    )


def address_of(rule: Rule, data, references: list[str]) -> str:
    """An address of a rule: in each place garbage, or what belongs there."""
    real = {
        "reference": references or ["K7QM-2XV-P9D"], "provider": ["flights", "international_flights", "hotels"],
        "item": ["6E-5678.20261211.ECONOMY", DELUXE], "name": ["sandbox"], "number": ["1", "2", "0"],
        "filename": ["css/base.css", "..%2f..%2fwsgi.py"],
    }  # fmt: skip
    texts = TEXTS.map(lambda text: quote(text.encode("utf-8", "replace"), safe=""))

    def fill(match) -> str:
        belongs = real.get(match[1].split(":")[-1])
        return data.draw(texts | st.sampled_from(belongs) if belongs else texts)

    return re.sub(r"<([^<>]+)>", fill, rule.rule)


def test_what_the_site_reads_of_a_request_was_found():
    """The control: without its names nothing would be hit."""
    assert {"sort", "leg", "next", "nonce", "prices", "item", "q"} <= KNOWN


@pytest.mark.parametrize("who", ["asha_on_her_way", "james_signed_in"])
def test_no_address_breaks_a_page(request, site_app, no_limits, who):
    browser = request.getfixturevalue(who)
    rules = rules_of(site_app, "GET")

    @settings(EXAMPLES, max_examples=3 * len(rules))
    @given(st.sampled_from(rules), st.data(), PAIRS)
    def whatever_is_asked(rule, data, pairs):
        address = f"{address_of(rule, data, browser.references)}?{urlencode(encoded(pairs))}"
        with browser.client.get(address) as answer:
            assert answer.status_code in FINE, address

    whatever_is_asked()


@EXAMPLES
@given(
    st.lists(TEXTS, min_size=1, max_size=4).map(
        lambda parts: "/".join(quote(each, safe="") for each in parts)
    )
)
def test_no_path_breaks_a_page(asha, path):
    with asha.site.get(f"/{path.lstrip('/')}") as answer:
        assert answer.status_code in FINE


@pytest.mark.parametrize("who", ["asha_on_her_way", "james_signed_in"])
def test_no_form_that_nobody_wrote_breaks_a_page(request, site_app, no_limits, who):
    """At every address that takes a form, with a token that is right and with one that is not."""
    browser = request.getfixturevalue(who)
    rules = rules_of(site_app, "POST")
    token = Page(browser.client.get("/bookings/find" if who == "asha_on_her_way" else "/account").text)
    token = next(each.values["csrf_token"][0] for each in token.forms if "csrf_token" in each.values)
    browser.begin()

    @settings(EXAMPLES, max_examples=2 * len(rules))
    @given(st.sampled_from(rules), st.data(), PAIRS)
    def whatever_is_sent(rule, data, pairs):
        sent = MultiDict(encoded(pairs))
        if data.draw(st.booleans()):
            sent["csrf_token"] = token
        address = address_of(rule, data, browser.references)
        body = data.draw(
            st.sampled_from(
                [{"data": sent}, {"data": sent, "content_type": "multipart/form-data"},
                 {"data": b"\xff\x00&=&", "content_type": "application/x-www-form-urlencoded"}, {"json": {"a": [1]}}]
            )
        )  # fmt: skip
        assert browser.send(address, **body).status_code in FINE, address

    whatever_is_sent()


@pytest.mark.usefixtures("database", "no_limits")
def test_no_change_to_a_real_form_breaks_a_page(
    site_app, hotels_app, asha_on_her_way, james_signed_in, mira_signed_in
):
    """Every form of the site, as it stands on its page, with fields changed, left out, repeated and added."""
    with hotels_app.app_context():
        nights_on_sale(DELUXE)
    with site_app.app_context(), writing() as session:
        booked = db.update(Booking).where(Booking.state == "CONFIRMED")
        session.execute(booked.values(needs_attention="a letter came back"))
    everybody = (asha_on_her_way, james_signed_in, mira_signed_in)
    forms = {}
    for browser in everybody:
        for endpoint, form in forms_of(site_app, browser).items():
            forms.setdefault(endpoint, (form, browser))
    takes_forms = {rule.endpoint for rule in rules_of(site_app, "POST")} - {"payments.webhook"}
    assert takes_forms - set(forms) == set(), "a form that stands on no page"

    for browser in everybody:
        browser.begin()
    for endpoint in sorted(forms, key=lambda each: each in SIGNS_OUT):
        form, browser = forms[endpoint]
        throw_at(form, browser, 2 if endpoint in SIGNS_OUT else 4)


def throw_at(form: Form, browser: Browser, times: int) -> None:
    @settings(EXAMPLES, max_examples=times)
    @given(st.data())
    def whatever_is_sent(data):
        sent = MultiDict(form.values)
        fields = [name for name in form.values if name != "csrf_token"] or ["csrf_token"]
        for _ in range(data.draw(st.integers(1, 3))):
            name = data.draw(st.sampled_from(fields))
            match data.draw(st.sampled_from(["change", "change", "leave out", "repeat", "add", "nest"])):
                case "change":
                    sent[name] = data.draw(TEXTS).encode("utf-8", "replace")
                case "leave out":
                    sent.poplist(name)
                case "repeat":
                    sent.add(name, data.draw(TEXTS).encode("utf-8", "replace"))
                case "add":
                    sent.add(data.draw(NAMES), data.draw(TEXTS).encode("utf-8", "replace"))
                case "nest":
                    sent.add(f"{name}-0-{name}", "x")
        assert browser.send(form.action, data=sent).status_code in FINE, form.action

    whatever_is_sent()


@EXAMPLES
@given(st.sampled_from(["sandbox", "other", "\x00"]), st.binary(max_size=200), TEXTS)
def test_no_webhook_breaks_the_site(asha, name, body, signature):
    headers = {"Sandbox-Signature": quote(signature.encode("utf-8", "replace"))[:500]}

    answer = asha.site.post(f"/payments/webhooks/{quote(name)}", data=body, headers=headers)

    assert answer.status_code in (400, 404)
