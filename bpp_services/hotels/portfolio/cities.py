"""The cities with hotels: state, STD code, and whether people come for leisure or for work."""

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    name: str
    state: str
    std_code: str
    leisure: bool = False


AHMEDABAD = City("Ahmedabad", "Gujarat", "079")
BENGALURU = City("Bengaluru", "Karnataka", "080")
CHENNAI = City("Chennai", "Tamil Nadu", "044")
DELHI = City("Delhi", "Delhi", "011")
GOA = City("Goa", "Goa", "0832", leisure=True)
HYDERABAD = City("Hyderabad", "Telangana", "040")
JAIPUR = City("Jaipur", "Rajasthan", "0141", leisure=True)
KOCHI = City("Kochi", "Kerala", "0484", leisure=True)
KOLKATA = City("Kolkata", "West Bengal", "033")
MUMBAI = City("Mumbai", "Maharashtra", "022")
PUNE = City("Pune", "Maharashtra", "020")
UDAIPUR = City("Udaipur", "Rajasthan", "0294", leisure=True)
