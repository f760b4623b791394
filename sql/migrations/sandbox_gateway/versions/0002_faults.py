"""What shall go wrong with a payment, and with the webhook of an event."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WEBHOOK = "('webhook_lost', 'webhook_twice', 'webhook_late')"
FAULTS = (
    "('capture_refused', 'void_refused', 'refund_refused', 'captures_at_once', 'pays_late',"
    " 'webhook_lost', 'webhook_twice', 'webhook_late')"
)


def upgrade():
    op.create_table(
        "faults",
        sa.Column("payment_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("left_over", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN {FAULTS}", name="kind_known"),
        sa.CheckConstraint("left_over >= 0", name="left_counted"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"]),
        sa.PrimaryKeyConstraint("payment_id", "kind"),
    )
    with op.batch_alter_table("events") as events:
        events.add_column(sa.Column("fault", sa.String(20), nullable=True))
        events.create_check_constraint("fault_known", f"fault IN {WEBHOOK}")


def downgrade():
    with op.batch_alter_table("events") as events:
        events.drop_constraint("fault_known", type_="check")
        events.drop_column("fault")
    op.drop_table("faults")
