"""The rooms that touch disk and git: which files there are, and their bytes."""
