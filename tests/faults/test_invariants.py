"""Each invariant fails when one row is not as it should be: a check that cannot fail proves nothing."""

from contextlib import ExitStack

from sqlalchemy import text

from tests import invariants
from tests.trips import HOTEL, Trip

# The rule, whose database is changed, and how. Three trips to one flight are there: held and sent to pay, booked, cancelled
# for a fee; and a room is booked.
MUTANTS = [
    (invariants.nothing_of_an_inventory_is_lost, "flights", "UPDATE departures SET seats_available = seats_available - 1"),
    (invariants.nothing_of_an_inventory_is_lost, "hotels", "UPDATE room_nights SET rooms_available = rooms_available + 1 WHERE rooms_available < rooms AND night = '2026-12-12'"),
    (invariants.every_provider_booking_is_an_items, "site", "UPDATE booking_items SET transaction_id = 'x' WHERE id = {held}"),
    (invariants.every_provider_booking_is_an_items, "site", "UPDATE booking_items SET bpp_booking_id = 'x' WHERE id = {held}"),
    (invariants.every_provider_booking_is_an_items, "flights", "UPDATE bpp_bookings SET platform_booking_id = 'x'"),
    (invariants.every_item_is_what_its_provider_says, "flights", "UPDATE bpp_bookings SET booking_status = 'CANCELLED' WHERE id = {booked}"),
    (invariants.every_item_is_what_its_provider_says, "flights", "UPDATE bpp_bookings SET booking_status = 'CONFIRMED', held_until = NULL WHERE id = {held}"),
    (invariants.what_a_provider_keeps_for_us_has_somebody_who_ends_it, "site", "UPDATE saga_steps SET state = 'DROPPED'"),
    (invariants.no_hold_lasts_longer_here_than_there, "site", "UPDATE booking_items SET held_until = '2026-12-01 05:00:00+00' WHERE id = {held}"),
    (invariants.the_amounts_are_the_providers, "flights", "UPDATE bpp_bookings SET total_minor = total_minor + 1, tax_minor = tax_minor + 1"),
    (invariants.the_amounts_are_the_providers, "flights", "UPDATE bpp_bookings SET refund_minor = refund_minor + 1 WHERE id = {cancelled}"),
    (invariants.every_payment_is_its_entries, "site", "DELETE FROM ledger_entries WHERE kind = 'REFUND'"),
    (invariants.every_fee_kept_is_an_entry, "site", "DELETE FROM ledger_entries WHERE kind = 'FEE_KEPT'"),
    (invariants.captured_less_refunded_is_what_was_sold, "site", "UPDATE payments SET refunded_minor = refunded_minor + 1 WHERE state = 'CAPTURED'"),
    (invariants.nothing_is_final_while_money_is_held, "site", "UPDATE payments SET state = 'AUTHORISED' WHERE state = 'CAPTURED'"),
    (invariants.nothing_is_final_while_money_is_held, "gateway", "UPDATE payments SET state = 'AUTHORISED', captured_minor = 0 WHERE state = 'CAPTURED'"),
    (invariants.no_money_is_taken_before_everything_is_confirmed, "gateway", "UPDATE payments SET state = 'CAPTURED', authorised_minor = amount_minor, captured_minor = amount_minor WHERE state = 'OPEN'"),
    (invariants.the_gateway_and_we_know_of_the_same_money, "gateway", "UPDATE payments SET reference = 'x' WHERE state = 'OPEN'"),
    (invariants.the_gateway_and_we_know_of_the_same_money, "gateway", "UPDATE payments SET amount_minor = amount_minor + 1"),
    (invariants.the_gateway_and_we_know_of_the_same_money, "gateway", "UPDATE payments SET refunded_minor = refunded_minor - 1 WHERE state = 'PARTIALLY_REFUNDED'"),
    (invariants.the_gateway_and_we_know_of_the_same_money, "gateway", "UPDATE payments SET refunded_minor = refunded_minor + 1 WHERE state = 'PARTIALLY_REFUNDED'"),
    (invariants.whatever_is_not_at_rest_has_a_next_step, "site", "UPDATE saga_steps SET state = 'DONE'"),
    (invariants.what_is_at_rest_has_nothing_left_to_do, "site", "UPDATE saga_steps SET state = 'READY' WHERE kind = 'CAPTURE'"),
    (invariants.the_traveller_is_told_once, "site", "DELETE FROM outbox WHERE template = 'cancelled'"),
    (invariants.the_traveller_is_told_once, "site", "INSERT INTO outbox (booking_id, template, dedupe_key, recipient, payload, state, attempts, fence, run_at, created_at) SELECT booking_id, template, 'x', recipient, payload, state, attempts, fence, run_at, created_at FROM outbox WHERE booking_id = {booked}"),
    (invariants.what_is_sold_and_what_goes_back_has_its_paper, "site", "UPDATE invoices SET subject = 'x' WHERE kind = 'INVOICE' AND number = 1"),
    (invariants.what_is_sold_and_what_goes_back_has_its_paper, "site", "DELETE FROM invoices WHERE kind = 'CREDIT_NOTE'"),
]  # fmt: skip


def test_each_rule_says_what_is_not_so(database, faulty, in_site, clock):
    numbers = dict(
        zip(("held", "booked", "cancelled"), (trip.item.id for trip in the_trips(faulty)), strict=True)
    )
    silent = []

    for rule, service, change in MUTANTS:
        with ExitStack() as stack:
            connections = invariants.connect(faulty.services, stack)
            connections[service].execute(
                text(change.format(**numbers))
            )  # and rolled back at the end of the block
            said = invariants.broken(connections, invariants.site_id(faulty.services))
        if not any(each.startswith(f"{rule.__name__}: ") for each in said):
            silent.append((change, said))

    assert silent == []
    assert faulty.wrong() == []


def the_trips(faulty) -> list[Trip]:
    """Held and sent to pay, booked, cancelled; their items and the provider's bookings have the same numbers."""
    held, booked, cancelled, room = faulty.trip(), faulty.trip(), faulty.trip(), faulty.trip(HOTEL)
    held.hold()
    held.open_payment()
    for trip in (booked, cancelled, room):
        assert trip.book() == "CONFIRMED"
    faulty.clock.forward(minutes=61)
    assert cancelled.cancel() == "CANCELLED"
    return [held, booked, cancelled]


def test_every_rule_has_been_seen_to_fail():
    assert {rule for rule, _, _ in MUTANTS} == set(invariants.RULES)
