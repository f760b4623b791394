"""What nobody visits is brought to its end by the worker."""

from webapp.checkout.worker import worker


def test_the_worker_ends_a_checkout_that_nobody_visits(database, in_site, a_trip, seats, clock):
    trip = a_trip(seats=5)
    trip.hold()
    clock.forward(minutes=13)

    result = in_site.test_cli_runner().invoke(worker, ["--once"])

    assert result.exit_code == 0, result.output
    assert trip.state == "EXPIRED"
    assert seats.counts() == {"RELEASED": 1, "available": 5}
