"""Connections to Services that a pod names: in variables, arguments, configuration, and annotations of the owner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import integer
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.intent.hosts import Mention, mentions, unknown_services
from hullmark.linter.model.intent.parties import Blocks, Demand, Pods, Reason, Remark, Spaces
from hullmark.linter.model.intent.scene import Destination, Scene
from hullmark.linter.model.intent.texts import PodText, texts
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.ports import TCP, WITH_PORTS, PortRange
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.network.universe import Direction

CONNECTS = "hullmark.io/connects-to"
ACCEPTS = "hullmark.io/accepts-from"
_ANSWER = (
    f"what calls a Service without naming it can say so: annotate the caller with {CONNECTS}: NAME.NAMESPACE,"
    f" or the Service with {ACCEPTS}: NAMESPACE"
)


def named(scene: Scene) -> Iterator[Demand | Remark]:
    """What every unit asks for by name."""
    for unit in scene.units:
        seen: set[Mention] = set()
        for text in (*_annotated(unit), *texts(scene.bundle, unit.pod)):
            found = mentions(text.text, text.key, unit.namespace, scene.is_service, scene.service_ports)
            for mention in sorted(found - seen, key=_order):
                yield from _demands(scene, unit, mention, text)
            seen |= found
            for namespace, name in sorted(unknown_services(text.text, scene.is_service)):
                if (namespace, name) != ("default", "kubernetes"):
                    yield Remark(
                        f"Service {namespace}/{name} is not in the input: {text.what} names it", text.place, unit
                    )


def accepted(scene: Scene) -> Iterator[Demand]:
    """What the owner of a Service or a workload says of its callers: namespaces, separated by commas."""
    for linked in scene.services.values():
        field = linked.service.annotation(ACCEPTS)
        for name in _list(field.value):
            reason = Reason(f"annotation {ACCEPTS} of {linked.service} names it", field.place)
            for found in scene.destinations(linked, None):
                yield Demand(Spaces((name,)), found.party, (found.port,), reason)
    for unit in scene.units:
        field = unit.pod.resource.annotation(ACCEPTS)
        for name in _list(field.value):
            ports = tuple(sorted({port.range for port in unit.ports}))
            yield Demand(Spaces((name,)), Pods(unit), ports, Reason(f"annotation {ACCEPTS} names it", field.place))


def _list(text: str | None) -> list[str]:
    return [name for part in (text or "").split(",") if (name := part.strip())]


def uncalled(scene: Scene, demands: Iterable[Demand]) -> Iterator[Remark]:
    """Services that nothing in the input calls: what programs know by themselves is not in their manifests."""
    called = {id(each.target.unit) for each in demands if isinstance(each.target, Pods)}
    for linked in scene.services.values():
        if linked.namespace.name not in scene.network.judged:
            continue
        units = {unit: found.port for found in scene.destinations(linked, None) if (unit := _closed(scene, found))}
        if units and not any(id(unit) in called for unit in units):
            text = f"nothing in the input names {linked.service}, so that it stays closed"
            yield Remark(text, linked.place, next(iter(units)), _ANSWER)


def _closed(scene: Scene, found: Destination) -> Unit | None:
    """The unit, unless policies are beyond it or let somebody in already."""
    if not isinstance(found.party, Pods) or found.party.unit.host_network:
        return None
    network, number = scene.network, scene.network.number(found.party.unit)
    universe = network.universe
    isolated = any(each.policy.isolates[Direction.INGRESS] for each in network.selecting(number))
    heard = network.side(Direction.INGRESS).of(number).peers(universe.atoms.of(found.port))
    return None if isolated and heard & ~universe.hosts_and_nodes & ~(1 << number) else found.party.unit


def _order(mention: Mention) -> tuple[str, str, int]:
    return mention.namespace, mention.name, mention.port or 0


def _annotated(unit: Unit) -> Iterator[PodText]:
    """What the owner says of a workload or its pods: hosts of Services, separated by commas."""
    for field in (unit.pod.resource.annotation(CONNECTS), unit.pod.annotations.get(CONNECTS)):
        if field.value:
            yield PodText(field.value, "hosts", f"annotation {CONNECTS}", field.place)


def _demands(scene: Scene, unit: Unit, mention: Mention, text: PodText) -> Iterator[Demand | Remark]:
    linked = scene.services[mention.namespace, mention.name]
    port = mention.port
    if port is not None and port not in scene.service_ports(mention.namespace, mention.name):
        port = None if not linked.service.is_headless else port
    reason = Reason(f"{unit} names Service {_title(linked, unit)} in {text.what}", text.place)
    found = list(scene.destinations(linked, port))
    for each in found:
        yield Demand(Pods(unit), each.party, (each.port,), reason)
    if not found:
        yield from _elsewhere(scene, unit, linked, text)


def _title(linked: LinkedService, unit: Unit) -> str:
    name = linked.service.name
    return name if linked.namespace.name == unit.namespace else f"{linked.namespace.name}/{name}"


def _elsewhere(scene: Scene, unit: Unit, linked: LinkedService, text: PodText) -> Iterator[Demand | Remark]:
    """A Service that leads to no pod of the input: to addresses that it lists, or to nobody knows where."""
    service = linked.service
    listed = list(_listed(scene, linked))
    for cidr, ports in listed:
        reason = Reason(f"{unit} names Service {_title(linked, unit)}, whose Endpoints list this address", text.place)
        yield Demand(Pods(unit), Blocks((cidr,)), ports, reason)
    if listed:
        return
    if service.effective_type == "ExternalName":
        host = service.external_name.value or ""
        yield Remark(f"{service} stands for {host!r}, which is outside: {text.what} names it", text.place, unit)
    else:
        yield Remark(f"{service} leads to no pod of the input: {text.what} names it", text.place, unit)


def _listed(scene: Scene, linked: LinkedService) -> Iterator[tuple[str, tuple[PortRange, ...] | None]]:
    """Blocks and ports that somebody wrote behind the Service by hand."""
    if linked.service.has_selector:
        return
    bundle, namespace, name = scene.bundle, linked.namespace.name, linked.service.name
    for each in bundle.variants("", "Endpoints", namespace, name):
        for subset in each.cursor.get("subsets").items():
            for item in subset.get("addresses").items():
                yield from _block(item.get("ip"), subset.get("ports"))
    for each in bundle.by_kind("discovery.k8s.io", "EndpointSlice"):
        own = each.label("kubernetes.io/service-name").value == name and bundle.namespace_of(each).name == namespace
        for endpoint in each.cursor.get("endpoints").items() if own else ():
            for item in endpoint.get("addresses").items():
                yield from _block(item, each.cursor.get("ports"))


def _block(address: Cursor, ports: Cursor) -> Iterator[tuple[str, tuple[PortRange, ...] | None]]:
    found = block(address.text or "")
    if found is None or found.first != found.last:
        return
    ranges = []
    for item in ports.items():
        number, protocol = integer(item.get("port")), item.get("protocol").text or TCP
        if number is not None and protocol in WITH_PORTS:
            ranges.append(PortRange(protocol, number, number))
    yield f"{address.text}/{32 if found.family == 4 else 128}", tuple(ranges) or None
