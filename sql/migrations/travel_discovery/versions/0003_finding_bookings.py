"""Bookings are found by every id and by words of names and e-mails, newest first within a state."""

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"

BookingId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEEDS_ATTENTION = sa.text("needs_attention IS NOT NULL")
BATCH = 1000


def upgrade():

    op.create_table(
        "booking_words",
        sa.Column("booking_id", BookingId, nullable=False),
        sa.Column(
            "word",
            sa.String(length=254).with_variant(sa.String(length=254, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_booking_words_booking_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("booking_id", "word", name=op.f("pk_booking_words")),
    )
    with op.batch_alter_table("booking_words", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_booking_words_word_booking_id"), ["word", "booking_id"], unique=False
        )

    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bookings_state"))
        batch_op.create_index(
            batch_op.f("ix_bookings_state_created_at"), ["state", "created_at"], unique=False
        )
        batch_op.create_index(
            "ix_bookings_needs_attention",
            ["created_at"],
            unique=False,
            postgresql_where=NEEDS_ATTENTION,
            sqlite_where=NEEDS_ATTENTION,
        )

    with op.batch_alter_table("booking_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_items_bpp_booking_id"), ["bpp_booking_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_booking_items_provider_booking_id"), ["provider", "booking_id"], unique=False
        )

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payments_gateway_reference"), ["gateway_reference"], unique=False
        )

    if not context.is_offline_mode():  # a file for a DBA makes an empty database
        write_words(op.get_bind())


def write_words(connection):
    """The words of the bookings that are there already, a thousand bookings at a time."""
    from webapp.bookings import words

    said = sa.text("INSERT INTO booking_words (booking_id, word) VALUES (:booking_id, :word)")
    last = 0
    while bookings := connection.execute(BOOKINGS, {"after": last, "batch": BATCH}).all():
        last = bookings[-1].id
        names = {}
        for row in connection.execute(TRAVELLERS, {"first": bookings[0].id, "last": last}):
            names.setdefault(row.booking_id, []).append(f"{row.given_name} {row.family_name}")
        rows = [
            {"booking_id": each.id, "word": word}
            for each in bookings
            for word in sorted(
                words.of([each.contact_name or "", *names.get(each.id, [])], each.contact_email)
            )
        ]
        if rows:
            connection.execute(said, rows)


BOOKINGS = sa.text(
    "SELECT id, contact_name, contact_email FROM bookings WHERE id > :after ORDER BY id LIMIT :batch"
)
TRAVELLERS = sa.text(
    "SELECT booking_id, given_name, family_name FROM travellers WHERE booking_id BETWEEN :first AND :last"
)


def downgrade():

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payments_gateway_reference"))

    with op.batch_alter_table("booking_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_items_provider_booking_id"))
        batch_op.drop_index(batch_op.f("ix_booking_items_bpp_booking_id"))

    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_bookings_needs_attention",
            postgresql_where=NEEDS_ATTENTION,
            sqlite_where=NEEDS_ATTENTION,
        )
        batch_op.drop_index(batch_op.f("ix_bookings_state_created_at"))
        batch_op.create_index(batch_op.f("ix_bookings_state"), ["state"], unique=False)

    with op.batch_alter_table("booking_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_words_word_booking_id"))

    op.drop_table("booking_words")
