"""Settings of the controller manager: its identity, its keys, and what it serves."""
