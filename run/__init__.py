"""`make run` and `make serve`: everything up, ready, announced, and down again without leaving a process."""
