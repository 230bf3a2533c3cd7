"""What of a file's resources is worth carrying to where bundles are judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.manifest.crd import CustomResourceDefinition
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.yaml.assembly import Part, assembled, excerpt, part
from hullmark.linter.yaml.nodes import Mapping

# Large, common, and never asked about by anything outside their own file.
_NEVER = frozenset(
    {
        ("", "Event"),
        ("grafana.integreatly.org", "GrafanaDashboard"),
        ("integreatly.org", "GrafanaDashboard"),
        ("monitoring.coreos.com", "PrometheusRule"),
    }
)
_CRD_SPEC = ("group", "names", "scope")
_HEAD = ("apiVersion", "kind", "metadata")


def linkable(resource: Resource) -> bool:
    """Whether rules about several resources may want to see it."""
    return resource.gk not in _NEVER


def linked(resources: Iterable[Resource]) -> Iterator[Resource]:
    """The linkable resources; of the definition of a custom resource only the names and the scope."""
    for resource in resources:
        if not linkable(resource):
            continue
        yield _without_schema(resource) if resource.gk in (CustomResourceDefinition.kinds or ()) else resource


def _without_schema(resource: Resource) -> Resource:
    root, spec = resource.cursor.node, resource.cursor.get("spec").node
    if not isinstance(root, Mapping) or not isinstance(spec, Mapping):
        return resource
    entry = root.entry("spec")
    parts = [part(each) for each in root.entries if each.name in _HEAD]
    if entry is not None:
        parts.append(Part(entry.key, excerpt(spec, _CRD_SPEC)))
    at = resource.cursor
    short = Cursor(at.source, assembled(parts, root), at.key, at.anchor, at.path, at.owner)
    found = Resource.reading(resource)
    found.cursor = short
    return found
