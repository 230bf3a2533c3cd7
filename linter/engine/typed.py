"""Pods of unknown kinds that a definition in the input declares to be pods: what was a guess is one no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.finding import Confidence, Finding
from hullmark.linter.manifest.crd import CustomResourceDefinition
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.records import replace
from hullmark.linter.rule.registry import Registry
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar, Sequence


def believed(findings: Iterable[Finding], resources: Iterable[Resource], registry: Registry) -> list[Finding]:
    """The findings, surer where the schema of the kind says that there is a pod. Schemas are read only for that."""
    found = list(findings)
    kinds = {_kind(finding) for finding in found if finding.guess}
    if not kinds:
        return found
    schemas: dict[tuple[str, str], list[Node]] = {}
    for resource in resources:
        if resource.gk in (CustomResourceDefinition.kinds or ()):
            spec = resource.cursor.get("spec")
            kind = (spec.get("group").text or "", spec.get("names", "kind").text or "")
            if kind in kinds:
                schemas.setdefault(kind, []).extend(_schemas(resource))
    return [
        replace(finding, confidence=min(Confidence.MEDIUM, registry.info(finding.rule).confidence))
        if finding.guess and any(_types(schema, finding.guess) for schema in schemas.get(_kind(finding), ()))
        else finding
        for finding in found
    ]


def _kind(finding: Finding) -> tuple[str, str]:
    about = finding.resource
    return ("", "") if about is None else (about.api_version.rpartition("/")[0], about.kind)


def _schemas(definition: Resource) -> Iterator[Node]:
    """Schemas of all versions, read again from the text: what travels between processes leaves them out."""
    for document in documents(definition.cursor.source):
        root = document.root
        if isinstance(root, Mapping) and _text(_inside(root, "metadata", "name")) == definition.name:
            versions = _inside(root, "spec", "versions")
            for version in versions.items if isinstance(versions, Sequence) else ():
                schema = _inside(version, "schema", "openAPIV3Schema")
                if schema is not None:
                    yield schema


def _types(schema: Node | None, path: tuple[str, ...]) -> bool:
    """Whether the schema has a pod at a place on the way."""
    for part in path:
        if schema is None or _is_pod(schema):
            break
        if part.startswith("["):
            schema = _inside(schema, "items")
        else:
            schema = _inside(schema, "properties", part) or _inside(schema, "additionalProperties")
    return schema is not None and _is_pod(schema)


def _is_pod(schema: Node) -> bool:
    container = _inside(schema, "properties", "containers", "items", "properties")
    return isinstance(container, Mapping) and {"name", "image"} <= set(container.keys)


def _inside(node: Node | None, *names: str) -> Node | None:
    for name in names:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def _text(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) else ""
