"""A month of fares: the table, the line that says the same, and every way to ask for no month."""

import re

import pytest

from tests.webapp.search.test_fares import DAY

MONTH = "/flights/calendar?from=BLR&to=BOM&month=2026-12&adults=2"


def cells(page) -> dict[int, str]:
    """The words of each day that is a link."""
    found = re.findall(r'<a href="(/flights/search[^"]*)"><b>(\d+)</b>(.*?)</a>', page.text)
    return {int(day): re.sub(r"<[^>]*>", "", rest) for _, day, rest in found}


def test_a_month_is_a_table_of_links_to_the_results_that_cost_the_same(asha, on_sale):
    on_sale("AI-1234", DAY), on_sale("6E-5678", DAY), on_sale("AI-1234", DAY.replace(day=18))
    on_sale("AI-1234", DAY.replace(day=30), fare_minor=900_000)

    page = asha.site.get(MONTH)

    assert page.status_code == 200
    assert "<h1>Bengaluru to Mumbai, December 2026</h1>" in page.text
    assert {day: words.split()[-1] for day, words in cells(page).items()} == {
        11: "cheapest",
        18: "₹11,550",
        30: "₹18,900",
    }
    assert "₹8,820" in cells(page)[11]
    link = re.search(r'<a href="([^"]*)"><b>11</b>', page.text)[1].replace("&amp;", "&")
    assert link == "/flights/search?from=BLR&to=BOM&adults=2&depart=2026-12-11"
    assert "₹8,820" in asha.site.get(link).text
    assert page.text.split("<figure")[1].count("<circle") == 3
    assert 'class="low" cx="' in page.text
    assert re.search(r'rel="next" href="[^"]*month=2027-01', page.text)
    assert 'rel="prev"' not in page.text, "the months before are over"


def test_a_fare_that_never_moves_is_said_once_and_drawn_as_no_line(asha, on_sale):
    on_sale("6E-5678", DAY), on_sale("6E-5678", DAY.replace(day=13))

    page = asha.site.get(MONTH)

    assert "The lowest fare is the same every day: <b>₹8,820</b>" in page.text
    assert {words.split()[-1] for words in cells(page).values()} == {"₹8,820"}
    assert "<figure" not in page.text
    assert "Nothing is on sale" not in page.text


def test_the_days_around_lead_to_other_days_and_to_the_month(asha, on_sale):
    on_sale("6E-5678", DAY), on_sale("6E-5678", DAY.replace(day=13), fare_minor=500_000)

    page = asha.site.get("/flights/search?from=BLR&to=BOM&depart=2026-12-11&adults=1&airline=6E&page=1")

    week = re.search(r'<nav class="week".*?</nav>', page.text, re.DOTALL)[0]
    assert re.findall(r"<span>(\w+)</span> <span>(\d+ \w+)</span></span> <b><i>₹</i>([\d,]+)", week) == [
        ("Fri", "11 Dec", "4,410"),
        ("Sun", "13 Dec", "5,250"),
    ]
    assert week.count('aria-current="date"') == 1
    assert "depart=2026-12-13&amp;adults=1&amp;airline=6E" in week
    assert "/flights/calendar?" in week


def test_days_that_have_passed_are_no_links(asha, on_sale):
    page = asha.site.get("/flights/search?from=BLR&to=BOM&depart=2026-12-02&adults=1")

    week = re.search(r'<nav class="week".*?</nav>', page.text, re.DOTALL)[0]
    assert (week.count("<a href"), week.count('class="day"')) == (5, 2)
    assert week.count("past") == 2


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("from=BLR&to=BOM&month=December", 422, "“December” is no month. Write it like 2026-12."),
        ("from=BLR&to=BOM&month=2026-13", 422, "is no month"),
        ("from=Nowhere&to=BOM&month=2026-12", 422, "We do not know “Nowhere”"),
        ("from=BLR&to=BOM&month=2026-11", 404, "November 2026 has passed."),
        ("from=BLR&to=BOM&month=2028-01", 404, "Seats are sold a year ahead"),
        ("from=BLR&to=BOM", 200, "December 2026"),
        ("from=LHR&to=Manchester", 200, "Nobody flies this route"),
        ("from=BLR&to=BOM&month=2027-03", 200, "Nothing is on sale this month"),
    ],
)
def test_what_is_no_month_is_said_in_words(asha, on_sale, query, status, words):
    page = asha.site.get(f"/flights/calendar?{query}")

    assert (page.status_code, words in page.text) == (status, True)


def test_a_silent_provider_is_no_empty_month(asha, on_sale, wires):
    wires["flights"].down()

    page = asha.site.get(MONTH)

    assert "Nobody could answer just now" in page.text
    assert "Nothing is on sale" not in page.text
