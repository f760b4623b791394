"""Light or dark: chosen in the footer of every page, kept in a cookie that the server reads, so that no page flashes."""

from datetime import timedelta

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    has_request_context,
    redirect,
    request,
    url_for,
)
from flask_wtf.csrf import generate_csrf

from webapp.accounts import onward, typed

THEMES = ("system", "light", "dark")
KEPT = timedelta(days=365)

bp = Blueprint("theme", __name__)


def set_up(app: Flask) -> None:
    """Every page knows `theme`, and where its footer leads back to."""
    app.context_processor(_of_page)


def _of_page() -> dict[str, str]:
    """The token of the footer's form is made now: a page that is streamed can set no cookie once it has begun."""
    if not has_request_context():
        return {}
    generate_csrf()
    return {"theme": chosen(), "theme_back": _this_page()}


def chosen() -> str:
    """What this browser wants; what its system has unless somebody chose."""
    theme = request.cookies.get(_cookie(), "")
    return theme if theme in THEMES else "system"


def _this_page() -> str:
    """To come back to; what a form has answered has no address of its own, so the form's page.

    A query that names another site is not repeated: nobody's address stands in a page of ours because it was asked for.
    """
    if request.method != "GET":
        page = typed.page_of_form()
    else:
        page = request.path if b"//" in request.query_string else request.full_path.rstrip("?")
    return onward.path_of_ours(page) or url_for("search.home")


@bp.post("/theme")
def choose():
    """Keep the choice in this browser, and back to the page it was made on."""
    theme = request.form.get("theme")
    if theme not in THEMES:
        abort(400)
    back = onward.path_of_ours(request.form.get("next")) or url_for("search.home")
    response = redirect(back, 303)
    if theme == "system":
        response.delete_cookie(_cookie(), secure=_is_secure(), httponly=True, samesite="Lax")
    else:
        response.set_cookie(
            _cookie(), theme, max_age=KEPT, secure=_is_secure(), httponly=True, samesite="Lax"
        )
    return response


def _cookie() -> str:
    """A name of its own beside the session's, which is the service's (`__Host-` over HTTPS)."""
    return current_app.config["SESSION_COOKIE_NAME"].replace("_session", "_theme")


def _is_secure() -> bool:
    return current_app.config["SESSION_COOKIE_SECURE"]
