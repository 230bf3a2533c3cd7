"""Settings of the scheduler."""
