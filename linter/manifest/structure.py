"""Pod specs in objects of kinds that nobody knows, told by their shape.

Such a place is an overlay of unknown use: what is written counts, what is absent does not, and nothing is sure.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.kinds import WORKLOAD_KINDS, KindSet, PodPlace
from hullmark.linter.yaml.nodes import Mapping, Scalar, Sequence

_DEEPEST = 12
_CLOSED = frozenset({"status", "metadata", "data", "stringData", "schema", "openAPIV3Schema", "values", "valuesObject"})
_TEMPLATE = frozenset({"metadata", "spec"})
_CONTAINER = ("image", "env", "command", "args", "ports")
_TELLING = (
    "initContainers",
    "volumes",
    "restartPolicy",
    "serviceAccountName",
    "securityContext",
    "nodeSelector",
    "tolerations",
    "affinity",
    "hostNetwork",
    "hostPID",
    "terminationGracePeriodSeconds",
    "imagePullSecrets",
)
_OF_KUBERNETES = (".k8s.io", ".kubernetes.io")
_GONE = frozenset({"extensions"})


class OpenKinds(KindSet):
    """Certain kinds, and every kind of which nobody knows what it holds."""

    __slots__ = ()

    def __contains__(self, kind: object) -> bool:
        if super().__contains__(kind):
            return True
        return isinstance(kind, tuple) and len(kind) == 2 and is_unknown(*kind)


def is_unknown(group: str, kind: str) -> bool:
    """Whether neither Kubernetes nor our tables say what objects of the kind hold."""
    if (group, kind) in WORKLOAD_KINDS or not group or group.endswith(_OF_KUBERNETES) or group in _GONE:
        return False
    return group not in table("api_resources")["groups"] and not kind.endswith("List")


POD_KINDS: KindSet = OpenKinds(WORKLOAD_KINDS)
"""Where to look for pods."""


def shaped_like_pods(root: Cursor) -> Iterator[PodPlace]:
    """Every mapping of the object that has the shape of a pod spec."""
    node = root.node
    if not isinstance(node, Mapping) or root.source.text.find("containers", node.start, node.end) < 0:
        return
    seen: set[int] = set()
    waiting: list[tuple[Cursor, Cursor, int]] = [(root, root, 0)]
    while waiting:
        at, parent, depth = waiting.pop()
        if at.node is None or id(at.node) in seen:
            continue
        seen.add(id(at.node))
        if depth and _is_pod_spec(at, parent):
            yield PodPlace(_label(at), _metadata(at, parent), at, overlay=True)
        elif depth < _DEEPEST:
            waiting.extend((inner, at, depth + 1) for inner in reversed(list(_inside(at))))


def _inside(at: Cursor) -> Iterator[Cursor]:
    if at.is_sequence:
        yield from at.items()
        return
    for name, inner in at.entries():
        if name not in _CLOSED and not isinstance(inner.node, Scalar):
            yield inner


def _is_pod_spec(at: Cursor, parent: Cursor) -> bool:
    node = at.node
    if not isinstance(node, Mapping):
        return False
    containers = node.get("containers")
    if not isinstance(containers, Sequence) or not containers.items:
        return False
    if not all(isinstance(item, Mapping) and _is_container(item) for item in containers.items):
        return False
    return _is_template(at, parent) or sum(name in node for name in _TELLING) > 1


def _is_container(node: Mapping) -> bool:
    return isinstance(node.get("name"), Scalar) and any(name in node for name in _CONTAINER)


def _is_template(at: Cursor, parent: Cursor) -> bool:
    return at.path[-1] == "spec" and isinstance(parent.node, Mapping) and _TEMPLATE.issuperset(parent.node.keys)


def _metadata(at: Cursor, parent: Cursor) -> Cursor:
    if _is_template(at, parent):
        return parent.get("metadata")
    return Cursor(at.source, None, None, at.anchor, at.path, at.owner)


def _label(at: Cursor) -> str:
    return ".".join(at.path).replace(".[", "[")
