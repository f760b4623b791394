"""A living network around the demo hotels: forty invented houses in twelve cities, with rates that move."""

from datetime import time

from bpp_services.hotels.portfolio.cities import (
    AHMEDABAD,
    BENGALURU,
    CHENNAI,
    DELHI,
    GOA,
    HYDERABAD,
    JAIPUR,
    KOCHI,
    KOLKATA,
    MUMBAI,
    PUNE,
    UDAIPUR,
    City,
)
from bpp_services.hotels.portfolio.hotels import BREAKFAST, ROOM_ONLY, PlannedHotel, PlannedRoomType

# What a house of so many stars sells: code, name, guests, board, square metres, rooms,
# and the rate in per cent of its cheapest.
# fmt: off
ROOMS_BY_STARS: dict[int, tuple] = {
    2: (("STANDARD", "Standard room", 2, ROOM_ONLY, 14, 30, 100),
        ("TRIPLE", "Triple room", 3, ROOM_ONLY, 18, 20, 130)),
    3: (("STANDARD", "Standard room", 2, ROOM_ONLY, 17, 34, 100),
        ("FAMILY", "Family room", 4, BREAKFAST, 26, 16, 155)),
    4: (("SUPERIOR", "Superior room", 3, BREAKFAST, 24, 34, 100),
        ("EXECUTIVE", "Executive room", 3, BREAKFAST, 30, 16, 135)),
    5: (("DELUXE", "Deluxe room", 3, BREAKFAST, 34, 32, 100),
        ("CLUB", "Club room", 3, BREAKFAST, 42, 12, 140),
        ("SUITE", "Suite", 4, BREAKFAST, 62, 6, 210)),
}

# By city: name, stars, address, area code, latitude, longitude, cheapest rate in rupees before GST.
HOUSES = {
    AHMEDABAD: (
        ("Sabarmati House", 4, "Ashram Road", "380009", 23.0396, 72.5660, 5_400),
        ("Stepwell Inn", 3, "Navrangpura", "380009", 23.0365, 72.5611, 2_900),
    ),
    BENGALURU: (
        ("The Silk Mill", 5, "MG Road", "560001", 12.9758, 77.6045, 12_500),
        ("Raintree Residency", 4, "Indiranagar", "560038", 12.9719, 77.6412, 6_800),
        ("Cubbon Lodge", 3, "Vasanth Nagar", "560052", 12.9920, 77.5930, 3_200),
        ("Whitefield Stopover", 2, "Whitefield", "560066", 12.9698, 77.7500, 1_700),
    ),
    CHENNAI: (
        ("Coromandel Court", 5, "Nungambakkam", "600034", 13.0604, 80.2425, 10_500),
        ("The Mylapore", 4, "Mylapore", "600004", 13.0339, 80.2619, 5_900),
        ("Marina Breeze", 3, "Triplicane", "600005", 13.0587, 80.2757, 3_100),
        ("Egmore Junction Inn", 2, "Egmore", "600008", 13.0780, 80.2610, 1_500),
    ),
    DELHI: (
        ("The Amaltas", 5, "Lodhi Road", "110003", 28.5893, 77.2270, 17_500),
        ("Janpath Court", 5, "Connaught Place", "110001", 28.6289, 77.2195, 13_000),
        ("Aerocity Terrace", 4, "Aerocity", "110037", 28.5494, 77.1210, 7_900),
        ("Hauz Khas House", 3, "Hauz Khas", "110016", 28.5494, 77.2001, 3_900),
        ("Karol Bagh Corner", 2, "Karol Bagh", "110005", 28.6519, 77.1909, 1_800),
    ),
    GOA: (
        ("Mandovi Sands", 5, "Candolim", "403515", 15.5180, 73.7626, 13_500),
        ("Palm Grove Resort", 4, "Colva", "403708", 15.2790, 73.9220, 7_200),
        ("Casa Fontainhas", 3, "Fontainhas, Panaji", "403001", 15.4960, 73.8320, 4_100),
        ("Anjuna Shacks", 2, "Anjuna", "403509", 15.5736, 73.7407, 1_900),
    ),
    HYDERABAD: (
        ("The Deccan Pearl", 5, "HITEC City", "500081", 17.4474, 78.3762, 9_800),
        ("Charminar Residency", 3, "Abids", "500001", 17.3898, 78.4766, 2_700),
        ("Gachibowli Suites", 4, "Gachibowli", "500032", 17.4401, 78.3489, 5_600),
    ),
    JAIPUR: (
        ("Rambagh Gate", 5, "Bhawani Singh Road", "302005", 26.8980, 75.8080, 14_500),
        ("Haveli Chandpole", 4, "Chandpole", "302001", 26.9250, 75.8080, 5_200),
        ("Pink Courtyard", 3, "Bani Park", "302016", 26.9310, 75.7960, 2_600),
    ),
    KOCHI: (
        ("Backwater House", 5, "Willingdon Island", "682003", 9.9520, 76.2680, 9_200),
        ("Fort Cochin Veranda", 4, "Fort Kochi", "682001", 9.9658, 76.2421, 5_500),
        ("Marine Drive Stay", 3, "Ernakulam", "682011", 9.9816, 76.2756, 2_700),
    ),
    KOLKATA: (
        ("The Hooghly Grand", 5, "Chowringhee", "700013", 22.5620, 88.3510, 9_900),
        ("Park Street Rooms", 4, "Park Street", "700016", 22.5530, 88.3520, 5_300),
        ("Salt Lake Residency", 3, "Sector V", "700091", 22.5760, 88.4320, 2_800),
        ("Sudder Street Lodge", 2, "New Market", "700016", 22.5600, 88.3540, 1_300),
    ),
    MUMBAI: (
        ("Juhu Sea Palace", 5, "Juhu Tara Road", "400049", 19.0969, 72.8266, 14_000),
        ("Bandra Terrace", 4, "Bandra West", "400050", 19.0596, 72.8295, 8_400),
        ("Dadar Central Inn", 3, "Dadar East", "400014", 19.0178, 72.8478, 3_900),
    ),
    PUNE: (
        ("Koregaon Gardens", 5, "Koregaon Park", "411001", 18.5362, 73.8940, 8_600),
        ("Deccan Gymkhana House", 4, "Deccan Gymkhana", "411004", 18.5167, 73.8410, 4_700),
        ("Hinjewadi Stop", 2, "Hinjewadi", "411057", 18.5913, 73.7389, 1_600),
    ),
    UDAIPUR: (
        ("Lake Pichola House", 5, "Hanuman Ghat", "313001", 24.5790, 73.6800, 15_500),
        ("Fateh Sagar Inn", 3, "Fatehpura", "313001", 24.6010, 73.6860, 3_000),
    ),
}
# fmt: on


def _house(city: City, row: tuple) -> PlannedHotel:
    name, stars, address, area_code, latitude, longitude, rate = row
    check_in, check_out = _hours(city, stars)
    room_types = tuple(_room_type(rate, *kind) for kind in ROOMS_BY_STARS[stars])
    return PlannedHotel(
        name, stars, address, area_code, city, latitude, longitude, room_types, check_in, check_out
    )


def _hours(city: City, stars: int) -> tuple[time, time]:
    """Small houses clean fast, resorts take their time."""
    if stars == 2:
        return time(12), time(10)
    return (time(15), time(12)) if city.leisure and stars == 5 else (time(14), time(11))


def _room_type(
    cheapest: int, code: str, name: str, capacity: int, board: str, size_m2: int, rooms: int, percent: int
) -> PlannedRoomType:
    """Its rate is `percent` of the cheapest, in whole ₹50."""
    return PlannedRoomType(code, name, capacity, board, size_m2, rooms, round(cheapest * percent / 5000) * 50)


HOTELS = tuple(_house(city, row) for city, rows in HOUSES.items() for row in rows)
