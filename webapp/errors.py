"""Everything that can go wrong, on a page in words."""

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

# What happened, and what to do now.
WORDS = {
    400: ("That request was not complete", "Go back, load the page again and try once more."),
    403: ("You may not do that", "Sign in with the account that may, or go back."),
    404: ("We could not find that page", "Check the address, or look under My trips."),
    405: ("That page cannot be used that way", "Go back and use the button on the page."),
    413: ("That was too much to send", "Send less text and try again."),
    422: ("Something in that request is wrong", "Go back and check what you typed."),
    429: ("Too many tries", "Wait a few minutes and try again."),
    500: (
        "Something went wrong on our side",
        "Nothing was lost. Try again; your bookings are under My trips.",
    ),
    503: ("We are not ready just now", "Try again in a minute. Nothing was lost."),
}


def set_up(app: Flask) -> None:
    """Error pages for the site; everything is logged by the chassis."""

    @app.errorhandler(CSRFError)
    def form_too_old(_error: CSRFError):
        return page(
            400, "Your form had become too old", "Go back, load the page again and send it once more."
        )

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException):
        if error.code is None or error.code < 400:
            return error
        title, sentence = WORDS.get(error.code, (error.name, "Go back and try again."))
        return page(error.code, title, sentence)

    @app.errorhandler(OperationalError)
    def database_away(error: OperationalError):
        app.logger.error("the database does not answer", exc_info=error)
        return page(503, *WORDS[503])


def page(status: int, title: str, sentence: str):
    """An error page with its status; `title` is its h1."""
    return render_template("errors/page.html", title=title, sentence=sentence, path=request.path), status
