"""Ports of Services and the ports of pods that they mean: policies see the latter."""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.manifest.service import Service, ServicePort
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.units import Unit
from hullmark.linter.records import record


@record(eq=False)
class Translation:
    """A port of a Service that means another port of a unit."""

    service: Service
    port: ServicePort
    unit: Unit
    target: int


def translations(bundle: Bundle, units: Mapping[int, Unit]) -> dict[int, list[Translation]]:
    """Every translation, by the Service's port; `units` by the id of their pod."""
    found: dict[int, list[Translation]] = {}
    for service in bundle.each(Service):
        ports = [(port, port.port.value, port.target) for port in service.ports]
        ports = [each for each in ports if each[1] is not None and each[2] is not None and each[1] != each[2]]
        if not ports or not service.has_selector:
            continue
        for pod in bundle.pods_labelled(bundle.namespace_of(service).name, service.selector.value or {}):
            unit = units.get(id(pod))
            for port, number, target in ports if unit is not None else ():
                meant = resolved(unit, target) if unit is not None and target is not None else None
                if unit is not None and number is not None and meant is not None and meant != number:
                    found.setdefault(number, []).append(Translation(service, port, unit, meant))
    return found


def resolved(unit: Unit, target: int | str) -> int | None:
    """The unit's port that the target of a Service's port means."""
    if isinstance(target, int):
        return target
    return next((port.number for port in unit.ports if port.name == target), None)
