"""What the exposure model says about the way in from outside, joined with the policies on it."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.place import Place
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.exposures import Exposure, Way, exposures
from hullmark.linter.model.exposure.policies import is_blocked
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.reach.peers import Peer, Sort
from hullmark.linter.records import record


@record(eq=False)
class Published:
    """One port of a workload that a zone outside can knock at, by all ways together.

    `through` are the objects that open it, `place` is where the first is opened. `blocked`: policies turn everybody
    away; `limited`: addresses are limited on every way. `port` is 0 where nobody knows it.
    """

    zone: Peer
    target: Peer
    protocol: str
    port: int
    through: tuple[str, ...]
    place: Place
    blocked: bool
    limited: bool

    @property
    def words(self) -> str:
        """The port for people: `TCP 8080`."""
        return f"{self.protocol} {self.port}" if self.port else f"{self.protocol} unknown port"


def published(known: Network) -> tuple[Published, ...]:
    """Every such port, outermost zone first, then by name."""
    return known.bundle.derived(_published)


def _published(bundle: Bundle) -> tuple[Published, ...]:
    found = network(bundle)
    ways: dict[tuple[int, str, str, int], list[Exposure]] = {}
    peers: dict[str, Peer] = {}
    for each in exposures(bundle):
        unit = found.by_pod.get(id(each.pod))
        if unit is None or each.zone.zone is None:
            continue
        peers.setdefault(unit.title, Peer(unit.title, Sort.WORKLOAD, 1 << found.number(unit), unit.namespace, unit))
        ways.setdefault((-each.zone.zone, unit.title, each.protocol, each.number or 0), []).append(each)
    return tuple(_joined(peers[key[1]], key[2], key[3], several) for key, several in sorted(ways.items(), key=_first))


def _first(item: tuple[tuple[int, str, str, int], list[Exposure]]) -> tuple[int, str, str, int]:
    return item[0]


def _joined(target: Peer, protocol: str, port: int, several: list[Exposure]) -> Published:
    zone = several[0].zone.zone
    open_ways = [each for each in several if not is_blocked(each)]
    first = open_ways[0] if open_ways else several[0]
    return Published(
        Peer("" if zone is None else zone.label, Sort.ZONE),
        target,
        protocol,
        port,
        tuple(dict.fromkeys(name for each in several for name in _through(each, target.namespace))),
        first.place,
        not open_ways,
        all(each.is_limited for each in several),
    )


def _through(each: Exposure, namespace: str) -> Iterator[str]:
    """What opens the port, for people."""
    if each.endpoint is not None:
        route = each.endpoint.route
        yield f"{route.kind} {_spaced(each.endpoint.namespace, namespace)}{route.name} ({each.endpoint.address})"
    elif each.service is not None:
        space = each.service.namespace.name
        kind = each.service.service.effective_type or "Service"
        yield f"Service {_spaced(space, namespace)}{each.service.service.name} ({kind})"
    else:
        yield "hostNetwork" if each.way is Way.HOST_NETWORK else "hostPort"


def _spaced(own: str, other: str) -> str:
    return "" if own == other else f"{own}/"
