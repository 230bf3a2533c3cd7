"""Documents without `kind` that configure a component: what they are is told by their keys and their path."""

from __future__ import annotations

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Envelope

ETCD = "etcd configuration"
_ETCD_KEYS = frozenset({"listen-client-urls", "initial-cluster", "client-transport-security"})


def envelope(cursor: Cursor) -> Envelope | None:
    """The kind that stands for the format of the document at `cursor`; None where nothing tells."""
    if not cursor.is_mapping:
        return None
    keys = {key for key, _ in cursor.entries()}
    if keys & _ETCD_KEYS:
        return Envelope("", ETCD)
    return None
