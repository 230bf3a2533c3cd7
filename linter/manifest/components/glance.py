"""Whether a resource is worth a look for components, told without the modules that read them.

What is turned away here surely describes none; what is let through need not describe any.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.helm_values import HELM_VALUES
from hullmark.linter.manifest.mentions import may_mention
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.patterns import regex
from hullmark.linter.text import Source
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar, Sequence

WORKLOADS: KindSet = frozenset(
    {
        *(("", kind) for kind in ("Pod", "PodTemplate", "ReplicationController")),
        *(("apps", kind) for kind in ("Deployment", "DaemonSet", "StatefulSet", "ReplicaSet")),
        *(("extensions", kind) for kind in ("Deployment", "DaemonSet", "ReplicaSet")),
        *(("batch", kind) for kind in ("Job", "CronJob")),
    }
)
"""Kinds whose containers may run a component."""
MAPS: KindSet = frozenset({("", "ConfigMap"), ("", "Secret")})
"""Kinds whose entries may be documents."""
VALUES = ("", HELM_VALUES)
CODED = ("YXBp", "a2lu", "LS0t", "ew", "Iy", "I2", "TUlN")
"""How a document that starts with `apiVersion` or `kind`, a brace or a comment starts in base64."""

_TEMPLATES = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "PodTemplate": ("template", "spec"),
}
_WORDS = ("kube", "etcd", "k3s", "rke2")
_NAMED = regex("|".join(_WORDS))
_RANCHER = ("k3s", "rke2", "K3S", "RKE2")
_KUBELETS = ("ubelet", "KUBELET")
_SECTIONS = ("data", "stringData", "binaryData")
_OF_MAPS = frozenset({"apiVersion", "kind", "metadata", *_SECTIONS, "immutable", "type"})
# A backslash may spell anything.
_EVENT_LIMITS = ("EventRateLimit", "eventratelimit", "\\")
_PLAIN = frozenset(
    {
        *("kubeadm.k8s.io", "kubelet.config.k8s.io", "kubeproxy.config.k8s.io", "kubescheduler.config.k8s.io"),
        *("apiserver.config.k8s.io", "apiserver.k8s.io", "audit.k8s.io"),
    }
)
"""Groups of documents whose texts hold no encoded files."""
_CODINGS = ("binaryData", "b64", "ase64", "uoted-printable", "%4", "%5", "%6", "%7")
"""One of these occurs where a text holds encoded ones, in base64 or with letters by their numbers."""


def may_hold_components(resource: Resource) -> bool:
    """Whether the resource may describe a component; several subjects ask."""
    return resource.derived(look_for_components)


def look_for_components(resource: Resource) -> bool:
    """The same, looked for; name and labels of the resource play no part."""
    if resource.gk in WORKLOADS:
        return may_mention(resource, _WORDS) and any(mentions(container) for container in containers(resource))
    if resource.gk == VALUES:
        return tells_of_documents(resource)
    return resource.gk not in MAPS or _is_telling(resource.cursor.node)


def may_carry(resource: Resource) -> bool:
    """Whether the resource may be a document of a component or hold one: most ConfigMaps and Secrets hold none."""
    return resource.gk not in MAPS or may_hold_components(resource)


def tells_of_documents(resource: Resource) -> bool:
    """Whether values of a chart may hold documents at all: most files never speak of an apiVersion."""
    return resource.cursor.source.mentions("apiVersion")


def may_hold_kubelets(resource: Resource) -> bool:
    """Whether the resource may describe a kubelet."""
    if resource.gk in WORKLOADS and not speaks_of_kubelets(resource.cursor.source):
        return False
    return may_hold_components(resource)


def pod(resource: Resource) -> Cursor:
    """The specification of the pods of a workload."""
    return resource.cursor.get(*_TEMPLATES.get(resource.kind, ("spec", "template", "spec")))


def may_hold_rancher(resource: Resource) -> bool:
    """Whether the resource may tell k3s or RKE2 something."""
    source = resource.cursor.source
    if resource.gk in WORKLOADS:
        return may_mention(resource, _RANCHER)
    if source.mentions(*_RANCHER):
        return True
    # In encoded texts nothing can be seen; a file that is theirs may be told by its path alone.
    if resource.gk == ("", "ConfigMap"):
        return source.mentions("binaryData")
    return not resource.group or source.mentions("base64")


def may_exempt(resource: Resource) -> bool:
    """Whether the resource may hold exemptions of an admission plugin."""
    return resource.gk == ("", "Secret") or resource.cursor.source.mentions("exemptions", "binaryData")


def may_limit_events(resource: Resource) -> bool:
    """Whether the resource may enable or configure the limit of events, told from the text of its file alone."""
    source = resource.cursor.source
    if source.mentions(*_EVENT_LIMITS):
        return may_hold_components(resource)
    if resource.gk in WORKLOADS or resource.group in _PLAIN:
        return False
    plain = resource.gk == ("", "ConfigMap") and not source.mentions(*_CODINGS)
    return not plain and may_hold_components(resource)


def containers(resource: Resource) -> Iterator[Cursor]:
    """Containers of a workload, without those that only prepare."""
    return pod(resource).get("containers").items()


def mentions(container: Cursor) -> bool:
    """Whether a container may run a component: its words, image or name say so."""
    for name in ("image", "name"):
        if _is_named(container.get(name).text or ""):
            return True
    return any(_is_named("\n".join(_listed(container.get(name).node))) for name in ("command", "args"))


def _is_named(text: str) -> bool:
    return _NAMED.search(text) is not None


def _listed(node: Node | None) -> list[str]:
    return [item.value for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else []


def _is_telling(root: Node | None) -> bool:
    """Whether a field of a ConfigMap or Secret may hold a document."""
    if not isinstance(root, Mapping):
        return False
    if not _OF_MAPS.issuperset(root.index):
        return True  # nobody knows what the others are meant for
    for section in _SECTIONS:
        held = root[section].value if section in root.index else None
        for entry in held.entries if isinstance(held, Mapping) else ():
            node = entry.value
            if isinstance(node, Scalar) and _tells(node.value):
                return True
    return False


def _tells(text: str) -> bool:
    return "apiVersion" in text or "#cloud-config" in text or text.lstrip().startswith(CODED)


def speaks_of_kubelets(source: Source) -> bool:
    """Whether a file mentions kubelets at all."""
    return source.tells(_is_of_kubelets) or source.mentions(*_KUBELETS)


def _is_of_kubelets(path: str) -> bool:
    return any(word in path for word in _KUBELETS)
