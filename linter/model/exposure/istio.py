"""Endpoints of Istio: servers of Gateways, and the VirtualServices that bind to them.

https://istio.io/latest/docs/reference/config/networking/gateway/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import OFF, UNKNOWN, Control, Controls, either, on
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Backend, Endpoint, backend, port_value
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT, zone_of_services
from hullmark.linter.model.exposure.istio_policies import allow_of, auth_of, rate_of
from hullmark.linter.model.exposure.services import linked_services, services_by_pod
from hullmark.linter.model.exposure.zones import Reached
from hullmark.linter.named_tuple import NamedTuple

NETWORKING = "networking.istio.io"
_SECURE = frozenset({"SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL", "PASSTHROUGH", "AUTO_PASSTHROUGH", "ISTIO_MUTUAL"})
_HTTP = frozenset({"HTTP", "HTTP2", "GRPC", "HTTPS", "GRPC-WEB"})
_DEPTH = 8


class Front(NamedTuple):
    """What is the same for all servers of a Gateway: where its pods open to, and what policies demand there."""

    zone: Reached
    auth: Control
    rate: Control
    allow: Control


class Server(NamedTuple):
    """One server of a Gateway."""

    gateway: Resource
    namespace: str
    cursor: Cursor
    front: Front

    @property
    def protocol(self) -> str:
        """Upper case, empty where none is known."""
        return (self.cursor.get("port", "protocol").text or "").upper()

    @property
    def hosts(self) -> Iterator[Cursor]:
        """Hosts that it takes, with their namespaces."""
        return self.cursor.get("hosts").items()


def istio_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Every route of every VirtualService, by every server that takes one of its hosts."""
    servers: dict[tuple[str, str], list[Server]] = {}
    for server in _servers(bundle):
        servers.setdefault((server.namespace, server.gateway.name), []).append(server)
    for service in bundle.by_kind(NETWORKING, "VirtualService"):
        if not any(True for _ in service.cursor.get("spec", "hosts").items()):
            continue  # a delegate: reached through the one that names it
        namespace = bundle.namespace_of(service).name
        wanted = dict.fromkeys(_gateways(service, namespace))
        bound = [each for key in wanted for each in servers.get(key, ())]
        for host in service.cursor.get("spec", "hosts").items():
            if host.text:
                yield from _of(bundle, service, namespace, host, bound)


def _servers(bundle: Bundle) -> Iterator[Server]:
    for gateway in bundle.by_kind(NETWORKING, "Gateway"):
        namespace, front = bundle.namespace_of(gateway).name, _front(bundle, gateway)
        for item in gateway.cursor.get("spec", "servers").items():
            yield Server(gateway, namespace, item, front)


def _front(bundle: Bundle, gateway: Resource) -> Front:
    pods, labels = gateway_pods(bundle, gateway), gateway_labels(gateway)
    return Front(
        gateway_zone(bundle, gateway),
        auth_of(bundle, pods, labels),
        rate_of(bundle, pods, labels),
        allow_of(bundle, pods, labels),
    )


def _gateways(service: Resource, namespace: str) -> Iterator[tuple[str, str]]:
    for item in service.cursor.get("spec", "gateways").items():
        text = item.text or ""
        space, slash, name = text.partition("/")
        if text and text != "mesh":
            yield (space, name) if slash else (namespace, text)


def gateway_labels(gateway: Resource) -> dict[str, str]:
    """Labels that a Gateway selects pods by; empty where one of them is unknown."""
    found = {key: item.text or "" for key, item in gateway.cursor.get("spec", "selector").entries()}
    return found if all(found.values()) else {}


def gateway_pods(bundle: Bundle, gateway: Resource) -> tuple[PodSpec, ...]:
    """Pods that the selector of a Gateway chooses, of any namespace."""
    wanted = gateway_labels(gateway)
    if not wanted:
        return ()
    pods = (pod for space in bundle.pod_index.namespaces for pod in bundle.pods_labelled(space, wanted))
    return tuple(pod for pod in pods if not pod.is_fragment)


def gateway_zone(bundle: Bundle, gateway: Resource) -> Reached:
    """Where the pods of a Gateway open to."""
    wanted = gateway_labels(gateway)
    pods = gateway_pods(bundle, gateway)
    if pods:
        before = bundle.derived(services_by_pod)
        found = {id(each): each for pod in pods for each in before.get(id(pod), ())}
        return zone_of_services(tuple(found.values()), pods) or PUBLIC_BY_DEFAULT
    # The pods are elsewhere, and perhaps a Service that selects as the Gateway does is not.
    services = (
        each
        for each in (linked_services(bundle) if wanted else ())
        if wanted.items() <= (each.service.selector.value or {}).items()
    )
    return zone_of_services(tuple(services), ()) or PUBLIC_BY_DEFAULT


def _of(
    bundle: Bundle,
    service: Resource,
    namespace: str,
    host: Cursor,
    servers: list[Server],
) -> Iterator[Endpoint]:
    taking = [each for each in servers if _takes(each, host.text or "", namespace)]
    secure = [each for each in taking if _tls(each).is_on]
    # One endpoint for the host: TLS where one server speaks it, plain where another does so without redirect.
    by_gateway: dict[int, list[Server]] = {}
    for each in taking:
        by_gateway.setdefault(id(each.gateway), []).append(each)
    for members in by_gateway.values():
        own = [each for each in members if each in secure] or members
        controls = _controls(own[0], members)
        http = any(each.protocol in _HTTP for each in members)
        for path, kind, place, backends, redirect in _routes(bundle, service, namespace, host):
            yield Endpoint(
                bundle,
                "istio",
                own[0].gateway,
                service,
                namespace,
                host.text or ANY_HOST,
                path,
                kind,
                host.place,
                place.place,
                backends,
                own[0].front.zone,
                controls,
                http=http,
                redirects=redirect,
            )


def _takes(server: Server, host: str, namespace: str) -> bool:
    for item in server.hosts:
        space, slash, name = (item.text or "").partition("/")
        if not slash:
            space, name = "*", space
        space = server.namespace if space == "." else space
        if space in ("*", namespace) and intersect(name, host):
            return True
    return False


def intersect(one: str, other: str) -> bool:
    """Whether two host names, wildcards in front, have a host in common."""
    if one == other or one in ("*", "") or other in ("*", ""):
        return True
    if one.startswith("*.") and other.startswith("*."):
        return one[1:].endswith(other[1:]) or other[1:].endswith(one[1:])
    if one.startswith("*."):
        return other.endswith(one[1:])
    return other.startswith("*.") and one.endswith(other[1:])


Route = tuple[str, str, Cursor, tuple[Backend, ...], bool]


def _routes(
    bundle: Bundle, service: Resource, namespace: str, host: Cursor, prefix: str = "", depth: int = 0
) -> Iterator[Route]:
    spec = service.cursor.get("spec")
    for route in spec.get("http").items():
        delegate = route.get("delegate")
        paths = list(_paths(route)) or [("/", "prefix", host if depth == 0 else route)]
        if delegate.get("name").text and depth < _DEPTH:
            space = delegate.get("namespace").text or namespace
            child = bundle.find(NETWORKING, "VirtualService", space, delegate.get("name").text or "")
            if child is not None:
                yield from _routes(bundle, child, space, host, paths[0][0], depth + 1)
            continue
        backends = tuple(_destinations(bundle, route, namespace))
        redirect = route.get("redirect").present or route.get("directResponse").present
        for path, kind, place in paths:
            yield (prefix.rstrip("/") + path if depth and path == "/" else path), kind, place, backends, redirect
    for key in ("tls", "tcp"):
        for route in spec.get(key).items():
            yield "/", "prefix", host, tuple(_destinations(bundle, route, namespace)), False


def _paths(route: Cursor) -> Iterator[tuple[str, str, Cursor]]:
    for match in route.get("match").items():
        for key in ("exact", "prefix", "regex"):
            field = match.get("uri", key)
            if field.text:
                yield field.text, key, field


def _destinations(bundle: Bundle, route: Cursor, namespace: str) -> Iterator[Backend]:
    for item in route.get("route").items():
        host = item.get("destination", "host")
        port = item.get("destination", "port", "number")
        if not host.text:
            continue
        parts = host.text.split(".")
        space = parts[1] if len(parts) > 1 and (len(parts) == 2 or parts[2] == "svc") else namespace
        if len(parts) == 1 or len(parts) == 2 or parts[2] == "svc":
            yield backend(bundle, space, parts[0], port_value(port), host, port)


def _tls(server: Server) -> Control:
    mode = server.cursor.get("tls", "mode")
    if mode.text in _SECURE:
        return on(mode)
    return OFF


def _controls(server: Server, members: Iterable[Server]) -> Controls:
    secure = _tls(server)
    if server.protocol in ("HTTPS", "TLS") and not secure.is_on:
        secure = on(server.cursor.get("port", "protocol"))
    open_too = [each for each in members if not _tls(each).is_on and each.protocol in ("HTTP", "HTTP2", "GRPC")]
    plain = next((on(each.cursor) for each in open_too if each.cursor.get("tls", "httpsRedirect").text != "true"), OFF)
    mode = server.cursor.get("tls", "mode")
    mutual = on(mode) if mode.text == "MUTUAL" else OFF
    if mode.text in ("PASSTHROUGH", "AUTO_PASSTHROUGH"):
        return Controls(secure, plain, UNKNOWN, UNKNOWN, UNKNOWN)
    return Controls(secure, plain, either([mutual, server.front.auth]), server.front.rate, server.front.allow, True)
