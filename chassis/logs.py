"""Logs: one line a request, JSON in production, and never a query string, a body or a header."""

import json
import logging
import sys
import time
import uuid

from flask import Flask, g, has_request_context, request

from chassis import clock


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if has_request_context():
            line["request_id"] = g.get("request_id")
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class PlainLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = " ".join(f"{key}={value}" for key, value in getattr(record, "facts", {}).items())
        text = f"{record.levelname.lower():7} {record.name}: {record.getMessage()} {facts}".rstrip()
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def _is_no_access_line(record: logging.LogRecord) -> bool:
    return " - - [" not in str(record.msg)


# What no line of ours tells is not asked of the system for every line.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def set_up(app: Flask) -> None:
    """Send this service's log to standard error and write a line for each request that was answered."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if app.config["PRODUCTION"] else PlainLines())
    app.logger.handlers[:] = [handler]
    app.logger.setLevel(app.config["LOG_LEVEL"])
    app.logger.propagate = app.testing
    # The development server's own line for a request has the query string, and ours says the rest.
    logging.getLogger("werkzeug").addFilter(_is_no_access_line)

    @app.before_request
    def begin():
        g.began = time.perf_counter()
        given = request.environ.get("HTTP_X_REQUEST_ID", "")
        g.request_id = given if given.isalnum() and len(given) <= 64 else uuid.uuid4().hex

    @app.after_request
    def say(response):
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint not in ("health.healthz", "health.readyz", "health.show_metrics", "static"):
            app.logger.info(
                request.path,
                extra={
                    "facts": {
                        "method": request.method,
                        "status": response.status_code,
                        "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
                    }
                },
            )
        return response
