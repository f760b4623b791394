"""The nonce of a form: a double click is one booking, and a nonce is worth nothing in another browser."""

import hashlib

from flask import abort, request, session

SHORTEST, LONGEST = 16, 64


def of_form() -> str:
    """What a booking keeps of the posted `nonce`, bound to this browser by its CSRF secret; 64 characters.

    Not by what the session was granted: the second click leaves before the first one's answer has set that.
    Aborts with 400 for a nonce that no page of ours wrote.
    """
    nonce = request.form.get("nonce", "")
    if not SHORTEST <= len(nonce) <= LONGEST or not nonce.isascii() or not nonce.isprintable():
        abort(400)
    return hashlib.sha256(f"{session.get('csrf_token', '')} {nonce}".encode()).hexdigest()
