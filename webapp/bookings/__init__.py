"""Bookings: what was booked, where it stands, and how it is cancelled."""
