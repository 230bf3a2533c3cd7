"""Where requests go that nobody meant to take."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.place import Place
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.debug_paths import debug_path
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Endpoint
from hullmark.linter.model.exposure.endpoints import RouteObject, claims
from hullmark.linter.model.exposure.policies import blocked_backend
from hullmark.linter.rule import Hit, Row, Rule, because, manifest, several


def _once(found: Iterator[tuple[Place, Hit]]) -> Iterator[Hit]:
    """One hit for one text."""
    seen: set[tuple[object, ...]] = set()
    for place, hit in found:
        key = (place.source.path, place.span)
        if key not in seen:
            seen.add(key)
            yield hit


def _catch_all(rule: Rule[RouteObject], route: RouteObject) -> Iterator[Hit]:
    def found() -> Iterator[tuple[Place, Hit]]:
        for each in route.endpoints:
            if each.is_public and each.http and each.host in (ANY_HOST, "*.") and not each.redirects:
                yield each.host_place, rule.hit(each.host_place, f"{route.resource} answers for every host name")

    yield from _once(found())


def _duplicate(rule: Rule[RouteObject], route: RouteObject) -> Iterator[Hit]:
    def found() -> Iterator[tuple[Place, Hit]]:
        for each in route.endpoints:
            first = _first_claim(each)
            if first is None:
                continue
            across = first.namespace != each.namespace
            yield (
                each.host_place,
                rule.hit(
                    each.host_place,
                    f"{route.resource} claims {each.address}, as {first.route} of namespace {first.namespace!r} does",
                    because(first.path_place, "claimed first"),
                    severity=None if across else Severity.LOW,
                    profile=None if across else Profile.STRICT,
                ),
            )

    yield from _once(found())


def _first_claim(endpoint: Endpoint) -> Endpoint | None:
    """An earlier endpoint of the same class of gateways with the same host and path, of another object."""
    if endpoint.canary or endpoint.product in ("knative", ""):
        return None
    key = (endpoint.product, _class(endpoint), endpoint.host, endpoint.path, endpoint.path_type)
    for other in claims(endpoint):
        if other is endpoint:
            return None
        if other.canary or other.route.cursor.node is endpoint.route.cursor.node or other.http != endpoint.http:
            continue
        if (other.product, _class(other), other.host, other.path, other.path_type) != key:
            continue
        if (other.route.name, other.namespace) == (endpoint.route.name, endpoint.namespace):
            continue  # one object, written twice: variants of a chart or of overlays
        if other.controls.tls.is_on == endpoint.controls.tls.is_on:
            return other
    return None


def _class(endpoint: Endpoint) -> str:
    """The class of an Ingress; elsewhere the gateway itself."""
    if endpoint.route.kind == "Ingress":
        field = endpoint.route.cursor.get("spec", "ingressClassName")
        return field.text or endpoint.route.annotation("kubernetes.io/ingress.class").text or ""
    return "" if endpoint.gateway is endpoint.route else f"{endpoint.gateway.namespace}/{endpoint.gateway.name}"


def _debug(rule: Rule[RouteObject], route: RouteObject) -> Iterator[Hit]:
    def found() -> Iterator[tuple[Place, Hit]]:
        for each in route.endpoints:
            known = debug_path(each.path) if each.http and each.is_public and not each.auth.is_on else None
            if known is not None and not each.controls.allow.is_on:
                yield (
                    each.path_place,
                    rule.hit(
                        each.path_place,
                        f"{route.resource} publishes {each.path!r}, {known.what}",
                        severity=Severity(known.severity),
                        profile=None if known.severity >= Severity.HIGH else Profile.STRICT,
                        confidence=min(rule.confidence, each.zone.confidence),
                    ),
                )

    yield from _once(found())


def _dangling(rule: Rule[RouteObject], route: RouteObject) -> Iterator[Hit]:
    def found() -> Iterator[tuple[Place, Hit]]:
        for backend in (one for each in route.endpoints for one in each.backends):
            if backend.service is None:
                if not backend.targets and _defines_services(route, backend.namespace):
                    text = f"{route.resource} sends requests to Service {backend.name!r}, which is not in the input"
                    yield backend.place, rule.hit(backend.place, text)
            elif not backend.ports and backend.service.service.ports and backend.port is not None:
                text = f"{route.resource} sends requests to port {backend.port!r}, which {backend.service} has not"
                why = because(backend.service.place, "the Service")
                yield backend.port_place, rule.hit(backend.port_place, text, why, severity=Severity.MEDIUM)

    yield from _once(found())


def _defines_services(route: RouteObject, namespace: str) -> bool:
    assumed = route.bundle.namespace_of(route.resource).assumed
    return not assumed and namespace in route.bundle.derived(_with_services)


def _with_services(bundle: Bundle) -> frozenset[str]:
    return frozenset(bundle.namespace_of(each).name for each in bundle.by_kind("", "Service"))


def _blocked(rule: Rule[RouteObject], route: RouteObject) -> Iterator[Hit]:
    def found() -> Iterator[tuple[Place, Hit]]:
        for each in route.endpoints:
            blocked = blocked_backend(each) if each.zone.is_exposed else None
            if blocked is not None:
                backend, policy = blocked
                text = f"policies turn {route.resource} away from Service {backend.name!r}"
                yield backend.place, rule.hit(backend.place, text, because(policy, "turns the gateway away"))

    yield from _once(found())


_INGRESS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: {name}
      namespace: {namespace}
    spec:
      ingressClassName: nginx
      rules:
        - host: {host}
          http:
            paths:
              - path: {path}
                pathType: Prefix
                backend:
                  service:
                    name: {service}
                    port:
                      number: {port}
"""
_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec:
      selector: {app: web}
      ports: [{port: 80}]
"""
_POD = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop, labels: {app: web}}
    spec:
      containers: [{name: app, image: registry.example/shop/web:1.4.2, ports: [{containerPort: 80}]}]
"""
_DENY = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {{name: deny, namespace: shop}}
    spec:
      podSelector: {{}}
      ingress: [{rule}]
"""


def _ingress(**fields: str) -> str:
    usual = {
        "name": "web",
        "namespace": "shop",
        "host": "shop.example.com",
        "path": "/",
        "service": "web",
        "port": "80",
    }
    return _INGRESS.format(**(usual | fields))


RULES = (
    Row(
        "exposure/catch-all-host",
        RouteObject,
        "Route answers for every host name.\n\n"
        "Requests with a made-up name, and those of scanners that know only the address, reach the\n"
        "application, and names that are forgotten elsewhere end here.\n\n"
        "Name the hosts.",
        _catch_all,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1190",),
        bad=(manifest(_ingress(host='"*"  # ! every host name')),),
        good=(manifest(_ingress()),),
    ),
    Row(
        "exposure/duplicate-host-and-path",
        RouteObject,
        "Two objects claim the same host and path.\n\n"
        "One of them gets the requests, and which one depends on age or name: whoever may write a route in\n"
        "another namespace takes the traffic, with its cookies, of the first.\n\n"
        "Remove one of them, or give it a host of its own.",
        _duplicate,
        severity=Severity.MEDIUM,
        controls=("MITRE/T1557",),
        bad=(several(_ingress(), _ingress(namespace="blog", host="shop.example.com  # ! of namespace 'shop'")),),
        good=(several(_ingress(), _ingress(namespace="blog", host="blog.example.com")),),
    ),
    Row(
        "exposure/debug-path-exposed",
        RouteObject,
        "Path for operators is public.\n\n"
        "Debug pages and metrics tell an attacker what runs and how; some give memory, configuration or\n"
        "commands.\n\n"
        "Do not route the path, or let the gateway ask who is there.",
        _debug,
        severity=Severity.MEDIUM,
        controls=("MITRE/T1190", "MITRE/T1613"),
        bad=(
            manifest(_ingress(path="/actuator  # ! Spring Boot")),
            manifest(_ingress(path="/metrics  # ! metrics")),
        ),
        good=(manifest(_ingress(path="/actuator/health")),),
    ),
    Row(
        "exposure/dangling-backend",
        RouteObject,
        "Route leads to a Service or port that is not there.\n\n"
        "Requests fail, and whoever may create a Service of that name receives them.\n\n"
        "Define the Service, or correct the name or port.",
        _dangling,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        bad=(
            several(_ingress(service="wep  # ! not in the input"), _SERVICE),
            several(_ingress(port="8080  # ! port 8080"), _SERVICE),
        ),
        good=(several(_ingress(), _SERVICE),),
    ),
    Row(
        "exposure/endpoint-blocked-by-policy",
        RouteObject,
        "Policies turn the gateway away from its backend.\n\n"
        "The endpoint cannot work. The usual repair in haste opens the namespace to everybody.\n\n"
        "Allow the pods of the gateway, by namespace and label, on the port of the backend.",
        _blocked,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        bad=(several(_ingress(service="web  # ! turn Ingress 'web' away"), _SERVICE, _POD, _DENY.format(rule="")),),
        good=(
            several(
                _ingress(), _SERVICE, _POD, _DENY.format(rule="{from: [{namespaceSelector: {}}], ports: [{port: 80}]}")
            ),
        ),
    ),
)
