"""What the services fly in a development database: airports, airlines, flights and fares, as plain data."""
