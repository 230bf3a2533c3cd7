"""What is said to ingress-nginx: Ingresses of its class, and its ConfigMap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.fields import StrMapField
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import Container
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.gateways import gateway_pods
from hullmark.linter.model.exposure.ingress_classes import class_field, gateway_kind
from hullmark.linter.model.exposure.nginx import configuration
from hullmark.linter.patterns import regex
from hullmark.linter.records import record

_VERSION = regex(r"v?(\d+)\.(\d+)(?:\.|$|-)")
_FORBIDDEN_SINCE = (1, 9)
_CONTROLLER = "ingress-nginx/controller"


@record(eq=False)
class NginxIngress:
    """An Ingress that ingress-nginx serves, or may serve: its class is of nginx, or nobody knows it."""

    kinds: ClassVar[KindSet | None] = Ingress.kinds

    bundle: Bundle
    ingress: Ingress

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[NginxIngress]:
        """Every such Ingress of the bundle."""
        for ingress in bundle.each(Ingress):
            if gateway_kind(ingress, bundle) in ("nginx", "") or class_field(ingress, bundle) is None:
                yield cls(bundle, ingress)

    @property
    def place(self) -> Place:
        """Its name."""
        return self.ingress.place


@record(eq=False)
class NginxConfiguration:
    """The ConfigMap of ingress-nginx. `snippets_by_default`: a controller so old that it allows them unasked."""

    kinds: ClassVar[KindSet] = frozenset({("", "ConfigMap")})

    name: str
    place: Place
    data: StrMapField
    snippets_by_default: Place | None

    def __str__(self) -> str:
        return f"ConfigMap {self.name!r}"

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[NginxConfiguration]:
        """The one of the bundle, if there is one."""
        found = configuration(bundle)
        if found is not None:
            old = next((each.image.place for each in _controllers(bundle) if _is_old(each)), None)
            yield cls(found.name, found.place, found.data, old)


def _controllers(bundle: Bundle) -> Iterator[Container]:
    for pod in gateway_pods("nginx", bundle):
        for container in pod.containers:
            reference = container.image_reference
            if reference is not None and reference.path.endswith(_CONTROLLER):
                yield container


def _is_old(container: Container) -> bool:
    reference = container.image_reference
    found = None if reference is None else _VERSION.match(reference.tag)
    return found is not None and (int(found[1]), int(found[2])) < _FORBIDDEN_SINCE
