"""Kubelets with everything that configures them: flags over drop-ins over the configuration file.

https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/#kubelet-configuration-merging-order
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from posixpath import basename
from typing import ClassVar

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import ALL, components
from hullmark.linter.manifest.components.forms import KUBELET
from hullmark.linter.manifest.components.glance import may_hold_components
from hullmark.linter.manifest.components.subjects import KubeletPart, Process
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.node_files import Described, Part, described


class Kubelet(KubeletPart):
    """A kubelet. Files of one process are linked first and judged once."""

    kinds: ClassVar[KindSet | None] = ALL
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_hold_components)
    shared: ClassVar[Callable[[Bundle], object]] = staticmethod(described)
    alone: ClassVar[bool] = True

    @classmethod
    def _of(cls, resource: Resource) -> Iterator[Process]:
        for component in components(resource):
            if component.name == "kubelet":
                yield cls(_unread(component))

    @classmethod
    def among(cls, bundle: Bundle) -> Iterable[Kubelet]:
        """Every kubelet of a bundle, those whose parts stand in several files put together."""
        return [cls(component) for component in bundle.derived(_linked)]


def _linked(bundle: Bundle) -> tuple[Component, ...]:
    found = described(bundle)
    parts = [part for part in found.parts if part.component.name == "kubelet"]
    return tuple(_put_together(found, parts))


def _put_together(found: Described, parts: Sequence[Part]) -> Iterator[Component]:
    """Kubelets with their parts joined; what is part of another one is not given alone."""
    files = [part for part in parts if is_file(part.component)]
    confs = [part for part in files if _on_node(part).endswith(".conf")]
    taken: set[int] = set()
    joined = []
    for part in parts:
        component = part.component
        if is_file(component):
            continue
        base = _base(found, parts, files, part)
        if base is None:
            _unread(component)
            continue
        directory = component.setting("config-dir")
        drop_ins = _drop_ins(confs, directory.text, part) if directory is not None else []
        one = _join(base, drop_ins, component)
        if directory is not None and not drop_ins:
            # Drop-ins that are not in the input may say otherwise, and flags win over them.
            one.certain = frozenset(component.settings)
        one.retold = tuple(
            each.document for each in (base, *drop_ins) if id(each) in taken and each.document is not None
        )
        taken |= {id(each) for each in (component, base, *drop_ins)}
        joined.append(one)
    yield from (part.component for part in parts if id(part.component) not in taken)
    yield from joined


def _unread(component: Component) -> Component:
    """A kubelet whose configuration file is not in the input: who knows what that says about the rest."""
    if not is_file(component) and component.setting("config") is not None:
        component.certain = frozenset(component.settings)
    return component


def _base(found: Described, parts: Sequence[Part], files: Sequence[Part], flags: Part) -> Component | None:
    """The configuration file of a kubelet: the one that its flag names, else that of a kubeadm file with one node."""
    config = flags.component.setting("config")
    if config is None:
        return _of_kubeadm(parts, files, flags)
    if templated(config.text) or not config.text.strip():
        return None
    document = found.file(config.text, KUBELET, flags.resource, flags.component)
    if document is None:
        return None
    return next((part.component for part in files if part.component.document is document), None)


def is_file(component: Component) -> bool:
    """Whether the view comes from a configuration document."""
    return component.form == "KubeletConfiguration"


def _of_kubeadm(parts: Sequence[Part], files: Sequence[Part], flags: Part) -> Component | None:
    """The configuration beside the only node of a kubeadm file: kubeadm passes the flags of that node with it."""
    if flags.component.traits.origin != "kubeadm":
        return None
    nodes = [each for each in parts if _path(each) == _path(flags) and not is_file(each.component)]
    beside = [each for each in files if _path(each) == _path(flags) and each.component.traits.origin == "kubeadm"]
    return beside[0].component if len(nodes) == len(beside) == 1 else None


def _path(part: Part) -> str:
    return part.component.place.source.path


def _on_node(part: Part) -> str:
    """Its path on the node, else in the input."""
    return part.component.node_path or _path(part)


def _drop_ins(files: Sequence[Part], directory: str, flags: Part) -> list[Component]:
    """Documents of a drop-in directory and those below it, in the byte order of their names; only `.conf` counts.

    The kubelet walks the tree: mergeKubeletConfigurations in cmd/kubelet/app/server.go.
    """
    wanted = directory.rstrip("/")
    inside: list[tuple[list[bytes], Component]] = []
    for file in files:
        path = _on_node(file)
        if not file.component.node_path:
            # A file of the input lies in a directory that is called like the one of the node.
            _, found, below = f"/{path}".rpartition(f"/{basename(wanted)}/")
            there = bool(found)
        else:
            there, below = path.startswith(f"{wanted}/") and file.resource is flags.resource, path[len(wanted) + 1 :]
        if there:
            inside.append(([each.encode("utf-8", "surrogateescape") for each in below.split("/")], file.component))
    return [component for _, component in sorted(inside, key=lambda each: each[0])]


def _join(base: Component, parts: Sequence[Component], flags: Component) -> Component:
    """One process: later parts replace earlier ones, setting by setting; gates are joined key by key."""
    written = list(base.written)
    for part in (*parts, flags):
        for name in part.settings:
            if part.settings[name].known.type != "gates":
                written = [each for each in written if each[0] != name]
        written += part.written
    traits = base.traits._replace(role=flags.traits.role)
    return Component("kubelet", written, base.parent, flags.place, traits, base.context, flags.strays)
