"""What somebody had typed when the session ended: kept in this browser, encrypted, until the form is there again.

Passwords are never kept. What is too long for a cookie is not kept either; then the form comes back as it was before.
"""

import json
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, request, session
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from chassis.security import decrypted, encrypted
from webapp.accounts import onward

F = TypeVar("F", bound=FlaskForm)
LONGEST = 2400  # of the 4,096 bytes that a cookie may have
NEVER = ("csrf_token", "password", "current")


def keep() -> str | None:
    """Keep what was posted for the page of its form; that page's address, None when it cannot be told."""
    page = page_of_form()
    session.pop("typed", None)
    if page is None:
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER]
    kept = encrypted(json.dumps([urlsplit(page).path, fields]))
    if fields and len(kept) <= LONGEST:
        session["typed"] = kept
    return page


def take() -> MultiDict | None:
    """What was typed into the form of this page before signing in, once."""
    kept = session.get("typed")
    if request.method != "GET" or not isinstance(kept, str):
        return None
    path, fields = json.loads(decrypted(kept) or '["", []]')
    if path != request.path:
        return None
    session.pop("typed")
    return MultiDict([(name, value) for name, value in fields])


def again(form_class: type[F], **given: Any) -> F:
    """A form, filled with what was typed into it before signing in, else as `given`."""
    before = take()
    return form_class(formdata=before, **given) if before else form_class(**given)


def page_of_form() -> str | None:
    """This address where it can be read too, else the page of ours that the form was on."""
    adapter = current_app.create_url_adapter(request)
    try:
        if adapter and adapter.test(request.path, method="GET"):
            return request.path
    except HTTPException:
        return None
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:  # a browser says where it comes from; anything else may say anything
        return None
    return onward.path_of_ours(came_from.path) if came_from.netloc == request.host else None
