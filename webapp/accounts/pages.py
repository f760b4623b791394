"""How every page of an account is answered: kept by no browser, 422 when something in its form is wrong, 429 in good time."""

from typing import Any

from flask import Response, make_response, render_template

from webapp.accounts.attempts import TooManyAttempts
from webapp.accounts.forms import FormWithProblems


def keep_no_copy(response: Response) -> Response:
    """Nobody reads an account with the back button after its owner has signed out."""
    response.headers["Cache-Control"] = "no-store"
    return response


def page(
    name: str, form: FormWithProblems | None = None, status: int | None = None, **values: Any
) -> Response:
    """The page `accounts/<name>.html`: 422 when something in its form is wrong. A password is never sent back."""
    html = render_template(f"accounts/{name}.html", form=form, **values)
    return make_response(html, status or (422 if form is not None and form.errors else 200))


def refusal(
    name: str, form: FormWithProblems, refused: Exception, field: str | None = None, **values: Any
) -> Response:
    """The page again with why: 429, and when to try again, after too many tries."""
    form.refuse(refused, field)
    if not isinstance(refused, TooManyAttempts):
        return page(name, form, **values)
    response = page(name, form, 429, **values)
    response.headers["Retry-After"] = str(refused.seconds)
    return response
