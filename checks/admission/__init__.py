"""Rules of the family admission."""
