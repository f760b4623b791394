"""Everything that can go wrong, on a page in words: what happened, what became of what was typed, and what to do now."""

import time
from math import ceil
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadHost, HTTPException

from webapp.accounts import theme
from webapp.accounts.onward import path_of_ours
from webapp.extensions import limiter

# What happened, and what to do now.
WORDS = {
    400: ("That request was not complete", "Go back, load the page again and try once more."),
    403: ("You may not do that", "Sign in with the account that may, or go back."),
    404: ("We could not find that page", "Check the address, or look under My trips."),
    405: ("That page cannot be used that way", "Go back and use the button on the page."),
    413: ("That was too much to send", "Send less text and try again."),
    422: ("Something in that request is wrong", "Go back and check what you typed."),
    429: ("Too many tries", "Nothing was changed. Try again in {wait}."),
    500: (
        "Something went wrong on our side",
        "Nothing was lost. Try again; your bookings are under My trips.",
    ),
    503: ("We are not ready just now", "Try again in a minute. Nothing was lost."),
}
FORM_TOO_OLD = "Your form had become too old"

SECONDS_TO_RECOVER = 30
LONGEST_KEPT = 20_000
KEPT_HEADERS = ("Allow", "Retry-After")


def set_up(app: Flask) -> None:
    """Error pages for the site; everything is logged by the chassis."""

    @app.errorhandler(CSRFError)
    def form_too_old(_error: CSRFError):
        return _once_more()

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException):
        if error.code is None or error.code < 400:
            return error
        if isinstance(error, BadHost):
            # No browser says such a Host, and without one no page knows its own links.
            return Response(WORDS[400][0], 400, mimetype="text/plain")
        title, sentence = WORDS.get(error.code, (error.name, "Go back and try again."))
        wait = seconds_to_wait(error.code)
        answer = page(error.code, title, sentence.format(wait=in_words(wait)))
        answer.headers.update({name: value for name, value in error.get_headers() if name in KEPT_HEADERS})
        if wait:
            answer.headers["Retry-After"] = str(wait)
        return answer

    @app.errorhandler(OperationalError)
    def database_away(error: OperationalError):
        app.logger.error("the database does not answer", exc_info=error)
        answer = page(503, *WORDS[503])
        answer.headers["Retry-After"] = str(SECONDS_TO_RECOVER)
        return answer


def page(status: int, title: str, sentence: str, kept: dict[str, list[str]] | None = None) -> Response:
    """An error page with its status; `title` is its h1. Whatever is broken, it is shown: a fault of ours asks nobody
    who the visitor is, neither the database nor the session.

    `kept`: what was typed into a form that can be sent once more.
    """
    words = {"code": status, "title": title, "sentence": sentence, "theme": theme.chosen()}
    words |= {"kept": kept, "back": _came_from(), "here": path_of_ours(request.full_path.rstrip("?"))}
    if status < 500:
        try:
            return make_response(render_template("errors/page.html", **words), status)
        except OperationalError:  # who is signed in stands in the database too
            pass
    # Without the context processors, of which one looks who is signed in.
    return make_response(current_app.jinja_env.get_template("errors/broken.html").render(words), status)


def _once_more() -> Response:
    """A form without a token that counts: the session ended, or the page is of another day. What was typed is kept to be
    sent again, when our own page sent it: another site's form is not made to look like one of ours.
    """
    kept = _typed() if _is_from_here() else {}
    sentence = (
        "Nothing was done yet. What you typed is kept: send it once more."
        if kept
        else "Nothing was done yet. Go back, load the page again and send it once more."
    )
    answer = page(400, FORM_TOO_OLD, sentence, kept)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _typed() -> dict[str, list[str]]:
    """What the form said, by field: no password is ever sent back, and too much is not either."""
    fields = {
        name: values
        for name, values in request.form.lists()
        if name != "csrf_token" and "password" not in name and name != "current"
    }
    size = sum(len(name) + len(value) for name, values in fields.items() for value in values)
    return fields if size <= LONGEST_KEPT else {}


def _is_from_here() -> bool:
    """Browsers say where a form was sent from, and no page can make them say something else."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return _host(origin) == request.host


def _came_from() -> str | None:
    """The page of ours that led here, when it is another one."""
    referrer = request.referrer or ""
    if _host(referrer) != request.host:
        return None
    parts = urlsplit(referrer)
    path = path_of_ours(parts.path + (f"?{parts.query}" if parts.query else ""))
    return None if parts.path == request.path else path


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def seconds_to_wait(status: int) -> int:
    """Until it is worth trying again: 0 for what waiting does not change."""
    if status == 503:
        return SECONDS_TO_RECOVER
    if status != 429:
        return 0
    limit = limiter.current_limit
    if limit is None:
        return 60
    # The limiter counts by the machine's own clock, and a second more than it has to.
    return max(1, min(limit.limit.get_expiry(), ceil(limit.reset_at - time.time())))


def in_words(seconds: int) -> str:
    """a minute, 12 minutes, an hour, 3 hours: rounded up, since who comes too early is refused again."""
    minutes = max(1, ceil(seconds / 60))
    if minutes == 1:
        return "a minute"
    if minutes < 60:
        return f"{minutes} minutes"
    hours = ceil(minutes / 60)
    return "an hour" if hours == 1 else f"{hours} hours"
