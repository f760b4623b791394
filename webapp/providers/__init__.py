"""The providers the site knows, and how one is asked."""
