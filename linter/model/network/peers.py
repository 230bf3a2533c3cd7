"""Whom a rule means: small expressions that policies of every kind are read into."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Protocol

from hullmark.linter.model.network.addresses import Block
from hullmark.linter.model.network.bits import NOTHING, Bits, certain
from hullmark.linter.model.network.selection import ALL, Selection
from hullmark.linter.model.network.universe import Direction, Universe
from hullmark.linter.records import record


class Peers(Protocol):
    """An expression that a universe turns into a set of speakers."""

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """The set; ranges of addresses are those of the direction."""
        ...

    def blocks(self) -> Iterator[Block]:
        """Addresses at which the outside must be divided."""
        ...


@record
class Everybody:
    """Pods, nodes and addresses."""

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """All there is."""
        return certain(universe.everybody[direction])

    def blocks(self) -> Iterator[Block]:
        """None."""
        return iter(())


@record
class Nobody:
    """Nobody; `hidden` where the text does not say who is meant, so that it may be anybody."""

    hidden: bool = False

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """Nothing for sure."""
        return Bits(0, universe.everybody[direction]) if self.hidden else NOTHING

    def blocks(self) -> Iterator[Block]:
        """None."""
        return iter(())


@record
class Pods:
    """Pods by their labels, in one namespace, in namespaces by their labels, or (neither) in all."""

    labels: Selection = ALL
    namespaces: Selection = ALL
    namespace: str | None = None

    def hosts(self, universe: Universe) -> int:
        """Pods in the network of their node that would be meant, had they one of their own."""
        found = universe.labelled(self.labels).possible & universe.hosts
        return found if self.namespace is None else found & universe.pods_and_hosts_in(self.namespace)

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """Pods that are meant."""
        found = universe.pods(self.labels)
        if self.namespace is not None:
            return found.both(certain(universe.pods_in(self.namespace)))
        return found if self.namespaces == ALL else found.both(universe.pods_of(self.namespaces))

    def blocks(self) -> Iterator[Block]:
        """None."""
        return iter(())


@record
class Addresses:
    """Addresses outside. `pods` and `nodes`: whether a block that covers everything covers those too."""

    included: tuple[Block, ...]
    excepted: tuple[Block, ...] = ()
    pods: bool = False
    nodes: bool = False

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """Ranges that are meant."""
        return universe.addresses(direction, self.included, self.excepted, pods=self.pods, nodes=self.nodes)

    def blocks(self) -> Iterator[Block]:
        """Both kinds."""
        yield from self.included
        yield from self.excepted


@record
class SomeAddresses:
    """Addresses that only the cluster learns: names of hosts, groups of a cloud."""

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """Any address, and none for sure."""
        return Bits(0, universe.outside[direction].every)

    def blocks(self) -> Iterator[Block]:
        """None."""
        return iter(())


@record
class Nodes:
    """Nodes, and pods in the network of their node; `known` is false where only some may be meant."""

    known: bool = True

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """Nodes."""
        return Bits(universe.hosts_and_nodes if self.known else 0, universe.hosts_and_nodes)

    def blocks(self) -> Iterator[Block]:
        """None."""
        return iter(())


@record
class Either:
    """Whoever one of the parts means."""

    parts: tuple[Peers, ...]

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """The union."""
        return reduce(Bits.either, (part.bits(universe, direction) for part in self.parts), NOTHING)

    def blocks(self) -> Iterator[Block]:
        """Those of the parts."""
        for part in self.parts:
            yield from part.blocks()


@record
class Both:
    """Whoever all parts mean."""

    parts: tuple[Peers, ...]

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """The intersection."""
        everybody = certain(universe.everybody[direction])
        return reduce(Bits.both, (part.bits(universe, direction) for part in self.parts), everybody)

    def blocks(self) -> Iterator[Block]:
        """Those of the parts."""
        for part in self.parts:
            yield from part.blocks()


@record
class Others:
    """Whoever the part does not mean."""

    part: Peers

    def bits(self, universe: Universe, direction: Direction) -> Bits:
        """The complement."""
        return certain(universe.everybody[direction]).without(self.part.bits(universe, direction))

    def blocks(self) -> Iterator[Block]:
        """Those of the part."""
        return self.part.blocks()
