"""Until when a preview for a payment that was not completed is honoured."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column(
        "bpp_bookings", sa.Column("unpaid_preview_until", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade():
    # Not in batch mode, which would copy the table and lose its CHECKs; SQLite drops a column by itself since 3.35.
    op.drop_column("bpp_bookings", "unpaid_preview_until")
