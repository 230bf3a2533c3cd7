"""Rules about versions: feature gates, and what a version no longer has."""
