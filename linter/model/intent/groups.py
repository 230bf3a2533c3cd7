"""Pods that policies can tell apart, and the selectors that do.

A selector names what a workload itself is selected by, since that cannot change, then what else is needed to leave out
other pods of the namespace. Labels that an upgrade changes come last.
"""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.model.network.units import Unit
from hullmark.linter.records import record

_VOLATILE = frozenset(
    {
        "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart", "chart", "heritage", "version",
        "pod-template-hash", "controller-revision-hash", "controller-uid", "batch.kubernetes.io/controller-uid",
    }
)  # fmt: skip
_OF_INSTANCES = ("app.kubernetes.io/name", "app.kubernetes.io/instance")
_JOB_NAMES = ("job-name", "batch.kubernetes.io/job-name")


@record
class Selector:
    """Labels that must be there, and values that others must not have; without either it selects every pod."""

    labels: tuple[tuple[str, str], ...] = ()
    excluded: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether pods with these labels are selected."""
        return all(labels.get(key) == value for key, value in self.labels) and not any(
            labels.get(key) in values for key, values in self.excluded
        )


@record(eq=False)
class Group:
    """Units with the same labels in one namespace: no policy can tell them apart. `selector` is None without labels."""

    namespace: str
    units: tuple[Unit, ...]
    selector: Selector | None

    @property
    def first(self) -> Unit:
        """The first unit in file order."""
        return self.units[0]


def groups(units: tuple[Unit, ...]) -> tuple[Group, ...]:
    """Groups of all units that have a network of their own, by namespace, then in file order."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], list[Unit]] = {}
    for unit in units:
        if not unit.host_network:
            found.setdefault((unit.namespace, tuple(sorted(unit.labels.items()))), []).append(unit)
    spaces: dict[str, list[dict[str, str]]] = {}
    for namespace, labels in found:
        spaces.setdefault(namespace, []).append(dict(labels))
    return tuple(
        Group(
            namespace, tuple(same), selector_for(same[0], [each for each in spaces[namespace] if each != dict(labels)])
        )
        for (namespace, labels), same in sorted(found.items(), key=lambda pair: pair[0][0])
    )


def selector_for(unit: Unit, others: list[dict[str, str]]) -> Selector | None:
    """The shortest stable selector of the unit's pods that selects none with the other labels; None without labels."""
    labels = dict(unit.labels)
    if not labels:
        return None
    chosen = _own(unit, labels)
    rivals = [each for each in others if Selector(tuple(chosen.items())).matches(each)]
    rest = [key for key in labels if key not in chosen]
    for key in sorted(rest, key=lambda each: (each in _VOLATILE or each in _JOB_NAMES, each)):
        if any(each.get(key) != labels[key] for each in rivals):
            chosen[key] = labels[key]
            rivals = [each for each in rivals if each.get(key) == labels[key]]
    excluded: dict[str, set[str]] = {}
    for each in rivals:  # they have every label of ours, and more
        key = min(each.keys() - labels.keys(), key=lambda name: (name in _VOLATILE, name))
        excluded.setdefault(key, set()).add(each[key])
    return Selector(
        tuple(sorted(chosen.items())), tuple((key, tuple(sorted(values))) for key, values in sorted(excluded.items()))
    )


def _own(unit: Unit, labels: dict[str, str]) -> dict[str, str]:
    """Labels by which the workload selects its pods, else all that last; a Job's pods have its name."""
    resource = unit.pod.resource
    if resource.gk == ("batch", "Job") and _JOB_NAMES[1] in labels:
        return {_JOB_NAMES[1]: labels[_JOB_NAMES[1]]}
    if resource.row.labels:  # pods of an operator, which also puts these labels on them
        return {key: labels[key] for key in _OF_INSTANCES if key in labels}
    written = LabelSelector(resource.cursor.get("spec", "selector")).match_labels.value or {}
    own = {key: value for key, value in written.items() if labels.get(key) == value}
    lasting = {key: value for key, value in labels.items() if key not in _VOLATILE}
    return own or lasting or labels
