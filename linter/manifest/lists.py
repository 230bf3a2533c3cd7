"""Objects that hold whole objects: Lists, typed lists, templates and the wrappers of multi-cluster tools.

https://kubernetes.io/docs/reference/using-api/api-concepts/#collections
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.paths import find
from hullmark.linter.manifest.resource import BARE, Envelope, Resource, text_at
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.yaml.nodes import Mapping, Node

_DEEPEST = 32
"""Lists in lists beyond this are left as they are; nobody writes them, and recursion must end."""


class Wrapper(NamedTuple):
    """A kind, or a pattern of kinds, whose objects are found at `objects`."""

    group: str | None
    kind: str
    pattern: re.Pattern[str] | None
    objects: str
    confidence: Confidence

    def matches(self, group: str, kind: str) -> bool:
        """Whether objects of this kind are unwrapped by this row."""
        if self.group is not None and self.group != group:
            return False
        return self.pattern.search(kind) is not None if self.pattern is not None else self.kind == kind


def expand(cursor: Cursor, context: Context) -> Iterator[Resource]:
    """The object at `cursor` and every object that it holds; what is no object yields nothing.

    A plain or typed list is replaced by its items; other wrappers stay beside what they hold. A
    node that is used several times through an alias is one object.
    """
    seen: set[int] = set()
    waiting: list[tuple[Cursor, Envelope, int]] = [(cursor, BARE, 0)]
    while waiting:
        at, envelope, depth = waiting.pop()
        if at.node is None or id(at.node) in seen or not is_object(at, envelope):
            continue
        seen.add(id(at.node))
        resource = Resource(at, context, envelope)
        wrapper = _wrapper(resource.group, resource.kind) if depth < _DEEPEST else None
        if wrapper is None:
            yield resource
            continue
        held = list(_held(resource, wrapper))
        if not _is_list(resource):
            yield resource
        waiting.extend((inner, wrapping, depth + 1) for inner, wrapping in reversed(held))


def is_object(cursor: Cursor, envelope: Envelope = BARE) -> bool:
    """Whether there is a mapping with `kind` and `apiVersion`, be they given by what is around it."""
    node = cursor.node
    if not isinstance(node, Mapping):
        return False
    says_kind = bool(envelope.kind) or text_at(node, "kind") is not None
    return says_kind and (bool(envelope.api_version) or text_at(node, "apiVersion") is not None)


def _is_list(resource: Resource) -> bool:
    return resource.kind.endswith("List") and resource.cursor.get("items").is_sequence


@lru_cache(maxsize=1024)
def _wrapper(group: str, kind: str) -> Wrapper | None:
    exact, patterns = _wrappers()
    found = exact.get((group, kind))
    if found is not None:
        return found
    for wrapper in patterns:
        if wrapper.matches(group, kind):
            return wrapper
    return None


@cache
def _wrappers() -> tuple[dict[tuple[str, str], Wrapper], tuple[Wrapper, ...]]:
    exact: dict[tuple[str, str], Wrapper] = {}
    patterns = []
    for row in table("workload_kinds")["wrappers"]:
        if "objects" not in row:
            continue
        wrapper = _row(row)
        if wrapper.pattern is None:
            exact[(wrapper.group or "", wrapper.kind)] = wrapper
        else:
            patterns.append(wrapper)
    return exact, tuple(patterns)


def _row(row: dict[str, Any]) -> Wrapper:
    pattern = row.get("kindPattern")
    return Wrapper(
        group=row.get("group"),
        kind=row.get("kind", ""),
        pattern=re.compile(pattern) if pattern else None,
        objects=row["objects"],
        confidence=Confidence[row.get("confidence", "high").upper()],
    )


def _held(resource: Resource, wrapper: Wrapper) -> Iterator[tuple[Cursor, Envelope]]:
    confidence = min(wrapper.confidence, resource.envelope.confidence)
    api_version, kind = _defaults(resource)
    envelope = Envelope(api_version, kind, confidence)
    for _, at in find(resource.cursor, wrapper.objects):
        yield _root(at, at.node), envelope


def _defaults(resource: Resource) -> tuple[str, str]:
    """apiVersion and kind of items that have none: those of a typed list, or the suffix of a federated kind."""
    if resource.kind.endswith("List") and resource.kind != "List":
        return resource.api_version, resource.kind.removesuffix("List")
    if resource.group == "types.kubefed.io":
        kind = resource.kind.removeprefix("Federated")
        return _known_version(kind), kind
    return "", ""


def _known_version(kind: str) -> str:
    for row in table("workload_kinds")["builtin"]:
        if row["kind"] == kind:
            return f"{row['group']}/{row['versions'][0]}".removeprefix("/")
    return _VERSIONS.get(kind, "v1")


_VERSIONS = {
    "Ingress": "networking.k8s.io/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "Role": "rbac.authorization.k8s.io/v1",
    "RoleBinding": "rbac.authorization.k8s.io/v1",
    "ClusterRole": "rbac.authorization.k8s.io/v1",
    "ClusterRoleBinding": "rbac.authorization.k8s.io/v1",
}


def _root(at: Cursor, node: Node | None) -> Cursor:
    """`at` as the root of an object of its own: paths and places start anew."""
    anchor = at.anchor if not isinstance(node, Mapping) else at.span
    return Cursor(at.source, node, None, anchor)
