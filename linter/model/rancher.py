"""Configurations of k3s and RKE2 whose files are merged: what a fragment adds or replaces is no second cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Self

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.k3s import Layers, configurations, described
from hullmark.linter.manifest.components.products import FILES, RancherConfig
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle


class RancherSetup(RancherConfig):
    """What k3s or RKE2 is told, with the files of a bundle merged."""

    kinds: ClassVar[KindSet | None] = RancherConfig.kinds

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[Self]:
        """Every one of a bundle."""
        for files in merged(bundle):
            yield cls.of_files([(resource.cursor.source.path, resource) for resource in files])
        for group, kind in sorted((cls.kinds or frozenset()) - FILES):
            for resource in bundle.by_kind(group, kind):
                if cls.glance(resource):
                    yield from cls.of(resource)


def merged(bundle: Bundle) -> tuple[tuple[Resource, ...], ...]:
    """Files of one configuration, in the order in which they are merged."""
    return bundle.derived(_merged)


def components(files: tuple[Resource, ...]) -> tuple[Component, ...]:
    """What files of one configuration describe."""
    return tuple(described(Layers([(resource.cursor.source.path, resource) for resource in files])))


def _merged(bundle: Bundle) -> tuple[tuple[Resource, ...], ...]:
    named = [(each.cursor.source.path, each) for kind in sorted(FILES) for each in bundle.by_kind(*kind)]
    return tuple(tuple(resource for _, resource in each) for each in configurations(named))
