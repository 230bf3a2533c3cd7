"""One namespace with everything of a bundle that lives in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from hullmark.linter.manifest.namespace import SYSTEM, Namespace
from hullmark.linter.manifest.network import NetworkPolicy
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle

NAME_LABEL = "kubernetes.io/metadata.name"


class NamespaceScope:
    """A namespace of a bundle, whether or not the bundle defines it.

    `assumed`: some of its objects are here only because nothing says where they go. `place` is the
    Namespace's name, else the first `metadata.namespace` that names it, else its first object.
    """

    def __init__(self, bundle: Bundle, name: str, resources: tuple[Resource, ...], assumed: bool) -> None:
        self.bundle = bundle
        self.name = name
        self.resources = resources
        self.assumed = assumed

    def __str__(self) -> str:
        return f"namespace {self.name!r}"

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[NamespaceScope]:
        """Every namespace that the bundle defines or puts something into, in the order of first mention."""
        held: dict[str, list[Resource]] = {}
        assumed: set[str] = set()
        for resource in bundle.resources:
            if resource.gk == ("", "Namespace"):
                if resource.name:
                    held.setdefault(resource.name, [])
                continue
            namespace = bundle.namespace_of(resource)
            if namespace.name:
                held.setdefault(namespace.name, []).append(resource)
                if namespace.assumed:
                    assumed.add(namespace.name)
        for name, members in held.items():
            yield cls(bundle, name, tuple(members), name in assumed)

    @cached_property
    def definition(self) -> Namespace | None:
        """The Namespace object, if the bundle has it."""
        found = self.bundle.find("", "Namespace", "", self.name)
        return None if found is None else Namespace.reading(found)

    @property
    def place(self) -> Place:
        """Where a hit about the whole namespace points."""
        if self.definition is not None:
            return self.definition.place
        for resource in self.resources:
            if resource.namespace:
                return resource.namespace_field.place
        return self.resources[0].place

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Known labels: what the Namespace object says, and the name that every namespace has as a label."""
        written = (self.definition.labels.value or {}) if self.definition is not None else {}
        return {**written, NAME_LABEL: self.name}

    @property
    def labels_known(self) -> bool:
        """Whether there are no other labels, since the Namespace object is in the bundle."""
        return self.definition is not None

    @property
    def is_system(self) -> bool:
        """Whether Kubernetes makes it for itself."""
        return self.name in SYSTEM

    @cached_property
    def pods(self) -> tuple[PodSpec, ...]:
        """Pods that the namespace holds; patches of pods are none."""
        return tuple(pod for pod in self.bundle.pods_in(self.name) if not pod.is_fragment)

    @cached_property
    def network_policies(self) -> tuple[NetworkPolicy, ...]:
        """NetworkPolicies of Kubernetes in the namespace; other kinds of policies are not among them."""
        return tuple(policy for resource in self.resources for policy in NetworkPolicy.of(resource))
