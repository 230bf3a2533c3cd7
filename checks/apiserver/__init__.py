"""Settings of the API server: who may ask, over which connection, and what it believes."""
