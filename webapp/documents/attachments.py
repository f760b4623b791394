"""A file of ours as an answer."""

from flask import Response


def attachment(content: bytes, mimetype: str, name: str, how: str = "attachment") -> Response:
    """A file with its name; `how` "inline" for what a browser can show."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return answer
