"""Booked trips, ways to break one thing at a time, and `flask reconcile`."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select, text

from chassis.database import db, writing
from tests.webapp.letters.conftest import a_trip, in_site, mail, outbox
from webapp.admin.models import AuditLog
from webapp.reconciliation.command import reconcile
from webapp.reconciliation.models import Difference

__all__ = ["a_trip", "in_site", "mail", "outbox"]


@pytest.fixture
def breaking(services, in_site) -> Callable:
    """`breaking("flights", "UPDATE …", number="6E-ABC")`: changes rows of a service behind everybody's back."""

    def change(service: str, statement: str, **values) -> None:
        db.session.rollback()
        with services[service].app_context(), writing() as session:
            changed = session.execute(
                text(statement), values, bind_arguments={"bind": next(iter(db.engines.values()))}
            )
            assert changed.rowcount

    return change


@dataclass(frozen=True)
class Ran:
    code: int
    said: str


@pytest.fixture
def run(in_site) -> Callable[[], Ran]:
    """`run()`: what `flask reconcile` says, and its exit code."""

    def command() -> Ran:
        db.session.rollback()
        result = in_site.test_cli_runner().invoke(reconcile)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return Ran(result.exit_code, result.output)

    return command


def differences() -> list[tuple[str, str, str | None]]:
    """(kind, subject, how it was resolved), the oldest first."""
    db.session.rollback()
    rows = db.session.scalars(select(Difference).order_by(Difference.id))
    return [(row.kind, row.subject_key, row.resolution) for row in rows]


def audited() -> list[str]:
    """What the site did by itself."""
    db.session.rollback()
    return list(
        db.session.scalars(select(AuditLog.action).where(AuditLog.actor == "site").order_by(AuditLog.id))
    )
