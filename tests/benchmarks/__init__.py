"""What the services can do, measured through their real doors: `make bench`."""
