"""What all pages for admins have in common: they are there for nobody else, no copy of them is kept, and lists have pages."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, abort, request
from flask_login import current_user
from sqlalchemy import Select

from webapp.admin import finding, listing, plainly
from webapp.admin.listing import Page
from webapp.bookings.views import in_india
from webapp.providers import directory


def for_admins_alone(bp: Blueprint) -> None:
    """Let the pages of `bp` be an admin's, with the words that their templates use.

    Others are turned away before anything else looks at the request: a form without its token is not told from no page.
    """
    bp.url_value_preprocessor(nothing_here_for_others)
    bp.after_request(keep_no_copy)
    bp.context_processor(words)


def nothing_here_for_others(_endpoint: str | None, _values: dict | None) -> None:
    """A 404 and not a 403: who is no admin does not learn what there is."""
    if not current_user.is_admin:
        abort(404)


def keep_no_copy(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def words() -> dict:
    return {
        "in_india": in_india,
        "provider_name": provider_name,
        "counted": counted,
        "in_digits": finding.in_digits,
        "side": plainly.side,
        "attention": plainly.attention,
    }


def page_or_404(wanted: Select, order: Sequence, place_of: Callable[[str | None], tuple | None]) -> Page:
    """The page that the address asks for; an address of a place that is not there is no page."""
    try:
        older, newer = (place_of(request.args.get(name)) for name in ("older_than", "newer_than"))
    except listing.NoSuchPage:
        abort(404)
    return listing.page(wanted, order, older, newer)


def provider_name(key: str) -> str:
    """A provider that is no longer configured is called by its key."""
    provider = directory.find(key)
    return provider.name if provider else key


def counted(bookings: int) -> str:
    """How many were found, in words; see `finding.count`."""
    if bookings > finding.MOST_COUNTED:
        return f"More than {finding.MOST_COUNTED:,} bookings"
    return {0: "No bookings", 1: "1 booking"}.get(bookings, f"{bookings:,} bookings")
