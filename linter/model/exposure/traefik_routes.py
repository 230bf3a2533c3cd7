"""Endpoints of Traefik's own routes.

https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import OFF, UNKNOWN, Control, Controls, either, on, unknown
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Backend, Endpoint, backend, port_value
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT, own_zone
from hullmark.linter.model.exposure.traefik_middlewares import (
    GROUPS,
    allow,
    auth,
    entry_tls,
    find,
    named,
    plain_http,
    rate,
    redirects,
)
from hullmark.linter.model.exposure.zones import Reached
from hullmark.linter.patterns import regex

_CALL = regex(r"(!?)\s*(Host|HostSNI|HostRegexp|HostSNIRegexp|Path|PathPrefix|PathRegexp)\(([^()]*)\)")
_TEXT = regex(r"[`\"']([^`\"']*)[`\"']")
DASHBOARD = "api@internal"
_DEPTH = 4


def traefik_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Every route of IngressRoute, IngressRouteTCP and IngressRouteUDP."""
    zone = own_zone("traefik", bundle) or PUBLIC_BY_DEFAULT
    for group in GROUPS:
        for kind in ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP"):
            for route in bundle.by_kind(group, kind):
                yield from _of(bundle, route, zone)


def _of(bundle: Bundle, route: Resource, zone: Reached) -> Iterator[Endpoint]:
    namespace = bundle.namespace_of(route).name
    for rule in route.cursor.get("spec", "routes").items():
        match = rule.get("match")
        hosts, paths, kind = matched(match.text or "")
        place = match.place if match.present else rule.place
        transport = "UDP" if route.kind == "IngressRouteUDP" else "TCP"
        backends = tuple(_backends(bundle, rule.get("services"), namespace, transport))
        controls = _controls(bundle, route, rule, namespace)
        for host in hosts:
            for path in paths:
                yield Endpoint(
                    bundle,
                    "traefik",
                    route,
                    route,
                    namespace,
                    host,
                    path,
                    kind,
                    place,
                    place,
                    backends,
                    zone,
                    controls,
                    http=route.kind == "IngressRoute",
                    redirects=controls.plain.is_off and not controls.tls.is_on,
                )


def matched(text: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Hosts and paths that a match names, and how paths are meant; what is negated names none."""
    hosts: list[str] = []
    paths: list[str] = []
    kind = "prefix"
    for denied, call, arguments in _CALL.findall(text):
        found = _TEXT.findall(arguments)
        if denied:
            continue
        if call.startswith("Host"):
            hosts += [
                ANY_HOST if each == "*" or ("Regexp" in call and each in (".*", ".+", "{any:.+}")) else each
                for each in found
            ]
        else:
            paths += found
            kind = {"Path": "exact", "PathRegexp": "regex"}.get(call, "prefix")
    return tuple(dict.fromkeys(hosts)) or (ANY_HOST,), tuple(dict.fromkeys(paths)) or ("/",), kind


def _backends(bundle: Bundle, services: Cursor, namespace: str, transport: str, depth: int = 0) -> Iterator[Backend]:
    for item in services.items():
        yield from _one(bundle, item, namespace, transport, depth)


def _one(bundle: Bundle, item: Cursor, namespace: str, transport: str, depth: int) -> Iterator[Backend]:
    """Services that an entry leads to: itself, or those that a TraefikService divides or copies requests among."""
    name = item.get("name")
    space = item.get("namespace").text or namespace
    if not name.text:
        return
    found = None
    if item.get("kind").text == "TraefikService" and depth <= _DEPTH:
        found = find(bundle, "TraefikService", space, name.text.partition("@")[0])
    if found is None:
        port = item.get("port")
        yield backend(bundle, space, name.text, port_value(port), name, port, transport)
        return
    spec = found.cursor.get("spec")
    yield from _backends(bundle, spec.get("weighted", "services"), space, transport, depth + 1)
    yield from _one(bundle, spec.get("mirroring"), space, transport, depth + 1)
    yield from _backends(bundle, spec.get("mirroring", "mirrors"), space, transport, depth + 1)


def _controls(bundle: Bundle, route: Resource, rule: Cursor, namespace: str) -> Controls:
    tls = route.cursor.get("spec", "tls")
    points = route.cursor.get("spec", "entryPoints")
    names = tuple(item.text or "" for item in points.items())
    secure = _tls(bundle, tls, names, points)
    if route.kind != "IngressRoute":
        return Controls(secure, UNKNOWN, UNKNOWN, UNKNOWN, allow(named(bundle, namespace, rule.get("middlewares"))))
    middlewares = tuple(named(bundle, namespace, rule.get("middlewares")))
    return Controls(
        secure,
        plain_http(bundle, names, secure, redirects(middlewares)),
        either([auth(middlewares), _client_certificates(bundle, tls, namespace)]),
        rate(middlewares),
        allow(middlewares),
        True,
    )


def _tls(bundle: Bundle, tls: Cursor, names: tuple[str, ...], points: Cursor) -> Control:
    if tls.present:
        return on(tls)
    return entry_tls(bundle, names, points.place if points.present else None)


def _client_certificates(bundle: Bundle, tls: Cursor, namespace: str) -> Control:
    name = tls.get("options", "name")
    if not name.text:
        return OFF
    found = find(bundle, "TLSOption", tls.get("options", "namespace").text or namespace, name.text)
    if found is None:
        return unknown(name)
    kind = found.cursor.get("spec", "clientAuth", "clientAuthType")
    return on(kind) if kind.text == "RequireAndVerifyClientCert" else OFF
