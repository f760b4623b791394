"""Accounts are found by words of names and e-mails, and what was done by an account and to it is found in the audit log."""

import sqlalchemy as sa
from alembic import context, op

revision = "0008"
down_revision = "0007"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 1000


def upgrade():
    op.create_table(
        "user_words",
        sa.Column("user_id", Id, nullable=False),
        sa.Column(
            "word",
            sa.String(length=254).with_variant(sa.String(length=254, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_words_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "word", name=op.f("pk_user_words")),
    )
    with op.batch_alter_table("user_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_words_word_user_id"), ["word", "user_id"], unique=False)

    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.add_column(sa.Column("user_id", Id, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_audit_log_user_id"), "users", ["user_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_audit_log_user_id_id"), ["user_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_log_actor_id"), ["actor", "id"], unique=False)

    if not context.is_offline_mode():  # a file for a DBA makes an empty database
        write_words(op.get_bind())


def write_words(connection):
    """The words of the accounts that are there already, a thousand accounts at a time."""
    from webapp.bookings import words

    said = sa.text("INSERT INTO user_words (user_id, word) VALUES (:user_id, :word)")
    last = 0
    while users := connection.execute(USERS, {"after": last, "batch": BATCH}).all():
        last = users[-1].id
        rows = [
            {"user_id": each.id, "word": word}
            for each in users
            for word in sorted(words.of([each.name], each.email))
        ]
        if rows:
            connection.execute(said, rows)


USERS = sa.text("SELECT id, name, email FROM users WHERE id > :after ORDER BY id LIMIT :batch")


def downgrade():
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_log_actor_id"))
        batch_op.drop_index(batch_op.f("ix_audit_log_user_id_id"))
        batch_op.drop_constraint(batch_op.f("fk_audit_log_user_id"), type_="foreignkey")
        batch_op.drop_column("user_id")

    op.drop_table("user_words")
