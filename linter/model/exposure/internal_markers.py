"""Markers that are meant to keep something inside and do not act."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.fields import StrField, StrMapField
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.markers import Marker, class_rows, service_markers, written
from hullmark.linter.model.exposure.platforms import platform
from hullmark.linter.model.exposure.zones import Zone
from hullmark.linter.records import record

_OPPOSITE = frozenset({"", "false", "external", "internet-facing", "internet", "public", "managed", "none"})
_IN_TREE = ("nlb", "classic")
_SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"
_TYPE = "service.beta.kubernetes.io/aws-load-balancer-type"
_OTHER_CLASSES = {"nginx", "traefik", "haproxy", "kong", "contour", "openshift-default"}
_PLATFORMS = {
    "service.k8s.aws/nlb": "aws",
    "eks.amazonaws.com/nlb": "aws",
    "networking.gke.io/l4-regional-internal": "gcp",
    "networking.gke.io/l4-regional-external": "gcp",
    "tailscale": "tailscale",
    "alibabacloud.com/nlb": "alibaba",
}


@record
class InternalMarker:
    """A written marker that can keep an object inside; `defect` says why it does not act as it reads, or is empty."""

    kinds: ClassVar[KindSet] = frozenset(
        {
            ("", "Service"),
            ("networking.k8s.io", "Ingress"),
            ("extensions", "Ingress"),
            ("gateway.networking.k8s.io", "Gateway"),
        }
    )

    resource: Resource
    field: StrField
    key: str
    defect: str

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[InternalMarker]:
        """Markers of Services, Ingresses and Gateways, in file order by kind."""
        for service in bundle.each(Service):
            yield from _of_service(service, platform(bundle))
        for ingress in bundle.each(Ingress):
            yield from _of_ingress(ingress)
        for gateway in bundle.by_kind("gateway.networking.k8s.io", "Gateway"):
            annotations = StrMapField(gateway.cursor.get("spec", "infrastructure", "annotations"))
            for row, field in _internal(service_markers(), annotations):
                yield InternalMarker(gateway, field, row.key, _misread(row, field))


def _internal(rows: tuple[Marker, ...], annotations: StrMapField) -> Iterator[tuple[Marker, StrField]]:
    return ((row, field) for row, field in written(rows, annotations) if row.is_internal and not field.templated)


def _of_service(service: Service, cloud: str) -> Iterator[InternalMarker]:
    rows = service_markers()
    acting = [
        (row, field)
        for row, field in written(rows, service.annotations)
        if field.value is not None and row.acts(field.value)
    ]
    for row, field in _internal(rows, service.annotations):
        defect = _misread(row, field)
        if not defect and field.value is not None and row.acts(field.value) and not row.any_type:
            defect = _misplaced(service, row, acting) or _foreign(row, acting, cloud)
        yield InternalMarker(service, field, row.key, defect)


def _misplaced(service: Service, row: Marker, acting: list[tuple[Marker, StrField]]) -> str:
    kind = service.effective_type
    if kind is None:
        return ""
    if kind != "LoadBalancer":
        return f"the Service is of type {kind} and has no load balancer"
    return _overruled(service, row, acting)


def _overruled(service: Service, row: Marker, acting: list[tuple[Marker, StrField]]) -> str:
    public = next((each for each, _ in acting if each.platform == row.platform and each.zone is Zone.INTERNET), None)
    if public is not None:
        return f"{public.key} says the opposite"
    known = _PLATFORMS.get(service.load_balancer_class.value or "")
    if known is not None and known != row.platform:
        return f"class {service.load_balancer_class.value} belongs to another platform"
    by_type = service.annotation(_TYPE)
    others = any(each.key != _SCHEME and each.is_internal for each, _ in acting)
    if row.key == _SCHEME and by_type.among(_IN_TREE) and not others:
        return f"{_TYPE}: {by_type.value} chooses the in-tree controller, which does not read it"
    return ""


def _foreign(row: Marker, acting: list[tuple[Marker, StrField]], cloud: str) -> str:
    """Why a marker does not act in the cloud of the input; markers of several clouds beside each other are usual."""
    if not cloud or row.platform == cloud or any(each.platform == cloud for each, _ in acting):
        return ""
    return f"the load balancers of the input are those of {cloud}, which does not read it"


def _misread(row: Marker, field: StrField) -> str:
    """Why a value does not act as it reads; empty for values that do."""
    value = field.value
    if value is None:
        return "annotations are strings: the API server refuses the value" if field.text is not None else ""
    said = value.strip().lower()
    if row.other_than:
        return "every value but 'false' counts as true" if said == "false" and row.acts(value) else ""
    if not row.equals or row.acts(value) or said in _OPPOSITE:
        return ""
    if said in row.equals or row.equals == ("true",):
        return f"only {row.equals[0]!r} acts"
    return ""


def _of_ingress(ingress: Ingress) -> Iterator[InternalMarker]:
    name = ingress.class_name.value
    rows = class_rows("ingress")
    classes = {row.name for row in rows if row.name} | _OTHER_CLASSES
    for row in rows:
        if row.marker is None:
            continue
        for marker, field in _internal((row.marker,), ingress.annotations):
            defect = _misread(marker, field)
            if not defect and field.value is not None and marker.acts(field.value) and name in classes - {row.name}:
                defect = f"class {name} does not read it"
            yield InternalMarker(ingress, field, marker.key, defect)
