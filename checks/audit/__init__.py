"""Audit policies and logs: whether an attack would leave a trace."""
