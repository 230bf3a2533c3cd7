"""What Pod Security demands of the pods of a namespace: labels, else the plugin's defaults, less its exemptions.

https://kubernetes.io/docs/concepts/security/pod-security-admission/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.context import NEWEST_KNOWN, Minor
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.namespace import Namespace
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.manifest.structure import POD_KINDS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.pod_security import LEVELS, RESTRICTED, parsed_version, violations
from hullmark.linter.model.pod_violation import Violation
from hullmark.linter.model.scope import NamespaceScope
from hullmark.linter.named_tuple import NamedTuple

_GROUP = "pod-security.admission.config.k8s.io"


class Demand(NamedTuple):
    """A level and version, and where it is written."""

    level: str
    version: Minor
    place: Place


class PolicedPod:
    """A pod in a namespace of which it is known what it demands; `demands` are by mode: enforce, audit, warn."""

    kinds: ClassVar[KindSet | None] = POD_KINDS

    def __init__(self, pod: PodSpec, namespace: str, demands: dict[str, Demand]) -> None:
        self.pod = pod
        self.namespace = namespace
        self.demands = demands
        self._reasons: dict[str, tuple[Violation, ...]] = {}

    @property
    def confidence_cap(self) -> Confidence:
        """Findings about this pod are at most this sure."""
        return self.pod.confidence_cap

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[PolicedPod]:
        """Every pod whose namespace demands something."""
        for namespace in bundle.derived(_policed):
            yield from namespace.pods

    def refused(self, *modes: str) -> tuple[Demand, tuple[Violation, ...]] | None:
        """The first demand of these modes that the pod does not meet, with the reasons."""
        for mode in modes:
            demand = self.demands.get(mode)
            if demand is not None:
                if mode not in self._reasons:
                    self._reasons[mode] = tuple(violations(self.pod, demand.level, demand.version))
                if self._reasons[mode]:
                    return demand, self._reasons[mode]
        return None


class PolicedNamespace:
    """A namespace that demands something of the pods that the bundle puts into it; `place` is its name."""

    kinds: ClassVar[KindSet | None] = POD_KINDS

    def __init__(self, name: str, place: Place, pods: tuple[PolicedPod, ...]) -> None:
        self.name = name
        self.place = place
        self.pods = pods

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[PolicedNamespace]:
        """Every such namespace."""
        yield from bundle.derived(_policed)


def _policed(bundle: Bundle) -> tuple[PolicedNamespace, ...]:
    config = next(_configurations(bundle), None)
    return tuple(
        PolicedNamespace(scope.name, scope.place, pods)
        for scope in NamespaceScope.among(bundle)
        if scope.definition is not None and scope.pods and (pods := tuple(_policed_pods(scope, config)))
    )


def _policed_pods(scope: NamespaceScope, config: Cursor | None) -> Iterator[PolicedPod]:
    demands = {mode: demand for mode in ("enforce", "audit", "warn") if (demand := _demand(scope, mode, config))}
    if not demands or _is_exempt(config, "namespaces", scope.name):
        return
    for pod in scope.pods:
        if not _is_exempt(config, "runtimeClasses", pod.runtime_class_name.value):
            yield PolicedPod(pod, scope.name, demands)


def _demand(scope: NamespaceScope, mode: str, config: Cursor | None) -> Demand | None:
    """The demand of one mode, None where it is nothing or unknown."""
    definition = scope.definition
    if definition is None:
        return None
    level = _Level.of(mode, definition.pod_security(mode), config)
    version = _version(definition, mode, config)
    if mode == "warn" and definition.pod_security(mode).absent:
        enforce = _Level.of("enforce", definition.pod_security("enforce"), None)
        # A level that is labelled, and none: https://kubernetes.io/docs/concepts/security/pod-security-admission/
        if enforce.is_valid and enforce.rank > level.rank:
            level = enforce
            if definition.pod_security_version(mode).absent:
                version = _version(definition, "enforce", config)
    if level.field.unknown or version.unknown or level.rank == 0:
        return None
    # No API server knows a version beyond its own; what is no version is the latest.
    newest = min(scope.bundle.context.kubernetes, NEWEST_KNOWN)
    text = version.value
    known = newest if text in (None, "latest") else min(parsed_version(text) or newest, newest)
    return Demand(LEVELS[level.rank], known, level.field.place)


class _Level(NamedTuple):
    """A level as somebody writes it."""

    field: StrField
    rank: int
    is_valid: bool

    @classmethod
    def of(cls, mode: str, label: StrField, config: Cursor | None) -> _Level:
        field = StrField(config.get("defaults", mode)) if label.absent and config is not None else label
        if field.value in LEVELS:
            return cls(field, LEVELS.index(field.value), True)
        # What is no level closes when it is enforced, and opens when it is only told.
        return cls(field, 0 if field.absent or mode != "enforce" else LEVELS.index(RESTRICTED), False)


def _version(definition: Namespace, mode: str, config: Cursor | None) -> StrField:
    label = definition.pod_security_version(mode)
    return StrField(config.get("defaults", f"{mode}-version")) if label.absent and config is not None else label


def _configurations(bundle: Bundle) -> Iterator[Cursor]:
    for resource in bundle.by_kind(_GROUP, "PodSecurityConfiguration"):
        yield resource.cursor
    for resource in bundle.by_kind("apiserver.config.k8s.io", "AdmissionConfiguration"):
        for plugin in resource.cursor.get("plugins").items():
            if plugin.get("name").text == "PodSecurity" and plugin.get("configuration").is_mapping:
                yield plugin.get("configuration")


def _is_exempt(config: Cursor | None, what: str, name: str | None) -> bool:
    if config is None or name is None:
        return False
    return any(item.text == name for item in config.get("exemptions", what).items())
