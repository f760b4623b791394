"""Hotels, room types, nights, orders, bookings and guests of the hotels service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "hotels",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("area_code", sa.String(length=10), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("std_code", sa.String(length=8), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("check_in_time", sa.Time(), nullable=False),
        sa.Column("check_out_time", sa.Time(), nullable=False),
        sa.CheckConstraint("stars BETWEEN 0 AND 5", name=op.f("ck_hotels_stars_plausible")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotels")),
    )
    with op.batch_alter_table("hotels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hotels_std_code"), ["std_code"], unique=False)

    op.create_table(
        "orders",
        sa.Column("bap_id", sa.String(length=128), nullable=False),
        sa.Column("transaction_id", sa.String(length=36), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bap_id", "transaction_id", name=op.f("pk_orders")),
    )
    op.create_table(
        "service_identity",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("market", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_service_identity_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_identity")),
        sa.UniqueConstraint("market", name=op.f("uq_service_identity_market")),
    )
    op.create_table(
        "room_types",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hotel_id", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("board", sa.String(length=16), nullable=False),
        sa.Column("size_m2", sa.Integer(), nullable=True),
        sa.CheckConstraint("board IN ('BREAKFAST', 'ROOM_ONLY')", name=op.f("ck_room_types_board_known")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 8", name=op.f("ck_room_types_capacity_plausible")),
        sa.ForeignKeyConstraint(["hotel_id"], ["hotels.id"], name=op.f("fk_room_types_hotel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_types")),
        sa.UniqueConstraint("hotel_id", "code", name=op.f("uq_room_types_one_type_per_code")),
    )
    op.create_table(
        "bpp_bookings",
        sa.Column("hotel_id", sa.String(length=60), nullable=False),
        sa.Column("room_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("check_in", sa.Date(), nullable=False),
        sa.Column("check_out", sa.Date(), nullable=False),
        sa.Column("rooms", sa.Integer(), nullable=False),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("bap_terms", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bpp_booking_id", sa.String(length=16), nullable=False),
        sa.Column("platform_booking_id", sa.String(length=32), nullable=False),
        sa.Column("bap_id", sa.String(length=128), nullable=False),
        sa.Column("beckn_transaction_id", sa.String(length=36), nullable=False),
        sa.Column("beckn_message_id", sa.String(length=36), nullable=False),
        sa.Column("fare_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("refund_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("sold", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("terms", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("billed_to", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("payment_reference", sa.String(length=64), nullable=True),
        sa.Column("booking_status", sa.String(length=16), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=3), nullable=True),
        sa.Column("kept_percent", sa.String(length=8), nullable=True),
        sa.Column("preview_percent", sa.String(length=8), nullable=True),
        sa.Column("preview_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(booking_status <> 'CONFIRMED') OR held_until IS NULL",
            name=op.f("ck_bpp_bookings_confirmed_has_no_end"),
        ),
        sa.CheckConstraint(
            "(booking_status <> 'HELD') OR held_until IS NOT NULL",
            name=op.f("ck_bpp_bookings_held_has_an_end"),
        ),
        sa.CheckConstraint(
            "booking_status IN ('HELD', 'CONFIRMED', 'CANCELLED', 'RELEASED', 'EXPIRED')",
            name=op.f("ck_bpp_bookings_booking_status_known"),
        ),
        sa.CheckConstraint(
            "adults >= rooms AND children >= 0", name=op.f("ck_bpp_bookings_an_adult_in_each_room")
        ),
        sa.CheckConstraint("check_out > check_in", name=op.f("ck_bpp_bookings_check_out_after_check_in")),
        sa.CheckConstraint(
            "refund_minor BETWEEN 0 AND total_minor", name=op.f("ck_bpp_bookings_refund_within_total")
        ),
        sa.CheckConstraint("rooms BETWEEN 1 AND 8", name=op.f("ck_bpp_bookings_rooms_plausible")),
        sa.CheckConstraint(
            "total_minor = fare_minor + tax_minor AND fare_minor >= 0 AND tax_minor >= 0",
            name=op.f("ck_bpp_bookings_total_adds_up"),
        ),
        sa.ForeignKeyConstraint(
            ["bap_id", "beckn_transaction_id"],
            ["orders.bap_id", "orders.transaction_id"],
            name=op.f("fk_bpp_bookings_bap_id_beckn_transaction_id"),
        ),
        sa.ForeignKeyConstraint(["hotel_id"], ["hotels.id"], name=op.f("fk_bpp_bookings_hotel_id")),
        sa.ForeignKeyConstraint(
            ["room_type_id"], ["room_types.id"], name=op.f("fk_bpp_bookings_room_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bpp_bookings")),
        sa.UniqueConstraint(
            "bap_id", "beckn_transaction_id", name=op.f("uq_bpp_bookings_one_booking_per_order")
        ),
        sa.UniqueConstraint("bpp_booking_id", name=op.f("uq_bpp_bookings_bpp_booking_id")),
    )
    with op.batch_alter_table("bpp_bookings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_bpp_bookings_held",
            ["room_type_id", "held_until"],
            unique=False,
            postgresql_where=sa.text("booking_status = 'HELD'"),
            sqlite_where=sa.text("booking_status = 'HELD'"),
        )
        batch_op.create_index(
            batch_op.f("ix_bpp_bookings_platform_booking_id"), ["platform_booking_id"], unique=False
        )

    op.create_table(
        "room_nights",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("room_type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("rate_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rooms", sa.Integer(), nullable=False),
        sa.Column("rooms_available", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate_minor > 0", name=op.f("ck_room_nights_rate_positive")),
        sa.CheckConstraint(
            "rooms_available BETWEEN 0 AND rooms", name=op.f("ck_room_nights_rooms_available_within_rooms")
        ),
        sa.ForeignKeyConstraint(
            ["room_type_id"], ["room_types.id"], name=op.f("fk_room_nights_room_type_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_nights")),
        sa.UniqueConstraint("room_type_id", "night", name=op.f("uq_room_nights_one_row_per_night")),
    )
    op.create_table(
        "guests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("gender", sa.String(length=6), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bpp_bookings.id"], name=op.f("fk_guests_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guests")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_guests_one_guest_per_booking")),
    )


def downgrade():
    op.drop_table("guests")
    op.drop_table("room_nights")
    with op.batch_alter_table("bpp_bookings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bpp_bookings_platform_booking_id"))
        batch_op.drop_index(
            "ix_bpp_bookings_held",
            postgresql_where=sa.text("booking_status = 'HELD'"),
            sqlite_where=sa.text("booking_status = 'HELD'"),
        )

    op.drop_table("bpp_bookings")
    op.drop_table("room_types")
    op.drop_table("service_identity")
    op.drop_table("orders")
    with op.batch_alter_table("hotels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hotels_std_code"))

    op.drop_table("hotels")
