"""Policies of kinds that are known and not understood: enough that they are not taken for no policy."""

from __future__ import annotations

from hullmark.linter.manifest.network_kinds import KNOWN, PolicySource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.records import record

_CLUSTER_WIDE = frozenset({"ClusterNetworkPolicy"})


@record(eq=False)
class Unmodelled:
    """One such object; `namespace` is empty where it may touch all. `isolates`: it may close what looks open."""

    resource: PolicySource
    namespace: str
    isolates: bool

    @classmethod
    def among(cls, bundle: Bundle) -> tuple[Unmodelled, ...]:
        """Every such object of the bundle, in file order."""
        return bundle.derived(_unmodelled)


def _unmodelled(bundle: Bundle) -> tuple[Unmodelled, ...]:
    found = []
    for source in bundle.each(PolicySource):
        isolates = KNOWN.get(source.gk)
        if isolates is not None:
            wide = source.kind in _CLUSTER_WIDE
            found.append(Unmodelled(source, "" if wide else bundle.namespace_of(source).name, isolates))
        elif source.generates:
            found.append(Unmodelled(source, "", True))
    return tuple(found)
