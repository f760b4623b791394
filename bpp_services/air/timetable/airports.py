"""The airports of the timetable: name, city, country (ISO 3166 alpha-3), zone, trunk dialling code and position.

A city of several airports has one name here, so that Goa is Goa at both; only Indian cities have a code on the wire.
"""

from typing import NamedTuple


class AirportRow(NamedTuple):
    """A row of `airports`; the fields are its columns."""

    iata: str
    name: str
    city: str
    country: str
    zone: str
    std_code: str | None
    latitude: float
    longitude: float


# fmt: off
# IATA code, name, city, trunk dialling code, latitude, longitude
INDIAN = (
    ("AMD", "Sardar Vallabhbhai Patel International Airport", "Ahmedabad", "079", 23.0772, 72.6347),
    ("ATQ", "Sri Guru Ram Dass Jee International Airport", "Amritsar", "0183", 31.7096, 74.7973),
    ("BBI", "Biju Patnaik International Airport", "Bhubaneswar", "0674", 20.2444, 85.8178),
    ("BHO", "Raja Bhoj Airport", "Bhopal", "0755", 23.2875, 77.3374),
    ("BLR", "Kempegowda International Airport", "Bengaluru", "080", 13.1986, 77.7066),
    ("BOM", "Chhatrapati Shivaji Maharaj International Airport", "Mumbai", "022", 19.0887, 72.8679),
    ("CCJ", "Calicut International Airport", "Kozhikode", "0495", 11.1368, 75.9553),
    ("CCU", "Netaji Subhash Chandra Bose International Airport", "Kolkata", "033", 22.6547, 88.4467),
    ("CJB", "Coimbatore International Airport", "Coimbatore", "0422", 11.0300, 77.0434),
    ("COK", "Cochin International Airport", "Kochi", "0484", 10.1520, 76.4019),
    ("DEL", "Indira Gandhi International Airport", "Delhi", "011", 28.5665, 77.1031),
    ("DXN", "Noida International Airport", "Delhi", "011", 28.1756, 77.6061),
    ("GAU", "Lokpriya Gopinath Bordoloi International Airport", "Guwahati", "0361", 26.1061, 91.5859),
    ("GOI", "Dabolim Airport", "Goa", "0832", 15.3808, 73.8314),
    ("GOX", "Manohar International Airport", "Goa", "0832", 15.7322, 73.8680),
    ("HYD", "Rajiv Gandhi International Airport", "Hyderabad", "040", 17.2313, 78.4299),
    ("IDR", "Devi Ahilyabai Holkar Airport", "Indore", "0731", 22.7218, 75.8011),
    ("IXB", "Bagdogra Airport", "Bagdogra", "0353", 26.6812, 88.3286),
    ("IXC", "Shaheed Bhagat Singh International Airport", "Chandigarh", "0172", 30.6735, 76.7885),
    ("IXE", "Mangaluru International Airport", "Mangaluru", "0824", 12.9613, 74.8901),
    ("IXR", "Birsa Munda Airport", "Ranchi", "0651", 23.3143, 85.3217),
    ("JAI", "Jaipur International Airport", "Jaipur", "0141", 26.8242, 75.8122),
    ("LKO", "Chaudhary Charan Singh International Airport", "Lucknow", "0522", 26.7606, 80.8893),
    ("MAA", "Chennai International Airport", "Chennai", "044", 12.9900, 80.1693),
    ("NAG", "Dr. Babasaheb Ambedkar International Airport", "Nagpur", "0712", 21.0922, 79.0472),
    ("NMI", "Navi Mumbai International Airport", "Mumbai", "022", 18.9940, 73.0700),
    ("PAT", "Jay Prakash Narayan Airport", "Patna", "0612", 25.5913, 85.0880),
    ("PNQ", "Pune Airport", "Pune", "020", 18.5821, 73.9197),
    ("RPR", "Swami Vivekananda Airport", "Raipur", "0771", 21.1804, 81.7388),
    ("SXR", "Sheikh ul-Alam International Airport", "Srinagar", "0194", 33.9871, 74.7742),
    ("TRV", "Thiruvananthapuram International Airport", "Thiruvananthapuram", "0471", 8.4821, 76.9201),
    ("UDR", "Maharana Pratap Airport", "Udaipur", "0294", 24.6177, 73.8961),
    ("VNS", "Lal Bahadur Shastri International Airport", "Varanasi", "0542", 25.4512, 82.8587),
    ("VTZ", "Visakhapatnam International Airport", "Visakhapatnam", "0891", 17.7212, 83.2245),
)

# IATA code, name, city, country, zone, latitude, longitude
ABROAD = (
    ("AMS", "Amsterdam Airport Schiphol", "Amsterdam", "NLD", "Europe/Amsterdam", 52.3086, 4.7639),
    ("AUH", "Zayed International Airport", "Abu Dhabi", "ARE", "Asia/Dubai", 24.4330, 54.6511),
    ("BKK", "Suvarnabhumi Airport", "Bangkok", "THA", "Asia/Bangkok", 13.6811, 100.7470),
    ("CDG", "Charles de Gaulle Airport", "Paris", "FRA", "Europe/Paris", 49.0128, 2.5500),
    ("CMB", "Bandaranaike International Airport", "Colombo", "LKA", "Asia/Colombo", 7.1808, 79.8841),
    ("DAC", "Hazrat Shahjalal International Airport", "Dhaka", "BGD", "Asia/Dhaka", 23.8434, 90.3978),
    ("DOH", "Hamad International Airport", "Doha", "QAT", "Asia/Qatar", 25.2606, 51.6138),
    ("DXB", "Dubai International Airport", "Dubai", "ARE", "Asia/Dubai", 25.2528, 55.3644),
    ("FRA", "Frankfurt Airport", "Frankfurt", "DEU", "Europe/Berlin", 50.0264, 8.5431),
    ("HKG", "Hong Kong International Airport", "Hong Kong", "HKG", "Asia/Hong_Kong", 22.3089, 113.9150),
    ("HND", "Haneda Airport", "Tokyo", "JPN", "Asia/Tokyo", 35.5523, 139.7800),
    ("IST", "Istanbul Airport", "Istanbul", "TUR", "Europe/Istanbul", 41.2753, 28.7520),
    ("JFK", "John F. Kennedy International Airport", "New York", "USA", "America/New_York", 40.6399, -73.7787),
    ("KTM", "Tribhuvan International Airport", "Kathmandu", "NPL", "Asia/Kathmandu", 27.6966, 85.3591),
    ("KUL", "Kuala Lumpur International Airport", "Kuala Lumpur", "MYS", "Asia/Kuala_Lumpur", 2.7456, 101.7100),
    ("LHR", "Heathrow Airport", "London", "GBR", "Europe/London", 51.4700, -0.4543),
    ("MCT", "Muscat International Airport", "Muscat", "OMN", "Asia/Muscat", 23.5933, 58.2844),
    ("MLE", "Velana International Airport", "Malé", "MDV", "Indian/Maldives", 4.1917, 73.5292),
    ("NRT", "Narita International Airport", "Tokyo", "JPN", "Asia/Tokyo", 35.7647, 140.3860),
    ("SFO", "San Francisco International Airport", "San Francisco", "USA", "America/Los_Angeles", 37.6188, -122.3754),
    ("SIN", "Singapore Changi Airport", "Singapore", "SGP", "Asia/Singapore", 1.3502, 103.9940),
    ("SYD", "Sydney Kingsford Smith Airport", "Sydney", "AUS", "Australia/Sydney", -33.9461, 151.1770),
    ("YYZ", "Toronto Pearson International Airport", "Toronto", "CAN", "America/Toronto", 43.6772, -79.6306),
    ("ZRH", "Zurich Airport", "Zurich", "CHE", "Europe/Zurich", 47.4647, 8.5492),
)
# fmt: on

AIRPORTS = {
    **{row[0]: AirportRow(row[0], row[1], row[2], "IND", "Asia/Kolkata", *row[3:]) for row in INDIAN},
    **{row[0]: AirportRow(*row[:5], None, *row[5:]) for row in ABROAD},
}
