"""A trip that is being put together: a DRAFT booking, found by the session or the user."""
