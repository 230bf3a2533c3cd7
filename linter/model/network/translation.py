"""Ports of Services and the ports of pods that they mean: policies see the latter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hullmark.linter.manifest.service import Service, ServicePort
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.units import Unit
from hullmark.linter.records import record


@record(eq=False)
class Translation:
    """A port of a Service and the port of a unit that it means, which may be the same."""

    service: Service
    port: ServicePort
    unit: Unit
    target: int


def translations(bundle: Bundle, units: Mapping[int, Unit], number: int) -> Iterator[Translation]:
    """Every translation of the port `number` of a Service; `units` by the id of their pod."""
    for service, port, target in bundle.derived(_listening).get(number, ()):
        for pod in bundle.pods_labelled(bundle.namespace_of(service).name, service.selector.value or {}):
            unit = units.get(id(pod))
            meant = None if unit is None else resolved(unit, target, port.transport)
            if unit is not None and meant is not None:
                yield Translation(service, port, unit, meant)


def _listening(bundle: Bundle) -> dict[int, list[tuple[Service, ServicePort, int | str]]]:
    """Ports of Services with their targets, by number."""
    found: dict[int, list[tuple[Service, ServicePort, int | str]]] = {}
    for service in bundle.each(Service):
        for port in service.ports if service.has_selector else ():
            number, target = port.port.value, port.target
            if number is not None and target is not None:
                found.setdefault(number, []).append((service, port, target))
    return found


def resolved(unit: Unit, target: int | str, protocol: str | None = None) -> int | None:
    """The unit's port that the target of a Service's port means; a name counts only with the Service's protocol."""
    if isinstance(target, int):
        return target
    names = (port.number for port in unit.ports if port.name == target and protocol in (None, port.protocol))
    return next(names, None)
