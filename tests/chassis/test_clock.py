from datetime import UTC, date, datetime, timedelta

import pytest

from chassis import clock as chassis_clock

NOON = datetime(2026, 12, 11, 12, 0, tzinfo=UTC)


def test_now_is_aware_and_in_utc():
    assert chassis_clock.now().utcoffset() == timedelta(0)


def test_the_clock_runs_on_from_where_it_was_put(clock):
    clock.set(NOON)

    assert NOON <= chassis_clock.now() < NOON + timedelta(seconds=5)


def test_moving_forward_adds_up(clock):
    clock.set(NOON)

    clock.forward(minutes=5)
    clock.forward(hours=1)

    assert timedelta(0) <= chassis_clock.now() - (NOON + timedelta(minutes=65)) < timedelta(seconds=5)


def test_after_the_block_the_clock_is_put_back():
    before = chassis_clock.now()

    with chassis_clock.at(NOON):
        pass

    assert abs(chassis_clock.now() - before) < timedelta(seconds=5)


def test_today_belongs_to_a_place(clock):
    clock.set(datetime(2026, 12, 11, 20, 0, tzinfo=UTC))

    assert chassis_clock.today("Asia/Kolkata") == date(2026, 12, 12)
    assert chassis_clock.today("Europe/London") == date(2026, 12, 11)


def test_production_refuses_to_move_it(monkeypatch):
    monkeypatch.setenv("APP_ENV", "production")

    with pytest.raises(RuntimeError), chassis_clock.at(NOON):
        pass
