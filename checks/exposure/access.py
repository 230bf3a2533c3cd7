"""Who gets in through a gateway, and how often."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.exposure.endpoint import Endpoint
from hullmark.linter.model.exposure.endpoints import GatewayObject, RouteObject, asking_products
from hullmark.linter.model.exposure.sorts import Sort, has_own_login, is_static_site
from hullmark.linter.model.exposure.visibility import declared
from hullmark.linter.model.exposure.zones import Zone
from hullmark.linter.model.sensitive import by_image
from hullmark.linter.rule import Hit, Row, Rule, manifest, several

_LOGIN = ("login", "auth", "token", "oauth", "password")
_OPEN = ("/health", "/ready", "/live", "/.well-known/", "/metric", "/login", "/callback", "/oauth", "/auth/callback")


def _without(rule: Rule[RouteObject], route: RouteObject) -> Iterator[Hit]:
    first = next((each for each in route.endpoints if _asks_nobody(each)), None)
    if first is None or _is_meant(route):
        return
    others = first.product in asking_products(route.bundle)
    yield rule.hit(
        first.path_place,
        f"{route.resource} lets everybody in at {first.address}, unless the application asks who is there",
        severity=Severity.MEDIUM if others else None,
    )


def _asks_nobody(endpoint: Endpoint) -> bool:
    if not endpoint.http or not endpoint.is_public or endpoint.redirects or not endpoint.controls.can_authenticate:
        return False
    if not endpoint.auth.is_off or endpoint.auth.is_removed or endpoint.auth.is_optional:
        return False
    containers = [each.container for backend in endpoint.backends for each in backend.targets]
    harmless = [is_static_site(each) or has_own_login(each) for each in containers]
    return not harmless or not all(harmless)


def _is_meant(route: RouteObject) -> bool:
    said = declared(route.bundle, route.resource)
    return said is not None and said.zone is Zone.INTERNET


def _bypassed(rule: Rule[RouteObject], route: RouteObject) -> Iterator[Hit]:
    seen: set[tuple[object, ...]] = set()
    for endpoint in route.endpoints:
        place = endpoint.auth.place
        if not endpoint.auth.is_removed or place is None or not endpoint.zone.is_exposed:
            continue
        key = (place.source.path, place.span)
        if key in seen:
            continue
        seen.add(key)
        members = [
            each for each in route.endpoints if each.auth.place is not None and each.auth.place.span == place.span
        ]
        yield rule.hit(
            place,
            f"{route.resource} takes authentication away at {endpoint.address}",
            severity=max(_weight(each) for each in members),
        )


def _weight(endpoint: Endpoint) -> Severity:
    if any(endpoint.path.lower().startswith(prefix) for prefix in _OPEN):
        return Severity.INFO
    admin = any(by_image(each.container, Sort.ADMIN) for backend in endpoint.backends for each in backend.targets)
    return Severity.HIGH if endpoint.path == "/" or admin else Severity.MEDIUM


def _unlimited(rule: Rule[GatewayObject], gateway: GatewayObject) -> Iterator[Hit]:
    open_ones = [
        each
        for each in gateway.endpoints
        if each.http and each.is_public and each.controls.rate.is_off and not each.redirects
    ]
    if not open_ones:
        return
    login = next((each for each in open_ones if any(word in each.path.lower() for word in _LOGIN)), None)
    shown = login or open_ones[0]
    yield rule.hit(
        gateway,
        f"{gateway.resource} limits nobody who sends requests to {shown.address}",
        severity=Severity.MEDIUM if login is not None else None,
    )


_INGRESS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: web{name}
      namespace: shop
      annotations:
        nginx.ingress.kubernetes.io/{annotation}
    spec:
      ingressClassName: nginx
      tls: [{{hosts: [shop.example.com], secretName: shop}}]
      rules:
        - host: shop.example.com
          http:
            paths:
              - path: /{path}
                pathType: Prefix
                backend: {{service: {{name: web, port: {{number: 80}}}}}}
"""
_CONFIG = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
    data:
      global-auth-url: https://login.example.com/check
"""
_MAPPING = """
    apiVersion: getambassador.io/v3alpha1
    kind: Mapping
    metadata: {{name: web, namespace: shop}}
    spec:
      hostname: shop.example.com
      prefix: /{path}
      service: web
      bypass_auth: {value}
"""
_HOST = """
    apiVersion: getambassador.io/v3alpha1
    kind: Host
    metadata: {name: shop, namespace: shop}
    spec: {hostname: shop.example.com, tlsSecret: {name: shop}}
"""
_URL = "auth-url: https://login.example.com/check"
_NONE = 'ssl-redirect: "true"'

RULES = (
    Row(
        "exposure/public-endpoint-without-authentication",
        RouteObject,
        "Gateway asks nobody at a public endpoint who it is.\n\n"
        "Whatever the application does not check itself is open to the world: a forgotten path, a flaw\n"
        "before its login.\n\n"
        "Let the gateway authenticate, or say `hullmark.io/visibility: public` where everybody is meant.",
        _without,
        severity=Severity.LOW,
        confidence=Confidence.LOW,
        profile=Profile.STRICT,
        controls=("NSA/authentication-and-authorization", "MITRE/T1190"),
        bad=(manifest(_INGRESS.format(name="", annotation=_NONE, path="  # ! lets everybody in")),),
        good=(manifest(_INGRESS.format(name="", annotation=_URL, path="")),),
    ),
    Row(
        "exposure/authentication-bypassed",
        RouteObject,
        "Authentication is taken away at a path.\n\n"
        "Every other path asks who is there, and this one does not: whoever finds it is in.\n\n"
        "Remove the exception, or keep it to a path that gives nothing away.",
        _bypassed,
        severity=Severity.MEDIUM,
        controls=("NSA/authentication-and-authorization", "MITRE/T1190"),
        bad=(
            several(_INGRESS.format(name="", annotation='enable-global-auth: "false"  # ! away', path=""), _CONFIG),
            several(_MAPPING.format(path="api", value="true  # ! takes authentication away"), _HOST),
        ),
        good=(several(_MAPPING.format(path="api", value="false"), _HOST),),
    ),
    Row(
        "exposure/public-endpoint-without-rate-limit",
        GatewayObject,
        "Gateway limits nobody at a public endpoint.\n\n"
        "Passwords are tried by the thousand a minute, and a few callers make the application too slow for\n"
        "everybody else.\n\n"
        "Limit requests for each caller at the gateway, tightly where people log in.",
        _unlimited,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1499", "MITRE/T1110"),
        bad=(manifest(_INGRESS.format(name="  # ! limits nobody", annotation=_NONE, path="")),),
        good=(manifest(_INGRESS.format(name="", annotation='limit-rps: "10"', path="")),),
    ),
)
