"""Policies of service meshes: who must encrypt, and whose requests an application gets to see.

https://istio.io/latest/docs/reference/config/security/ and https://linkerd.io/2/reference/authorization-policy/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import KindSet, Resource

ISTIO, LINKERD = "security.istio.io", "policy.linkerd.io"
DEFAULT_POLICY = "config.linkerd.io/default-inbound-policy"


class MeshPolicy(Resource):
    """A policy of Istio or Linkerd, or a namespace, which may carry one as an annotation."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset(
        {
            (ISTIO, "PeerAuthentication"),
            (ISTIO, "AuthorizationPolicy"),
            (LINKERD, "Server"),
            (LINKERD, "AuthorizationPolicy"),
            ("", "Namespace"),
        }
    )

    @property
    def modes(self) -> Iterator[Cursor]:
        """Modes of mutual TLS that a PeerAuthentication sets, of the workload and of single ports."""
        if self.kind != "PeerAuthentication":
            return
        spec = self.cursor.get("spec")
        for at in (spec.get("mtls", "mode"), *(port.get("mode") for _, port in spec.get("portLevelMtls").entries())):
            if at.present:
                yield at

    @property
    def access_policy(self) -> Cursor:
        """What Linkerd lets in by default: at a Server, or in a namespace."""
        if self.kind == "Namespace":
            return self.cursor.get("metadata", "annotations", DEFAULT_POLICY)
        return self.cursor.get("spec", "accessPolicy")

    @property
    def allow_rules(self) -> tuple[Cursor, ...]:
        """Rules by which an AuthorizationPolicy of Istio allows requests."""
        spec = self.cursor.get("spec")
        if self.gk != (ISTIO, "AuthorizationPolicy") or (spec.get("action").text or "ALLOW") != "ALLOW":
            return ()
        return tuple(spec.get("rules").items())

    @property
    def is_for_one_workload(self) -> bool:
        """Whether it names a workload and not a whole namespace."""
        spec = self.cursor.get("spec")
        return any(spec.get(name).present for name in ("selector", "targetRef", "targetRefs"))
