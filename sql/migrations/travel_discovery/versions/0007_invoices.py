"""Invoices and credit notes, numbered one after the other in each financial year; each names the one before it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade():
    op.create_table(
        "invoices",
        sa.Column("id", Id, nullable=False),
        sa.Column("booking_id", Id, nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("financial_year", sa.String(length=5), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("previous_number", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.CheckConstraint("kind IN ('INVOICE', 'CREDIT_NOTE')", name=op.f("ck_invoices_kind_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_invoices_number_positive")),
        sa.CheckConstraint(
            "(number = 1) = (previous_number IS NULL)", name=op.f("ck_invoices_first_has_none_before")
        ),
        sa.CheckConstraint(
            "previous_number IS NULL OR previous_number = number - 1", name=op.f("ck_invoices_no_gap")
        ),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_invoices_total_positive")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_invoices_booking_id")),
        sa.ForeignKeyConstraint(
            ["kind", "financial_year", "previous_number"],
            ["invoices.kind", "invoices.financial_year", "invoices.number"],
            name=op.f("fk_invoices_previous_number"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("kind", "financial_year", "number", name=op.f("uq_invoices_number_in_series")),
        sa.UniqueConstraint("subject", name=op.f("uq_invoices_once_for_its_subject")),
    )
    with op.batch_alter_table("invoices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoices_booking_id"), ["booking_id"], unique=False)


def downgrade():
    op.drop_table("invoices")
