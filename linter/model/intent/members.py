"""Connections among the pods of one StatefulSet: several members that know each other by their governing Service."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.model.intent.parties import Demand, Pods, Reason
from hullmark.linter.model.intent.scene import Scene


def members(scene: Scene) -> Iterator[Demand]:
    """Stable names are given to those who call each other by them; one pod has nobody to call."""
    for unit in scene.units:
        resource = unit.pod.resource
        if resource.gk != ("apps", "StatefulSet"):
            continue
        name = resource.cursor.get("spec", "serviceName")
        linked = scene.services.get((unit.namespace, name.text or ""))
        replicas = resource.replicas.value
        if linked is None or not linked.service.is_headless or replicas is None or replicas < 2:
            continue
        reason = Reason(f"members of {unit} find each other by Service {linked.service.name}", name.place)
        for found in scene.destinations(linked, None):
            if found.party == Pods(unit):
                yield Demand(found.party, found.party, (found.port,), reason)
