"""Routes of Gateway API and Emissary that nothing takes, and grants that let in too many."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.exposure.route_objects import BackendReference, Grant, OpenListener, WrittenRoute
from hullmark.linter.rule import Hit, Row, Rule, several

_MANY = 3


def _not_attached(rule: Rule[WrittenRoute], route: WrittenRoute) -> Iterator[Hit]:
    if route.attached is False:
        yield rule.hit(route.place, f"no listener of {route.gateway} takes {route.resource}")


def _without_grant(rule: Rule[BackendReference], reference: BackendReference) -> Iterator[Hit]:
    if reference.is_inert:
        yield rule.hit(
            reference,
            f"{reference.route} names a Service of namespace {reference.namespace!r}, and no ReferenceGrant lets it",
        )


def _too_broad(rule: Rule[Grant], grant: Grant) -> Iterator[Hit]:
    for item in grant.targets:
        kind, named = item.get("kind"), item.get("name").present
        if kind.text == "Secret" and not named:
            text = f"{grant.resource} lets namespaces outside name every Secret"
            yield rule.hit(kind, text, severity=Severity.MEDIUM)
        elif len(grant.sources) > _MANY:
            yield rule.hit(kind, f"{grant.resource} lets {len(grant.sources)} namespaces in")
        elif kind.text == "Service" and not named and _come_from_public(grant):
            yield rule.hit(kind, f"{grant.resource} lets public routes name every Service")


def _come_from_public(grant: Grant) -> bool:
    return any(each.is_public and each.namespace in grant.sources for each in endpoints(grant.bundle))


def _open_to_all(rule: Rule[OpenListener], listener: OpenListener) -> Iterator[Hit]:
    if listener.everybody:
        yield rule.hit(listener, f"{listener.resource} takes routes for any name from every namespace")


_GATEWAY = """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {{name: edge, namespace: edge}}
    spec:
      gatewayClassName: eg
      listeners:
        - name: https
          port: 443
          protocol: HTTPS
          allowedRoutes:
            namespaces:
              from: {source}
"""
_ROUTE = """
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata:
      name: web
      namespace: shop
    spec:
      parentRefs:
        - namespace: edge
          name: {parent}
      rules:
        - backendRefs:
            - name: web
              port: 80
              namespace: {namespace}
"""
_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: backend}
    spec: {selector: {app: web}, ports: [{port: 80}]}
"""
_GRANT = """
    apiVersion: gateway.networking.k8s.io/v1beta1
    kind: ReferenceGrant
    metadata: {{name: web, namespace: backend}}
    spec:
      from: [{{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}}]
      to:
        - group: ""
          kind: {kind}
"""
_POD = """
    apiVersion: v1
    kind: Pod
    metadata: {{name: web, namespace: {namespace}}}
    spec: {{containers: [{{name: app, image: registry.example/shop/web:1.4.2}}]}}
"""
_TENANTS = _POD.format(namespace="shop"), _POD.format(namespace="blog")

RULES = (
    Row(
        "exposure/route-not-attached",
        WrittenRoute,
        "No listener takes the route.\n\n"
        "The route does nothing. What it was to protect or to redirect is left to whatever else answers for\n"
        "the name.\n\n"
        "Let the listener allow the namespace, kind and host name of the route, or name another listener.",
        _not_attached,
        severity=Severity.LOW,
        bad=(several(_GATEWAY.format(source="Same"), _ROUTE.format(parent="edge  # ! takes", namespace="shop")),),
        good=(several(_GATEWAY.format(source="All"), _ROUTE.format(parent="edge", namespace="shop")),),
    ),
    Row(
        "exposure/route-without-reference-grant",
        BackendReference,
        "Route names a Service that it may not use.\n\n"
        "Gateways ignore references to other namespaces that nobody there has granted: requests fail, and the\n"
        "grant that is added in haste is often too wide.\n\n"
        "Add a ReferenceGrant for this kind, this namespace and this Service.",
        _without_grant,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        bad=(several(_ROUTE.format(parent="edge", namespace="backend  # ! no ReferenceGrant"), _SERVICE),),
        good=(several(_ROUTE.format(parent="edge", namespace="backend"), _SERVICE, _GRANT.format(kind="Service")),),
    ),
    Row(
        "exposure/reference-grant-too-broad",
        Grant,
        "ReferenceGrant lets in more than needed.\n\n"
        "Whoever may write routes in the other namespace publishes every Service of this one, or uses every\n"
        "certificate of it.\n\n"
        "Name the Secret or Service in `to`, and only the namespaces that need it in `from`.",
        _too_broad,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1552.007",),
        bad=(several(_GRANT.format(kind="Secret  # ! every Secret")),),
        good=(several(_GRANT.format(kind="Secret\n          name: web-tls")),),
    ),
    Row(
        "exposure/gateway-open-to-all-namespaces",
        OpenListener,
        "Gateway takes any name from every namespace.\n\n"
        "Whoever may write a route in some namespace takes requests for the names of others.\n\n"
        "Select the namespaces (`from: Selector`), or give each tenant a listener with its own host name.",
        _open_to_all,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("NSA/network-separation-and-hardening",),
        bad=(several(_GATEWAY.format(source="All  # ! from every namespace"), *_TENANTS),),
        good=(several(_GATEWAY.format(source="Same"), *_TENANTS),),
    ),
)
