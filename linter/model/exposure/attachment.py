"""Which routes of Gateway API attach to which listeners, and which references across namespaces are granted.

https://gateway-api.sigs.k8s.io/reference/spec/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.istio import intersect
from hullmark.linter.model.scope import NAME_LABEL
from hullmark.linter.named_tuple import NamedTuple

GROUP = "gateway.networking.k8s.io"
_OLD_SETS = "gateway.networking.x-k8s.io"
ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_BY_PROTOCOL = {
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TLS": ("TLSRoute", "TCPRoute"),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}


class Listener(NamedTuple):
    """One listener: of a Gateway, or of a set that adds listeners to it (`owner`)."""

    gateway: Resource
    owner: Resource
    namespace: str
    cursor: Cursor

    @property
    def protocol(self) -> str:
        """As written, empty where none is known."""
        return self.cursor.get("protocol").text or ""

    @property
    def hostname(self) -> Cursor:
        """The name that it listens for; absent for all."""
        return self.cursor.get("hostname")

    @property
    def is_secure(self) -> bool:
        """Whether it speaks TLS."""
        return self.protocol in ("HTTPS", "TLS")


class Parent(NamedTuple):
    """A reference of a route to the gateway that shall take it. `gateway` is None where the input has none."""

    cursor: Cursor
    namespace: str
    name: str
    kind: str
    gateway: Resource | None


class Attachment(NamedTuple):
    """A listener that takes a route, and the names under which it does."""

    listener: Listener
    hosts: tuple[tuple[str, Cursor], ...]


def routes(bundle: Bundle) -> Iterator[Resource]:
    """Every route of Gateway API, in file order by kind."""
    for kind in ROUTES:
        yield from bundle.by_kind(GROUP, kind)


def listeners(bundle: Bundle) -> tuple[Listener, ...]:
    """Every listener of every Gateway."""
    return bundle.derived(_listeners)


def _listeners(bundle: Bundle) -> tuple[Listener, ...]:
    return tuple(_of_gateways(bundle))


def _of_gateways(bundle: Bundle) -> Iterator[Listener]:
    for gateway in bundle.by_kind(GROUP, "Gateway"):
        space = bundle.namespace_of(gateway).name
        for item in gateway.cursor.get("spec", "listeners").items():
            yield Listener(gateway, gateway, space, item)
        allowed = gateway.cursor.get("spec", "allowedListeners", "namespaces")
        for group, kind in ((GROUP, "ListenerSet"), (_OLD_SETS, "XListenerSet")):
            for each in bundle.by_kind(group, kind):
                parent = each.cursor.get("spec", "parentRef")
                home = bundle.namespace_of(each).name
                named = (parent.get("namespace").text or home, parent.get("name").text)
                if named != (space, gateway.name) or not _permits(bundle, allowed, space, home, "None"):
                    continue
                for item in each.cursor.get("spec", "listeners").items():
                    yield Listener(gateway, each, home, item)


def _permits(bundle: Bundle, namespaces: Cursor, own: str, other: str, default: str) -> bool:
    """Whether `from` lets in objects of another namespace; what nobody knows is let in."""
    match namespaces.get("from").text or default:
        case "All":
            return True
        case "Same":
            return own == other
        case "Selector":
            selector = LabelSelector(namespaces.get("selector"))
            found = bundle.find("", "Namespace", "", other)
            labels = {} if found is None else dict(found.labels.value or {})
            answer = selector.matches({**labels, NAME_LABEL: other})
            return answer is not False or found is None
        case "None":
            return False
    return True


def parents(bundle: Bundle, route: Resource) -> Iterator[Parent]:
    """References of a route to gateways; to a Service they are about a mesh and expose nothing."""
    own = bundle.namespace_of(route).name
    for item in route.cursor.get("spec", "parentRefs").items():
        group, kind = item.get("group").text, item.get("kind").text or "Gateway"
        name = item.get("name").text
        if group not in (None, GROUP, _OLD_SETS) or kind not in ("Gateway", "ListenerSet", "XListenerSet") or not name:
            continue
        space = item.get("namespace").text or own
        found = bundle.find(_OLD_SETS if kind == "XListenerSet" else GROUP, kind, space, name)
        yield Parent(item, space, name, kind, found)


def attachments(bundle: Bundle, route: Resource, parent: Parent) -> Iterator[Attachment]:
    """The listeners that take a route for one of its references."""
    own = bundle.namespace_of(route).name
    section, port = parent.cursor.get("sectionName").text, parent.cursor.get("port").text
    for listener in listeners(bundle):
        target = listener.gateway if parent.kind == "Gateway" else listener.owner
        if parent.gateway is None or target.cursor.node is not parent.gateway.cursor.node:
            continue
        if parent.kind == "Gateway" and listener.owner is not listener.gateway:
            continue
        if section and section != listener.cursor.get("name").text:
            continue
        if port and port != listener.cursor.get("port").text:
            continue
        allowed = listener.cursor.get("allowedRoutes")
        if not _kind_fits(allowed.get("kinds"), listener, route):
            continue
        if not _permits(bundle, allowed.get("namespaces"), listener.namespace, own, "Same"):
            continue
        hosts = tuple(_hosts(listener, route))
        if hosts:
            yield Attachment(listener, hosts)


def _kind_fits(kinds: Cursor, listener: Listener, route: Resource) -> bool:
    written = [item.get("kind").text for item in kinds.items()]
    if written:
        return route.kind in written
    return route.kind in _BY_PROTOCOL.get(listener.protocol, ROUTES)


def _hosts(listener: Listener, route: Resource) -> Iterator[tuple[str, Cursor]]:
    named = listener.hostname
    written = [item for item in route.cursor.get("spec", "hostnames").items() if item.text]
    if not written or route.kind in ("TCPRoute", "UDPRoute"):
        yield named.text or "*", named if named.present else route.cursor.get("spec", "hostnames")
        return
    for item in written:
        if not named.text or intersect(named.text, item.text or ""):
            narrow = named.text if named.text and "*" in (item.text or "") and "*" not in named.text else item.text
            yield narrow or "*", item


def granted(bundle: Bundle, kind: tuple[str, str], space: str, target: tuple[str, str, str, str]) -> bool:
    """Whether a ReferenceGrant lets objects of `kind` in `space` name `target`: group, kind, namespace, name."""
    group, wanted, home, name = target
    if space == home:
        return True
    for grant in bundle.by_kind(GROUP, "ReferenceGrant"):
        if bundle.namespace_of(grant).name != home:
            continue
        spec = grant.cursor.get("spec")
        comes = any(
            (item.get("group").text or "", item.get("kind").text, item.get("namespace").text) == (*kind, space)
            for item in spec.get("from").items()
        )
        goes = any(
            (item.get("group").text or "", item.get("kind").text) == (group, wanted)
            and item.get("name").text in (None, name)
            for item in spec.get("to").items()
        )
        if comes and goes:
            return True
    return False


def has_namespace(bundle: Bundle, name: str) -> bool:
    """Whether the input has anything of a namespace, so that a missing grant means something."""
    return name in bundle.derived(_namespaces)


def _namespaces(bundle: Bundle) -> frozenset[str]:
    found = {bundle.namespace_of(each).name for each in bundle.resources}
    found.update(each.name for each in bundle.by_kind("", "Namespace"))
    return frozenset(found - {""})
