"""The hotels that a development database sells: cities, hotels, room types and rates, as plain data."""
