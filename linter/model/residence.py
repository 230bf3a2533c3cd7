"""Objects of applications with the namespace that they land in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.resident import Resident
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.namespaces import NamespaceName


class Residence:
    """One object that an application puts into a namespace, and which that is."""

    kinds: ClassVar[KindSet | None] = Resident.kinds

    def __init__(self, resident: Resident, namespace: NamespaceName) -> None:
        self.resident = resident
        self.namespace = namespace

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[Residence]:
        """Every such object of the bundle."""
        for resident in bundle.each(Resident):
            yield cls(resident, bundle.namespace_of(resident))
