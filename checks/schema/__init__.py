"""Rules about text that its reader does not understand as meant."""
