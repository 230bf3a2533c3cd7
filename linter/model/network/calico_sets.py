"""What selectors of Calico select: pods, and sets of addresses that carry labels as pods do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hullmark.linter.manifest.fields import StrMapField
from hullmark.linter.manifest.network_kinds import CALICO_GROUPS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.addresses import Block, block
from hullmark.linter.model.network.bits import Bits, certain
from hullmark.linter.model.network.calico_selector import EVERYTHING, Expression
from hullmark.linter.model.network.universe import Direction, Universe
from hullmark.linter.records import record

ADDED = {
    "projectcalico.org/namespace": "\0namespace",
    "projectcalico.org/serviceaccount": "\0account",
    "projectcalico.org/orchestrator": "\0orchestrator",
}
"""Labels that Calico adds to pods, and the keys under which the universe knows them."""


@record
class NetworkSet:
    """Addresses under labels; `namespace` is empty for a GlobalNetworkSet."""

    namespace: str
    labels: Mapping[str, str]
    blocks: tuple[Block, ...]


def network_sets(bundle: Bundle) -> tuple[NetworkSet, ...]:
    """Every NetworkSet and GlobalNetworkSet of the bundle."""
    found = []
    for group in CALICO_GROUPS:
        for kind in ("NetworkSet", "GlobalNetworkSet"):
            for resource in bundle.by_kind(group, kind):
                blocks = (block(item.text or "") for item in resource.cursor.get("spec", "nets").items())
                space = "" if kind.startswith("Global") else bundle.namespace_of(resource).name
                labels = StrMapField(resource.cursor.get("metadata", "labels")).value or {}
                found.append(NetworkSet(space, labels, tuple(each for each in blocks if each is not None)))
    return tuple(found)


@record
class CalicoSelected:
    """Pods and sets by their labels; in one namespace, in namespaces by selector, or (neither) anywhere."""

    expression: Expression
    namespace: str | None
    spaces: Expression | None
    sets: tuple[NetworkSet, ...] = ()

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """Pods, and ranges of the sets."""
        pods = universe.pods_selected(self.expression, ADDED)
        if self.spaces is not None:
            pods = Bits(0, 0) if self.spaces.is_global else pods.both(universe.pods_of_selected(self.spaces))
        elif self.namespace is not None:
            pods = pods.both(certain(universe.pods_in(self.namespace)))
        outside = universe.outside[direction] if self.sets else None
        ranges = 0
        for each in self.sets:
            if outside is not None and self._means(each, universe):
                ranges |= outside.of_all(each.blocks)
        return Bits(pods.sure | ranges, pods.possible | ranges)

    def _means(self, each: NetworkSet, universe: Universe) -> bool:
        if self.spaces is not None:
            if self.spaces.is_global != (not each.namespace):
                return False
            home = universe.homes.get(each.namespace)
            if not self.spaces.is_global and (home is None or not self.spaces.matches(home.labels)):
                return False
        elif self.namespace is not None and each.namespace != self.namespace:
            return False
        return self.expression.matches(each.labels)

    def blocks(self) -> Iterator[Block]:
        """Addresses of all sets."""
        for each in self.sets:
            yield from each.blocks

    @property
    def is_everything(self) -> bool:
        """Whether pods of any labels are meant."""
        return self.expression == EVERYTHING
