"""Letters to an account: in the outbox in the transaction of what they tell, so that each is sent once, as those of bookings.

None of them has the name of the account's owner: who registers chooses it, and might address it to somebody else.
"""

from flask import current_app
from sqlalchemy import ColumnElement, Integer, String, literal, select

from chassis import clock
from chassis.database import Instant, Json, db, insert
from chassis.security import Encrypted
from webapp.accounts.models import User
from webapp.checkout.models import Outbox
from webapp.letters.content import Letter, Part

NOT_YOU = "If that was not you, do nothing: without the link nothing happens."
COLUMNS = (
    "user_id", "recipient", "template", "dedupe_key", "payload", "secret", "state", "attempts", "fence", "run_at",
    "created_at",
)  # fmt: skip


def write(
    whose: ColumnElement[bool],
    template: str,
    letter: Letter,
    about: str,
    secret: str | None = None,
    to: str | None = None,
) -> None:
    """Put a letter to the open account that is `whose` into the outbox, once for what it is `about`; inside `writing()`.

    `secret` is the end of its link; `to` another address than the account's. Without such an account none is written.
    """
    now = literal(clock.now(), Instant)
    values = (
        User.id,
        literal(to) if to else User.email,
        literal(template),
        literal(f"account:{template}:{about}"[:80], String),
        literal(letter.as_payload(), Json),
        literal(secret, Encrypted(300)),
        literal("READY"),
        literal(0, Integer),
        literal(0, Integer),
        now,
        now,
    )
    chosen = select(*values).where(whose, User.closed_at.is_(None))
    db.session.execute(insert(Outbox.__table__).from_select(COLUMNS, chosen).on_conflict_do_nothing())


def _letter(subject: str, lead: tuple[str, ...], link: tuple[str, str], *closing: str, parts=()) -> Letter:
    return Letter(subject, subject, "", lead, tuple(parts), closing, link)


def address_of(endpoint: str, **values: str) -> str:
    """A page of the site, as a letter has to name it."""
    path = current_app.url_map.bind("-").build(endpoint, values)
    return f"{current_app.config['SITE_URL']}{path}"


def _link(words: str, endpoint: str) -> tuple[str, str]:
    """A link that ends in the letter's secret."""
    return words, f"{address_of(endpoint)}?token="


def confirm_email() -> Letter:
    """After registering: whether the mailbox is the account's."""
    return _letter(
        "Confirm your e-mail address",
        (
            "Somebody opened an account at Yaana with this e-mail address. If that was you, confirm it at the link, "
            "signed in to that account, within 2 days.",
            "Bookings that you made without an account and with this address are shown under My trips then.",
        ),
        _link("Confirm this address", "verification.show"),
        NOT_YOU,
    )


def confirm_new_email() -> Letter:
    """To the address that an account is to have."""
    return _letter(
        "Confirm your new e-mail address",
        (
            "Somebody asked for this to be the e-mail address of a Yaana account. If that was you, confirm it at the link, "
            "signed in to that account, within 2 days; until then the old one counts.",
        ),
        _link("Confirm this address", "verification.show"),
        NOT_YOU,
    )


def email_asked_for(wanted: str) -> Letter:
    """To the address that an account still has: while there is time to stop it."""
    return _letter(
        "Your e-mail address is about to change",
        (
            "Somebody who knows your password asked for another e-mail address for your Yaana account. It counts as soon "
            "as it is confirmed from there.",
        ),
        ("Look at your account", address_of("security.show")),
        "If that was not you, change your password at once: that ends the change too.",
        parts=(Part("The new address", (("E-mail", wanted),)),),
    )


def email_changed(now: str) -> Letter:
    """To the address that an account had."""
    return _letter(
        "Your e-mail address is changed",
        (
            "Your Yaana account has another e-mail address from now on: sign in with that one. Letters go there.",
        ),
        ("Look at your account", address_of("security.show")),
        "If that was not you, answer this letter at once.",
        parts=(Part("The new address", (("E-mail", now),)),),
    )


def choose_password() -> Letter:
    """To whoever has forgotten a password."""
    return _letter(
        "Choose a new password",
        (
            "Somebody asked for a new password for your Yaana account. Choose it at the link, within an hour; it works "
            "once.",
        ),
        _link("Choose a new password", "recovery.choose"),
        "If that was not you, do nothing: your password stays as it is.",
    )


def password_changed() -> Letter:
    return _letter(
        "Your password is changed",
        (
            "The password of your Yaana account was changed just now, and everybody who was signed in elsewhere is "
            "signed out.",
        ),
        ("Look at your account", address_of("security.show")),
        "If that was not you, choose a new password at once: “Forgotten your password?” is on the page to sign in.",
    )


def account_closed(upcoming: int) -> Letter:
    """`upcoming` bookings go on without the account."""
    stays = (
        "Trips ahead stay booked: their reference and this e-mail address open them under “Find a booking”, until they "
        "are over. Then they are erased too."
    )
    return _letter(
        "Your account is closed",
        (
            "Your Yaana account is closed, as you asked. Your saved travellers, passports and details are erased.",
            *((stays,) if upcoming else ()),
            "What we have to keep of paid bookings for the tax office says no more of you than the invoices did.",
        ),
        ("Find a booking", address_of("bookings.find")),
        "If that was not you, answer this letter at once. A closed account cannot be opened again.",
    )
