"""Countries by ISO 3166-1 alpha-3 code, as passports and the flight language write them; names in English."""

from functools import cache

from babel import Locale
from babel.core import get_global

from webapp.places.spelling import fold

# Unicode also names regions that nobody is a national of: parts of countries, unions, empty islands.
NOT_A_NATIONALITY = frozenset(
    {"AC", "CP", "DG", "EU", "TA", "XA", "XB", "ZZ", "AQ", "BV", "GS", "HM", "TF", "UM"}
)
SPOKEN = {"uk": "GBR", "england": "GBR", "scotland": "GBR", "uae": "ARE", "america": "USA"}
# A country that took another name keeps its old code as an alias (ISO 3166-3).
WITHDRAWN = frozenset({"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"})


@cache
def alpha3_codes() -> dict[str, str]:
    """Alpha-2 codes to alpha-3 codes, from Unicode's territory aliases ('IND' is an alias of 'IN')."""
    return {
        territories[0]: alias
        for alias, territories in get_global("territory_aliases").items()
        if len(alias) == 3 and alias.isalpha() and len(territories) == 1 and alias not in WITHDRAWN
    }


@cache
def country_names() -> dict[str, str]:
    """English names by alpha-3 code, for every territory that has both."""
    territories = Locale("en").territories
    return {alpha3: territories[alpha2] for alpha2, alpha3 in alpha3_codes().items() if alpha2 in territories}


def nationality(text: str) -> str | None:
    """The alpha-3 code of a country written as its name or a code: "Pakistan", "uk", "USA"."""
    wanted = fold(text)
    by_code = alpha3_codes().get(wanted.upper()) or SPOKEN.get(wanted)
    written = (alpha3 for alpha3, name in country_names().items() if wanted in (fold(alpha3), fold(name)))
    return by_code or next(written, None)


def countries() -> list[tuple[str, str]]:
    """(alpha-3, name) of every nationality, sorted by name: for a select."""
    without = {alpha3_codes().get(alpha2) for alpha2 in NOT_A_NATIONALITY}
    listed = [(alpha3, name) for alpha3, name in country_names().items() if alpha3 not in without]
    return sorted(listed, key=lambda country: fold(country[1]))
