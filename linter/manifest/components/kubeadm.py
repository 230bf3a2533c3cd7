"""kubeadm documents, v1beta1 to v1beta4: what kubeadm would pass to the components.

https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from hullmark.linter.manifest.components import inserting
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.mounts import of_kubeadm
from hullmark.linter.manifest.components.precedence import shadow
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.written import Written, extra_args, field, open_arguments, point
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

_PLANE = (
    ("kube-apiserver", ("apiServer",)),
    ("kube-controller-manager", ("controllerManager",)),
    ("kube-scheduler", ("scheduler",)),
    ("etcd", ("etcd", "local")),
)
# kubeadm passes these of `etcd.external` to the API server.
_EXTERNAL = {
    "etcd-servers": "endpoints",
    "etcd-cafile": "caFile",
    "etcd-certfile": "certFile",
    "etcd-keyfile": "keyFile",
}


def kubeadm(resource: Resource) -> Iterator[Component]:
    """Components of one kubeadm document."""
    cursor, context = resource.cursor, resource.context
    place = Place(cursor.source, point(cursor), cursor.path, cursor.owner)
    match resource.kind:
        case "ClusterConfiguration":
            yield from control_plane(cursor, place, context)
        case "InitConfiguration":
            yield from node(cursor, place, context, "control-plane")
        case "JoinConfiguration":
            role = "control-plane" if cursor.get("controlPlane").present else "worker"
            yield from node(cursor, place, context, role)


def control_plane(
    cursor: Cursor, place: Place, context: Context, version: str = "", complete: bool = True, test: bool = False
) -> Iterator[Component]:
    """The control plane of a ClusterConfiguration, or of what embeds one without its apiVersion."""
    targets = minors(context, version or cursor.get("kubernetesVersion").text or "")
    external = cursor.get("etcd", "external")
    for name, path in _PLANE:
        if name == "etcd" and external.present:
            continue
        arguments = cursor.get(*path, "extraArgs")
        written = list(extra_args(name, arguments))
        conditions = set()
        if name == "kube-apiserver":
            written += _external(external, written)
            if external.absent:
                conditions.add("no etcd.external")
            if not any(each == "authorization-config" for each, _ in written):
                conditions.add("no authorization-config in extraArgs")
        whole = complete and not open_arguments(cursor.get(*path, "extraArgs"))
        traits = Traits("kubeadm", whole, targets, "control-plane", frozenset(conditions), shadow(name, written), test)
        adder = inserting.argument(arguments)
        parent = _parent(cursor, arguments, place)
        made = Component(name, written, parent, place, traits, context, adder=adder)
        made.mounts = partial(of_kubeadm, cursor.get(*path, "extraVolumes"))
        yield made


def node(
    cursor: Cursor, place: Place, context: Context, role: str, version: str = "", test: bool = False
) -> Iterator[Component]:
    """The kubelet of an InitConfiguration or JoinConfiguration: its flags only, the rest is in a file."""
    arguments = cursor.get("nodeRegistration", "kubeletExtraArgs")
    written = list(extra_args("kubelet", arguments))
    if not written:
        return
    traits = Traits("kubeadm", False, minors(context, version), role, test=test)
    parent = _parent(cursor, arguments, place)
    yield Component("kubelet", written, parent, place, traits, context)


def _external(external: Cursor, written: list[Written]) -> Iterator[Written]:
    present = {name for name, _ in written}
    for name, key in _EXTERNAL.items():
        if name not in present:
            yield from field("kube-apiserver", name, external.get(key))


def _parent(cursor: Cursor, missing: Cursor, kind: Place) -> Callable[[str], Place]:
    """Where a missing argument points: the deepest key of its path that is written, else the document's kind."""
    here = missing.key if missing.present else missing.anchor
    span = kind.span if here is None or here == cursor.anchor else here
    return lambda name: Place(cursor.source, span, (*missing.path, name), kind.owner)
