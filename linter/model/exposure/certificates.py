"""Which hosts a certificate is for."""

from __future__ import annotations


def covers(pattern: str, host: str) -> bool:
    """Whether a host of a certificate is this host; a wildcard stands for one label."""
    if pattern.startswith("*."):
        return host == pattern or host.partition(".")[2] == pattern[2:]
    return pattern == host
