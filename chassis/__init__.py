"""What every service stands on: settings, one database, a clock, health, metrics and logs. Knows nothing of travel."""
