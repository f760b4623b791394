"""The doors: `POST /beckn/<action>`: hear who speaks, read what is asked, ask the provider, write the answer."""

from flask import Blueprint, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from beckn import context as contexts
from beckn import envelopes
from beckn.context import Context
from beckn.errors import BecknError, NotOffered, NotTheSpeaker, NotUnderstood, Refused
from beckn.participants import Participant, Speaker
from beckn.signing import SIGNED_PARTS, BadSignature
from bpp_services.core.provider import Provider, Service
from chassis import clock, faults

bp = Blueprint("beckn", __name__, url_prefix="/beckn")

# What is asked of an order; what is only looked for changes nothing.
_points = {
    action: faults.Points(f"provider.{action}", "asked", "answering")
    for action in ("init", "confirm", "status", "cancel", "update")
}

ANY_ACTION = ", ".join((*contexts.ACTIONS, *contexts.NOT_OFFERED))


@bp.post(f"/<any({ANY_ACTION}):action>")
def act(action: str):
    body = _body()
    signer = _hear(body)
    if action in contexts.NOT_OFFERED:
        raise NotOffered(f"{action} is not offered here")
    context, raw = envelopes.read_context(body)
    _check(context, action, signer)
    _check_that_it_waits()
    return _answer(_provider(), context, envelopes.read_message(raw, action))


def _answer(provider: Provider, context: Context, message):
    speaker = _speaker()
    _reached(context.action, "asked")
    try:
        answer = getattr(provider, context.action)(context, message)
    except Refused as refusal:
        said = contexts.answering(context, speaker.subscriber_id, speaker.uri, clock.now())
        _reached(context.action, "answering")
        return _json(envelopes.write_refusal(said, refusal.code, refusal.path, refusal.message))
    _reached(context.action, "answering")
    said = contexts.answering(context, speaker.subscriber_id, speaker.uri, clock.now())
    return _json(envelopes.write(said, answer))


def _reached(action: str, moment: str) -> None:
    if action in _points:
        _points[action].reached(moment)


@bp.errorhandler(BecknError)
def refuse(error: BecknError):
    response = _json(envelopes.write_nack(error.code, error.path, error.message), error.status)
    response.headers.pop("Preference-Applied")
    if error.status == 401:
        realm = _speaker().subscriber_id
        response.headers["WWW-Authenticate"] = f'Signature realm="{realm}",headers="{SIGNED_PARTS}"'
    return response


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error):
    return refuse(NotUnderstood("over 1 MB", status=413))


def _body() -> bytes:
    if request.mimetype != "application/json":
        raise NotUnderstood("Content-Type must be application/json", status=415)
    return request.get_data(cache=False)


def _hear(body: bytes) -> Participant:
    try:
        return _speaker().hear(body, request.headers.get("Authorization"), clock.now())
    except BadSignature as error:
        current_app.logger.warning("not heard", extra={"facts": {"because": str(error)}})
        raise NotTheSpeaker from error


def _check(context: Context, action: str, signer: Participant) -> None:
    if signer.subscriber_id != context.bap_id or signer.type != "BAP":
        raise NotTheSpeaker
    if context.action != action:
        raise NotUnderstood(f"is not {action}", "$.context.action")
    if context.domain != _provider().domain:
        raise NotUnderstood(f"is not {_provider().domain}", "$.context.domain")
    if context.bpp_id != _speaker().subscriber_id and not (context.bpp_id is None and action == "search"):
        raise NotUnderstood("is not this provider", "$.context.bpp_id")
    contexts.check_in_force(context, clock.now())


def _check_that_it_waits() -> None:
    """RFC 7240; answers by callback come with the network work."""
    preferences = [
        part.partition(";")[0].partition("=")[0].strip().lower()
        for part in request.headers.get("Prefer", "").split(",")
    ]
    if "wait" not in preferences:
        raise NotOffered("Answers by callback are not offered; send Prefer: wait=<seconds>")


def _json(body: bytes, status: int = 200):
    response = current_app.response_class(body, status, mimetype="application/json")
    response.headers["Preference-Applied"] = "wait"
    return response


def _speaker() -> Speaker:
    return current_app.extensions["speaker"]


def _provider() -> Provider:
    service: Service = current_app.extensions["service"]
    return service.provider
