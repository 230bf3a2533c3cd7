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
        found = pods
        for each in self.sets:
            if outside is not None and self.expression.matches(each.labels):
                ranges, means = outside.of_all(each.blocks), self._lives_there(each.namespace, universe)
                found = found.either(Bits(ranges if means.sure else 0, ranges if means.possible else 0))
        return found

    def _lives_there(self, namespace: str, universe: Universe) -> Bits:
        """Whether a set of this namespace (empty: of none) is looked at: 1 or 0, for sure and possibly."""
        if self.spaces is None:
            return certain(int(self.namespace in (None, namespace)))
        if self.spaces.is_global or not namespace:
            return certain(int(self.spaces.is_global and not namespace))
        home = universe.homes.get(namespace)
        if home is None:
            return Bits(0, 1)
        selected = universe.pods_of_selected(self.spaces)
        return Bits(selected.sure >> home.pristine & 1, selected.possible >> home.pristine & 1)

    def blocks(self) -> Iterator[Block]:
        """Addresses of all sets."""
        for each in self.sets:
            yield from each.blocks

    @property
    def is_everything(self) -> bool:
        """Whether pods of any labels are meant."""
        return self.expression == EVERYTHING
