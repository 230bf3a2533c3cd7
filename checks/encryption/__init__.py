"""Rules of the family encryption."""
