"""Suggestions for the place fields: what a traveller may mean by the letters typed so far."""

from flask import Blueprint, Response, jsonify, request

from webapp.places import directory

bp = Blueprint("places", __name__)


@bp.get("/places")
def suggestions() -> Response:
    """At most eight of `{"label": "Mumbai (BOM, NMI)", "value": "mumbai"}`; `find` understands both."""
    places = directory.suggest(request.args.get("q"))
    answer = jsonify([{"label": place.label, "value": place.key} for place in places])
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
