"""Invoices: what was charged for a booking with its taxes, numbered without gaps, and what was credited again."""
