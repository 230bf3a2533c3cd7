"""Fields that component documents have: what stands under another name is dropped, or stops the component."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, NamedTuple

from hullmark.linter.manifest.components.catalogue import fields
from hullmark.linter.manifest.components.documents import APISERVER, Document, Kubeconfig
from hullmark.linter.manifest.components.embedded import CARRIERS
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.resource import KindSet, Resource

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
        former = frozenset(_plain(name) for name in table("component_schemas")["former"].get(title, {}))
        return _walk(self.cursor, table("component_schemas")["kinds"][title], former, _guards())


def _title(document: Resource) -> str:
    return f"{document.api_version} {document.kind}"


def _plain(name: str) -> str:
    return name.rpartition(".")[2]


def _guards() -> frozenset[str]:
    """Names whose misspelling opens something: fields that rules judge, and what leads to them."""
    judged = {part for name, column in _COLUMNS for path in fields(name, column).values() for part in path}
    return _JUDGED | judged


def _walk(at: Cursor, shape: str, former: frozenset[str], guards: frozenset[str]) -> Iterator[Stranger]:
    """Compares what is written with the expression of the table."""
    if shape.startswith("["):
        for item in at.items():
            yield from _walk(item, shape[1:-1], former, guards)
    elif shape.startswith("{"):
        for _, value in at.entries():
            yield from _walk(value, shape[1:-1], former, guards)
    elif shape.startswith("@"):
        known = table("component_schemas")["structs"].get(shape[1:], {"*": ""})
        for name, value in at.entries():
            inner = known.get(name)
            if inner is not None:
                yield from _walk(value, inner, former, guards)
            elif "*" not in known and name not in former:
                near = nearest(name, known)
                yield Stranger(name, value, near, bool({name, near} & guards))


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
