"""Suggestions for the place fields: what a traveller may mean by the letters typed so far."""

from flask import Blueprint, Response, jsonify, request

from webapp.places import directory
from webapp.places.directory import Place

bp = Blueprint("places", __name__)


@bp.get("/places")
def suggestions() -> Response:
    """At most eight of `{"label": "Mumbai (BOM)", "value": "bom", "name": "Mumbai", "codes": "BOM", "about": …}`.

    `q`: what is typed so far; `rooms=1`: only cities where rooms are sold. `find` understands label and value.
    """
    rooms = request.args.get("rooms") == "1"
    text = request.args.get("q")
    places = directory.suggest(text, rooms=rooms) or directory.meant_by(text, rooms=rooms)
    answer = jsonify([_suggestion(place, rooms) for place in places])
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _suggestion(place: Place, rooms: bool) -> dict[str, str]:
    return {
        "label": directory.plain_name(place) if rooms else place.label,
        "value": place.key,
        "name": place.name,
        "codes": "" if rooms else " ".join(place.codes),
        "about": place.country_name if rooms else f"{_airports(place)}, {place.country_name}",
    }


def _airports(place: Place) -> str:
    return "All airports" if len(place.airports) > 1 else place.airports[0].name
