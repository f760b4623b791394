"""The provider services: small, deployed separately, each with its own database and its own bookings."""
