"""Rules of the family audit."""
