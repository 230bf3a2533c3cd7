"""Rules about what can be reached from outside."""
