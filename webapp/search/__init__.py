"""Finding flights and hotels over all providers that can serve the search."""
