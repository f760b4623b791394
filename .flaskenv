# Read by every service in development; .env (not in the repository) comes first.
APP_ENV=development
WEBAPP_PORT=5000
FLIGHTS_PORT=5001
INTERNATIONAL_FLIGHTS_PORT=5002
HOTELS_PORT=5003
GATEWAY_PORT=5004
