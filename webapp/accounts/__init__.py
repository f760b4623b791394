"""Accounts: registering, signing in and out, and what a traveller keeps here."""
