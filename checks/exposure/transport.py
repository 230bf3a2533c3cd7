"""Endpoints that speak plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.fields import AnyField, StrField
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.model.exposure.controls import Control
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Endpoint
from hullmark.linter.model.exposure.endpoints import RouteObject, hosts_with_tls
from hullmark.linter.model.exposure.ingresses import hosts_without_tls
from hullmark.linter.model.exposure.sorts import Sort
from hullmark.linter.model.sensitive import by_image
from hullmark.linter.rule import Hit, Offer, Row, Rule, append, because, insert, manifest, rewrite

_LOGIN = ("login", "auth", "token", "oauth")
_ACME = "/.well-known/acme-challenge"
_CONTROLS = ("NSA/network-separation-and-hardening", "MITRE/T1040", "MITRE/T1557")


def _without_tls(rule: Rule[RouteObject], route: RouteObject) -> Iterator[Hit]:
    plain = [each for each in route.endpoints if _is_plain(each)]
    for host in dict.fromkeys(each.host for each in plain):
        members = [each for each in plain if each.host == host]
        first = members[0]
        severe = next((each for each in members if _is_grave(each)), None)
        behind = first.backends[0] if first.backends else None
        yield rule.hit(
            first.host_place,
            f"{route.resource} serves {'any host' if host == ANY_HOST else repr(host)} without TLS",
            *([because(behind.place, "where requests go")] if behind is not None else []),
            severity=Severity.HIGH if severe is not None else None,
            confidence=min(rule.confidence, first.zone.confidence),
            subject_name=host,
        )


def _is_plain(endpoint: Endpoint) -> bool:
    if not endpoint.http or not endpoint.tls.is_off or not endpoint.is_public or endpoint.redirects:
        return False
    if endpoint.controls.plain.is_off or endpoint.path.startswith(_ACME):
        return False
    if endpoint.route.kind == "Ingress":
        # A host that `spec.tls` forgets has a rule of its own; what another Ingress says of the host holds for all.
        if endpoint.route.cursor.get("spec", "tls").present and endpoint.host != ANY_HOST:
            return False
        return (endpoint.product, endpoint.host) not in hosts_with_tls(endpoint.bundle)
    return True


def _is_grave(endpoint: Endpoint) -> bool:
    path = endpoint.path.lower()
    return any(word in path for word in _LOGIN) or any(
        by_image(each.container, Sort.ADMIN) for backend in endpoint.backends for each in backend.targets
    )


def _not_in_tls(rule: Rule[Ingress], ingress: Ingress) -> Iterator[Hit]:
    for missing in hosts_without_tls(ingress):
        hosts = ingress.tls[0].hosts
        fix = append(hosts, missing.host.value) if len(ingress.tls) == 1 else None
        yield rule.hit(missing.host, f"host {missing.host.value!r} of {ingress} is in no list of its TLS", fix=fix)


def _plain_allowed(rule: Rule[RouteObject], route: RouteObject) -> Iterator[Hit]:
    seen: set[tuple[object, ...]] = set()
    for endpoint in route.endpoints:
        plain = endpoint.controls.plain
        if not endpoint.http or not endpoint.tls.is_on or not plain.is_on or not endpoint.zone.is_exposed:
            continue
        annotations = endpoint.route.annotations
        place = plain.place or (annotations.key_place if annotations.present else endpoint.route.place)
        key = (place.source.path, place.span)
        if key in seen:
            continue
        seen.add(key)
        explicit = plain.place is not None
        yield rule.hit(
            place,
            f"{route.resource} also answers {endpoint.address} in plain HTTP, without a redirect",
            fix=_redirect(endpoint, plain),
            severity=None if explicit else Severity.LOW,
            profile=None if explicit else Profile.STRICT,
        )


def _redirect(endpoint: Endpoint, plain: Control) -> Offer:
    if plain.at is None:
        return None
    field = StrField(plain.at)
    match endpoint.product:
        case "nginx" if plain.at.path[-1:] == ("nginx.ingress.kubernetes.io/ssl-redirect",):
            return rewrite(field, '"true"', safe=True)
        case "openshift" | "emissary" if plain.at.path[-1:] in (("insecureEdgeTerminationPolicy",), ("action",)):
            return rewrite(field, "Redirect", safe=True)
        case "istio":
            return insert(AnyField(plain.at), "tls.httpsRedirect", True, safe=True)
    return None


_INGRESS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: web
      namespace: shop{annotations}
    spec:
      ingressClassName: nginx{tls}
      rules:
        - host: shop.example.com{mark}
          http:
            paths:
              - path: /
                pathType: Prefix
                backend: {{service: {{name: web, port: {{number: 80}}}}}}
"""
_TLS = "\n      tls:\n        - hosts: [{hosts}]\n          secretName: web-tls"
_ANNOTATION = "\n      annotations:\n        nginx.ingress.kubernetes.io/ssl-redirect: {value}"
_WITH = _INGRESS.format(annotations="", tls=_TLS.format(hosts="shop.example.com"), mark="")
_OTHER = _INGRESS.format(annotations="", tls=_TLS.format(hosts="www.example.com"), mark="  # ! in no list")
_ROUTE = """
    apiVersion: route.openshift.io/v1
    kind: Route
    metadata:
      name: web
      namespace: shop
    spec:
      host: shop.example.com
      to: {{kind: Service, name: web}}
      tls:
        termination: edge
        insecureEdgeTerminationPolicy: {policy}
"""
_HOST = """
    apiVersion: getambassador.io/v3alpha1
    kind: Host
    metadata: {{name: shop, namespace: shop}}
    spec:
      hostname: shop.example.com
      tlsSecret: {{name: shop-tls}}
      requestPolicy:
        insecure:
          action: {action}
    ---
    apiVersion: getambassador.io/v3alpha1
    kind: Mapping
    metadata: {{name: web, namespace: shop}}
    spec: {{hostname: shop.example.com, prefix: /, service: web}}
"""
_GATEWAY = """
    apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: {{name: edge, namespace: shop}}
    spec:
      selector: {{istio: ingressgateway}}
      servers:
        - port: {{number: 80, name: http, protocol: HTTP}}{mark}
          hosts: [shop.example.com]{redirect}
        - port: {{number: 443, name: https, protocol: HTTPS}}
          hosts: [shop.example.com]
          tls: {{mode: SIMPLE, credentialName: shop}}
    ---
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {{name: web, namespace: shop}}
    spec:
      hosts: [shop.example.com]
      gateways: [edge]
      http: [{{route: [{{destination: {{host: web}}}}]}}]
"""
_REDIRECT = "\n          tls:\n            httpsRedirect: true"


def _switched(value: str) -> str:
    annotation = _ANNOTATION.format(value=value)
    return _INGRESS.format(annotations=annotation, tls=_TLS.format(hosts="shop.example.com"), mark="")


RULES = (
    Row(
        "exposure/public-endpoint-without-tls",
        RouteObject,
        "Public endpoint speaks plain HTTP.\n\n"
        "Everybody on the way reads and changes what is sent: passwords, session cookies, answers. A session\n"
        "that is overheard once is a session for the attacker.\n\n"
        "Give the host a certificate (`spec.tls` of an Ingress, `tls` of a route, an HTTPS listener), and\n"
        "redirect plain requests.",
        _without_tls,
        severity=Severity.MEDIUM,
        controls=_CONTROLS,
        bad=(
            manifest(_INGRESS.format(annotations="", tls="", mark="  # ! without TLS")),
            manifest("""
                apiVersion: projectcontour.io/v1
                kind: HTTPProxy
                metadata: {name: web, namespace: shop}
                spec:
                  virtualhost:
                    fqdn: shop.example.com  # ! without TLS
                  routes: [{services: [{name: web, port: 80}]}]
            """),
        ),
        good=(manifest(_WITH),),
    ),
    Row(
        "exposure/host-not-in-tls",
        Ingress,
        "Host of an Ingress is missing in its TLS list.\n\n"
        "The other hosts of the Ingress have a certificate and this one has not: it answers in plain HTTP, or\n"
        "with a certificate that callers learn to ignore.\n\n"
        "Add the host to `spec.tls[].hosts`, and to the certificate.",
        _not_in_tls,
        severity=Severity.MEDIUM,
        controls=("NSA/network-separation-and-hardening",),
        bad=(
            manifest(
                _OTHER,
                fixed=_INGRESS.format(
                    annotations="", tls=_TLS.format(hosts="www.example.com, shop.example.com"), mark=""
                ),
            ),
        ),
        good=(manifest(_INGRESS.format(annotations="", tls=_TLS.format(hosts='"*.example.com"'), mark="")),),
    ),
    Row(
        "exposure/plain-http-allowed",
        RouteObject,
        "Endpoint with TLS answers plain HTTP too.\n\n"
        "Whoever stands between keeps callers on plain HTTP and reads along: without a redirect nothing tells\n"
        "them that there is TLS.\n\n"
        "Let the gateway redirect plain requests, or close the plain port.",
        _plain_allowed,
        severity=Severity.MEDIUM,
        controls=_CONTROLS,
        bad=(
            manifest(_switched('"false"  # ! in plain HTTP'), fixed=_switched('"true"')),
            manifest(_ROUTE.format(policy="Allow  # ! in plain HTTP"), fixed=_ROUTE.format(policy="Redirect")),
            manifest(_HOST.format(action="Route  # ! in plain HTTP"), fixed=_HOST.format(action="Redirect")),
            manifest(
                _GATEWAY.format(mark="  # ! in plain HTTP", redirect=""),
                fixed=_GATEWAY.format(mark="", redirect=_REDIRECT),
            ),
        ),
        good=(manifest(_WITH), manifest(_ROUTE.format(policy="Redirect"))),
    ),
)
