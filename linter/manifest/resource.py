"""A Kubernetes object, or anything else with `apiVersion` and `kind`, as a view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol, Self, runtime_checkable

from hullmark.linter.finding import ResourceRef
from hullmark.linter.manifest.context import DEFAULT_CONTEXT, Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField, StrMapField
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.view import Str, StrMap, View

KindSet = frozenset[tuple[str, str]]
"""Pairs of API group ("" for the core group) and kind."""


@runtime_checkable
class Subject(Protocol):
    """What a rule can be about, found inside one resource.

    `kinds` says in which resources to look (None: in all); `of` finds every subject of one.
    """

    kinds: ClassVar[KindSet | None]

    @classmethod
    def of(cls, resource: Resource) -> Iterable[Self]:
        """Every subject in `resource`, in file order."""
        ...


class Resource(View):
    """One object of a manifest. `ref` identifies it in reports; texts are as written.

    `context` carries what a verdict may depend on besides the manifests.
    `api_version` and `kind` are empty where the text has none. `place` is `metadata.name`
    where there is one, else the value of `kind`, else the start of the object.
    """

    __slots__ = ("api_version", "context", "group", "kind", "ref", "version")

    schema = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
    kinds: ClassVar[KindSet | None] = None

    name_field = Str("metadata.name")
    namespace_field = Str("metadata.namespace")
    labels = StrMap("metadata.labels")
    annotations = StrMap("metadata.annotations")

    def __init__(self, cursor: Cursor, context: Context = DEFAULT_CONTEXT) -> None:
        self.context = context
        self.api_version = cursor.get("apiVersion").text or ""
        self.kind = cursor.get("kind").text or ""
        self.group, _, self.version = self.api_version.rpartition("/")
        metadata = cursor.get("metadata")
        self.ref = ResourceRef(
            self.api_version,
            self.kind,
            metadata.get("namespace").text or "",
            metadata.get("name").text or metadata.get("generateName").text or "",
        )
        super().__init__(cursor.owned(self.ref))

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.cursor, self.context))

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r}"

    @classmethod
    def of(cls, resource: Resource) -> Iterable[Self]:
        """The resource itself, read as this class when its kind is one of `kinds`."""
        if cls.kinds is None or (resource.group, resource.kind) in cls.kinds:
            yield cls(resource.cursor, resource.context)

    @property
    def name(self) -> str:
        """`metadata.name` (else `generateName`) as written, or an empty string."""
        return self.ref.name

    @property
    def namespace(self) -> str:
        """`metadata.namespace` as written, or an empty string; inference belongs to the workspace."""
        return self.ref.namespace

    @property
    def gk(self) -> tuple[str, str]:
        """API group and kind."""
        return (self.group, self.kind)

    @property
    def place(self) -> Place:
        """`metadata.name`, else `kind`, else the object's start."""
        for path in (("metadata", "name"), ("metadata", "generateName"), ("kind",)):
            at = self.cursor.get(*path)
            if at.present:
                return at.place
        return self.cursor.place

    def annotation(self, name: str) -> StrField:
        """The annotation called `name`, absent where there is none."""
        return StrMapField(self.cursor.get("metadata", "annotations")).get(name)

    def label(self, name: str) -> StrField:
        """The label called `name`, absent where there is none."""
        return StrMapField(self.cursor.get("metadata", "labels")).get(name)
