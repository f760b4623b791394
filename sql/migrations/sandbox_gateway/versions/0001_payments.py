"""Payments, their events, and the idempotency keys of the API."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
STATES = "('OPEN', 'AUTHORISED', 'CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED', 'FAILED')"
CAPTURED = "('CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED')"
EVENTS = "('payment.authorised', 'payment.failed', 'payment.captured', 'payment.refunded', 'payment.voided')"


def upgrade():
    op.create_table(
        "service_identity",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("market", sa.String(32), nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("market", name="market"),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("authorised_minor", sa.BigInteger(), nullable=False),
        sa.Column("captured_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("return_url", sa.String(2000), nullable=False),
        sa.Column("webhook_url", sa.String(2000), nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(f"state IN {STATES}", name="state_known"),
        sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
        sa.CheckConstraint(
            "0 <= refunded_minor AND refunded_minor <= captured_minor"
            " AND captured_minor <= authorised_minor AND authorised_minor <= amount_minor",
            name="amounts_in_order",
        ),
        sa.CheckConstraint(f"(captured_minor > 0) = (state IN {CAPTURED})", name="captured_has_an_amount"),
        sa.CheckConstraint(
            "(state = 'REFUNDED') = (captured_minor > 0 AND refunded_minor = captured_minor)",
            name="refunded_is_all_of_it",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference", name="reference"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(40), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("payment_id", sa.String(40), nullable=False),
        sa.Column("url", sa.String(2000), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.CheckConstraint(f"type IN {EVENTS}", name="type_known"),
        sa.CheckConstraint("attempts >= 0", name="attempts_counted"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id", name="public_id"),
    )
    op.create_index(op.f("ix_events_payment_id"), "events", ["payment_id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("claim", sa.String(32), nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.CheckConstraint("(status IS NULL) = (body IS NULL)", name="result_whole"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"])


def downgrade():
    for table in ("idempotency_keys", "events", "payments", "service_identity"):
        op.drop_table(table)
