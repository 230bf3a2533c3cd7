"""kubeadm documents, v1beta1 to v1beta4: what kubeadm would pass to the components.

https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hullmark.linter.manifest.components import catalogue, inserting
from hullmark.linter.manifest.components.arguments import arguments_of
from hullmark.linter.manifest.components.component import UNKNOWN, Component, Traits
from hullmark.linter.manifest.components.mounts import Mount, of_kubeadm
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.wording import Wording
from hullmark.linter.manifest.components.workload import etcd_variable
from hullmark.linter.manifest.components.written import Written, field, point, value_word
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
        said = arguments_of(name, arguments, genuine=not cursor.path)
        conditions = set()
        written: Wording | list[Written] = said
        if name == "etcd" and (variables := cursor.get(*path, "extraEnvs")).present:
            written = [*said.all(), *_variables(variables, said)]
        if name == "kube-apiserver":
            if external.absent:
                conditions.add("no etcd.external")
            else:
                written = [*said.all(), *_external(external, said)]
            if not said.says("authorization-config"):
                conditions.add("no authorization-config in extraArgs")
        whole = complete and not said.open
        traits = Traits("kubeadm", whole, targets, "control-plane", frozenset(conditions), said.shadow, test)
        adder = inserting.argument(arguments)
        parent = partial(_parent, cursor, arguments, place)
        made = Component(name, written, parent, place, traits, context, adder=adder)
        made.mounts = partial(_mounts, cursor, path)
        yield made


def _mounts(cursor: Cursor, path: tuple[str, ...]) -> Iterator[Mount]:
    return of_kubeadm(cursor.get(*path, "extraVolumes"))


def node(
    cursor: Cursor, place: Place, context: Context, role: str, version: str = "", test: bool = False
) -> Iterator[Component]:
    """The kubelet of an InitConfiguration or JoinConfiguration: its flags only, the rest is in a file."""
    arguments = cursor.get("nodeRegistration", "kubeletExtraArgs")
    written = arguments_of("kubelet", arguments, genuine=not cursor.path)
    if not written.briefs:
        return
    traits = Traits("kubeadm", False, minors(context, version), role, test=test)
    parent = partial(_parent, cursor, arguments, place)
    yield Component("kubelet", written, parent, place, traits, context)


def _variables(listed: Cursor, said: Wording) -> Iterator[Written]:
    """Variables of etcd count where neither kubeadm nor the user gives a flag.

    https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/#kubeadm-k8s-io-v1beta4-LocalEtcd
    """
    for item in listed.items():
        value = item.get("value")
        word = value_word(value) if value.present else value_word(item).renamed(UNKNOWN)
        found = etcd_variable(item.get("name").text or "", word)
        if found is not None and not said.says(found[0]) and not _is_passed(found[0]):
            yield found


def _is_passed(name: str) -> bool:
    """Whether kubeadm itself gives etcd this flag."""
    return any("kubeadm" in default.origins for default in catalogue.setting("etcd", name).defaults)


def _external(external: Cursor, said: Wording) -> Iterator[Written]:
    for name, key in _EXTERNAL.items():
        if not said.says(name):
            yield from field("kube-apiserver", name, external.get(key))


def _parent(cursor: Cursor, missing: Cursor, kind: Place, name: str) -> Place:
    """Where a missing argument points: the deepest key of its path that is written, else the document's kind."""
    here = missing.key if missing.present else missing.anchor
    span = kind.span if here is None or here == cursor.anchor else here
    return Place(cursor.source, span, (*missing.path, name), kind.owner)
