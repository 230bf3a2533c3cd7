"""Rules about text that is not read as it is written."""
