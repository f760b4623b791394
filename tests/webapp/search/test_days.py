"""Days with their fares: a week, a month and its line, as plain figures."""

from datetime import date

import pytest

from beckn.days import Days
from webapp.search import days
from webapp.search.fares import DayFare

FIRST, LAST = date(2026, 12, 1), date(2027, 12, 1)


def fares(**totals: int) -> dict[date, DayFare]:
    """fares(d11=4_410_00): what a day of December costs."""
    told = {date(2026, 12, int(name[1:])): total for name, total in totals.items()}
    return {day: DayFare(day, total, "INR", "BLR", "BOM", "flights", "") for day, total in told.items()}


def test_a_week_stands_around_its_day_and_the_past_leads_nowhere():
    chosen = date(2026, 12, 2)
    asked = days.around(chosen, FIRST, LAST)

    week = days.week(chosen, fares(d1=500, d2=700), asked, str)

    assert asked == Days(date(2026, 12, 1), date(2026, 12, 5))
    assert [each.day.day for each in week] == [29, 30, 1, 2, 3, 4, 5]
    assert [each.url is None for each in week] == [True, True, False, False, False, False, False]
    assert [each.total_minor for each in week] == [None, None, 500, 700, None, None, None]
    assert [each.is_chosen for each in week].index(True) == 3


def test_of_days_that_have_all_passed_nothing_is_asked():
    assert days.around(date(2026, 11, 20), FIRST, LAST) is None


def test_a_month_has_whole_weeks_and_names_its_cheapest_days():
    month = days.month(
        FIRST, fares(d3=500, d8=400, d30=400), Days(date(2026, 12, 2), date(2026, 12, 31)), str
    )

    assert [len(week) for week in month.weeks] == [7] * 5
    assert month.weeks[0][0] is None
    assert month.weeks[0][1].day == FIRST
    assert [each.day.day for each in month.cheapest] == [8, 30]
    assert (month.days[0].url, month.days[1].url) == (None, "2026-12-02")
    assert len(month.days) == 31


def test_no_day_of_a_month_is_the_cheapest_when_all_cost_the_same():
    month = days.month(FIRST, fares(d1=400, d9=400), None, str)

    assert (month.same_minor, list(month.cheapest)) == (400, [])
    assert days.month(FIRST, fares(d1=400), None, str).same_minor is None
    assert days.month(FIRST, {}, None, str).same_minor is None


def test_a_line_breaks_where_a_day_has_no_fare_and_its_lowest_point_is_the_cheapest():
    month = days.month(FIRST, fares(d1=400, d2=500, d4=450), None, str)

    line = days.line(month)

    assert (line.lowest_minor, line.highest_minor) == (400, 500)
    assert line.path == f"M12 {days.BOTTOM}L35.2 {days.TOP}M81.6 101"
    assert [day.day.day for _, _, day in line.dots] == [1, 2, 4]
    assert days.line(days.month(FIRST, fares(d1=400), None, str)) is None
    assert days.line(days.month(FIRST, fares(d1=400, d2=400), None, str)).path.startswith(
        f"M12 {days.BOTTOM}"
    )


@pytest.mark.parametrize(("by", "then"), [(1, date(2027, 1, 1)), (-12, date(2025, 12, 1)), (0, FIRST)])
def test_months_follow_each_other_over_the_year(by, then):
    assert days.next_month(FIRST, by) == then
