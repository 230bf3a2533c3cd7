"""Documents inside a resource: the resource itself, and whatever its texts hold.

https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/#upload-kubeadm-clusterconfiguration-for-later-reference
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.manifest.components.files import content_scalar, declared_files
from hullmark.linter.manifest.components.foreign import ARCHIVE
from hullmark.linter.manifest.components.forms import ANSIBLE, ETCD, K3S, PIPELINE, RANCHER_FILE, RKE2
from hullmark.linter.manifest.components.glance import CODED, MAPS, VALUES, tells_of_documents
from hullmark.linter.manifest.components.literals import decoded
from hullmark.linter.manifest.components.mime import Part, alone, is_mime, parts
from hullmark.linter.manifest.components.patches import PATCH, of_patch, patched
from hullmark.linter.manifest.components.same_text import LARGEST, same_text
from hullmark.linter.manifest.components.script_files import here_documents
from hullmark.linter.manifest.components.talos_blocks import HOLDERS, blocks
from hullmark.linter.manifest.components.value_blocks import value_blocks
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Envelope, KindSet, Resource
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.documents import Document
from hullmark.linter.yaml.embedded import embedded
from hullmark.linter.yaml.nodes import Mapping, Scalar

_MAX_TEXT = 1 << 20
_MAX_DEPTH = 3
_HEAD = 4096
_GROUPS = (
    "kubeadm.k8s.io",
    "kubelet.config.k8s.io",
    "kubeproxy.config.k8s.io",
    "kubescheduler.config.k8s.io",
    "apiserver.config.k8s.io",
    "apiserver.k8s.io",
    "pod-security.admission.config.k8s.io",
    "audit.k8s.io",
    "node.eks.aws",
)
_STARTS = regex(
    r"[\"']?apiVersion[\"']?:[ \t]*[\"']?(?:(?:%s)/|v1[\"',\s])" % "|".join(map(re.escape, _GROUPS))  # noqa: UP031
)
_CORE = regex(r"[\"']?kind[\"']?:[ \t]*[\"']?(?:Config|EncryptionConfig|Pod|DaemonSet)\b")
_ORDINARY = regex(r"[A-Za-z#]")
_UNEVEN = regex(r"^(?:---|\.\.\.|%|\t)|[\r\x85\u2028\u2029\ufeff]", re.MULTILINE)
_INDENT = regex(r" +")
_LINE = regex(r"\n(?=[^\n])")
CLOUD_INIT = "cloud-init"
ETCD_KEYS = frozenset({"listen-client-urls", "initial-cluster", "client-transport-security"})
_ETCD_TEXT = regex(rf"^(?:{'|'.join(sorted(ETCD_KEYS))})[ \t]*:", re.MULTILINE)
IGNITION = "Ignition configuration"
KUBESPRAY = "kubespray variables"
_CONTROL_PLANE = "controlplane.cluster.x-k8s.io"
_BOOTSTRAP = "bootstrap.cluster.x-k8s.io"
CARRIERS: KindSet = MAPS | frozenset(
    {
        ("", ARCHIVE),
        ("", CLOUD_INIT),
        ("", IGNITION),
        *HOLDERS,
        ("", ANSIBLE),
        ("", PIPELINE),
        VALUES,
        *(
            (_CONTROL_PLANE, f"{name}ControlPlane{end}")
            for name in ("Kubeadm", "RKE2", "KThrees")
            for end in ("", "Template")
        ),
        *(
            (_BOOTSTRAP, f"{name}Config{end}")
            for name in ("Kubeadm", "RKE2", "KThrees", "EKS")
            for end in ("", "Template")
        ),
        ("cluster.x-k8s.io", "ClusterClass"),
        ("kops.k8s.io", "Cluster"),
        ("kops.k8s.io", "InstanceGroup"),
        ("kind.x-k8s.io", "Cluster"),
        ("machineconfiguration.openshift.io", "MachineConfig"),
        ("machineconfiguration.openshift.io", "KubeletConfig"),
        ("eksctl.io", "ClusterConfig"),
        ("karpenter.k8s.aws", "EC2NodeClass"),
    }
)
"""Kinds of objects whose texts may hold component documents."""


class Embedded(Resource):
    """A document inside a resource. `text` is all that the stream says of which it is the only document, else empty."""

    __slots__ = ("text",)

    def __init__(self, cursor: Cursor, context: Context, envelope: Envelope, text: str = "") -> None:
        super().__init__(cursor, context, envelope)
        self.text = text

    def __reduce__(self) -> tuple[object, ...]:
        return (*super().__reduce__(), (None, {"text": self.text}))


class Inner(NamedTuple):
    """A document inside a resource. `path` is where it is written on the node, or the key that holds it."""

    resource: Resource
    path: str
    whole: bool


class _Parsed:
    """Documents of the texts that were read last: they are read for what they hold, and for whether they parse."""

    source: Source | None = None
    found: dict[tuple[int, int, str], tuple[Document, ...]] = {}  # noqa: RUF012  # replaced as a whole


def _parsed(scalar: Scalar, source: Source) -> tuple[Document, ...]:
    if _Parsed.source is not source:
        _Parsed.source = source
        _Parsed.found = {}
    key = (scalar.start, scalar.end, scalar.value)
    found = _Parsed.found.get(key)
    if found is None:
        found = _Parsed.found[key] = _in_place(scalar, source) or embedded(scalar, source)
    return found


def _in_place(scalar: Scalar, source: Source) -> tuple[Document, ...]:
    """The one mapping in an evenly indented literal block, read where it stands: no place has to be translated.

    Indentation as a whole means nothing to a block mapping, and everything that is bound to the first column is ruled
    out (https://yaml.org/spec/1.2.2/#914-explicit-documents). What is less ordinary is read out of the scalar.
    """
    text = scalar.value
    if not scalar.style and scalar.end == len(source.text):
        # A part of a file that is no YAML: blank lines stand for what is before it.
        body = text.lstrip("\n")
        start = _line_start(source.text, len(text) - len(body))
        return (Document(source, Span(start, start + len(body))),) if source.text.startswith(body, start) else ()
    if scalar.style != "|" or _ORDINARY.match(text) is None or _UNEVEN.search(text) is not None:
        return ()
    start = source.text.find("\n", scalar.start, scalar.end) + 1
    indent = _INDENT.match(source.text, start)
    if not start or indent is None:
        return ()
    written = indent[0] + _LINE.sub("\n" + indent[0], text)
    if not source.text.startswith(written, start):
        return ()
    document = Document(source, Span(start, start + len(written)))
    return (document,) if isinstance(document.root, Mapping) and not document.problems else ()


def _line_start(text: str, line: int) -> int:
    """The offset of a line, counted from zero."""
    at = 0
    for _ in range(line):
        at = text.find("\n", at) + 1
    return at


def documents(resource: Resource) -> Iterator[Resource]:
    """The resource, then every component document in its texts, with places in the outer file."""
    yield resource
    for inner in inside(resource):
        yield inner.resource


def inside(resource: Resource) -> tuple[Inner, ...]:
    """Component documents in the texts of a resource."""
    if not carries(resource):
        return ()
    return resource.derived(_inner)


def _inner(resource: Resource) -> tuple[Inner, ...]:
    return tuple(_inside(resource, 0))


def content(resource: Resource) -> str:
    """The text that alone decides what a document holds; empty where aliases or tags say more, and for large ones.

    Repositories hold the same documents again and again: what was found out about one need not be found out anew.
    """
    return resource.derived(_content)


def _content(resource: Resource) -> str:
    if isinstance(resource, Embedded):
        return resource.text if len(resource.text) <= LARGEST else ""
    cursor = resource.cursor
    # Parts of other documents may stand in decoded text.
    return "" if cursor.node is None or cursor.path else same_text(cursor.node, cursor.source)


def carries(resource: Resource) -> bool:
    """Whether texts of such a resource may hold documents."""
    return resource.gk in CARRIERS


Candidate = tuple[Scalar, Cursor, str, bool]
"""A text that may hold a document, where it stands, its path on the node or its key, whether it is a whole file."""


def _inside(resource: Resource, depth: int) -> Iterator[Inner]:
    for block in (*blocks(resource), *value_blocks(resource)):
        yield Inner(block, "", False)
    for scalar, cursor, path, whole in _candidates(resource):
        yield from _read(scalar, cursor, path, resource.context, depth, whole)


def readings(resource: Resource) -> Iterator[ReadText]:
    """Texts that look like component documents, and how reading them went."""
    if not carries(resource):
        return
    for scalar, cursor, _, _ in _candidates(resource):
        if len(scalar.value) > _MAX_TEXT or not starts_document(scalar.value):
            continue
        for document in _parsed(scalar, cursor.source):
            fatal = next((problem for problem in document.problems if problem.fatal), None)
            span = document.span if fatal is None else _visible(fatal.span)
            reason = "" if fatal is None else fatal.message
            place = Place(cursor.source, span, cursor.path, cursor.owner)
            yield ReadText(place, reason, templated(scalar.value))


def _visible(span: Span) -> Span:
    """A place that shows something: what ends too early points at its last character."""
    return span if span.end > span.start else Span(max(span.start - 1, 0), span.start)


class ReadText(NamedTuple):
    """A document inside a text. `reason`: why it could not be read; `template`: something still has to fill it in."""

    place: Place
    reason: str
    template: bool


def _candidates(resource: Resource) -> tuple[Candidate, ...]:
    """Texts that may hold documents; of a script its here-documents, since it is none itself."""
    return resource.derived(_divided)


def _divided(resource: Resource) -> tuple[Candidate, ...]:
    return tuple([candidate for given in _given(resource) for candidate in _split(*given)])


def _split(scalar: Scalar, cursor: Cursor, path: str, whole: bool) -> Iterator[Candidate]:
    text = scalar.value
    if is_mime(text):
        for part in parts(text):
            yield from _split(_part(scalar, part), cursor, path, whole)
        return
    bodies = here_documents(text)
    for target, span in bodies:
        yield _part(scalar, Part("", span.start, span.end)), cursor, target, False
    if not bodies and not text.lstrip().startswith("#!"):
        yield scalar, cursor, path, whole


def _part(scalar: Scalar, part: Part) -> Scalar:
    return Scalar(alone(scalar.value, part), scalar.style, scalar.tag, scalar.start, scalar.end)


def _given(resource: Resource) -> Iterator[Candidate]:
    if resource.gk in MAPS:
        yield from _entries(resource)
        return
    if resource.gk == VALUES and not tells_of_documents(resource):
        return
    seen: set[int] = set()
    for file in declared_files(resource):
        if file.text is not None and file.content.node is not None:
            seen.add(id(file.content.node))
            scalar = content_scalar(file.content, file.text)
            if scalar is not None:
                yield scalar, file.content, file.path, False
    for cursor in _texts(resource.cursor):
        node = cursor.node
        if isinstance(node, Scalar) and id(node) not in seen:
            yield node, cursor, "", False


def _entries(resource: Resource) -> Iterator[Candidate]:
    """Values of a ConfigMap or Secret; base64 `data` of a Secret is decoded."""
    secret = resource.kind == "Secret"
    for section in ("data", "stringData", "binaryData"):
        coded = section == "binaryData" or (secret and section == "data")
        for key, value in resource.cursor.get(section).entries():
            node = value.node
            if not isinstance(node, Scalar) or len(node.value) > _MAX_TEXT:
                continue
            scalar: Scalar | None = node
            if coded:
                if not node.value.lstrip().startswith(CODED):
                    continue
                raw = decoded(node.value)
                scalar = None if raw is None else content_scalar(value, raw.decode("utf-8", "replace"))
            if scalar is not None:
                yield scalar, value, key, True


def _read(scalar: Scalar, cursor: Cursor, path: str, context: Context, depth: int, whole: bool) -> Iterator[Inner]:
    text = scalar.value
    if len(text) > _MAX_TEXT:
        return
    kindless, change = _kindless(text, path), patched(path) if path else None
    if not kindless and change is None and not starts_document(text):
        return
    read = _parsed(scalar, cursor.source)
    for document in read:
        root = document.root
        if root is None:
            continue
        at = Cursor(cursor.source, root, None, Span(root.start, root.start), cursor.path, cursor.owner)
        told = kindless or (of_patch(at, change) if change is not None else None) or ""
        if not (at.is_mapping or told == PATCH) or not (told or at.get("kind").text or at.get("apiVersion").text):
            continue
        inner = Embedded(at, context, Envelope("", told), text if len(read) == 1 else "")
        yield Inner(inner, path, whole)
        if depth < _MAX_DEPTH and carries(inner):
            yield from _inside(inner, depth + 1)


def _kindless(text: str, path: str) -> str:
    """What a document without a kind is, told by its first line, by where it goes, or by its keys."""
    if text.lstrip().startswith("#cloud-config"):
        return CLOUD_INIT
    product = RANCHER_FILE.search(path) if "rancher/" in path else None
    if product is not None:
        return RKE2 if product[1] == "rke2" else K3S
    return ETCD if path.endswith((".yaml", ".yml")) and _ETCD_TEXT.search(text[:_HEAD]) else ""


def starts_document(text: str) -> bool:
    """Whether a text looks like a component document: an apiVersion of one of their groups near its start."""
    head = text[:_HEAD]
    core = False
    for match in _STARTS.finditer(head):
        if not match.group().rstrip("\"', \n\r\t").endswith("v1"):
            return True
        core = True
    return core and _CORE.search(head) is not None


def _texts(cursor: Cursor) -> Iterator[Cursor]:
    """Every scalar below `cursor` that has several lines, or one long one."""
    waiting = [cursor]
    while waiting:
        here = waiting.pop()
        if here.is_mapping:
            waiting.extend(reversed([value for _, value in here.entries()]))
        elif here.is_sequence:
            waiting.extend(reversed(list(here.items())))
        elif here.text is not None and len(here.text) > 20 and ("\n" in here.text or here.text.startswith("{")):
            yield here
