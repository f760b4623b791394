"""What the people who look after bookings see; a 404 for everybody else."""
