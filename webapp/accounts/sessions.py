"""Where a user is signed in: the cookie carries a random token, the server a row with its digest."""

import hashlib
import secrets
from datetime import timedelta

from flask import Response, flash, g, redirect, request, session, url_for
from flask_login import AnonymousUserMixin, LoginManager
from sqlalchemy import delete, select, update

from chassis import clock
from chassis.database import changed, db, writing
from webapp.accounts import browsers, letters, passwords, recovery, standing, tokens, typed, verification
from webapp.accounts.models import User, UserSession
from webapp.admin.models import record

LIFETIME = timedelta(days=30)
SEEN_EVERY = timedelta(hours=1)
# What a guest made, found, searched and typed stays with who signs in.
KEPT = ("granted", "found", "trip", "searches", "typed")


class Nobody(AnonymousUserMixin):
    """Who is not signed in; answers what a UserSession answers."""

    is_admin = False
    name = email = phone = user = user_id = None


def set_up(login_manager: LoginManager) -> None:
    """`current_user` is a UserSession or Nobody; who must sign in is sent to do so and brought back."""
    login_manager.session_protection = None  # it would judge by the address and the browser, which change
    login_manager.anonymous_user = Nobody
    login_manager.request_loader(lambda _request: load(session.get("token")))
    login_manager.unauthorized_handler(ask_to_sign_in)


def sign_in(user: User) -> None:
    """Sign this browser in, with a session that nobody could have prepared."""
    with writing() as database:
        database.execute(delete(UserSession).where(UserSession.expires_at <= clock.now()))
        token = _begin(standing.locked(user.id))
        verification.attach_bookings(user)
        record(user.actor, "signed in")
    _carry(token, user.id)


def change_password(user: User, password: str) -> None:
    """Keep another password, end every session that the old one began, and begin a new one here."""
    kept = passwords.digest(password)
    with writing():
        token = _begin_with(standing.locked(user.id), kept)
    _carry(token, user.id)


def choose_password(link: str, password: str) -> None:
    """Keep the password that whoever has the link in the letter has chosen, and sign in here alone. Raises LinkSpent."""
    kept = passwords.digest(password)
    with writing():
        user = recovery.proved(link)
        token = _begin_with(user, kept)
    _carry(token, user.id)


def _begin_with(user: User, password_hash: str) -> str:
    """The token of the user's only session, with another password; links that the old one asked for lead nowhere."""
    user.password_hash = password_hash
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id))
    tokens.end_all(user.id, *tokens.LIFETIMES)
    letters.write(User.id == user.id, "password_changed", letters.password_changed(), secrets.token_hex(8))
    record(user.actor, "changed the password")
    return _begin(user)


def _begin(user: User) -> str:
    """A new session of the user, inside `writing()`; its token, which nobody else learns."""
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        UserSession(
            user_id=user.id,
            token_digest=_digest(token),
            created_at=now,
            last_seen_at=now,
            expires_at=now + LIFETIME,
            browser=browsers.in_words(request.headers.get("User-Agent", "")),
        )
    )
    return token


def _carry(token: str, user_id: int) -> None:
    """Put the token into this browser's cookie, and little of what was there: nothing when somebody else was signed in
    before, whose session has ended or is left.
    """
    is_anothers = session.get("user", user_id) != user_id
    kept = {name: session[name] for name in KEPT if name in session and not is_anothers}
    session.clear()
    session.update(kept, token=token, user=user_id)
    session.permanent = True


def sign_out() -> None:
    """Sign this browser out; it forgets the bookings it was given too, for it may be anybody's."""
    with writing() as database:
        database.execute(delete(UserSession).where(UserSession.token_digest == _digest(_token())))
    session.clear()


def end(user: User, session_id: int) -> None:
    """End one session of the user, wherever it is."""
    with writing() as database:
        theirs = UserSession.user_id == user.id
        database.execute(delete(UserSession).where(theirs, UserSession.id == session_id))
        record(user.actor, "signed out another browser")


def end_others(user: User, here: int) -> None:
    """End all sessions of the user but the one with this id."""
    with writing() as database:
        database.execute(delete(UserSession).where(UserSession.user_id == user.id, UserSession.id != here))
        record(user.actor, "signed out everywhere else")


def end_all(user_id: int, by: str) -> int:
    """End all sessions of the user, who did not do that: `by` did. How many there were."""
    with writing():
        ended = changed(delete(UserSession).where(UserSession.user_id == user_id))
        record(by, "signed out everywhere", user_id=user_id, browsers=ended)
    return ended


def load(token: object) -> UserSession | None:
    """The session of a token, as long as it lives.

    It is detached: it can be read wherever a view is in its own transactions, and is never written by accident.
    """
    if not isinstance(token, str):
        return None
    now = clock.now()
    found = db.session.scalar(
        select(UserSession).where(UserSession.token_digest == _digest(token), UserSession.expires_at > now)
    )
    if found is None:
        return None
    db.session.expunge(found.user)
    db.session.expunge(found)
    if found.last_seen_at <= now - SEEN_EVERY:
        g.seen_again = found.id
    return found


def note_visit(response: Response) -> Response:
    """After a request: write down that a session was used, once an hour at most."""
    if "seen_again" in g and response.status_code < 500:
        with writing() as database:
            here = UserSession.id == g.pop("seen_again")
            database.execute(update(UserSession).where(here).values(last_seen_at=clock.now()))
    return response


def of_user(user_id: int) -> list[UserSession]:
    """Where the user is signed in, the latest used first."""
    mine = select(UserSession).where(UserSession.user_id == user_id, UserSession.expires_at > clock.now())
    return list(db.session.scalars(mine.order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())))


def ask_to_sign_in():
    """To the page to sign in, and back: to the page that was asked for, or to the form, with what was typed there."""
    if request.method == "GET":
        flash("Sign in to see that page.", "info")
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")), 303)
    back = typed.keep()
    flash("You are no longer signed in. Sign in, and send it again.", "info")
    return redirect(url_for("accounts.login", next=back), 303)


def _token() -> str:
    return str(session.get("token", ""))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
