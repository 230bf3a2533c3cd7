"""Units: pod templates with one set of labels. Replicas are one unit, and so are pods of one owner.

Labels that controllers add are there where they can be foretold:
https://kubernetes.io/docs/reference/labels-annotations-taints/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.ports import FIRST, LAST, TCP, WITH_PORTS, PortRange
from hullmark.linter.records import record

# Present in any case, with a value that only the cluster knows.
_ADDED_KEYS: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("pod-template-hash",),
    "ReplicaSet": (),
    "StatefulSet": ("controller-revision-hash", "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"),
    "DaemonSet": ("controller-revision-hash", "pod-template-generation"),
    "Job": ("controller-uid", "batch.kubernetes.io/controller-uid"),
    "CronJob": (
        "controller-uid",
        "batch.kubernetes.io/controller-uid",
        "job-name",
        "batch.kubernetes.io/job-name",
    ),
}


@record
class DeclaredPort:
    """A container port: number, protocol and name, empty where it has none."""

    protocol: str
    number: int
    name: str

    @property
    def range(self) -> PortRange:
        """The port as a range."""
        return PortRange(self.protocol, self.number, self.number)


@record
class Phantom:
    """A pod that nothing in the input describes, though every cluster has it."""

    labels: Mapping[str, str]
    ports: tuple[DeclaredPort, ...]
    account: str
    hidden_keys: frozenset[str] = frozenset()
    open_labels: bool = True


CLUSTER_DNS = Phantom(
    {"k8s-app": "kube-dns"}, (DeclaredPort("UDP", 53, "dns"), DeclaredPort("TCP", 53, "dns-tcp")), "coredns"
)
"""CoreDNS as kubeadm installs it: https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/"""


@record(eq=False)
class Unit:
    """One unit. `hidden_keys` are labels with values that nobody knows; `open_labels`: somebody may add more.

    `kind` and `name` are those of the owner: of the resource, or of what the resource says owns it.
    """

    pod: PodSpec
    namespace: str
    kind: str
    name: str
    labels: Mapping[str, str]
    hidden_keys: frozenset[str]
    open_labels: bool
    ports: tuple[DeclaredPort, ...]
    host_network: bool

    def __str__(self) -> str:
        return str(self.pod)

    @property
    def title(self) -> str:
        """Name for lists of connections: `shop/web[Deployment]`."""
        label = f"({self.pod.label})" if self.pod.label else ""
        return f"{self.namespace}/{self.name}{label}[{self.kind}]"

    @property
    def account(self) -> str:
        """Service account, `default` where none is known."""
        return self.pod.account_name or "default"

    @property
    def place(self) -> Place:
        """Labels of the pods, else the object's name."""
        labels = self.pod.labels
        return labels.key_place if labels.present else self.pod.resource.place


def units(bundle: Bundle) -> tuple[Unit, ...]:
    """Units of a bundle by namespace, then in file order."""
    found: list[Unit] = []
    seen: set[tuple[object, ...]] = set()
    for pod in bundle.pods:
        if pod.is_fragment:
            continue
        owner = _owner(pod.resource.cursor)
        namespace = bundle.namespace_of(pod.resource).name
        if owner is not None and _is_here(bundle, owner, namespace):
            continue  # the owner's template stands for it
        unit = _unit(pod, namespace, owner)
        if owner is not None:
            key = (namespace, unit.kind, unit.name, tuple(sorted(unit.labels.items())))
            if key in seen:
                continue
            seen.add(key)
        found.append(unit)
    return tuple(sorted(found, key=lambda unit: unit.namespace))


@record
class _Owner:
    group: str
    kind: str
    name: str


def _owner(root: Cursor) -> _Owner | None:
    """The controlling owner; a node owns only what its kubelet runs by itself."""
    for item in root.get("metadata", "ownerReferences").items():
        kind, name = item.get("kind").text, item.get("name").text
        if kind and name and kind != "Node":
            return _Owner((item.get("apiVersion").text or "").rpartition("/")[0], kind, name)
    return None


def _is_here(bundle: Bundle, owner: _Owner, namespace: str) -> bool:
    return bundle.find(owner.group, owner.kind, namespace, owner.name) is not None


def _unit(pod: PodSpec, namespace: str, owner: _Owner | None) -> Unit:
    resource = pod.resource
    labels, hidden = pod.given_labels, set[str]()
    for name, field in pod.labels.fields():
        if field.value is None and name not in labels:
            hidden.add(name)
    hidden.update(key for key in _added_keys(resource) if key not in labels)
    if resource.kind == "Job" and resource.group == "batch" and resource.name:
        labels.setdefault("job-name", resource.name)
        labels.setdefault("batch.kubernetes.io/job-name", resource.name)
    return Unit(
        pod,
        namespace,
        owner.kind if owner else resource.kind,
        owner.name if owner else resource.name,
        labels,
        frozenset(hidden),
        pod.overlay,
        tuple(_ports(pod)),
        pod.host_network.is_true,
    )


def _added_keys(resource: Resource) -> tuple[str, ...]:
    return _ADDED_KEYS.get(resource.kind, ()) if resource.group in ("apps", "batch") else ()


def _ports(pod: PodSpec) -> Iterator[DeclaredPort]:
    for container in pod.containers:
        if not container.is_long_running:
            continue
        for port in container.ports:
            number, transport = port.container_port.value, port.transport
            if number is not None and FIRST <= number <= LAST and transport in WITH_PORTS:
                yield DeclaredPort(transport, number, port.name.value or "")
    for name, number in pod.given_ports.items():
        yield DeclaredPort(TCP, number, name)
