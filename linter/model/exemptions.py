"""Exemptions from Pod Security beside what the input deploys: an exempt namespace matters where pods run in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, Self

from hullmark.linter.manifest.components.documents import PodSecurityConfiguration
from hullmark.linter.manifest.components.glance import may_exempt
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle

_SYSTEM = (
    *("kube-", "cattle-", "openshift", "gatekeeper-", "calico-", "tigera-", "cilium", "istio-", "cert-manager"),
    *("longhorn-", "metallb-", "rook-", "ingress-nginx", "local-path-storage"),
)
_SYSTEM_ENDS = ("-system", "-operator")


class Exemptions(PodSecurityConfiguration):
    """A configuration of the PodSecurity plugin in its bundle."""

    kinds = PodSecurityConfiguration.kinds
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_exempt)

    bundle: Bundle

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[Self]:
        """Every one of a bundle, itself or inside another object."""
        for group, kind in sorted(cls.kinds or ()):
            for resource in bundle.by_kind(group, kind):
                for found in cls.of(resource) if may_exempt(resource) else ():
                    found.bundle = bundle
                    yield found

    @property
    def namespaces(self) -> Iterator[Cursor]:
        """Namespaces that are exempt."""
        return self.cursor.get("exemptions", "namespaces").items()

    def deploys_into(self, namespace: str) -> bool:
        """Whether the bundle puts pods into a namespace that belongs to no known part of a platform."""
        if namespace.startswith(_SYSTEM) or namespace.endswith(_SYSTEM_ENDS):
            return False
        return bool(self.bundle.pods_in(namespace))
