"""Documents: what a traveller carries and shows: the ticket, its check, and the trip as a calendar file."""
