"""Connections of Prometheus: monitors of its operator, scrape annotations, and where it sends its alerts.

https://prometheus-operator.dev/docs/api-reference/api/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrMapField, integer
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.intent.parties import Demand, Labelled, Party, Pods, Reason, Remark
from hullmark.linter.model.intent.scene import Destination, Scene
from hullmark.linter.model.network.ports import TCP, UDP, PortRange
from hullmark.linter.model.network.translation import resolved
from hullmark.linter.model.network.units import Unit

_GROUP = "monitoring.coreos.com"
_SERVERS = ("Prometheus", "PrometheusAgent")
_ANYWHERE = Labelled("", (("app.kubernetes.io/name", ("prometheus",)),))
_NOT_HERE = "no Prometheus is in the input: its pods are known by their usual label"
_SCRAPE, _PORT = "prometheus.io/scrape", "prometheus.io/port"
_MESH = (PortRange(TCP, 9094, 9094), PortRange(UDP, 9094, 9094))


def scraped(scene: Scene) -> Iterator[Demand | Remark]:
    """What Prometheus asks, and whom it tells."""
    servers = _servers(scene)
    caution = "" if any(isinstance(each, Pods) for each in servers) else _NOT_HERE
    own = next((each.unit for each in servers if isinstance(each, Pods)), None)
    for kind, targets in (("ServiceMonitor", _services), ("PodMonitor", _pods)):
        for resource in scene.bundle.by_kind(_GROUP, kind):
            several = list(targets(scene, resource))
            for found in several:
                yield from _asked(servers, found, Reason(f"{resource} has it scraped", resource.place, caution))
            if own is not None and not several:
                yield Remark(f"{resource} selects nothing of the input: it stays closed to {own}", resource.place, own)
    for found, field in _annotated(scene):
        yield from _asked(servers, found, Reason(f"annotation {_SCRAPE} has it scraped", field.place, caution))
    yield from _alerts(scene)
    for unit in scene.units:
        if unit.kind == "Alertmanager" and unit.pod.resource.group == _GROUP:
            reason = Reason(f"members of {unit} gossip", unit.pod.resource.place)
            yield Demand(Pods(unit), Pods(unit), _MESH, reason)


def _servers(scene: Scene) -> tuple[Party, ...]:
    """Prometheuses of the input: objects of the operator, or pods with the usual label."""
    made = [unit for unit in scene.units if unit.kind in _SERVERS and unit.pod.resource.group == _GROUP]
    plain = [unit for unit in scene.units if unit.labels.get("app.kubernetes.io/name") == "prometheus"]
    return tuple(Pods(unit) for unit in made or plain) or (_ANYWHERE,)


def _asked(servers: tuple[Party, ...], found: Destination, reason: Reason) -> Iterator[Demand]:
    for server in servers:
        yield Demand(server, found.party, (found.port,), reason)


def _services(scene: Scene, monitor: Resource) -> Iterator[Destination]:
    """Ports of pods behind the Services that a ServiceMonitor selects."""
    spec = monitor.cursor.get("spec")
    selector = LabelSelector(spec.get("selector"))
    for linked in scene.services.values():
        labels = linked.service.labels.value or {}
        if linked.namespace.name not in _namespaces(scene, monitor) or selector.matches(labels) is not True:
            continue
        for endpoint in spec.get("endpoints").items():
            yield from _endpoint(scene, linked, endpoint)


def _endpoint(scene: Scene, linked: LinkedService, endpoint: Cursor) -> Iterator[Destination]:
    name, wanted = endpoint.get("port").text, endpoint.get("targetPort")
    if name:
        yield from scene.destinations(linked, name)
        return
    for pod in linked.pods:
        unit = scene.unit_of(pod)
        if unit is not None:
            yield from _declared(unit, wanted)


def _declared(unit: Unit, wanted: Cursor) -> Iterator[Destination]:
    number, text = integer(wanted), wanted.text
    found = resolved(unit, text) if number is None and text else number
    if found is not None:
        yield Destination(Pods(unit), PortRange(TCP, found, found))


def _namespaces(scene: Scene, monitor: Resource) -> frozenset[str]:
    chosen = monitor.cursor.get("spec", "namespaceSelector")
    if chosen.get("any").text == "true":
        return frozenset(unit.namespace for unit in scene.units)
    names = frozenset(item.text or "" for item in chosen.get("matchNames").items())
    return names or frozenset({scene.bundle.namespace_of(monitor).name})


def _pods(scene: Scene, monitor: Resource) -> Iterator[Destination]:
    spec = monitor.cursor.get("spec")
    selector, namespaces = LabelSelector(spec.get("selector")), _namespaces(scene, monitor)
    for unit in scene.units:
        if unit.namespace not in namespaces or selector.matches(dict(unit.labels)) is not True:
            continue
        for endpoint in spec.get("podMetricsEndpoints").items():
            for field in ("port", "portNumber", "targetPort"):
                if endpoint.get(field).present:
                    yield from _declared(unit, endpoint.get(field))
                    break


def _annotated(scene: Scene) -> Iterator[tuple[Destination, Cursor]]:
    """Pods, and pods behind Services, that ask to be scraped; without a port every declared one is."""
    for unit in scene.units:
        yield from _asking(unit, unit.pod.annotations)
    for linked in scene.services.values():
        for pod in linked.pods:
            behind = scene.unit_of(pod)
            if behind is not None:
                yield from _asking(behind, linked.service.annotations)


def _asking(unit: Unit, annotations: StrMapField) -> Iterator[tuple[Destination, Cursor]]:
    if annotations.get(_SCRAPE).text != "true":
        return
    port = annotations.get(_PORT).text
    numbers = [int(port)] if port and port.isdecimal() else [each.number for each in unit.ports if each.protocol == TCP]
    for number in numbers:
        if 0 < number < 65536:
            yield Destination(Pods(unit), PortRange(TCP, number, number)), annotations.get(_SCRAPE).cursor


def _alerts(scene: Scene) -> Iterator[Demand]:
    """Alertmanagers that a Prometheus names."""
    for unit in scene.units:
        if unit.kind not in _SERVERS:
            continue
        for item in unit.pod.resource.cursor.get("spec", "alerting", "alertmanagers").items():
            namespace = item.get("namespace").text or unit.namespace
            linked = scene.services.get((namespace, item.get("name").text or ""))
            port = integer(item.get("port"))
            if linked is None:
                continue
            reason = Reason(f"{unit} sends its alerts there", item.place)
            for found in scene.destinations(linked, item.get("port").text if port is None else port):
                yield Demand(Pods(unit), found.party, (found.port,), reason)
