"""A row that is written to see whether one may, and is never kept."""

import secrets

# By schema, in a table that refers to no other: write a row, read it, change it, delete it. `:key` is the row's own.
TRIAL_ROW = {
    "travel_discovery": (
        "INSERT INTO inbox (message_key, sender, received_at) VALUES (:key, 'verification', CURRENT_TIMESTAMP)",
        "SELECT sender FROM inbox WHERE message_key = :key",
        "UPDATE inbox SET sender = sender WHERE message_key = :key",
        "DELETE FROM inbox WHERE message_key = :key",
    ),
}
TRIAL_ROW["air"] = TRIAL_ROW["hotels"] = (
    "INSERT INTO orders (transaction_id, bap_id, first_seen) VALUES (:key, 'verification', CURRENT_TIMESTAMP)",
    "SELECT bap_id FROM orders WHERE transaction_id = :key",
    "UPDATE orders SET bap_id = bap_id WHERE transaction_id = :key",
    "DELETE FROM orders WHERE transaction_id = :key",
)


def key() -> dict[str, str]:
    """A key that no row has."""
    return {"key": f"verification-{secrets.token_hex(8)}"}
