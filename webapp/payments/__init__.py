"""Payments: what the site asks of a payment gateway, and the gateways that it can ask."""
