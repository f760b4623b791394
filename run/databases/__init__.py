"""`make databases`, `make verify-databases`, `make ddl`: four PostgreSQL databases, made, proven separate, written out."""
