"""Places: cities and airports by any of their names."""
