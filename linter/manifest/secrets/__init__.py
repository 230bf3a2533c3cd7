"""Secrets in texts: what they look like, by format and by the name of what holds them. Values never leave a message."""
