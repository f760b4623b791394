# ruff: noqa: F401
"""What every process of the tests has loaded before it is made, so that making one is cheap (multiprocessing's forkserver)."""

import bpp_services.air.provider
import bpp_services.flights
import bpp_services.hotels
import bpp_services.hotels.provider
import bpp_services.international_flights
import chassis.migrations
import webapp.accounts.routes
import webapp.admin.routes
import webapp.bookings.cancellation
import webapp.bookings.routes
import webapp.checkout.routes
import webapp.checkout.steps
import webapp.commands
import webapp.payments.routes
import webapp.payments.sandbox_gateway
import webapp.places.routes
import webapp.reconciliation.repairs
import webapp.search.routes
import webapp.trips.routes
