"""Whatever is written into the address bar, the site answers with a page of its own and never breaks."""

from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = settings(
    max_examples=80,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FINE = {200, 303, 308, 404, 405, 409, 422, 503}

FRAGMENTS = st.sampled_from(
    ["", "0", "-1", "1", "9", "99999999999999999999", "1.5", "1e9", "NaN", "BLR", "Bombay", "2026-12-11", "2026-12-14",
     "0001-01-01", "9999-12-31", "2026-02-30", "\x00", "%", "%00", "\ud7ff", "🛫", "आगरा", "' OR 1=1 --", "<script>", "../..",
     "~", ".", "x" * 10_000, "٣", "²", "１", "\u202e", "True", "None", "[]", "{{7*7}}", "price", "ECONOMY"]
)  # fmt: skip
TEXTS = FRAGMENTS | st.text(max_size=20) | st.builds(str.__add__, FRAGMENTS, FRAGMENTS)
NAMES = st.sampled_from(
    ["from", "to", "depart", "adults", "children", "infants", "cabin", "sort", "city", "checkin", "checkout", "rooms", "q",
     "kind", "next", "endpoint", "_external", "_scheme", "_method", "_anchor", "page", "csrf_token", "<b>"]
)  # fmt: skip
QUERIES = st.lists(st.tuples(NAMES, TEXTS), max_size=8)
ITEMS = st.one_of(
    TEXTS,
    st.builds("{}.{}.{}".format, st.sampled_from(["6E-5678", "AI-1234", "6E-0", "x"]), TEXTS, TEXTS),
    st.builds("taj-mahal-palace-mumbai.{}".format, TEXTS),
)
SEGMENTS = st.lists(TEXTS, min_size=1, max_size=3).map(
    lambda parts: "/".join(quote(each, safe="") for each in parts)
)


def query(pairs) -> str:
    return urlencode([(name, value.encode("utf-8", "replace")) for name, value in pairs])


@EXAMPLES
@given(st.sampled_from(["/flights/search", "/hotels/search", "/places", "/", "/terms", "/login"]), QUERIES)
def test_no_query_breaks_a_page(asha, path, pairs):
    assert asha.site.get(f"{path}?{query(pairs)}").status_code in FINE


@EXAMPLES
@given(st.sampled_from(["flights", "international_flights", "hotels", "x"]), ITEMS, QUERIES)
def test_no_item_breaks_an_offer(asha, provider, item, pairs):
    assert asha.site.get(f"/offers/{provider}~{quote(item, safe='')}?{query(pairs)}").status_code in FINE


@EXAMPLES
@given(
    st.sampled_from(["/bookings", "/checkout", "/admin", "/offers", "/places", "/static", ""]),
    SEGMENTS,
    QUERIES,
)
def test_no_path_breaks_a_page(asha, start, rest, pairs):
    assert asha.site.get(f"{start}/{rest.lstrip('/')}?{query(pairs)}").status_code in FINE
