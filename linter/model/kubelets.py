"""Kubelets with everything that configures them: flags over drop-ins over the configuration file.

https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/#kubelet-configuration-merging-order
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from posixpath import basename, dirname
from typing import ClassVar

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import ALL
from hullmark.linter.manifest.components.subjects import KubeletPart
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.model.bundle import Bundle


class Kubelet(KubeletPart):
    """A kubelet. Files of one process are linked first and judged once."""

    kinds: ClassVar[KindSet | None] = ALL

    @classmethod
    def among(cls, bundle: Bundle) -> Iterable[Kubelet]:
        """Every kubelet of a bundle, those whose parts stand in several files put together."""
        found = [each.component for each in bundle.each(KubeletPart)]
        return [cls(component) for component in linked(found)]


def linked(found: Sequence[Component]) -> Iterator[Component]:
    """Kubelets with their parts joined; what is part of another one is not given alone."""
    files = [each for each in found if _is_file(each)]
    taken: set[int] = set()
    joined = []
    for each in found:
        if _is_file(each):
            continue
        config = each.settings.get("config")
        base = _of_kubeadm(found, files, each) if config is None else _named(files, config.text, each)
        if base is None:
            continue
        directory = each.settings.get("config-dir")
        parts = _drop_ins(files, directory.text) if directory is not None else []
        taken |= {id(part) for part in (each, base, *parts)}
        joined.append(_join(base, parts, each))
    yield from (each for each in found if id(each) not in taken)
    yield from joined


def _is_file(component: Component) -> bool:
    """Whether the view comes from a configuration document."""
    return component.form == "KubeletConfiguration"


def _of_kubeadm(found: Sequence[Component], files: Sequence[Component], flags: Component) -> Component | None:
    """The configuration beside the only node of a kubeadm file: kubeadm passes the flags of that node with it."""
    if flags.traits.origin != "kubeadm":
        return None
    nodes = [each for each in found if _path(each) == _path(flags) and not _is_file(each)]
    beside = [each for each in files if _path(each) == _path(flags) and each.traits.origin == "kubeadm"]
    return beside[0] if len(nodes) == len(beside) == 1 else None


def _path(component: Component) -> str:
    return component.place.source.path


def _named(files: Sequence[Component], path: str, near: Component) -> Component | None:
    """The configuration file that a flag names: the only one so called, in the same directory first."""
    named = [each for each in files if basename(_path(each)) == basename(path)]
    beside = [each for each in named if dirname(_path(each)) == dirname(_path(near))]
    for candidates in (beside, named):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _drop_ins(files: Sequence[Component], directory: str) -> list[Component]:
    """Documents of a drop-in directory, in the byte order of their names; only `.conf` counts."""
    wanted = basename(directory.rstrip("/"))
    inside = [each for each in files if _path(each).endswith(".conf") and basename(dirname(_path(each))) == wanted]
    return sorted(inside, key=lambda each: basename(_path(each)).encode("utf-8", "surrogateescape"))


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
