"""A Kubernetes object, or anything else with `apiVersion` and `kind`, as a view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol, Self, runtime_checkable

from hullmark.linter.finding import Confidence, ResourceRef
from hullmark.linter.manifest.context import DEFAULT_CONTEXT, Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField, StrMapField
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.view import Str, StrMap, View
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.nodes import Entry, Mapping, Node, Scalar, recalled

KindSet = frozenset[tuple[str, str]]
"""Pairs of API group ("" for the core group) and kind."""


@runtime_checkable
class Subject(Protocol):
    """What a rule can be about, found inside one resource.

    `kinds` says in which resources to look (None: in all); `of` finds every subject of one. A class that looks in
    all resources may name kinds in which it never finds any as `left_out`: what nobody looks into is hardly read.
    One that says `by_content` gives rules of ours nothing to find that depends on the object's name.
    """

    kinds: ClassVar[KindSet | None]

    @classmethod
    def of(cls, resource: Resource) -> Iterable[Self]:
        """Every subject in `resource`, in file order."""
        ...


class Envelope(NamedTuple):
    """What the object around an object contributes: a typed list its kind, an operator's wrapper its doubts."""

    api_version: str = ""
    kind: str = ""
    confidence: Confidence = Confidence.HIGH


BARE = Envelope()
"""The envelope of an object that stands for itself."""


class Resource(View):
    """One object of a manifest. `ref` identifies it in reports; texts are as written.

    `context` carries what a verdict may depend on besides the manifests, `envelope` what the
    object around it says. `api_version` and `kind` are empty where the text has none. `place` is
    `metadata.name` where there is one, else the value of `kind`, else the start of the object;
    top-level fields that are absent are shown there too. `gk` is API group and kind; `is_named`: the name is
    `metadata.name`, as written.
    """

    __slots__ = ("api_version", "context", "envelope", "gk", "group", "is_named", "kind", "ref", "version")

    # Metadata is the same for every kind; subclasses name their own.
    schema: ClassVar[str | tuple[str, ...]] = "io.k8s.api.core.v1.ConfigMap"
    kinds: ClassVar[KindSet | None] = None

    name_field = Str("metadata.name")
    namespace_field = Str("metadata.namespace")
    annotations = StrMap("metadata.annotations")

    def __init__(self, cursor: Cursor, context: Context = DEFAULT_CONTEXT, envelope: Envelope = BARE) -> None:
        self.context = context
        self.envelope = envelope
        root = cursor.node
        kind = text_at(root, "kind")
        metadata = root.get("metadata") if isinstance(root, Mapping) else None
        name = text_at(metadata, "name")
        self.is_named = name is not None
        name = name or text_at(metadata, "generateName")
        namespace = text_at(metadata, "namespace")
        version = text_at(root, "apiVersion")
        self.api_version = version.value if version is not None else envelope.api_version
        self.kind = kind.value if kind is not None else envelope.kind
        self.group, _, self.version = self.api_version.rpartition("/")
        self.gk = (self.group, self.kind)
        self.ref = ResourceRef(
            self.api_version,
            self.kind,
            "" if namespace is None else namespace.value,
            "" if name is None else name.value,
        )
        anchor = name or kind or cursor.anchor
        super().__init__(Cursor(cursor.source, root, cursor.key, anchor, cursor.path, self.ref))

    def __reduce__(self) -> tuple[object, ...]:
        # Crosses processes by the hundred thousand: plain values, and nothing of the tree is looked at on arrival.
        # The context stays behind: whoever links has it, and sets it.
        at, ref = self.cursor, self.ref
        identity = (self.api_version, self.kind, ref.namespace, ref.name)
        envelope = None if self.envelope is BARE else self.envelope
        root = at.node
        node = (*root.extent,) if isinstance(root, Mapping) and root.is_document else root
        standing = (at.source, node, *at.anchor, at.path)
        return (_arrived, (type(self), *standing, identity, self.is_named, envelope))

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r}"

    @classmethod
    def of(cls, resource: Resource) -> Iterable[Self]:
        """The resource itself, read as this class when its kind is one of `kinds`."""
        if cls.kinds is None or resource.gk in cls.kinds:
            yield cls.reading(resource)

    @classmethod
    def reading(cls, resource: Resource) -> Self:
        """`resource` read as this class, whatever its kind; nothing of it is read or derived again."""
        view = cls.__new__(cls)
        view.__dict__["_derived"] = resource.__dict__.setdefault("_derived", {})
        view.cursor = resource.cursor
        view.context = resource.context
        view.envelope = resource.envelope
        view.api_version = resource.api_version
        view.kind = resource.kind
        view.group = resource.group
        view.gk = resource.gk
        view.version = resource.version
        view.ref = resource.ref
        view.is_named = resource.is_named
        return view

    def again(self, source: Source) -> Self | None:
        """The same object in another file with this text; None for what is not all of a document."""
        at, root = self.cursor, self.cursor.node
        if not isinstance(root, Mapping) or not root.is_document:
            return None
        node = recalled(source.text, *root.extent)
        view = self.reading(self)
        view.__dict__.clear()
        view.cursor = Cursor(source, node, None, at.anchor, at.path, at.owner)
        return view

    def release(self) -> None:
        """Lets go of everything that was kept, and of the tree but its root."""
        super().release()
        root = self.cursor.node
        if isinstance(root, Mapping):
            root.release()

    @property
    def name(self) -> str:
        """`metadata.name` (else `generateName`) as written, or an empty string."""
        return self.ref.name

    @property
    def namespace(self) -> str:
        """`metadata.namespace` as written, or an empty string; inference belongs to the workspace."""
        return self.ref.namespace

    @property
    def confidence_cap(self) -> Confidence:
        """Findings about this object are at most this sure."""
        return self.envelope.confidence

    @property
    def place(self) -> Place:
        """`metadata.name`, else `kind`, else the object's start."""
        for path in (("metadata", "name"), ("metadata", "generateName"), ("kind",)):
            at = self.cursor.get(*path)
            if at.present:
                return at.place
        return Place(self.cursor.source, self.cursor.anchor, self.cursor.path, self.cursor.owner)

    @property
    def extent(self) -> Span:
        """Where all of it is written, and perhaps more of its document: nothing is composed for that."""
        node = self.cursor.node
        if isinstance(node, Mapping):
            return node.extent
        return self.cursor.anchor if node is None else node.span

    @property
    def is_patch(self) -> bool:
        """Whether the object is a piece of another one, as the file that it is in says, or what is done to another."""
        return self._is_fragment or self.cursor.get("$patch").present

    @property
    def _is_fragment(self) -> bool:
        fragments = self.context.fragments
        return bool(fragments) and self.cursor.source.tells(fragments.__contains__)

    def annotation(self, name: str) -> StrField:
        """The annotation called `name`, absent where there is none."""
        return StrMapField(self.cursor.get("metadata", "annotations")).get(name)

    @property
    def labels(self) -> StrMapField:
        """The labels. That somebody asked for them is remembered: see `told_labels`."""
        return self.derived(_labels)

    @property
    def told_labels(self) -> bool:
        """Whether somebody asked for the labels, so that what was found out may depend on them."""
        return _labels in self.__dict__.get("_derived", ())

    def label(self, name: str) -> StrField:
        """The label called `name`, absent where there is none."""
        return self.labels.get(name)


def _labels(resource: Resource) -> StrMapField:
    return StrMapField(resource.cursor.get("metadata", "labels"))


def text_at(node: Node | None, name: str) -> Scalar | None:
    """The scalar that a mapping has under `name`, where it has a text; a null has none."""
    if type(node) is Mapping and name in node.index:
        entry = node.index[name]
        value = (entry if type(entry) is Entry else node[name]).given
        if type(value) is Scalar and value.value:
            return value
    return None


def _arrived(
    cls: type[Resource],
    source: Source,
    node: Node | tuple[int, int] | None,
    start: int,
    end: int,
    path: tuple[str, ...],
    identity: tuple[str, str, str, str],
    is_named: bool,
    envelope: Envelope | None,
) -> Resource:
    """A resource of another process, in the default context. Of what is all of a document, `node` is its range."""
    resource = cls.__new__(cls)
    resource.context = DEFAULT_CONTEXT
    resource.envelope = BARE if envelope is None else envelope
    resource.api_version, resource.kind, _, _ = identity
    resource.group, _, resource.version = resource.api_version.rpartition("/")
    resource.gk = (resource.group, resource.kind)
    resource.ref = ResourceRef(*identity)
    resource.is_named = is_named
    root = recalled(source.text, *node) if isinstance(node, tuple) else node
    resource.cursor = Cursor(source, root, None, Span(start, end), path, resource.ref)
    return resource
