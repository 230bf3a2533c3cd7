"""Rules about what subjects can do: rows over the catalogue of powers."""
