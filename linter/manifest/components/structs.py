"""Fields that component documents have: what stands under another name is dropped, or stops the component."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import ClassVar, NamedTuple

from hullmark.linter.manifest.components.catalogue import fields
from hullmark.linter.manifest.components.documents import APISERVER, Document, Kubeconfig
from hullmark.linter.manifest.components.embedded import CARRIERS
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.yaml.nodes import Mapping, Node, Sequence

_LONGEST = 64
_COLUMNS = (("kubelet", "kubelet_config"), ("kube-proxy", "kube_proxy_config"), ("kube-scheduler", "scheduler_config"))
# Fields that rules judge although they are in no column of the settings table.
_JUDGED = frozenset(
    {
        *("rules", "level", "users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs", "omitStages"),
        *("providers", "secret", "keys", "kms", "aescbc", "aesgcm", "secretbox", "identity", "anonymous", "conditions"),
        *("jwt", "authorizers", "failurePolicy", "defaults", "enforce", "exemptions", "usernames", "configuration"),
        *("extraArgs", "kubeletExtraArgs", "apiServer", "controllerManager", "scheduler", "etcd", "bootstrapTokens"),
        *("caCertHashes", "unsafeSkipCAVerification", "taints", "extraVolumes", "readOnly", "urlPrefix", "insecure"),
        *("certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify", "defaultAllow", "limits"),
    }
)


class Stranger(NamedTuple):
    """A key that its document does not have. `near` is the field that was meant, where one is close."""

    name: str
    at: Cursor
    near: str
    guards: bool


class StructDocument(Document):
    """A component document whose fields are known."""

    forms: ClassVar[KindSet] = frozenset(
        {
            *((APISERVER, f"{name}Configuration") for name in ("Admission", "Authentication", "Authorization")),
            *((APISERVER, f"{name}Configuration") for name in ("Encryption", "Tracing", "EgressSelector")),
            ("kubelet.config.k8s.io", "KubeletConfiguration"),
            ("kubeproxy.config.k8s.io", "KubeProxyConfiguration"),
            ("kubescheduler.config.k8s.io", "KubeSchedulerConfiguration"),
            ("pod-security.admission.config.k8s.io", "PodSecurityConfiguration"),
            ("eventratelimit.admission.k8s.io", "Configuration"),
            ("audit.k8s.io", "Policy"),
            ("", "Config"),
            *(("kubeadm.k8s.io", f"{name}Configuration") for name in ("Cluster", "Init", "Join", "Upgrade", "Reset")),
        }
    )
    kinds = forms | CARRIERS

    @classmethod
    def fits(cls, document: Resource) -> bool:
        """Whether the table knows this version of the kind."""
        if document.kind == "Config" and not Kubeconfig.fits(document):
            return False
        return _title(document) in table("component_schemas")["kinds"]

    @property
    def strangers(self) -> Iterable[Stranger]:
        """Keys that the document does not have, in file order."""
        title = _title(self.resource)
        found = list(_walk(self.cursor, table("component_schemas")["kinds"][title], _former(title), _guards()))
        return sorted(found, key=lambda each: each.at.span)


def _title(document: Resource) -> str:
    return f"{document.api_version} {document.kind}"


def _plain(name: str) -> str:
    return name.rpartition(".")[2]


@cache
def _former(title: str) -> frozenset[str]:
    """Names that the kind had in earlier releases."""
    return frozenset(_plain(name) for name in table("component_schemas")["former"].get(title, {}))


@cache
def _guards() -> frozenset[str]:
    """Names whose misspelling opens something: fields that rules judge, and what leads to them."""
    judged = {part for name, column in _COLUMNS for path in fields(name, column).values() for part in path}
    return _JUDGED | judged


Path = tuple[str, ...]


def _walk(root: Cursor, shape: str, former: frozenset[str], guards: frozenset[str]) -> Iterator[Stranger]:
    """Compares what is written with the expression of the table; cursors are made for strangers only."""
    structs: dict[str, dict[str, str]] = table("component_schemas")["structs"]
    node = root.node
    waiting: list[tuple[Node, str, Path]] = [] if node is None else [(node, shape, ())]
    while waiting:
        node, shape, path = waiting.pop()
        if isinstance(node, Sequence):
            if shape.startswith("["):
                waiting.extend((item, shape[1:-1], (*path, str(n))) for n, item in enumerate(node.items))
            continue
        if not isinstance(node, Mapping) or shape.startswith("["):
            continue
        known = {"*": shape[1:-1]} if shape.startswith("{") else structs.get(shape[1:], _ANYTHING)
        for entry in node.entries:
            inner = known.get(entry.name)
            if inner is None:
                inner = known.get("*")
            if inner:
                waiting.append((entry.value, inner, (*path, entry.name)))
            elif inner is None and entry.name not in former:
                near = nearest(entry.name, known)
                at = _at(root, (*path, entry.name))
                yield Stranger(entry.name, at, near, bool({entry.name, near} & guards))


_ANYTHING: dict[str, str] = {"*": ""}


def _at(root: Cursor, path: Path) -> Cursor:
    """The cursor at a path of keys and positions."""
    here = root
    for part in path:
        here = next(islice(here.items(), int(part), None)) if here.is_sequence else here.get(part)
    return here


def nearest(name: str, known: Iterable[str]) -> str:
    """The field that was probably meant: the same but for case and dashes, else the closest within two edits."""
    names = [each for each in known if each != "*"]
    folded = _folded(name)
    for each in names:
        if _folded(each) == folded:
            return each
    if len(name) > _LONGEST:
        return ""
    ranked = sorted((edits(name.lower(), each.lower()), each) for each in names if abs(len(each) - len(name)) <= 2)
    if ranked and ranked[0][0] <= min(2, len(name) // 3):
        return ranked[0][1]
    return ""


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def edits(one: str, other: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours that make one text of the other."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, char in enumerate(one, start=1):
        here = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(last[column] + 1, here[-1] + 1, last[column - 1] + (char != wanted))
            if row > 1 and column > 1 and char == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, last = last, here
    return last[-1]
