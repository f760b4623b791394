"""A file of ours as an answer, and how often a person gets one that is made anew each time."""

from flask import Response
from flask_limiter.util import get_remote_address
from flask_login import current_user

from webapp.extensions import limiter


def attachment(content: bytes, mimetype: str, name: str, how: str = "attachment") -> Response:
    """A file with its name; `how` "inline" for what a browser can show."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return answer


def _person() -> str:
    """Whose try it is: the account's wherever it is signed in; of guests the network's, for a cookie is easily dropped."""
    return f"user {current_user.user_id}" if current_user.is_authenticated else get_remote_address()


# A PDF takes a tenth of a second and more of a processor. All of them together, so that nobody goes round by kinds.
dear = limiter.shared_limit("20 per minute", scope="documents", key_func=_person)
