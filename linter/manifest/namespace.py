"""Namespaces and the labels by which they ask for Pod Security."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.resource import KindSet, Resource

SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease"})
"""Namespaces that Kubernetes makes for itself."""


class Namespace(Resource):
    """A namespace."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset({("", "Namespace")})
    schema = "io.k8s.api.core.v1.Namespace"

    def pod_security(self, mode: str) -> StrField:
        """Level that the namespace demands in `mode`: enforce, audit or warn."""
        return self.label(f"pod-security.kubernetes.io/{mode}")

    def pod_security_version(self, mode: str) -> StrField:
        """Version of the standards that the namespace demands in `mode`."""
        return self.label(f"pod-security.kubernetes.io/{mode}-version")
