"""Documents of components in the values of charts that stand there as mappings, with their apiVersion and kind.

What a chart adds to them is not in the values: they are fragments, of which only what is written counts.
https://helm.sh/docs/chart_template_guide/values_files/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.glance import VALUES, tells_of_documents
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.yaml.nodes import Mapping, Scalar

_SUFFIX = ".config.k8s.io"
_GROUPS = frozenset({"kubeadm.k8s.io", "apiserver.k8s.io", "audit.k8s.io", "node.eks.aws"})
_CORE = frozenset({"Config", "EncryptionConfig"})


def value_blocks(resource: Resource) -> Iterator[Resource]:
    """Documents among the values of a chart, in file order."""
    if resource.gk != VALUES or not tells_of_documents(resource):
        return
    waiting = [resource.cursor]
    while waiting:
        here = waiting.pop()
        if _is_document(here.node):
            yield Resource(here, resource.context)
        elif here.is_mapping:
            waiting.extend(reversed([value for _, value in here.entries()]))
        else:
            waiting.extend(reversed(list(here.items())))


def _is_document(node: object) -> bool:
    if not isinstance(node, Mapping):
        return False
    version, kind = node.get("apiVersion"), node.get("kind")
    if not isinstance(version, Scalar) or not isinstance(kind, Scalar):
        return False
    group = version.value.rpartition("/")[0]
    return group in _GROUPS or group.endswith(_SUFFIX) or (version.value == "v1" and kind.value in _CORE)
