"""Manifests that are applied together to one cluster, indexed for those who look things up in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, Self, TypeVar

from hullmark.linter.manifest.context import DEFAULT_CONTEXT, Context
from hullmark.linter.manifest.crd import CustomResourceDefinition
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.scopes import is_cluster_scoped
from hullmark.linter.manifest.selector import LabelSelector, matches_exactly
from hullmark.linter.model.namespaces import NamespaceName

S_co = TypeVar("S_co", covariant=True)
D = TypeVar("D")
_NO_NAMESPACE = NamespaceName("")
_ASSUMED = NamespaceName("default", True)


class Found(Protocol[S_co]):
    """A class whose instances are found in resources: views of resources, pods, containers."""

    @property
    def kinds(self) -> KindSet | None: ...
    def of(self, resource: Resource) -> Iterable[S_co]: ...


class Bundle:
    """Resources in file order, with indexes that are made when first used.

    `name` is a directory or the name that the configuration gives. `complete`: the user said that
    nothing outside the bundle matters, so that absence may be believed. `fallback` is the namespace
    of objects for which nothing speaks; `inferred` holds what was inferred for single objects.
    `earlier` are the bundles that held its files in the state that a run compares with (several where
    the files were divided otherwise); none where nothing is compared, and where nothing is different.
    `siblings` are all bundles of the input: what succeeds only across bundles is less sure.
    `imports`: the kinds of what its kustomizations take in from elsewhere, None where that is not in the input.
    """

    __slots__ = (
        "_by_key",
        "_by_kind",
        "_clusterwide",
        "_derived",
        "_found",
        "_pods",
        "complete",
        "context",
        "earlier",
        "fallback",
        "imports",
        "inferred",
        "name",
        "resources",
        "siblings",
    )

    def __init__(
        self,
        name: str,
        resources: tuple[Resource, ...],
        context: Context = DEFAULT_CONTEXT,
        *,
        complete: bool = False,
        fallback: NamespaceName = _ASSUMED,
        inferred: Mapping[str, NamespaceName] | None = None,
        imports: KindSet | None = frozenset(),
    ) -> None:
        self.name = name
        self.resources = resources
        self.context = context
        self.complete = complete or context.complete in ("cluster", "bundle")
        self.fallback = fallback
        self.inferred = inferred or {}
        self.earlier: tuple[Bundle, ...] = ()
        self.siblings = Siblings((self,))
        self.imports = imports
        self._by_kind: dict[tuple[str, str], tuple[Resource, ...]] | None = None
        self._by_key: dict[tuple[str, str, str, str], list[Resource]] | None = None
        self._found: dict[Any, tuple[Any, ...]] = {}
        self._derived: dict[Any, Any] = {}
        self._pods: PodIndex | None = None
        self._clusterwide: frozenset[tuple[str, str]] | None = None

    def __repr__(self) -> str:
        return f"Bundle({self.name!r}, {len(self.resources)} resources)"

    @classmethod
    def among(cls, bundle: Self) -> Iterator[Self]:
        """The bundle itself: rules about all of it at once."""
        yield bundle

    def covers(self, namespace: str) -> bool:
        """Whether absence may be believed for objects of `namespace`."""
        return self.complete or self.context.covers(namespace)

    @property
    def paths(self) -> Iterable[str]:
        """Its files, in order."""
        return dict.fromkeys(resource.cursor.source.path for resource in self.resources)

    def by_kind(self, group: str, kind: str) -> tuple[Resource, ...]:
        """Resources of one kind, in file order."""
        return self._kinds.get((group, kind), ())

    @property
    def kinds(self) -> Iterable[tuple[str, str]]:
        """Groups and kinds that occur, in the order of first occurrence."""
        return self._kinds.keys()

    @property
    def _kinds(self) -> dict[tuple[str, str], tuple[Resource, ...]]:
        if self._by_kind is None:
            found: dict[tuple[str, str], list[Resource]] = {}
            for resource in self.resources:
                found.setdefault((resource.group, resource.kind), []).append(resource)
            self._by_kind = {kind: tuple(members) for kind, members in found.items()}
        return self._by_kind

    def each(self, wanted: Found[S_co]) -> tuple[S_co, ...]:
        """Every subject of a class, such as `Service` or `PodSpec`, in file order; made once."""
        found = self._found.get(wanted)
        if found is None:
            kinds = wanted.kinds
            if kinds is None or any(kind in kinds for kind in self._kinds):
                found = tuple(
                    each
                    for resource in self.resources
                    if kinds is None or (resource.group, resource.kind) in kinds
                    for each in wanted.of(resource)
                )
            else:
                found = ()
            self._found[wanted] = found
        return found

    def derived(self, make: Callable[[Bundle], D]) -> D:
        """What `make` derives from the bundle; made once, whoever asks."""
        if make not in self._derived:
            self._derived[make] = make(self)
        found: D = self._derived[make]
        return found

    def namespace_of(self, resource: Resource) -> NamespaceName:
        """Where the object lives; an empty name for kinds that live in no namespace."""
        scope = is_cluster_scoped(resource.group, resource.kind)
        if scope or (scope is None and (resource.group, resource.kind) in self._cluster_kinds):
            return _NO_NAMESPACE
        if resource.namespace:
            return NamespaceName(resource.namespace)
        return self.inferred.get(resource.cursor.source.path) or self.fallback

    @property
    def _cluster_kinds(self) -> frozenset[tuple[str, str]]:
        """Kinds that a CustomResourceDefinition of the bundle puts into no namespace."""
        if self._clusterwide is None:
            self._clusterwide = frozenset(
                (definition.api_group.value or "", definition.defined_kind.value or "")
                for definition in self.each(CustomResourceDefinition)
                if definition.is_cluster_scoped
            )
        return self._clusterwide

    def find(self, group: str, kind: str, namespace: str, name: str) -> Resource | None:
        """The first object with this identity; `namespace` is empty for kinds that live in none."""
        found = self.variants(group, kind, namespace, name)
        return found[0] if found else None

    def variants(self, group: str, kind: str, namespace: str, name: str) -> tuple[Resource, ...]:
        """Every definition of one object, in file order."""
        if self._by_key is None:
            self._by_key = {}
            for resource in self.resources:
                key = (resource.group, resource.kind, self.namespace_of(resource).name, resource.name)
                self._by_key.setdefault(key, []).append(resource)
        return tuple(self._by_key.get((group, kind, namespace, name), ()))

    @property
    def pods(self) -> tuple[PodSpec, ...]:
        """Every pod that something in the bundle describes, in file order."""
        return self.each(PodSpec)

    @property
    def pod_index(self) -> PodIndex:
        """The pods, by namespace and label."""
        if self._pods is None:
            self._pods = PodIndex((self.namespace_of(pod.resource).name, pod) for pod in self.pods)
        return self._pods

    def pods_in(self, namespace: str) -> tuple[PodSpec, ...]:
        """Pods of one namespace, in file order."""
        return self.pod_index.within(namespace)

    def pods_labelled(self, namespace: str, wanted: Mapping[str, str]) -> tuple[PodSpec, ...]:
        """Pods of one namespace that hold every label of `wanted`, as Services select."""
        return self.pod_index.labelled(namespace, wanted)

    def pods_matching(self, namespace: str, selector: LabelSelector) -> tuple[PodSpec, ...]:
        """Pods of one namespace that surely match `selector`, which must be written."""
        return self.pod_index.matching(namespace, selector)


class Siblings:
    """All bundles of one input, and what is derived from them together."""

    __slots__ = ("_derived", "bundles")

    def __init__(self, bundles: tuple[Bundle, ...]) -> None:
        self.bundles = bundles
        self._derived: dict[Any, Any] = {}

    def derived(self, make: Callable[[Siblings], D]) -> D:
        """What `make` derives from the bundles; made once, whoever asks."""
        if make not in self._derived:
            self._derived[make] = make(self)
        found: D = self._derived[make]
        return found


class PodIndex:
    """Pods by namespace and by label, so that a selector looks at few of them."""

    __slots__ = ("_labels", "_namespaces", "_pairs", "_pods")

    def __init__(self, pods: Iterable[tuple[str, PodSpec]]) -> None:
        self._pods: list[PodSpec] = []
        self._labels: list[dict[str, str]] = []
        self._namespaces: dict[str, list[int]] = {}
        self._pairs: dict[tuple[str, str, str], list[int]] = {}
        for number, (namespace, pod) in enumerate(pods):
            labels = pod.given_labels
            self._pods.append(pod)
            self._labels.append(labels)
            self._namespaces.setdefault(namespace, []).append(number)
            for pair in labels.items():
                self._pairs.setdefault((namespace, *pair), []).append(number)

    @property
    def namespaces(self) -> Iterable[str]:
        """Namespaces that have pods, in the order of first occurrence."""
        return self._namespaces.keys()

    def within(self, namespace: str) -> tuple[PodSpec, ...]:
        """Pods of one namespace."""
        return tuple(self._pods[number] for number in self._namespaces.get(namespace, ()))

    def labelled(self, namespace: str, wanted: Mapping[str, str]) -> tuple[PodSpec, ...]:
        """Pods of one namespace that hold every label of `wanted`."""
        return tuple(
            self._pods[number]
            for number in self._candidates(namespace, wanted)
            if matches_exactly(wanted, self._labels[number])
        )

    def matching(self, namespace: str, selector: LabelSelector) -> tuple[PodSpec, ...]:
        """Pods of one namespace that surely match a written selector."""
        return tuple(
            self._pods[number]
            for number in self._candidates(namespace, selector.match_labels.value or {})
            if selector.matches(self._labels[number]) is True
        )

    def _candidates(self, namespace: str, wanted: Mapping[str, str]) -> list[int]:
        lists = [self._pairs.get((namespace, *pair), []) for pair in wanted.items()]
        return min(lists, key=len) if lists else self._namespaces.get(namespace, [])
