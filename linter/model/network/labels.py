"""Labels of many objects, indexed by key and pair, so that a selector is a few operations on integers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from hullmark.linter.model.network.bits import Bits, stretch
from hullmark.linter.model.network.selection import ABSENT, EXISTS, IN, NOT_IN, Demand, Selection
from hullmark.linter.model.network.units import Phantom, Unit


class Labelled(Protocol):
    """A namespace, as far as selectors see it."""

    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def labels_known(self) -> bool: ...


class Named(Protocol):
    """A namespace, as far as its name goes."""

    @property
    def name(self) -> str: ...


class LabelIndex:
    """Numbers by label. Objects without labels (None) have none for sure."""

    __slots__ = ("_count", "_keys", "_open", "_pairs", "_units", "_unknown")

    def __init__(self, units: Iterable[Unit | Phantom | None]) -> None:
        units = tuple(units)
        self._units = units
        self._keys: dict[str, int] = {}
        self._pairs: dict[str, dict[str, int]] = {}
        self._unknown: dict[str, int] = {}
        self._open = 0
        self._count = 0
        for number, unit in enumerate(units):
            self._count = number + 1
            if unit is not None:
                self._add(number, unit.labels, unit.hidden_keys, unit.open_labels)

    @classmethod
    def of_namespaces(cls, spaces: Iterable[Labelled]) -> LabelIndex:
        """An index of namespaces."""
        index = cls(())
        for number, space in enumerate(spaces):
            index._count = number + 1
            index._add(number, space.labels, (), not space.labels_known)
        return index

    def add_hidden(self, homes: Iterable[Named]) -> None:
        """Adds what engines treat as labels of pods, under keys that no label has: account, namespace, orchestrator."""
        for number, (unit, home) in enumerate(zip(self._units, homes, strict=True)):
            account = "default" if unit is None else unit.account
            hidden = {"\0account": account, "\0namespace": home.name, "\0orchestrator": "k8s"}
            self._add(number, hidden, (), False)

    def _add(self, number: int, labels: Mapping[str, str], hidden: Iterable[str], is_open: bool) -> None:
        bit = 1 << number
        for key, value in labels.items():
            self._keys[key] = self._keys.get(key, 0) | bit
            values = self._pairs.setdefault(key, {})
            values[value] = values.get(value, 0) | bit
        for key in hidden:
            self._keys[key] = self._keys.get(key, 0) | bit
            self._unknown[key] = self._unknown.get(key, 0) | bit
        if is_open:
            self._open |= bit

    def select(self, selection: Selection) -> Bits:
        """Objects that the selection selects."""
        everything = stretch(0, self._count)
        sure = possible = everything
        for demand in selection.demands:
            found = self.satisfying(demand)
            sure &= found.sure
            possible &= found.possible
        return Bits(sure if selection.readable else 0, possible)

    def satisfying(self, demand: Demand) -> Bits:
        """Objects that satisfy one condition."""
        key = demand.key
        present = self._keys.get(key, 0)
        hidden = self._unknown.get(key, 0)
        absent = stretch(0, self._count) & ~present
        maybe = absent & self._open
        matched = self._matched(demand)
        if demand.operator == EXISTS:
            return Bits(present, present | maybe)
        if demand.operator == ABSENT:
            return Bits(absent & ~maybe, absent)
        if demand.holds_without:
            return Bits(matched | (absent & ~maybe), matched | absent | hidden)
        return Bits(matched, matched | maybe | hidden)

    def _matched(self, demand: Demand) -> int:
        values = self._pairs.get(demand.key, {})
        mask = 0
        if demand.operator == IN:
            for value in demand.values:
                mask |= values.get(value, 0)
            return mask
        if demand.operator == NOT_IN:
            for value, objects in values.items():
                if value not in demand.values:
                    mask |= objects
            return mask
        for value, objects in values.items():
            if demand.holds(value):
                mask |= objects
        return mask
