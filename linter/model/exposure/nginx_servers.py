"""Endpoints of NGINX Ingress Controller by F5: VirtualServer, VirtualServerRoute, TransportServer.

https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import OFF, UNKNOWN, Control, Controls, off, on
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Backend, Endpoint, backend, port_value
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT, own_zone
from hullmark.linter.model.exposure.nginx_policies import GROUP, PolicyRef, allow_of, auth_of, policy_refs, rate_of
from hullmark.linter.model.exposure.zones import Reached


def nginx_server_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Every route of every VirtualServer, and TransportServers."""
    zone = own_zone("nginx-inc", bundle) or PUBLIC_BY_DEFAULT
    for server in bundle.by_kind(GROUP, "VirtualServer"):
        spec = server.cursor.get("spec")
        if spec.get("internalRoute").text == "true" or not spec.get("host").text:
            continue
        common = tuple(policy_refs(spec.get("policies"), bundle.namespace_of(server).name))
        for route in spec.get("routes").items():
            yield from _route(bundle, server, server, route, common, zone)
    for server in bundle.by_kind(GROUP, "TransportServer"):
        yield _transport(bundle, server, zone)


def _route(
    bundle: Bundle, server: Resource, owner: Resource, route: Cursor, common: tuple[PolicyRef, ...], zone: Reached
) -> Iterator[Endpoint]:
    named = route.get("route")
    if named.text and owner is server:
        space, _, name = named.text.rpartition("/")
        child = bundle.find(GROUP, "VirtualServerRoute", space or bundle.namespace_of(server).name, name)
        own = tuple(policy_refs(route.get("policies"), bundle.namespace_of(server).name))
        for inner in () if child is None else child.cursor.get("spec", "subroutes").items():
            if child is not None:
                yield from _route(bundle, server, child, inner, own or common, zone)
        return
    host, path = server.cursor.get("spec", "host"), route.get("path")
    text = path.text or "/"
    kind = "exact" if text.startswith("=") else "regex" if text.startswith("~") else "prefix"
    space = bundle.namespace_of(owner).name
    policies = tuple(policy_refs(route.get("policies"), space)) or common
    yield Endpoint(
        bundle,
        "nginx-inc",
        server,
        owner,
        space,
        host.text or ANY_HOST,
        text.lstrip("=~* "),
        kind,
        host.place,
        path.place,
        tuple(_backends(bundle, owner, route)),
        zone,
        _controls(bundle, server, policies),
        redirects=route.get("action", "redirect").present,
    )


def _backends(bundle: Bundle, owner: Resource, route: Cursor, transport: str = "TCP") -> Iterator[Backend]:
    names = {route.get("action", "pass").text, route.get("action", "proxy", "upstream").text}
    names |= {item.get("action", "pass").text for item in route.get("splits").items()}
    for upstream in owner.cursor.get("spec", "upstreams").items():
        service = upstream.get("service")
        if service.text and upstream.get("name").text in names:
            port = upstream.get("port")
            space = bundle.namespace_of(owner).name
            yield backend(bundle, space, service.text, port_value(port), service, port, transport)


def _controls(bundle: Bundle, server: Resource, policies: tuple[PolicyRef, ...]) -> Controls:
    tls = server.cursor.get("spec", "tls")
    secure = (
        on(tls) if tls.get("secret").present or tls.get("cert-manager").present else off(tls) if tls.present else OFF
    )
    redirect = tls.get("redirect", "enable")
    plain = Control(True)
    if secure.is_on and redirect.text == "true":
        plain = OFF
    elif secure.is_on and redirect.present:
        plain = on(redirect)
    return Controls(
        secure, plain, auth_of(bundle, policies), rate_of(bundle, policies), allow_of(bundle, policies), True
    )


def _transport(bundle: Bundle, server: Resource, zone: Reached) -> Endpoint:
    spec = server.cursor.get("spec")
    host = spec.get("host")
    place = host.place if host.present else spec.get("listener", "name").place
    return Endpoint(
        bundle,
        "nginx-inc",
        server,
        server,
        bundle.namespace_of(server).name,
        host.text or ANY_HOST,
        "/",
        "prefix",
        place,
        place,
        tuple(_backends(bundle, server, spec, "UDP" if spec.get("listener", "protocol").text == "UDP" else "TCP")),
        zone,
        Controls(UNKNOWN, UNKNOWN, UNKNOWN),
        http=False,
    )
