"""Secrets that only a controller in the cluster can decrypt."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.resource import KindSet, Resource


class SealedSecret(Resource):
    """A SealedSecret: https://github.com/bitnami-labs/sealed-secrets"""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset({("bitnami.com", "SealedSecret")})
