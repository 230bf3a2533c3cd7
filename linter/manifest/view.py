"""Views: typed windows on a cursor, and the descriptors that declare their fields.

    class Port(View):
        schema = "io.k8s.api.core.v1.ContainerPort"
        host_port = Int("hostPort")

A test walks every declared path through the Kubernetes schemas, so that a misspelt
field cannot stand for "never set".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, Generic, NoReturn, Self, TypeVar, overload

from hullmark.linter.finding import ResourceRef
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import (
    AnyField,
    BoolField,
    CommandField,
    IntField,
    IntOrStrField,
    StrField,
    StrListField,
    StrMapField,
    VariableStrField,
)
from hullmark.linter.manifest.place import Place

D = TypeVar("D")
V = TypeVar("V", bound="View")


class Declared:
    """Common part of the descriptors: the dotted path below the view's cursor.

    A field is found once: the view keeps it under the name of the descriptor, which is not asked again.
    """

    def __init__(self, path: str) -> None:
        self.path: tuple[str, ...] = tuple(path.split("."))
        self.name = ""

    def __set_name__(self, owner: type[View], name: str) -> None:
        self.name = name
        owner.declared = {**owner.declared, name: self}


class View:
    """A window on one part of a manifest; cheap to make, never raises, holds no copy.

    `schema` names the Kubernetes definition that the declared fields belong to; several where one
    view serves several kinds, of which each field is in at least one.
    """

    __slots__ = ("__dict__", "cursor")

    schema: ClassVar[str | tuple[str, ...]] = ""
    declared: ClassVar[dict[str, Declared]] = {}

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor

    def __bool__(self) -> NoReturn:
        raise TypeError("a view has three states: ask .absent or .present")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'.'.join(self.cursor.path)!r})"

    def derived(self, make: Callable[[Self], D]) -> D:
        """What `make` derives from the view; made once, whoever asks."""
        try:
            known: D = self.__dict__["_derived"][make]
        except KeyError:
            known = make(self)
            self.__dict__.setdefault("_derived", {})[make] = known
        return known

    def derived_before(self, make: Callable[[Self], D]) -> D | None:
        """What was derived so, if somebody asked."""
        found: D | None = self.__dict__.get("_derived", {}).get(make)
        return found

    def keep_derived(self, make: Callable[[Self], D], derived: D) -> None:
        """Keeps what `make` would derive, where it was derived from the same text before."""
        self.__dict__.setdefault("_derived", {})[make] = derived

    def release(self) -> None:
        """Lets go of everything that was kept; it is made again for whoever asks.

        Views refer to one another, and nobody collects cycles in a run: one that is left would keep its whole tree.
        """
        derived = self.__dict__.pop("_derived", {})
        self.__dict__.clear()
        kept = list(derived.values())
        derived.clear()
        for made in kept:
            for each in made if isinstance(made, tuple) else ():
                if isinstance(each, View):
                    each.release()

    @property
    def absent(self) -> bool:
        """Whether nothing (or null) is written here."""
        return self.cursor.node is None

    @property
    def present(self) -> bool:
        """Whether something is written here."""
        return self.cursor.node is not None

    @property
    def place(self) -> Place:
        """Where a hit about the whole of it points."""
        return self.cursor.place

    @property
    def owner(self) -> ResourceRef | None:
        """The resource this is part of."""
        return self.cursor.owner


class Any(Declared):
    """Declares a field of which only presence or structure is read."""

    @overload
    def __get__(self, view: None, owner: type[View]) -> Any: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> AnyField: ...
    def __get__(self, view: View | None, owner: type[View]) -> Any | AnyField:
        if view is None:
            return self
        found = view.__dict__[self.name] = AnyField(view.cursor.get(*self.path))
        return found


class Bool(Declared):
    """Declares a boolean field."""

    @overload
    def __get__(self, view: None, owner: type[View]) -> Bool: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> BoolField: ...
    def __get__(self, view: View | None, owner: type[View]) -> Bool | BoolField:
        if view is None:
            return self
        found = view.__dict__[self.name] = BoolField(view.cursor.get(*self.path))
        return found


class Int(Declared):
    """Declares an integer field."""

    @overload
    def __get__(self, view: None, owner: type[View]) -> Int: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> IntField: ...
    def __get__(self, view: View | None, owner: type[View]) -> Int | IntField:
        if view is None:
            return self
        found = view.__dict__[self.name] = IntField(view.cursor.get(*self.path))
        return found


class IntOrStr(Declared):
    """Declares an IntOrString field."""

    @overload
    def __get__(self, view: None, owner: type[View]) -> IntOrStr: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> IntOrStrField: ...
    def __get__(self, view: View | None, owner: type[View]) -> IntOrStr | IntOrStrField:
        if view is None:
            return self
        found = view.__dict__[self.name] = IntOrStrField(view.cursor.get(*self.path))
        return found


class Str(Declared):
    """Declares a string field."""

    @overload
    def __get__(self, view: None, owner: type[View]) -> Str: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> StrField: ...
    def __get__(self, view: View | None, owner: type[View]) -> Str | StrField:
        if view is None:
            return self
        found = view.__dict__[self.name] = StrField(view.cursor.get(*self.path))
        return found


class StrList(Declared):
    """Declares a list of strings."""

    @overload
    def __get__(self, view: None, owner: type[View]) -> StrList: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> StrListField: ...
    def __get__(self, view: View | None, owner: type[View]) -> StrList | StrListField:
        if view is None:
            return self
        found = view.__dict__[self.name] = StrListField(view.cursor.get(*self.path))
        return found


class VariableStr(Declared):
    """Declares a string in which the kubelet replaces `$(NAME)`."""

    @overload
    def __get__(self, view: None, owner: type[View]) -> VariableStr: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> VariableStrField: ...
    def __get__(self, view: View | None, owner: type[View]) -> VariableStr | VariableStrField:
        if view is None:
            return self
        found = view.__dict__[self.name] = VariableStrField(view.cursor.get(*self.path))
        return found


class Command(Declared):
    """Declares a list of strings in which the kubelet replaces `$(NAME)`."""

    @overload
    def __get__(self, view: None, owner: type[View]) -> Command: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> CommandField: ...
    def __get__(self, view: View | None, owner: type[View]) -> Command | CommandField:
        if view is None:
            return self
        found = view.__dict__[self.name] = CommandField(view.cursor.get(*self.path))
        return found


class StrMap(Declared):
    """Declares a map of strings."""

    @overload
    def __get__(self, view: None, owner: type[View]) -> StrMap: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> StrMapField: ...
    def __get__(self, view: View | None, owner: type[View]) -> StrMap | StrMapField:
        if view is None:
            return self
        found = view.__dict__[self.name] = StrMapField(view.cursor.get(*self.path))
        return found


class One(Declared, Generic[V]):
    """Declares a nested view; it is absent where nothing is written."""

    def __init__(self, view: type[V], path: str) -> None:
        super().__init__(path)
        self.view = view

    @overload
    def __get__(self, view: None, owner: type[View]) -> One[V]: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> V: ...
    def __get__(self, view: View | None, owner: type[View]) -> One[V] | V:
        if view is None:
            return self
        found = view.__dict__[self.name] = self.view(view.cursor.get(*self.path))
        return found


class Many(Declared, Generic[V]):
    """Declares a list of nested views; items that are null are left out."""

    def __init__(self, view: type[V], path: str) -> None:
        super().__init__(path)
        self.view = view

    @overload
    def __get__(self, view: None, owner: type[View]) -> Many[V]: ...
    @overload
    def __get__(self, view: View, owner: type[View]) -> tuple[V, ...]: ...
    def __get__(self, view: View | None, owner: type[View]) -> Many[V] | tuple[V, ...]:
        if view is None:
            return self
        found = view.__dict__[self.name] = tuple(self._views(view.cursor.get(*self.path)))
        return found

    def _views(self, cursor: Cursor) -> Iterator[V]:
        for item in cursor.items():
            if item.node is not None:
                yield self.view(item)
