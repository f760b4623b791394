"""Messages as bytes: the context, and the message, the refusal or the NACK in it; what cannot be read is said with its path."""

import re
from typing import Any, TypeVar

import msgspec

from beckn.context import Context
from beckn.errors import NotUnderstood
from beckn.messages import (
    ANSWERS,
    REQUESTS,
    Catalog,
    CatalogMessage,
    Descriptor,
    Error,
    Fulfillment,
    Item,
    Part,
    Seller,
)

M = TypeVar("M")


class _Envelope(msgspec.Struct):
    context: Context
    message: msgspec.Raw = msgspec.Raw(b"{}")
    error: Error | None = None


class _Nack(msgspec.Struct):
    error: Error | None = None


class _Message(msgspec.Struct):
    error: Error | None = None


class _SpoiltCatalog(msgspec.Struct):
    descriptor: Descriptor
    providers: list[msgspec.Raw]


class _SpoiltMessage(msgspec.Struct):
    catalog: _SpoiltCatalog


_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_MISSING = re.compile(r"Object missing required field `(\w+)`(?: - at `(.+)`)?")
_WRONG = re.compile(r"(.+?)(?: - at `(.+)`)?$", re.DOTALL)


def read_context(body: bytes) -> tuple[Context, msgspec.Raw]:
    """The context of a request and its message, not read yet. Raises NotUnderstood with the path of the first fault."""
    envelope = _read_envelope(body)
    return envelope.context, envelope.message


def read_message(raw: msgspec.Raw, action: str) -> Any:
    """The typed message of a request. Raises NotUnderstood with the path of the first fault."""
    return _decode(bytes(raw), REQUESTS[action], "$.message")


def read_answer(body: bytes, action: str) -> tuple[Context, Any, Error | None]:
    """(context, message, error) of an `on_<action>`; lenient: the error may stand beside the message or inside it.

    Raises NotUnderstood when it is not such a message.
    """
    envelope = _read_envelope(body)
    raw = bytes(envelope.message)
    error = envelope.error or _decode(raw, _Message, "$.message").error
    return envelope.context, None if error else _decode(raw, ANSWERS[action], "$.message"), error


def read_spoilt_catalog(body: bytes) -> tuple[Context, CatalogMessage, list[str]]:
    """(context, message, faults) of an `on_search` that `read_answer` does not understand: what can be read of it.

    An item, a trip or a seller with a value of another type is left out, and its fault said. Raises NotUnderstood when
    nothing is left.
    """
    envelope = _read_envelope(body)
    catalog = _decode(bytes(envelope.message), _SpoiltMessage, "$.message").catalog
    faults: list[str] = []
    sellers = [read for each in catalog.providers if (read := _read_seller(each, faults))]
    if not sellers or envelope.error:
        raise NotUnderstood(faults[0] if faults else "holds no seller", "$.message.catalog.providers")
    return envelope.context, CatalogMessage(Catalog(descriptor=catalog.descriptor, providers=sellers)), faults


def _read_seller(raw: msgspec.Raw, faults: list[str]) -> Seller | None:
    try:
        return _DECODERS[Seller].decode(raw)
    except msgspec.ValidationError:
        pass
    try:
        parts = _PARTS.decode(raw)
        for name, kind in (("items", Item), ("fulfillments", Fulfillment)):
            if name in parts:
                fit = [each for each in _PIECES.decode(parts[name]) if _fits(each, kind, faults)]
                parts[name] = msgspec.Raw(msgspec.json.encode(fit))
        return _DECODERS[Seller].decode(msgspec.json.encode(parts))
    except msgspec.ValidationError as error:
        faults.append(str(error))
        return None


def _fits(raw: msgspec.Raw, kind: type, faults: list[str]) -> bool:
    try:
        _DECODERS[kind].decode(raw)
    except msgspec.ValidationError as error:
        faults.append(f"{bytes(raw)[:60]!r}: {error}")
        return False
    return True


def read_nack(body: bytes) -> Error | None:
    """The error of a NACK, or None when there is none that can be read."""
    try:
        return _DECODERS[_Nack].decode(body).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


Written = msgspec.Raw


def write_message(message: Part) -> Written:
    """A message without its context, as `write` takes it too."""
    return msgspec.Raw(msgspec.json.encode(message))


def write(context: Context, message: Part | Written) -> bytes:
    """The bytes of a message: serialised once, signed and sent as they are."""
    return msgspec.json.encode({"context": context, "message": message})


def write_refusal(context: Context, code: str, path: str | None, message: str) -> bytes:
    """An answer that was understood and refused: `error`, and no `message`."""
    return msgspec.json.encode({"context": context, "error": Error(code=code, paths=path, message=message)})


def write_nack(code: str | None, path: str | None, message: str) -> bytes:
    answer: dict[str, Any] = {"message": {"ack": {"status": "NACK"}}}
    if code:
        answer["error"] = Error(code=code, paths=path, message=message)
    return msgspec.json.encode(answer)


def _read_envelope(body: bytes) -> _Envelope:
    """JSON can say a NUL character, PostgreSQL can store none: a message with one is of nobody's use."""
    if b"\\u0000" in body and _NUL.search(body):
        raise NotUnderstood("holds a NUL character", "$")
    return _decode(body, _Envelope)


# Made while the module is loaded, by one thread: two threads that meet a type for the first time together crash msgspec.
_DECODERS: dict[type, msgspec.json.Decoder] = {
    kind: msgspec.json.Decoder(kind)
    for kind in (
        _Envelope,
        _Nack,
        _Message,
        _SpoiltMessage,
        Seller,
        Item,
        Fulfillment,
        *REQUESTS.values(),
        *ANSWERS.values(),
    )
}
_PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_PIECES = msgspec.json.Decoder(list[msgspec.Raw])


def _decode(body: bytes, kind: type[M], root: str = "$") -> M:
    try:
        return _DECODERS[kind].decode(body)
    except msgspec.ValidationError as error:
        raise NotUnderstood(*_fault(str(error), root)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotUnderstood("not JSON", "$") from error


def _fault(text: str, root: str) -> tuple[str, str]:
    """(message, path) out of msgspec's words."""
    if missing := _MISSING.match(text):
        place = (missing[2] or "$").replace("$", root, 1)
        return "is missing", f"{place}.{missing[1]}"
    wrong = _WRONG.match(text)
    return (wrong[1] if wrong else text), ((wrong and wrong[2]) or "$").replace("$", root, 1)
