"""Secrets, what production refuses, response headers, and encryption of what must not be read from a disk."""

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from sqlalchemy import String, TypeDecorator

from chassis import faults

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

SHORTEST_SECRET = 32


class UnsafeSettings(RuntimeError):
    """Production was asked to start with settings that only development may have."""


def secret_from_file(path: Path) -> str:
    """The secret in `path` (0600), made on first use. Two workers that start together end with the same one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # the other worker was first: its secret counts
            os.link(draft, path)  # whole or not there: nobody reads half a secret
        draft.unlink()
    return path.read_text().strip()


def refuse_unsafe(app: Flask) -> None:
    """Raises UnsafeSettings for a production with debug, testing, or a default or short secret."""
    if not app.config["PRODUCTION"]:
        return
    secret = app.config.get("SECRET_KEY") or ""
    problems = [
        (len(secret) < SHORTEST_SECRET, f"SECRET_KEY must have {SHORTEST_SECRET} characters or more"),
        (len(set(secret)) < 10, "SECRET_KEY must be random"),
        (app.debug or os.environ.get("FLASK_DEBUG", "0") not in ("", "0", "false"), "debug must be off"),
        (app.testing, "TESTING must be off"),
        (bool(os.environ.get(faults.SETTING)), f"{faults.SETTING} must not be set"),
    ]
    for wrong, sentence in problems:
        if wrong:
            raise UnsafeSettings(f"{app.config['SERVICE']} refuses to start in production: {sentence}")


def add_headers(app: Flask) -> None:
    """The response headers that every service sends, unless a response has its own; CSP comes from the settings."""
    inner = app.wsgi_app

    def with_headers(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            there = {name.lower() for name, _ in headers}
            return start_response(
                status, headers + [h for h in _headers(app) if h[0].lower() not in there], *failure
            )

        return inner(environ, start)

    app.wsgi_app = with_headers  # type: ignore[method-assign]


def _headers(app: Flask) -> list[tuple[str, str]]:
    headers = [
        ("Content-Security-Policy", app.config["CONTENT_SECURITY_POLICY"]),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
    ]
    if app.config["PRODUCTION"]:
        headers.append(("Strict-Transport-Security", "max-age=31536000"))
    return headers


def _cipher() -> "Fernet":
    cipher = current_app.extensions.get("cipher")
    if cipher is None:
        # Only here: a service that keeps no secrets of people does without the library's 7 MB.
        from cryptography.fernet import Fernet
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        key = HKDF(SHA256(), 32, salt=None, info=b"data at rest").derive(str(current_app.secret_key).encode())
        cipher = current_app.extensions["cipher"] = Fernet(base64.urlsafe_b64encode(key))
    return cipher


class Secret(str):
    """A text that no log, traceback or echo of a row tells: its `repr` is masked."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'••••••'"


def encrypted(text: str) -> str:
    """`text` as only this service can read it again, with a key derived from SECRET_KEY."""
    return _cipher().encrypt(text.encode()).decode()


def decrypted(text: str) -> Secret | None:
    """What was `encrypted`; None for a text that was not, or with another key."""
    cipher = _cipher()
    from cryptography.fernet import InvalidToken

    try:
        return Secret(cipher.decrypt(text.encode()).decode())
    except InvalidToken:
        return None


class Encrypted(TypeDecorator):
    """Text that is encrypted at rest with a key derived from SECRET_KEY; unreadable text comes back as None."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else encrypted(value)

    def process_result_value(self, value, dialect):
        return None if value is None else decrypted(value)
