"""What objects of a bundle refer to by name, and where they say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import is_templated
from hullmark.linter.manifest.kinds import WORKLOAD_KINDS
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.manifest.structure import POD_KINDS, OpenKinds
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.pod_references import Reference, may_refer, pod_references
from hullmark.linter.named_tuple import NamedTuple

_MONITORS = (("monitoring.coreos.com", "ServiceMonitor"), ("monitoring.coreos.com", "PodMonitor"))
# Fields of single objects: what they are in, where, and which class they name. Classes live outside most inputs.
_CLASSES = (
    (("", "PersistentVolumeClaim"), ("spec", "storageClassName"), ("storage.k8s.io", "StorageClass")),
    (("networking.k8s.io", "Ingress"), ("spec", "ingressClassName"), ("networking.k8s.io", "IngressClass")),
    (
        ("gateway.networking.k8s.io", "Gateway"),
        ("spec", "gatewayClassName"),
        ("gateway.networking.k8s.io", "GatewayClass"),
    ),
)
_POD_CLASSES = (
    ("priorityClassName", ("scheduling.k8s.io", "PriorityClass")),
    ("runtimeClassName", ("node.k8s.io", "RuntimeClass")),
)


class Mention(NamedTuple):
    """One object that refers to another by name; `assumed`: nothing says in which namespace it lives."""

    by: str
    namespace: str
    assumed: bool
    to: Reference
    pod: PodSpec | None = None


class Monitor(NamedTuple):
    """A selector of Services or pods, and whether it selects any: None where nobody can know; `near` almost is one."""

    resource: Resource
    selector: LabelSelector
    finds: bool | None
    near: Resource | None = None


class References:
    """Every reference of a bundle."""

    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_refer)
    kinds: ClassVar[KindSet | None] = OpenKinds(
        WORKLOAD_KINDS | {("", "ServiceAccount"), *_MONITORS, *(kind for kind, _, _ in _CLASSES)}
    )

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[References]:
        """Those of the bundle."""
        yield cls(bundle)

    @property
    def mentions(self) -> Iterator[Mention]:
        """References by name, in file order, each once for every object that makes it."""
        for each in self._all():
            name = each.to.name.text
            if name and not each.to.optional and not is_templated(name):
                yield each

    def _all(self) -> Iterator[Mention]:
        for pod in self._pods():
            seen: set[tuple[str, str | None]] = set()
            for reference in _of_pod(pod):
                if (reference.kind, reference.name.text) not in seen:
                    seen.add((reference.kind, reference.name.text))
                    yield self._mention(pod.resource, reference, pod)
        for account in self.bundle.by_kind("", "ServiceAccount"):
            for item in account.cursor.get("imagePullSecrets").items():
                yield self._mention(account, Reference("Secret", item.get("name")))
        for kind, path, target in _CLASSES:
            for resource in self.bundle.by_kind(*kind):
                yield self._mention(resource, _class(target, resource.cursor.get(*path)))

    def _pods(self) -> Iterator[PodSpec]:
        for resource in self.bundle.resources:
            if resource.gk in POD_KINDS and may_refer(resource):
                yield from PodSpec.of(resource)

    def _mention(self, resource: Resource, reference: Reference, pod: PodSpec | None = None) -> Mention:
        home = self.bundle.namespace_of(resource)
        namespace = "" if reference.is_class else home.name
        return Mention(str(resource if pod is None else pod), namespace, home.assumed, reference, pod)

    @property
    def monitors(self) -> Iterator[Monitor]:
        """Selectors of Prometheus' monitors."""
        for kind in _MONITORS:
            for resource in self.bundle.by_kind(*kind):
                yield self._monitor(resource)

    def _monitor(self, resource: Resource) -> Monitor:
        spaces = resource.cursor.get("spec", "namespaceSelector")
        anywhere = spaces.get("any").text == "true"
        wanted = {item.text for item in spaces.get("matchNames").items()} or {self.bundle.namespace_of(resource).name}
        selector = LabelSelector(resource.cursor.get("spec", "selector"))
        near: Resource | None = None
        unsure = False
        for other, labels, namespace in self._selectable(resource.kind):
            if not anywhere and namespace not in wanted:
                continue
            answer = selector.matches(labels)
            if answer:
                return Monitor(resource, selector, True)
            unsure = unsure or answer is None
            if near is None and selector.nearly_matches(labels):
                near = other
        covered = self.bundle.complete or (not anywhere and all(self.bundle.covers(name or "") for name in wanted))
        blind = not unsure and (near is not None or covered)
        return Monitor(resource, selector, False if blind else None, near)

    def _selectable(self, kind: str) -> Iterator[tuple[Resource, dict[str, str], str]]:
        if kind == "ServiceMonitor":
            for service in self.bundle.by_kind("", "Service"):
                yield service, service.labels.value or {}, self.bundle.namespace_of(service).name
        else:
            for pod in self.bundle.pods:
                yield pod.resource, pod.labels.value or {}, self.bundle.namespace_of(pod.resource).name


def references_of(pod: PodSpec) -> tuple[Reference, ...]:
    """References of a pod to what is mounted or read; found once, whoever asks."""
    return pod.derived(_found)


def _found(pod: PodSpec) -> tuple[Reference, ...]:
    return tuple(pod_references(pod))


def _of_pod(pod: PodSpec) -> Iterator[Reference]:
    yield from references_of(pod)
    account = pod.account
    if account.value not in (None, "", "default"):
        yield Reference("ServiceAccount", account.cursor)
    for field, target in _POD_CLASSES:
        yield _class(target, pod.cursor.get(field))
    for template in pod.resource.cursor.get("spec", "volumeClaimTemplates").items():
        yield _class(("storage.k8s.io", "StorageClass"), template.get("spec", "storageClassName"))


def _class(target: tuple[str, str], at: Cursor) -> Reference:
    return Reference(target[1], at, None, False, target[0], is_class=True)
