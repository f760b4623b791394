"""What the seeds put on sale: the demo hotels exactly, and a living network around them."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from bpp_services.hotels.models import Hotel, RoomNight, RoomType
from bpp_services.hotels.portfolio import demo, network
from bpp_services.hotels.portfolio.rates import rate_on
from chassis.database import db, writing

NOON = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)  # in India
LAST_NIGHT, LAST_DAY = date(2026, 11, 21), date(2027, 11, 22)
DAYS = 367

# City and cheapest rate in rupees, as rules.md lists them.
DEMO = {
    "taj-mahal-palace-mumbai": ("Mumbai", "022", 15_000),
    "oyo-rooms-marine-drive-mumbai": ("Mumbai", "022", 3_500),
    "hyatt-regency-mumbai": ("Mumbai", "022", 12_000),
    "lemon-tree-mumbai": ("Mumbai", "022", 6_500),
    "itc-gardenia-bengaluru": ("Bengaluru", "080", 18_000),
    "treebo-trend-bengaluru": ("Bengaluru", "080", 2_800),
    "the-oberoi-delhi": ("Delhi", "011", 20_000),
    "radisson-blu-hyderabad": ("Hyderabad", "040", 8_500),
}


@pytest.fixture
def hotels(hotels_app, clock):
    clock.set(NOON)
    with hotels_app.app_context():
        yield hotels_app


def seed(app, name):
    result = app.test_cli_runner().invoke(args=["seed", name])
    assert result.exit_code == 0, result.output
    return result.output


def nights_of(hotel_id):
    query = select(RoomNight).join(RoomNight.room_type).where(RoomType.hotel_id == hotel_id)
    return list(db.session.scalars(query.order_by(RoomNight.room_type_id, RoomNight.night)))


# ---- the demo


def test_the_demo_is_what_the_rules_list(database, hotels):
    seed(hotels, "demo")

    cheapest = select(
        Hotel.id,
        Hotel.city,
        Hotel.std_code,
        func.min(RoomNight.rate_minor),
        func.count(RoomType.id.distinct()),
    )
    rows = db.session.execute(
        cheapest.join(RoomNight.room_type).join(RoomType.hotel).group_by(Hotel.id)
    ).all()

    assert {row[0]: (row[1], row[2], row[3] // 100) for row in rows} == DEMO
    assert {row[4] for row in rows} == {2, 3}


def test_the_demo_is_on_sale_from_last_night_to_a_year_ahead(hotels):
    seed(hotels, "demo")

    for hotel_id in DEMO:
        by_type = defaultdict(list)
        for night in nights_of(hotel_id):
            by_type[night.room_type_id].append(night)
        for nights in by_type.values():
            assert [each.night for each in nights] == [LAST_NIGHT + timedelta(n) for n in range(DAYS)]
            assert len({(each.rate_minor, each.rooms, each.rooms_available) for each in nights}) == 1


def test_every_hotel_of_the_demo_has_fifty_rooms_and_its_cheapest_type_is_cheaper_than_the_rest():
    for hotel in demo.HOTELS:
        rates = sorted(each.rate for each in hotel.room_types)

        assert sum(each.rooms for each in hotel.room_types) == 50
        assert rates[0] == DEMO[hotel.id][2] < rates[1]


def test_rates_of_the_demo_never_move():
    for hotel in demo.HOTELS:
        for room_type in hotel.room_types:
            assert {hotel.rate(room_type, LAST_NIGHT + timedelta(n)) for n in range(DAYS)} == {room_type.rate}


# ---- seeding again


def test_seeding_again_adds_nothing(database, hotels):
    assert seed(hotels, "demo") == "demo: 8 hotels, 19 room types and 6,973 nights added\n"

    assert seed(hotels, "demo") == "demo: 0 hotels, 0 room types and 0 nights added\n"
    assert db.session.scalar(select(func.count(RoomNight.id))) == 19 * DAYS


def test_three_days_later_three_nights_are_added(hotels, clock):
    seed(hotels, "demo")
    clock.forward(days=3)

    assert seed(hotels, "demo") == f"demo: 0 hotels, 0 room types and {3 * 19} nights added\n"
    assert nights_of("the-oberoi-delhi")[-1].night == LAST_DAY + timedelta(3)


def test_a_night_that_is_missing_in_between_comes_back(hotels):
    seed(hotels, "demo")
    lost = nights_of("the-oberoi-delhi")[40]
    with writing() as session:
        session.execute(delete(RoomNight).where(RoomNight.id == lost.id))

    assert seed(hotels, "demo") == "demo: 0 hotels, 0 room types and 1 nights added\n"


@pytest.mark.by_hand("what is left was written, not sold")
def test_what_was_sold_or_changed_is_left_alone(hotels, clock):
    seed(hotels, "demo")
    changed = nights_of("the-oberoi-delhi")[10].id
    with writing() as session:
        session.execute(
            update(RoomNight).where(RoomNight.id == changed).values(rooms_available=3, rate_minor=1)
        )
        session.execute(update(Hotel).where(Hotel.id == "the-oberoi-delhi").values(name="Oberoi"))
    clock.forward(days=1)

    seed(hotels, "demo")

    row = db.session.get(RoomNight, changed, populate_existing=True)
    assert (row.rooms_available, row.rate_minor) == (3, 1)
    assert db.session.get(Hotel, "the-oberoi-delhi", populate_existing=True).name == "Oberoi"


def test_last_night_is_that_of_the_hotel(hotels, clock):
    clock.set(datetime(2026, 11, 22, 20, 0, tzinfo=UTC))  # the 23rd in India

    seed(hotels, "demo")

    assert nights_of("the-oberoi-delhi")[0].night == date(2026, 11, 22)


# ---- the network


def test_the_network_is_forty_more_hotels_in_twelve_cities(hotels):
    seed(hotels, "demo")
    demo_nights = [(each.id, each.rate_minor) for each in nights_of("taj-mahal-palace-mumbai")]

    assert seed(hotels, "network") == f"network: 40 hotels, 92 room types and {92 * DAYS:,} nights added\n"

    assert db.session.scalar(select(func.count(Hotel.id))) == 48
    assert len({hotel.city for hotel in network.HOTELS}) == 12
    assert [(each.id, each.rate_minor) for each in nights_of("taj-mahal-palace-mumbai")] == demo_nights


def test_every_hotel_is_there_once_and_its_room_types_too():
    every = (*demo.HOTELS, *network.HOTELS)

    assert [id for id, count in Counter(hotel.id for hotel in every).items() if count > 1] == []
    for hotel in every:
        assert len({each.code for each in hotel.room_types}) == len(hotel.room_types)
        assert 6 < hotel.latitude < 36
        assert 68 < hotel.longitude < 98


def test_rates_are_the_same_on_every_machine():
    assert rate_on(5_000, date(2026, 12, 24), leisure=True, hotel_id="palm-grove-resort-goa") == 8_550
    assert rate_on(5_000, date(2027, 7, 14), leisure=False, hotel_id="the-mylapore-chennai") == 4_750


def test_rates_of_the_network_move_with_the_night():
    [resort] = [hotel for hotel in network.HOTELS if hotel.id == "palm-grove-resort-goa"]
    cheapest, dearer = resort.room_types
    nights = [date(2027, 1, 1) + timedelta(n) for n in range(365)]

    rates = [resort.rate(cheapest, night) for night in nights]

    assert all(rate % 50 == 0 for rate in rates)
    assert len(set(rates)) > 40
    assert max(rates) < 4 * min(rates)
    assert all(resort.rate(dearer, night) > rate for night, rate in zip(nights, rates, strict=True))


def test_offices_fill_a_city_in_the_week_and_families_at_its_end():
    tuesday, saturday = date(2027, 9, 14), date(2027, 9, 18)

    assert rate_on(5_000, tuesday, leisure=False) > rate_on(5_000, saturday, leisure=False)
    assert rate_on(5_000, tuesday, leisure=True) < rate_on(5_000, saturday, leisure=True)
