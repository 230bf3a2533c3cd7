"""What is open beyond what its owner says of it."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Severity
from hullmark.linter.model.exposure.publicness import is_public
from hullmark.linter.model.exposure.visibility import INTERNAL, PUBLIC, Publication, declared, is_named
from hullmark.linter.model.exposure.zones import Zone
from hullmark.linter.rule import Hit, Option, Row, Rule, because, manifest


def _internal(rule: Rule[Publication], found: Publication) -> Iterator[Hit]:
    said = declared(found.bundle, found.resource)
    zone = found.zone.zone
    if said is None or zone is None or zone <= said.zone:
        return
    if said.zone is Zone.PRIVATE and zone is not Zone.INTERNET:
        return
    meant = {Zone.CLUSTER: "internal"}.get(said.zone, said.zone.label)
    yield rule.hit(
        found.opening,
        f"{found.resource} is declared {meant} and is open to {zone.words}",
        *([] if said.place is None else [because(said.place, "declared here")]),
        confidence=min(rule.confidence, found.zone.confidence),
        subject_name=found.resource.name,
    )


def _undeclared(rule: Rule[Publication], found: Publication) -> Iterator[Hit]:
    listed = rule.texts(found.context, PUBLIC)
    if not listed or found.behind or not is_public(found.zone, found.bundle):
        return
    if not is_named(found.bundle, found.resource, PUBLIC):
        yield rule.hit(found.resource, f"{found.resource} is public and is not in {PUBLIC}")


_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata:
      name: reports
      namespace: shop
      labels: {{hullmark.io/visibility: {visibility}}}
    spec:
      type: {type}
      ports: [{{port: 443}}]
"""
_INGRESS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: shop{mark}
      namespace: shop
    spec:
      ingressClassName: nginx
      tls: [{{hosts: [shop.example.com]}}]
      rules:
        - host: shop.example.com
          http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}
"""

RULES = (
    Row(
        "exposure/internal-service-exposed",
        Publication,
        "Object that is declared internal is open.\n\n"
        "Its owner relies on nobody outside reaching it, and asks callers for nothing. A later change opened\n"
        "it all the same.\n\n"
        "Close it, or change `hullmark.io/visibility` on purpose.",
        _internal,
        severity=Severity.HIGH,
        controls=("NSA/network-separation-and-hardening", "MITRE/T1133", "MITRE/T1190"),
        options=(Option(INTERNAL, (), "Objects that are internal, as namespace/Kind/name globs."),),
        bad=(manifest(_SERVICE.format(visibility="internal", type="NodePort  # ! declared internal")),),
        good=(manifest(_SERVICE.format(visibility="public", type="NodePort")),),
    ),
    Row(
        "exposure/undeclared-public-endpoint",
        Publication,
        "Public endpoint is not in the list of public ones.\n\n"
        "What is public without anybody having decided so is watched by nobody.\n\n"
        "Close it, or add it to `exposure.public-allow-list`.",
        _undeclared,
        severity=Severity.HIGH,
        controls=("NSA/network-separation-and-hardening", "MITRE/T1190"),
        options=(Option(PUBLIC, (), "The only endpoints that may be public, as namespace/Kind/name globs."),),
        bad=(manifest(_INGRESS.format(mark="  # ! is public"), options={PUBLIC: ("shop/Ingress/www",)}),),
        good=(manifest(_INGRESS.format(mark=""), options={PUBLIC: ("shop/Ingress/*",)}),),
    ),
)
