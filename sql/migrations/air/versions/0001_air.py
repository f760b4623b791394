"""Airports, the timetable, departures, orders, bookings and passengers of a flight service."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade():

    op.create_table(
        "airports",
        sa.Column("iata", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("std_code", sa.String(length=8), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("iata", name=op.f("pk_airports")),
        sa.UniqueConstraint("iata", "country", name=op.f("uq_airports_airport_in_country")),
    )
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
        "flights",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("flight_number", sa.String(length=7), nullable=False),
        sa.Column("airline_code", sa.String(length=2), nullable=False),
        sa.Column("airline_name", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=3), nullable=False),
        sa.Column("destination", sa.String(length=3), nullable=False),
        sa.Column("origin_country", sa.String(length=3), nullable=False),
        sa.Column("destination_country", sa.String(length=3), nullable=False),
        sa.Column("market", sa.String(length=32), nullable=False),
        sa.Column("departs_at", sa.Time(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("aircraft", sa.String(length=40), nullable=False),
        sa.Column("days_of_week", sa.String(length=7), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(market = 'domestic') = (origin_country = destination_country)",
            name=op.f("ck_flights_market_fits_countries"),
        ),
        sa.CheckConstraint("duration_minutes BETWEEN 1 AND 1440", name=op.f("ck_flights_duration_plausible")),
        sa.CheckConstraint("origin <> destination", name=op.f("ck_flights_goes_somewhere")),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_flights_valid_in_order")),
        sa.ForeignKeyConstraint(
            ["destination", "destination_country"],
            ["airports.iata", "airports.country"],
            name=op.f("fk_flights_destination_destination_country"),
        ),
        sa.ForeignKeyConstraint(["market"], ["service_identity.market"], name=op.f("fk_flights_market")),
        sa.ForeignKeyConstraint(
            ["origin", "origin_country"],
            ["airports.iata", "airports.country"],
            name=op.f("fk_flights_origin_origin_country"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flights")),
        sa.UniqueConstraint("flight_number", "valid_from", name=op.f("uq_flights_flight_number_from")),
    )
    with op.batch_alter_table("flights", schema=None) as batch_op:
        batch_op.create_index("ix_flights_origin_destination", ["origin", "destination"], unique=False)

    op.create_table(
        "departures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("flight_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("departs_on", sa.Date(), nullable=False),
        sa.Column("departs_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cabin", sa.String(length=16), nullable=False),
        sa.Column("fare_minor", sa.BigInteger(), nullable=False),
        sa.Column("airport_charges_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("seats_available", sa.Integer(), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "cabin IN ('ECONOMY', 'PREMIUM_ECONOMY', 'BUSINESS')", name=op.f("ck_departures_cabin_known")
        ),
        sa.CheckConstraint(
            "fare_minor > 0 AND airport_charges_minor >= 0", name=op.f("ck_departures_price_positive")
        ),
        sa.CheckConstraint(
            "seats_available BETWEEN 0 AND seats", name=op.f("ck_departures_seats_available_within_seats")
        ),
        sa.ForeignKeyConstraint(["flight_id"], ["flights.id"], name=op.f("fk_departures_flight_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departures")),
        sa.UniqueConstraint(
            "flight_id", "departs_on", "cabin", name=op.f("uq_departures_one_departure_per_cabin_and_day")
        ),
    )
    op.create_table(
        "bpp_bookings",
        sa.Column("flight_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("departure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
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
            "refund_minor BETWEEN 0 AND total_minor", name=op.f("ck_bpp_bookings_refund_within_total")
        ),
        sa.CheckConstraint("seats BETWEEN 1 AND 9", name=op.f("ck_bpp_bookings_seats_plausible")),
        sa.CheckConstraint(
            "total_minor = fare_minor + tax_minor AND fare_minor >= 0 AND tax_minor >= 0",
            name=op.f("ck_bpp_bookings_total_adds_up"),
        ),
        sa.ForeignKeyConstraint(
            ["bap_id", "beckn_transaction_id"],
            ["orders.bap_id", "orders.transaction_id"],
            name=op.f("fk_bpp_bookings_bap_id_beckn_transaction_id"),
        ),
        sa.ForeignKeyConstraint(
            ["departure_id"], ["departures.id"], name=op.f("fk_bpp_bookings_departure_id")
        ),
        sa.ForeignKeyConstraint(["flight_id"], ["flights.id"], name=op.f("fk_bpp_bookings_flight_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bpp_bookings")),
        sa.UniqueConstraint(
            "bap_id", "beckn_transaction_id", name=op.f("uq_bpp_bookings_one_booking_per_order")
        ),
        sa.UniqueConstraint("bpp_booking_id", name=op.f("uq_bpp_bookings_bpp_booking_id")),
    )
    with op.batch_alter_table("bpp_bookings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_bpp_bookings_held",
            ["departure_id", "held_until"],
            unique=False,
            postgresql_where=sa.text("booking_status = 'HELD'"),
            sqlite_where=sa.text("booking_status = 'HELD'"),
        )
        batch_op.create_index(
            batch_op.f("ix_bpp_bookings_platform_booking_id"), ["platform_booking_id"], unique=False
        )

    op.create_table(
        "passengers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("gender", sa.String(length=6), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("document", sa.String(length=1000), nullable=True),
        sa.Column("ticket_number", sa.String(length=13), nullable=True),
        sa.CheckConstraint("kind IN ('ADULT', 'CHILD', 'INFANT')", name=op.f("ck_passengers_kind_known")),
        sa.ForeignKeyConstraint(["booking_id"], ["bpp_bookings.id"], name=op.f("fk_passengers_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passengers")),
        sa.UniqueConstraint("booking_id", "place", name=op.f("uq_passengers_one_passenger_per_place")),
        sa.UniqueConstraint("ticket_number", name=op.f("uq_passengers_ticket_number")),
    )


def downgrade():

    op.drop_table("passengers")
    with op.batch_alter_table("bpp_bookings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bpp_bookings_platform_booking_id"))
        batch_op.drop_index(
            "ix_bpp_bookings_held",
            postgresql_where=sa.text("booking_status = 'HELD'"),
            sqlite_where=sa.text("booking_status = 'HELD'"),
        )

    op.drop_table("bpp_bookings")
    op.drop_table("departures")
    with op.batch_alter_table("flights", schema=None) as batch_op:
        batch_op.drop_index("ix_flights_origin_destination")

    op.drop_table("flights")
    op.drop_table("service_identity")
    op.drop_table("orders")
    op.drop_table("airports")
