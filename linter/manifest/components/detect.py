"""Which components a resource describes. Adapters know formats and no rule; detection never rests on `kind` alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

from hullmark.linter.manifest.components.authorizers import FORMS, structured
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.embedded import CARRIERS, KUBESPRAY, Inner, carries, inside
from hullmark.linter.manifest.components.fields import KINDS, etcd_file, field_document
from hullmark.linter.manifest.components.foreign import foreign_kind, text_of
from hullmark.linter.manifest.components.forms import (
    CAPRKE2,
    CLUSTER_CLASS,
    EKSCTL,
    ENVIRONMENT,
    ETCD,
    K3S,
    KIND,
    KIND_PATCHES,
    KOPS,
    KUBELET_CONFIG,
    MINIKUBE,
    NODEADM,
    RANCHER,
    RKE2,
    TALOS_DOCUMENTS,
    UNIT,
)
from hullmark.linter.manifest.components.glance import MAPS, WORKLOADS
from hullmark.linter.manifest.components.kubeadm import kubeadm
from hullmark.linter.manifest.components.kubeadm_parts import CLUSTER_API, GROUP
from hullmark.linter.manifest.components.node_texts import node_texts
from hullmark.linter.manifest.components.patches import PATCH, as_patch, patch, patched
from hullmark.linter.manifest.components.talos_blocks import TALOS
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.components.workload import workload
from hullmark.linter.manifest.resource import KindSet, Resource


def components(resource: Resource) -> tuple[Component, ...]:
    """Every component that `resource` describes, in file order."""
    return resource.derived(_components)


def _components(resource: Resource) -> tuple[Component, ...]:
    adapter = _adapter(resource)
    found = (
        [] if adapter is None else list(as_patch(resource, resource.cursor.source.tells(patched), adapter(resource)))
    )
    if not carries(resource):
        return tuple(found)
    found += _carried(resource)
    if found and resource.cursor.source.mentions(*_EDITORS):
        from hullmark.linter.manifest.components.edits import edits, explicit, unsettle

        made = [edit for word, path in node_texts(resource) if not path for edit in edits(word)]
        unsettle(found, made)
        found += (component for edit in made for component in explicit(edit, resource.context))
    return tuple(found)


_EDITORS = ("sed ", "yq ")


def _carried(resource: Resource) -> Iterator[Component]:
    """What texts of a resource describe."""
    processes: dict[object, list[Inner]] = {}
    for inner in inside(resource):
        if resource.group == KIND and KIND_PATCHES in inner.resource.cursor.path:
            continue  # kind's adapter reads them: they change clusters for tests
        processes.setdefault(_process(inner), []).append(inner)
    for parts in processes.values():
        first = parts[0]
        for component in _joined(parts) if first.resource.gk in _JOINED else _embedded(first):
            component.node_path = "" if first.whole else first.path
            yield component
        for inner in parts:
            yield from _on_nodes(inner.resource)
    yield from _on_nodes(resource)


_JOINED = RANCHER | {(NODEADM, "NodeConfig")}
"""Kinds of which several documents may configure one process."""


def _process(inner: Inner) -> object:
    """What documents of one process have in common."""
    if inner.resource.gk in RANCHER and inner.path:
        from hullmark.linter.manifest.components.k3s import home

        return home(inner.path)
    # NodeConfigs of one archive configure one kubelet.
    return inner.resource.cursor.path if inner.resource.group == NODEADM else id(inner)


def _joined(parts: Sequence[Inner]) -> Iterator[Component]:
    """What documents of one process say together."""
    if parts[0].resource.gk not in RANCHER:
        from hullmark.linter.manifest.components.eks import nodeadm

        return nodeadm(*(each.resource for each in parts))
    from hullmark.linter.manifest.components.k3s import Layers, configurations, described

    (files,) = configurations((each.path, each.resource) for each in parts)
    return described(Layers(files))


def _on_nodes(resource: Resource) -> Iterator[Component]:
    """Units, environment files and scripts that a resource brings to nodes."""
    if not carries(resource) or resource.gk in MAPS:
        return
    named: list[tuple[str, Word]] = []
    variables: dict[str, Word] = {}
    for word, path in node_texts(resource):
        kind_of = foreign_kind(path, word.text) if path else None
        if kind_of == UNIT:
            named.append((path, word))
        elif kind_of == ENVIRONMENT:
            variables[path] = word
        elif not path or path.endswith(".sh"):
            from hullmark.linter.manifest.components.host_files import from_script

            yield from from_script(word, resource.context)
    if named or variables:
        yield from _in_units(resource, named, variables)


def _in_units(resource: Resource, named: Sequence[tuple[str, Word]], variables: dict[str, Word]) -> Iterator[Component]:
    """What units say with the files of variables that they read, and what such files say that none of them reads."""
    from hullmark.linter.manifest.components.host_files import from_environment, from_unit
    from hullmark.linter.manifest.components.units import families, path_of, unit

    read: set[str] = set()
    for texts in families((path, (path, word)) for path, word in named):
        words = tuple(word for _, word in texts)
        yield from from_unit(words, resource.context, texts[0][0].endswith(".service"), variables.get)
        read |= {path_of(file) for file in unit(*words).files}
    for path, word in variables.items():
        if path not in read:
            yield from from_environment(word, resource.context)


def _embedded(inner: Inner) -> Iterator[Component]:
    """A document inside another one: a fragment, unless a ConfigMap or Secret holds it whole."""
    document = inner.resource
    if document.gk in KINDS:
        origin = "kubeadm" if inner.whole and inner.path == "kubelet" else ""
        yield from as_patch(
            document, patched(inner.path), field_document(document, complete=inner.whole, origin=origin)
        )
        return
    if document.gk == ("", PATCH):
        yield from patch(document, inner.path)
        return
    adapter = _adapter(document)
    if adapter is not None:
        yield from as_patch(document, patched(inner.path), adapter(document))


Adapter = Callable[[Resource], Iterator[Component]]


def _later(module: str, name: str) -> Adapter:
    """An adapter that is imported when there is something for it: most inputs hold formats of one or two."""

    def adapter(resource: Resource) -> Iterator[Component]:
        found: Adapter = getattr(import_module(f"{__package__}.{module}"), name)
        return found(resource)

    return adapter


def _unit(resource: Resource) -> Iterator[Component]:
    from hullmark.linter.manifest.components.host_files import from_unit

    service = resource.cursor.source.path.endswith(".service")
    return from_unit((text_of(resource),), resource.context, service)


def _environment(resource: Resource) -> Iterator[Component]:
    from hullmark.linter.manifest.components.host_files import from_environment

    return from_environment(text_of(resource), resource.context)


_K3S, _TALOS = _later("k3s", "k3s"), _later("talos", "talos")
_BY_GROUP: dict[str, Adapter] = {
    GROUP: kubeadm,
    KIND: _later("kind", "kind"),
    EKSCTL: _later("eks", "eksctl"),
    NODEADM: _later("eks", "nodeadm"),
    **dict.fromkeys(KOPS, _later("kops", "kops")),
}
_BY_FORM: dict[tuple[str, str], Adapter] = {
    **dict.fromkeys(CLUSTER_API, _later("cluster_api", "cluster_api")),
    CLUSTER_CLASS: _later("cluster_class", "cluster_class"),
    KUBELET_CONFIG: _later("openshift", "kubelet_config"),
    **dict.fromkeys(CAPRKE2, _later("caprke2", "caprke2")),
}
_BY_KIND: dict[str, Adapter] = {
    ETCD: etcd_file,
    TALOS: _TALOS,
    K3S: _K3S,
    RKE2: _K3S,
    KUBESPRAY: _later("kubespray", "kubespray"),
    MINIKUBE: _later("minikube", "minikube"),
    PATCH: patch,
    UNIT: _unit,
    ENVIRONMENT: _environment,
}


ALL: KindSet = (
    WORKLOADS
    | CLUSTER_API
    | KINDS
    | FORMS
    | CARRIERS
    | frozenset(
        {
            *((GROUP, name) for name in ("ClusterConfiguration", "InitConfiguration", "JoinConfiguration")),
            *(("", name) for name in (*_BY_KIND, *TALOS_DOCUMENTS)),
            *((group, name) for group in KOPS for name in ("Cluster", "InstanceGroup")),
            (KIND, "Cluster"),
            (EKSCTL, "ClusterConfig"),
            (NODEADM, "NodeConfig"),
        }
    )
)
"""Kinds of objects that may describe a component."""


def _adapter(resource: Resource) -> Adapter | None:
    group = resource.group
    found = _BY_GROUP.get(group)
    if found is not None:
        return found
    found = _BY_FORM.get(resource.gk)
    if found is not None:
        return found
    if resource.gk in KINDS:
        return _in_kubeadm_file if resource.cursor.source.mentions(f"{GROUP}/") else field_document
    if resource.gk in FORMS:
        return structured
    if not group:
        known = _BY_KIND.get(resource.kind)
        if known is not None:
            return known
        if resource.version == "v1alpha1" and resource.kind in TALOS_DOCUMENTS:
            return _TALOS
    return workload if resource.gk in WORKLOADS else None


def _in_kubeadm_file(resource: Resource) -> Iterator[Component]:
    """A KubeletConfiguration beside kubeadm documents is completed by kubeadm."""
    return field_document(resource, origin="kubeadm" if resource.kind == "KubeletConfiguration" else "")
