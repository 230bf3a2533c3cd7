"""Units with what publishes them: the exposures that lead to each, and whether policies turn away who comes so."""

from __future__ import annotations

from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.exposures import Exposure, Way, exposures
from hullmark.linter.model.exposure.policies import is_blocked
from hullmark.linter.model.exposure.services import gateways_by_pod, services_by_pod
from hullmark.linter.model.network.analysis import Network
from hullmark.linter.model.network.units import Unit
from hullmark.linter.records import record


@record
class Publication:
    """Everything that leads to one unit. `is_gateway`: it is there to be reached."""

    exposures: tuple[Exposure, ...] = ()
    is_gateway: bool = False

    @property
    def is_meant(self) -> bool:
        """Whether something of the input publishes it, however far, or it is there to be reached."""
        return bool(self.exposures) or self.is_gateway

    @property
    def from_internet(self) -> Exposure | None:
        """A way by which everybody on the internet reaches it: published, and let through by policies."""
        return next((each for each in self.exposures if each.is_public and not is_blocked(each)), None)


_NOTHING = Publication()


def published(network: Network, unit: Unit) -> Publication:
    """What publishes a unit."""
    return network.bundle.derived(_publications).get(id(unit.pod), _NOTHING)


def _publications(bundle: Bundle) -> dict[int, Publication]:
    leading: dict[int, list[Exposure]] = {}
    for each in exposures(bundle):
        leading.setdefault(id(each.pod), []).append(each)
    gateways = bundle.derived(gateways_by_pod)
    found: dict[int, Publication] = {}
    for pod in bundle.pods:
        own = tuple(leading.get(id(pod), ()))
        gateway = any(each.way is Way.HOST_PORT for each in own) or id(pod) in gateways
        if own or gateway:
            found[id(pod)] = Publication(own, gateway)
    return found


def services_of(network: Network, unit: Unit) -> list[Service]:
    """Services that select a unit."""
    return [each.service for each in network.bundle.derived(services_by_pod).get(id(unit.pod), ())]
