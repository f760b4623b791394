"""What every provider is; knows nothing of flights or hotels."""
