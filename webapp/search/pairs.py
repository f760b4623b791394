"""Between which airports flights are asked for, when a city has several."""

from webapp.places.directory import Place

# Questions about one day. Every pair of two cities of India and of most cities abroad; of London's five airports the first.
MOST_PAIRS = 6


def airport_pairs(origin: Place, destination: Place) -> list[tuple[str, str]]:
    """Codes of airports to fly between. A city's first airport is its largest, and no end is asked for that one alone:
    of Delhi and London LHR from DEL, LGW from DEL, LHR from DXN, and so on.
    """
    ranked = [
        (here + there, here, start.iata, end.iata)
        for here, start in enumerate(origin.airports)
        for there, end in enumerate(destination.airports)
        if start != end
    ]
    return [(start, end) for _, _, start, end in sorted(ranked)[:MOST_PAIRS]]
