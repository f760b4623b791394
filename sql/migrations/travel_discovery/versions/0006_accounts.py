"""Links in letters that are used once, saved travellers in order, accounts that were closed, and what is to be erased when."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CLOSED = (
    "closed_at IS NULL OR (email = '' AND name = '' AND password_hash = '' AND phone IS NULL "
    "AND email_verified_at IS NULL AND NOT is_admin)"
)
ERASED = (
    "erased_at IS NULL OR (contact_phone IS NULL AND (contact_email IS NULL OR contact_email = 'erased'))"
)
HAS_PASSPORTS_UNTIL = sa.text("passports_until IS NOT NULL")
TO_ERASE = sa.text("erasure_asked_at IS NOT NULL AND erased_at IS NULL")
HAS_DOCUMENT = sa.text("document IS NOT NULL")
PLACES = (
    "UPDATE saved_travellers SET place = (SELECT count(*) FROM saved_travellers AS mine "
    "WHERE mine.user_id = saved_travellers.user_id AND mine.id <= saved_travellers.id)"
)


def add_instant_with_check(table, column, check, condition):
    """SQLite can give a column its CHECK, but no table; and a table that others refer to is not made anew there."""
    if op.get_context().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} DATETIME CONSTRAINT {check} CHECK ({condition})")
    else:
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))
        op.create_check_constraint(op.f(check), table, condition)


def upgrade():
    add_instant_with_check("users", "closed_at", "ck_users_closed_is_erased", CLOSED)

    op.create_table(
        "account_tokens",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("purpose", sa.String(length=14), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('VERIFY_EMAIL', 'RESET_PASSWORD')", name=op.f("ck_account_tokens_purpose_known")
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_account_tokens_expires_later")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_account_tokens_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_tokens")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_account_tokens_token_digest")),
    )
    op.create_index(op.f("ix_account_tokens_user_id"), "account_tokens", ["user_id"], unique=False)
    op.create_index(op.f("ix_account_tokens_expires_at"), "account_tokens", ["expires_at"], unique=False)

    with op.batch_alter_table("saved_travellers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.SmallInteger(), nullable=True))
    op.execute(PLACES)
    with op.batch_alter_table("saved_travellers", schema=None) as batch_op:
        batch_op.alter_column("place", existing_type=sa.SmallInteger(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_saved_travellers_place"), ["user_id", "place"])
        batch_op.create_unique_constraint(
            batch_op.f("uq_saved_travellers_once"), ["user_id", "given_name", "family_name", "born_on"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_saved_travellers_not_too_many"), "place BETWEEN 1 AND 20"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_saved_travellers_gender_known"), "gender IN ('FEMALE', 'MALE', 'OTHER')"
        )
        batch_op.create_check_constraint(batch_op.f("ck_saved_travellers_has_a_name"), "family_name <> ''")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("user_id", Id, nullable=True))
        batch_op.add_column(sa.Column("secret", sa.String(length=300), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_outbox_user_id"), "users", ["user_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_outbox_user_id"), ["user_id"], unique=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_outbox_secret_until_sent"), "secret IS NULL OR state = 'READY'"
        )

    op.add_column("bookings", sa.Column("passports_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("bookings", sa.Column("erasure_asked_at", sa.DateTime(timezone=True), nullable=True))
    add_instant_with_check("bookings", "erased_at", "ck_bookings_erased_says_nobody", ERASED)
    for name, table, column, where in INDEXES:
        op.create_index(name, table, [column], unique=False, postgresql_where=where, sqlite_where=where)


INDEXES = (
    ("ix_bookings_passports_until", "bookings", "passports_until", HAS_PASSPORTS_UNTIL),
    ("ix_bookings_to_erase", "bookings", "erasure_asked_at", TO_ERASE),
    ("ix_travellers_with_document", "travellers", "booking_id", HAS_DOCUMENT),
)


def downgrade():
    for name, table, _column, where in reversed(INDEXES):
        op.drop_index(name, table_name=table, postgresql_where=where, sqlite_where=where)
    for column in ("erased_at", "erasure_asked_at", "passports_until"):
        drop_column("bookings", column, "ck_bookings_erased_says_nobody" if column == "erased_at" else None)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_outbox_secret_until_sent"), type_="check")
        batch_op.drop_index(batch_op.f("ix_outbox_user_id"))
        batch_op.drop_constraint(batch_op.f("fk_outbox_user_id"), type_="foreignkey")
        batch_op.drop_column("secret")
        batch_op.drop_column("user_id")

    with op.batch_alter_table("saved_travellers", schema=None) as batch_op:
        for check in ("has_a_name", "gender_known", "not_too_many"):
            batch_op.drop_constraint(batch_op.f(f"ck_saved_travellers_{check}"), type_="check")
        for unique in ("once", "place"):
            batch_op.drop_constraint(batch_op.f(f"uq_saved_travellers_{unique}"), type_="unique")
        batch_op.drop_column("place")

    op.drop_index(op.f("ix_account_tokens_expires_at"), table_name="account_tokens")
    op.drop_index(op.f("ix_account_tokens_user_id"), table_name="account_tokens")
    op.drop_table("account_tokens")
    drop_column("users", "closed_at", "ck_users_closed_is_erased")


def drop_column(table, column, check=None):
    """On SQLite a column's own CHECK goes with it; elsewhere it is dropped first."""
    if check and op.get_context().dialect.name != "sqlite":
        op.drop_constraint(op.f(check), table, type_="check")
    op.drop_column(table, column)
