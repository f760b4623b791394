"""Letters are claimed and sent like steps; what we and others say differently is written down; each hour somebody looks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
READY, OPEN = sa.text("state = 'READY'"), sa.text("resolved_at IS NULL")
KINDS = (
    "kind IN ('ORDER_UNCLAIMED', 'ITEM_STATE', 'ITEM_AMOUNT', 'MONEY_LATE', 'CAPTURE_UNWRITTEN', 'PAYMENT_STATE', "
    "'PAYMENT_AMOUNT', 'MONEY_WRONG', 'NO_NEXT_STEP')"
)


def upgrade():
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("fence", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("run_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("last_error", sa.Text(), nullable=True))
    # Until now nobody sent letters, and the rows do not say what stood in them: they are not sent after the fact.
    op.execute(
        "UPDATE outbox SET state = 'FAILED', attempts = 0, fence = 0, run_at = created_at, "
        "last_error = 'written before letters were sent'"
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        for name, kind in (
            ("state", sa.String(length=8)),
            ("attempts", sa.Integer()),
            ("fence", sa.Integer()),
            ("run_at", sa.DateTime(timezone=True)),
        ):
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_outbox_state_known"), "state IN ('READY', 'SENT', 'FAILED')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_outbox_sent_at_a_time"), "(state = 'SENT') = (sent_at IS NOT NULL)"
        )
        batch_op.create_index(
            "ix_outbox_ready", ["run_at"], unique=False, postgresql_where=READY, sqlite_where=READY
        )
        batch_op.create_index(batch_op.f("ix_outbox_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_state_id"), ["state", "id"], unique=False)

    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bookings_updated_at_id"), ["updated_at", "id"], unique=False)

    op.create_table(
        "differences",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_key", sa.String(length=60), nullable=False),
        sa.Column("booking_id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=True),
        sa.Column("payment_id", Id, nullable=True),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("repair", sa.String(length=20), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_differences_kind_known")),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolution IS NULL)", name=op.f("ck_differences_resolved_somehow")
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_differences_booking_id")),
        sa.ForeignKeyConstraint(["item_id"], ["booking_items.id"], name=op.f("fk_differences_item_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_differences_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_differences")),
    )
    with op.batch_alter_table("differences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_differences_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index(
            "uq_differences_one_open_per_subject",
            ["subject_key"],
            unique=True,
            postgresql_where=OPEN,
            sqlite_where=OPEN,
        )

    op.create_table(
        "reconciliations",
        sa.Column("id", Id, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("bookmark", Json, nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('READY', 'DONE')", name=op.f("ck_reconciliations_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    with op.batch_alter_table("reconciliations", schema=None) as batch_op:
        batch_op.create_index(
            "uq_reconciliations_one_ready",
            ["state"],
            unique=True,
            postgresql_where=READY,
            sqlite_where=READY,
        )


def downgrade():
    op.drop_table("reconciliations")
    op.drop_table("differences")
    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bookings_updated_at_id"))
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_state_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_booking_id"))
        batch_op.drop_index("ix_outbox_ready", postgresql_where=READY, sqlite_where=READY)
        batch_op.drop_constraint(batch_op.f("ck_outbox_sent_at_a_time"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_outbox_state_known"), type_="check")
        for name in ("last_error", "lease_until", "run_at", "fence", "attempts", "state"):
            batch_op.drop_column(name)
