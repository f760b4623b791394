"""Who somebody is, by e-mail and password."""

from sqlalchemy import select

from chassis.database import db, writing
from webapp.accounts import attempts, passwords
from webapp.accounts.attempts import SIGNING_IN
from webapp.accounts.emails import Email
from webapp.accounts.models import User


class NotRecognised(Exception):
    """No account has this e-mail with this password; which of the two is wrong is not said."""

    def __init__(self, sentence: str = "That e-mail and password do not belong together. Check both."):
        super().__init__(sentence)


def identify(email: Email, password: str, address: str | None) -> User:
    """The user with this e-mail and password, asked from an IP address. Raises NotRecognised, attempts.TooManyAttempts."""
    attempts.begin(SIGNING_IN, email.key, address)
    user = db.session.scalar(select(User).where(User.email_key == email.key))
    if not passwords.matches(password, user.password_hash if user else None) or user is None:
        raise NotRecognised
    newer = passwords.digest(password) if passwords.is_outdated(user.password_hash) else None
    with writing():
        attempts.forget(SIGNING_IN, email.key)
        if newer:
            user.password_hash = newer
    return user


def confirm(user: User, password: str, address: str | None) -> None:
    """Whoever is signed in says the password again. Raises NotRecognised, attempts.TooManyAttempts."""
    try:
        identify(Email(user.email, user.email_key), password, address)
    except NotRecognised:
        raise NotRecognised("That is not the password you sign in with now") from None
