"""Corrections of a traveller's name: proposed, asked of the provider, and what it said."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LIVE = "state IN ('PROPOSED', 'ASKED')"


def upgrade():
    op.create_table(
        "name_corrections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("traveller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("was_given_name", sa.String(length=60), nullable=False),
        sa.Column("was_family_name", sa.String(length=60), nullable=False),
        sa.Column("given_name", sa.String(length=60), nullable=False),
        sa.Column("family_name", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('PROPOSED', 'ASKED', 'DROPPED', 'DONE', 'REFUSED')",
            name=op.f("ck_name_corrections_state_known"),
        ),
        sa.CheckConstraint(
            "state <> 'REFUSED' OR reason IS NOT NULL", name=op.f("ck_name_corrections_refused_for_a_reason")
        ),
        sa.CheckConstraint(
            "given_name <> was_given_name OR family_name <> was_family_name",
            name=op.f("ck_name_corrections_changes_the_name"),
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_name_corrections_booking_id")),
        sa.ForeignKeyConstraint(
            ["traveller_id"], ["travellers.id"], name=op.f("fk_name_corrections_traveller_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_corrections")),
    )
    with op.batch_alter_table("name_corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_corrections_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_name_corrections_traveller_id"), ["traveller_id"], unique=False)
        batch_op.create_index(
            "uq_name_corrections_one_live_per_booking",
            ["booking_id"],
            unique=True,
            postgresql_where=sa.text(LIVE),
            sqlite_where=sa.text(LIVE),
        )


def downgrade():
    with op.batch_alter_table("name_corrections", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_name_corrections_one_live_per_booking",
            postgresql_where=sa.text(LIVE),
            sqlite_where=sa.text(LIVE),
        )
        batch_op.drop_index(batch_op.f("ix_name_corrections_traveller_id"))
        batch_op.drop_index(batch_op.f("ix_name_corrections_booking_id"))
    op.drop_table("name_corrections")
