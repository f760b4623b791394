"""The eight hotels that everybody may count on, with rates that never move (rules.md, Demo data)."""

from bpp_services.hotels.portfolio.cities import BENGALURU, DELHI, HYDERABAD, MUMBAI
from bpp_services.hotels.portfolio.hotels import BREAKFAST, ROOM_ONLY, PlannedHotel, PlannedRoomType

# fmt: off
# Hotel: name, stars, address, area code, city, latitude, longitude.
# Its rooms: code, name, guests, board, square metres, how many of the 50, rupees a night before GST.
ROWS = (
    (("Taj Mahal Palace", 5, "Apollo Bunder", "400001", MUMBAI, 18.9217, 72.8330), (
        ("DELUXE", "Deluxe room", 3, BREAKFAST, 32, 38, 15_000),
        ("SUITE", "Suite", 4, BREAKFAST, 58, 12, 26_000))),
    (("OYO Rooms Marine Drive", 3, "Marine Drive", "400020", MUMBAI, 18.9432, 72.8236), (
        ("STANDARD", "Standard room", 2, ROOM_ONLY, 16, 35, 3_500),
        ("FAMILY", "Family room", 4, ROOM_ONLY, 24, 15, 5_200))),
    (("Hyatt Regency", 5, "Sahar Airport Road", "400099", MUMBAI, 19.1026, 72.8742), (
        ("KING", "King room", 3, ROOM_ONLY, 28, 30, 12_000),
        ("CLUB", "Club room", 3, BREAKFAST, 34, 14, 15_500),
        ("SUITE", "Suite", 4, BREAKFAST, 52, 6, 22_000))),
    (("Lemon Tree", 4, "Andheri East", "400059", MUMBAI, 19.1123, 72.8668), (
        ("EXECUTIVE", "Executive room", 3, BREAKFAST, 22, 36, 6_500),
        ("BUSINESS", "Business room", 3, BREAKFAST, 28, 14, 8_200))),
    (("ITC Gardenia", 5, "Residency Road", "560025", BENGALURU, 12.9670, 77.5952), (
        ("EXECUTIVE", "Executive room", 3, BREAKFAST, 40, 32, 18_000),
        ("TOWERS", "Towers room", 3, BREAKFAST, 46, 12, 23_000),
        ("SUITE", "Suite", 4, BREAKFAST, 70, 6, 34_000))),
    (("Treebo Trend", 3, "Koramangala", "560034", BENGALURU, 12.9352, 77.6245), (
        ("STANDARD", "Standard room", 2, BREAKFAST, 15, 34, 2_800),
        ("PREMIUM", "Premium room", 3, BREAKFAST, 20, 16, 3_600))),
    (("The Oberoi", 5, "Dr Zakir Hussain Marg", "110003", DELHI, 28.5956, 77.2390), (
        ("DELUXE", "Deluxe room", 3, BREAKFAST, 36, 34, 20_000),
        ("PREMIER", "Premier room", 3, BREAKFAST, 44, 10, 26_500),
        ("SUITE", "Suite", 4, BREAKFAST, 74, 6, 42_000))),
    (("Radisson Blu", 5, "Banjara Hills", "500034", HYDERABAD, 17.4156, 78.4487), (
        ("SUPERIOR", "Superior room", 3, BREAKFAST, 28, 36, 8_500),
        ("BUSINESS", "Business room", 3, BREAKFAST, 34, 14, 11_000))),
)
# fmt: on

HOTELS = tuple(
    PlannedHotel(*hotel, tuple(PlannedRoomType(*room_type) for room_type in room_types), rates_move=False)
    for hotel, room_types in ROWS
)
