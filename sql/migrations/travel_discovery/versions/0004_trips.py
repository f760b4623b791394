"""Several items in a trip: which form put an item in, when it was taken out, and what a cancellation was agreed to cost."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

REMOVED = "removed_at IS NULL OR state IN ('NEW', 'RELEASED')"
AGREED = "agreed_kept_minor IS NULL OR agreed_kept_minor BETWEEN 0 AND total_minor"


def upgrade():
    with op.batch_alter_table("booking_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("added_by", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("agreed_kept_minor", sa.BigInteger(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_booking_items_added_by"), ["added_by"])
        batch_op.create_check_constraint(batch_op.f("ck_booking_items_removed_unheld"), REMOVED)
        batch_op.create_check_constraint(batch_op.f("ck_booking_items_agreed_within_total"), AGREED)


def downgrade():
    with op.batch_alter_table("booking_items", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_booking_items_agreed_within_total"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_booking_items_removed_unheld"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_booking_items_added_by"), type_="unique")
        batch_op.drop_column("agreed_kept_minor")
        batch_op.drop_column("removed_at")
        batch_op.drop_column("added_by")
