"""The accounts of a demonstration: a traveller and an admin with passwords of chance, known to this machine only."""

import os
import secrets
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

from chassis.database import db, writing
from webapp.accounts import emails, passwords, registration
from webapp.accounts.models import User

# E-mail, name, whether an admin. RFC 2606 keeps .example for examples: no letter leaves to it.
PEOPLE = (
    ("traveller@yaana.example", "Asha Rao", False),
    ("admin@yaana.example", "Yaana Admin", True),
)


class NotADemoAccount(Exception):
    """Somebody registered an e-mail that the demonstration uses; their account is left alone."""


def demo_accounts_exist() -> bool:
    """Whether the database has demo accounts: production refuses to start then. False without a database."""
    try:
        return db.session.scalar(select(User.id).where(User.is_demo).limit(1)) is not None
    except (OperationalError, ProgrammingError):
        return False
    finally:
        db.session.rollback()


def seed(file: Path) -> str | None:
    """Make the accounts and keep e-mails and passwords in `file` (0600); the text of the file.

    None when both are there already. With the file lost the accounts get new passwords. Raises NotADemoAccount.
    """
    there = {user.email: user for user in db.session.scalars(select(User).where(User.is_demo))}
    if file.exists() and all(email in there for email, _, _ in PEOPLE):
        return None
    file.unlink(missing_ok=True)  # until it is written anew there are no passwords to trust
    chosen = {email: secrets.token_urlsafe(12) for email, _, _ in PEOPLE}
    for email, name, is_admin in PEOPLE:
        if email in there:
            _give_password(there[email], chosen[email])
        else:
            _make(email, name, is_admin, chosen[email])
    text = "".join(
        f"{'Admin' if is_admin else 'Traveller'}: {email}  password: {chosen[email]}\n"
        for email, _, is_admin in PEOPLE
    )
    _write_for_the_owner(file, text)
    return text


def _give_password(user: User, password: str) -> None:
    digest = passwords.digest(password)
    with writing():
        user.password_hash = digest


def _make(email: str, name: str, is_admin: bool, password: str) -> None:
    try:
        registration.register(emails.read(email), password, name, is_admin=is_admin, is_demo=True)
    except registration.EmailTaken as taken:
        raise NotADemoAccount(f"{email} is somebody's own account: nothing was changed there") from taken


def _write_for_the_owner(file: Path, text: str) -> None:
    """Nobody else may read the file, at no moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
    draft.replace(file)
