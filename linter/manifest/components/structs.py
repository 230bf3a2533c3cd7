"""Fields that component documents have: what else stands there is dropped, or stops the component."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import islice
from typing import Any, ClassVar, Self

from hullmark.linter.manifest.components.catalogue import fields
from hullmark.linter.manifest.components.documents import AdmissionConfiguration, Document, Kubeconfig
from hullmark.linter.manifest.components.embedded import CARRIERS, content
from hullmark.linter.manifest.components.same_text import same_text
from hullmark.linter.manifest.components.scalars import Sort, wanted
from hullmark.linter.manifest.components.shapes import Form, Shape, Struct, form, is_known
from hullmark.linter.manifest.components.spelling import nearest
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar, Sequence

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
_MOST = 20
"""Faults of one document that are told."""


class Fault(NamedTuple):
    """A field that its document does not take as it is written.

    `at` is where it stands, for a missing one what it is missing from. `near` is what was probably meant or could be
    written instead, `wanted` what the field takes (of a missing one, its name), `guards` whether rules judge it.
    """

    sort: Sort
    name: str
    at: Cursor
    near: str = ""
    wanted: str = ""
    guards: bool = False
    minors: tuple[int, int] = (0, 0)


class StructDocument(Document):
    """A component document whose fields are known, with what it does not take."""

    forms: ClassVar[KindSet] = frozenset(
        {
            *(
                ("apiserver.config.k8s.io", f"{name}Configuration")
                for name in (
                    *("Admission", "Authentication", "Authorization", "Encryption", "Tracing"),
                    *("ResourceQuota", "WebhookAdmission"),
                )
            ),
            *(("apiserver.k8s.io", f"{name}Configuration") for name in ("Admission", "EgressSelector")),
            ("kubelet.config.k8s.io", "KubeletConfiguration"),
            ("kubelet.config.k8s.io", "CredentialProviderConfig"),
            ("kubeproxy.config.k8s.io", "KubeProxyConfiguration"),
            ("kubescheduler.config.k8s.io", "KubeSchedulerConfiguration"),
            ("kubecontrollermanager.config.k8s.io", "KubeControllerManagerConfiguration"),
            ("pod-security.admission.config.k8s.io", "PodSecurityConfiguration"),
            ("eventratelimit.admission.k8s.io", "Configuration"),
            ("audit.k8s.io", "Policy"),
            ("", "Config"),
            ("", "EncryptionConfig"),
            *(("kubeadm.k8s.io", f"{name}Configuration") for name in ("Cluster", "Init", "Join", "Upgrade", "Reset")),
        }
    )
    kinds = forms | CARRIERS

    @classmethod
    def of(cls, resource: Resource) -> Iterable[Self]:
        """Those in `resource` with faults: no rule has to be asked about the others."""
        return (found for found in cls.known(resource) if found.faults)

    @classmethod
    def known(cls, resource: Resource) -> Iterable[Self]:
        """Every document in `resource` whose fields are known."""
        return cls._of(resource)

    @classmethod
    def _of(cls, resource: Resource) -> Iterator[Self]:
        for found in super()._of(resource):
            yield found
            if found.resource.kind == "AdmissionConfiguration":
                yield from cls._configured(found)

    @classmethod
    def _configured(cls, admission: StructDocument) -> Iterator[Self]:
        """Documents that stand in an AdmissionConfiguration as the configuration of a plugin."""
        for plugin in AdmissionConfiguration(admission.resource).plugins:
            inner = plugin.get("configuration")
            if inner.is_mapping:
                document = Resource(inner, admission.resource.context)
                if document.gk in cls.forms and cls.fits(document):
                    yield cls(document, admission.embedded)

    @classmethod
    def fits(cls, document: Resource) -> bool:
        """Whether the table knows this version of the kind."""
        if document.kind == "Config" and not Kubeconfig.fits(document):
            return False
        return is_known(_title(document))

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What the document does not take, in file order; not more than a reader would want to see."""
        known = form(_title(self.resource), self.minors)
        text = content(self.resource)
        if text in known.faultless:
            return ()
        # Parts of other documents may stand in decoded text.
        found = _Walk(self.cursor, known, genuine=not self.cursor.path).faults()
        if text and not found:
            known.remember(text)
        return tuple(sorted(found, key=lambda each: each.at.span)[:_MOST])

    def of_sort(self, sort: Sort) -> Iterable[Fault]:
        """Faults of one sort."""
        return (fault for fault in self.faults if fault.sort is sort)


def _title(document: Resource) -> str:
    return f"{document.api_version} {document.kind}"


@cache
def guards() -> frozenset[str]:
    """Names whose misspelling opens something: fields that rules judge, and what leads to them."""
    judged = {part for name, column in _COLUMNS for path in fields(name, column).values() for part in path}
    return _JUDGED | judged


class _Walk:
    """Compares what is written with the expressions of the table; cursors are made for faults only."""

    def __init__(self, root: Cursor, form: Form, genuine: bool) -> None:
        self.root = root
        self.form = form
        self.genuine = genuine
        self.waiting: list[tuple[Node, Shape, Path]] = []
        self.found: list[Fault] = []

    def faults(self) -> list[Fault]:
        """Everything below the root that is not what the form says."""
        node = self.root.node
        if node is not None:
            self._visit(node, self.form.root, None)
        parts = self.waiting
        while parts:
            self._part(*parts.pop())
        return self.found

    def _part(self, node: Node, shape: Shape, path: Path) -> None:
        """What stands at one key of the document."""
        text = same_text(node, self.root.source) if self.genuine else ""
        part, before = (shape.expression, text), len(self.found)
        if text and part in self.form.sound:
            return
        self.waiting = [(node, shape, path)]
        while self.waiting:
            self._visit(*self.waiting.pop())
        if text and len(self.found) == before:
            self.form.remember_part(part)

    def _visit(self, node: Node, shape: Shape, path: Path) -> None:
        inner = shape.inner
        if isinstance(node, Scalar):
            self._scalar(node, shape, path)
        elif isinstance(node, Mapping) and shape.struct:
            self._struct(node, self.form.struct(shape.struct, path is None), path)
        elif isinstance(node, Sequence) and shape.is_list:
            if inner is not None:
                self.waiting.extend([(item, inner, (path, str(n))) for n, item in enumerate(node.items)])
        elif isinstance(node, Mapping) and shape.is_map:
            if inner is not None:
                self.waiting.extend([(entry.value, inner, (path, entry.name)) for entry in node.entries])
        elif not self.root.source.text.startswith("{{", node.start):
            self._add(Sort.TYPE, path, wanted=wanted(shape.expression))

    def _scalar(self, node: Scalar, shape: Shape, path: Path) -> None:
        found = shape.misfit(node)
        if found is not None:
            self._add(found.sort, path, found.near, found.wanted)

    def _struct(self, node: Mapping, struct: Struct, path: Path) -> None:
        known, rest, newer = struct.fields, struct.rest, struct.newer
        for entry in node.entries:
            name = entry.name
            shape = known.get(name, rest)
            if shape is None:
                self._stranger(struct, name, (each for each in known if each not in node), (path, name))
                continue
            if name in newer:
                self._add(Sort.NEWER, (path, name), minors=newer[name])
            if not shape.expression:
                continue
            value = entry.value
            if type(value) is not Scalar:
                self.waiting.append((value, shape, (path, name)))
            elif not (value.style and shape.is_text):  # most are quoted texts
                found = shape.misfit(value)
                if found is not None:
                    self._add(found.sort, (path, name), found.near, found.wanted)
        for missing in struct.required:
            if missing not in node:
                self._add(Sort.MISSING, path, wanted=missing)

    def _stranger(self, struct: Struct, name: str, known: Iterable[str], path: Path) -> None:
        lived = struct.lived(name)
        if templated(name):
            return
        if lived is None:
            near = nearest(name, known)
            self._add(Sort.UNKNOWN, path, near, guarded=bool({name, near} & guards()))
        elif all(minor > lived[1] for minor in self.form.minors):
            self._add(Sort.REMOVED, path, minors=lived)

    def _add(
        self,
        sort: Sort,
        path: Path,
        near: str = "",
        wanted: str = "",
        guarded: bool = False,
        minors: tuple[int, int] = (0, 0),
    ) -> None:
        parts = _parts(path)
        name = next((part for part in reversed(parts) if not part.isdigit()), self.root.get("kind").text or "")
        self.found.append(Fault(sort, name, _at(self.root, parts), near, wanted, guarded, minors))


Path = tuple[Any, str] | None
"""The last key or position, behind the path of what holds it."""


def _parts(path: Path) -> list[str]:
    parts = []
    while path is not None:
        path, part = path
        parts.append(part)
    return parts[::-1]


def _at(root: Cursor, path: Iterable[str]) -> Cursor:
    """The cursor at a path of keys and positions."""
    here = root
    for part in path:
        here = next(islice(here.items(), int(part), None)) if here.is_sequence else here.get(part)
    return here
