"""Which connections are asked for: patterns of workloads, addresses and zones, for either end or for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.reach.peers import Peer, Sort
from hullmark.linter.records import record


@record
class Pattern:
    """A name as a user writes it: `shop/web[Deployment]`, `shop/web`, `web`, `shop/*`, `internet`, `10.0.0.0/8`.

    `*` is any text. An address matches every set of addresses that holds some of it.
    """

    text: str

    def matches(self, peer: Peer) -> bool:
        """Whether the peer is meant."""
        if peer.sort is Sort.ADDRESSES:
            asked = block(self.text)
            if asked is not None:
                return any(each.overlaps(asked) for each in peer.blocks)
        spelled = re.compile(".*".join(map(re.escape, self.text.split("*"))), re.DOTALL)
        return any(spelled.fullmatch(name) for name in _names(peer))


def _names(peer: Peer) -> Iterator[str]:
    """The full name, without the kind, and without the namespace."""
    yield peer.name
    if peer.unit is not None:
        bare = f"{peer.unit.namespace}/{peer.unit.name}"
        yield bare
        yield peer.unit.name
        yield f"{peer.unit.name}[{peer.unit.kind}]"


@record
class Choice:
    """Filters; empty ones let everything pass. `namespace` and `workload` are about either end."""

    namespace: str = ""
    source: str = ""
    target: str = ""
    workload: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether something is filtered."""
        return bool(self.namespace or self.source or self.target or self.workload)

    def key(self, peer: Peer) -> tuple[bool, bool, bool, bool]:
        """What each filter says of a peer."""
        return (
            not self.source or Pattern(self.source).matches(peer),
            not self.target or Pattern(self.target).matches(peer),
            not self.namespace or peer.namespace == self.namespace,
            not self.workload or Pattern(self.workload).matches(peer),
        )

    def wanted(self, source: Peer, target: Peer) -> bool:
        """Whether a connection passes."""
        one, other = self.key(source), self.key(target)
        return one[0] and other[1] and (one[2] or other[2]) and (one[3] or other[3])

    def unmatched(self, peers: tuple[Peer, ...]) -> Iterator[str]:
        """Patterns and names that mean none of the peers."""
        for text in (self.source, self.target, self.workload):
            if text and block(text) is None and not any(Pattern(text).matches(peer) for peer in peers):
                yield text
        if self.namespace and not any(peer.namespace == self.namespace for peer in peers):
            yield self.namespace


def spoken(peers: Iterable[Peer]) -> set[str]:
    """Names of workloads as one would type them."""
    units = [peer.unit for peer in peers if peer.unit is not None]
    return {f"{unit.namespace}/{unit.name}" for unit in units} | {unit.name for unit in units}
