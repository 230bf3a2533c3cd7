"""The rules of hullmark: one rule a file, its id is its path."""
