"""Encryption of Secrets at rest: whether it is on, for what, and with which keys."""
