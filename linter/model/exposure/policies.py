"""Exposures joined with policies: what is published and still turned away."""

from __future__ import annotations

from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.endpoint import Backend, Endpoint
from hullmark.linter.model.exposure.exposures import Exposure, Way
from hullmark.linter.model.exposure.gateways import gateway_pods
from hullmark.linter.model.exposure.targets import Target
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.network.classes import Reading
from hullmark.linter.model.network.readers import policies
from hullmark.linter.model.network.units import Unit
from hullmark.linter.model.network.universe import Direction

_PROTOCOLS = ("TCP", "UDP", "SCTP")


def is_blocked(exposure: Exposure) -> bool:
    """Whether policies surely turn away everybody who comes this way.

    Through a gateway that is its pods, or those of any other namespace where they are not in the input; else it is
    every address outside. Pods in the network of their node hear no policy.
    """
    if exposure.way is Way.HOST_NETWORK or exposure.number is None or exposure.protocol not in _PROTOCOLS:
        return False
    if not exposure.bundle.derived(_has_policies):
        return False
    found = network(exposure.bundle)
    unit = found.by_pod.get(id(exposure.pod))
    if unit is None or unit.host_network:
        return False
    if exposure.way is Way.GATEWAY and exposure.endpoint is not None:
        callers = _gateway(found, exposure.endpoint)
    else:
        callers = found.universe.outside[Direction.INGRESS].every
    return not _heard(found, unit, exposure.protocol, exposure.number) & callers


def _heard(found: Network, unit: Unit, protocol: str, number: int) -> int:
    """Everybody who may reach a port of a unit, for all that is known."""
    side = found.side(Direction.INGRESS, Reading.POSSIBLE)
    return side.of(found.number(unit)).peers(found.universe.atoms.at(protocol, number))


def _gateway(found: Network, endpoint: Endpoint) -> int:
    """The pods of a gateway as a set: its own, else those of every other namespace."""
    own = _numbers(found, gateway_pods(endpoint.product, endpoint.bundle))
    if own:
        return own
    universe = found.universe
    return universe.every_pod & ~universe.pods_in(endpoint.namespace)


def _numbers(found: Network, pods: tuple[PodSpec, ...]) -> int:
    mask = 0
    for pod in pods:
        unit = found.by_pod.get(id(pod))
        if unit is not None:
            mask |= 1 << found.number(unit)
    return mask


def blocked_backend(endpoint: Endpoint) -> tuple[Backend, Place] | None:
    """A backend of which every pod turns the gateway away, and a policy that does."""
    if not endpoint.bundle.derived(_has_policies):
        return None
    targets = [
        (backend, each)
        for backend in endpoint.backends
        for each in backend.targets
        if each.number and each.protocol in _PROTOCOLS
    ]
    if not targets:
        return None
    found = network(endpoint.bundle)
    callers = _gateway(found, endpoint)
    why: Place | None = None
    for _, each in targets:
        place = _turned_away(found, each, callers)
        if place is None:
            return None
        why = place
    return None if why is None else (targets[0][0], why)


def _turned_away(found: Network, each: Target, callers: int) -> Place | None:
    unit = found.by_pod.get(id(each.pod))
    if unit is None or unit.host_network or each.number is None:
        return None
    if _heard(found, unit, each.protocol, each.number) & callers:
        return None
    selecting = [one.policy for one in found.selecting(found.number(unit)) if one.policy.isolates[Direction.INGRESS]]
    return selecting[0].resource.place if selecting else None


def _has_policies(bundle: Bundle) -> bool:
    """Whether there is a network to be looked at."""
    return bool(policies(bundle))
