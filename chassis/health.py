"""`/healthz` says that the process lives, `/readyz` that its own database can serve, `/metrics` how it fares."""

import hmac
import ipaddress

from flask import Blueprint, abort, current_app, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from chassis import database, metrics, revisions
from chassis.identity import read_identity

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz():
    return jsonify(status="ok", service=current_app.config["SERVICE"])


@bp.get("/readyz")
def readyz():
    problems, revision = examine()
    answer = {
        "status": "not ready" if problems else "ready",
        "service": current_app.config["SERVICE"],
        "database": current_app.config["DATABASE"],
        "migration": revision,
    }
    if problems:
        return jsonify(answer | {"problems": problems}), 503
    return jsonify(answer)


@bp.get("/metrics")
def show_metrics():
    if not _may_read_metrics():
        abort(404)
    return current_app.response_class(metrics.exposition(), mimetype="text/plain")


def examine() -> tuple[list[str], str | None]:
    """What keeps this service from serving, as sentences, and the migration its database stands at."""
    try:
        with database.engine().connect() as connection:
            connection.execute(text("SELECT 1"))
            revision = revisions.current(connection)
            found = read_identity(connection, database.bind_key())
    except SQLAlchemyError:
        return ["the database does not answer"], None
    problems = []
    head = revisions.head(database.bind_key())
    if revision != head:
        problems.append(f"migrations stand at {revision or 'nothing'}, wanted {head}: run `flask db upgrade`")
    elif found != (current_app.config["SERVICE"], current_app.config["MARKET"]):
        problems.append("the database does not say that it is this service's")
    return problems, revision


def _may_read_metrics() -> bool:
    token = current_app.config.get("METRICS_TOKEN")
    given = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    return not token and ipaddress.ip_address(request.remote_addr or "::").is_loopback
