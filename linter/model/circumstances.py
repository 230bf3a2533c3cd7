"""What holds for everything in a complete input, and takes the ground from findings that were made file by file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hullmark.linter.manifest.security import SECCOMP_DEFAULT
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.workspace import Workspace


def circumstances(workspace: Workspace) -> Mapping[str, frozenset[str]]:
    """What holds for the objects of a file, by its path; nothing about files of which nobody knows what is around."""
    if workspace.context.complete == "cluster":
        found = _of(workspace.bundles)
        return {path: found for bundle in workspace.bundles for path in _paths(bundle)} if found else {}
    held: dict[str, frozenset[str]] = {}
    for bundle in workspace.bundles:
        found = _of([bundle]) if bundle.complete else frozenset()
        if found:
            held |= dict.fromkeys(_paths(bundle), found)
    return held


def _paths(bundle: Bundle) -> set[str]:
    return {resource.cursor.source.path for resource in bundle.resources}


def _of(bundles: Iterable[Bundle]) -> frozenset[str]:
    from hullmark.linter.model.kubelets import Kubelet  # 30 modules, for the few inputs that are complete

    kubelets = [each.component for bundle in bundles for each in Kubelet.among(bundle)]
    confine = bool(kubelets) and all(each.effective(SECCOMP_DEFAULT).always(True) for each in kubelets)
    return frozenset({SECCOMP_DEFAULT}) if confine else frozenset()
