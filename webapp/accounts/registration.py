"""Opening an account, and changing what it says about its owner."""

from sqlalchemy.exc import IntegrityError

from chassis import clock
from chassis.database import writing
from webapp.accounts import passwords, standing
from webapp.accounts.emails import Email
from webapp.accounts.models import User
from webapp.admin.models import record


class EmailTaken(Exception):
    """Another account has this e-mail.

    We say so: a person who forgot about an account is helped, and how often it is said is counted (attempts.REGISTERING).
    """

    def __init__(self):
        super().__init__("That e-mail has an account here already: sign in instead")


def register(
    email: Email,
    password: str,
    name: str,
    phone: str | None = None,
    is_admin: bool = False,
    is_demo: bool = False,
) -> User:
    """A new user; `phone` in E.164. The password is not judged here. Raises EmailTaken."""
    user = User(
        email=email.address,
        email_key=email.key,
        password_hash=passwords.digest(password),
        name=name,
        phone=phone,
        is_admin=is_admin,
        is_demo=is_demo,
        created_at=clock.now(),
    )
    try:
        with writing() as session:
            session.add(user)
            session.flush()
            record(user.actor, "registered")
    except IntegrityError as error:
        raise EmailTaken from error
    return user


def change(user_id: int, name: str, phone: str | None) -> None:
    """Change what an account says of its owner; another e-mail counts when it is confirmed (verification.py)."""
    with writing():
        user = standing.locked(user_id)
        user.name, user.phone = name, phone
