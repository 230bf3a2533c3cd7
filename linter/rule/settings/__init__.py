"""Rules that are rows of the settings table: conditions, messages, fixes, examples, all made from one record."""
