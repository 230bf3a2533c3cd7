"""What holds for everything in a complete input, and takes the ground from findings that were made file by file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.named_images import RESOLVED
from hullmark.linter.manifest.security import SECCOMP_DEFAULT
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.workspace import Workspace

_POLICIES = (("kyverno.io", "ClusterPolicy"), ("policies.kyverno.io", "ImageValidatingPolicy"))
_EVERYTHING = frozenset({"*", "**", "*/*"})


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


def _of(bundles: Sequence[Bundle]) -> frozenset[str]:
    return _confined(bundles) | _resolved(bundles)


def _resolved(bundles: Sequence[Bundle]) -> frozenset[str]:
    """Whether a policy puts digests into all pods: https://kyverno.io/docs/policy-types/cluster-policy/verify-images/"""
    policies = [each for bundle in bundles for kind in _POLICIES for each in bundle.by_kind(*kind)]
    return frozenset({RESOLVED}) if any(_resolves(each.cursor.get("spec")) for each in policies) else frozenset()


def _resolves(spec: Cursor) -> bool:
    if spec.get("matchImageReferences").present:
        wide = any(each.get("glob").text in _EVERYTHING for each in spec.get("matchImageReferences").items())
        return wide and spec.get("validationConfigurations", "mutateDigest").text != "false"
    return any(_rule_resolves(rule) for rule in spec.get("rules").items())


def _rule_resolves(rule: Cursor) -> bool:
    matched = [each.get("resources") for each in (*rule.get("match", "any").items(), rule.get("match"))]
    pods = any([name for name, _ in each.entries()] == ["kinds"] and _names_pods(each) for each in matched)
    return (
        pods
        and rule.get("exclude").absent
        and any(
            each.get("mutateDigest").text != "false"
            and any(image.text in _EVERYTHING for image in each.get("imageReferences").items())
            for each in rule.get("verifyImages").items()
        )
    )


def _names_pods(resources: Cursor) -> bool:
    return any(kind.text in ("Pod", "v1/Pod", "*") for kind in resources.get("kinds").items())


def _confined(bundles: Iterable[Bundle]) -> frozenset[str]:
    from hullmark.linter.model.kubelets import Kubelet  # 30 modules, for the few inputs that are complete

    kubelets = [each.component for bundle in bundles for each in Kubelet.among(bundle)]
    confine = bool(kubelets) and all(each.effective(SECCOMP_DEFAULT).always(True) for each in kubelets)
    return frozenset({SECCOMP_DEFAULT}) if confine else frozenset()
