"""Three-valued fields of views: absent, a value, or unknown.

A view declares each field once, with a descriptor of this module; reading the
attribute gives a `Field` that knows its value and its place even when absent.
Fields never raise and never guess: a value of the wrong type, or one that a template
still has to fill, is no value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, NoReturn, TypeVar

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.patterns import regex
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar, Sequence

T = TypeVar("T")

_TEMPLATE = regex(r"\{\{|\}\}|\$\{|\$\(|<<.*>>|\{%")


def is_templated(text: str) -> bool:
    """Whether `text` still holds a marker of Helm, Jinja, envsubst or a similar template."""
    return ("{" in text or "$" in text or "<<" in text) and _TEMPLATE.search(text) is not None


class Field(Generic[T]):
    """One field of a manifest; `cursor` is its position."""

    __slots__ = ("cursor",)

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor

    def __bool__(self) -> NoReturn:
        raise TypeError("a field has three states: ask .absent, .present, .is_true, .is_false or .value")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'.'.join(self.cursor.path)!r})"

    @property
    def absent(self) -> bool:
        """Whether the field is missing or null."""
        return self.cursor.node is None

    @property
    def present(self) -> bool:
        """Whether something is written, of whatever type."""
        return self.cursor.node is not None

    @property
    def place(self) -> Place:
        """The value where it is a scalar, else the key, else the nearest present ancestor's key."""
        return self.cursor.place

    @property
    def key_place(self) -> Place:
        """The key of the field, else the nearest present ancestor's key."""
        return self.cursor.key_place

    @property
    def text(self) -> str | None:
        """Scalar text as written after unquoting, whatever its type."""
        return self.cursor.text

    @property
    def templated(self) -> bool:
        """Whether a template still has to fill the value."""
        text = self.cursor.text
        return text is not None and is_templated(text)

    @property
    def unknown(self) -> bool:
        """Whether something is written that yields no value: a template or a wrong type."""
        return self.present and self.value is None

    @property
    def value(self) -> T | None:
        """The typed value; None where absent, of the wrong type or templated."""
        raise NotImplementedError


class BoolField(Field[bool]):
    """A boolean as kubectl reads it: `yes` is true, `"true"` in quotes is no boolean."""

    __slots__ = ()

    @property
    def value(self) -> bool | None:
        """True, False or None."""
        node = self.cursor.node
        if type(node) is Scalar:
            value = node.resolved
            if value is True or value is False:
                return value
        return None

    @property
    def is_true(self) -> bool:
        """Whether the field is written and true."""
        return self.value is True

    @property
    def is_false(self) -> bool:
        """Whether the field is written and false."""
        return self.value is False


class StrField(Field[str]):
    """A string; plain scalars that kubectl reads as numbers or booleans are no strings."""

    __slots__ = ()

    @property
    def value(self) -> str | None:
        """The text, or None."""
        node = self.cursor.node
        if type(node) is Scalar:
            value = node.resolved
            if isinstance(value, str) and not is_templated(value):
                return value
        return None

    def equals(self, text: str) -> bool:
        """Whether the value is known and equal to `text`."""
        return self.value == text

    def among(self, texts: frozenset[str] | set[str] | tuple[str, ...]) -> bool:
        """Whether the value is known and one of `texts`."""
        value = self.value
        return value is not None and value in texts


class VariableStrField(StrField):
    """A string in which the kubelet replaces `$(NAME)` itself, so that this is no mark of a template.

    https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    """

    __slots__ = ()

    @property
    def value(self) -> str | None:
        """The text, or None."""
        node = self.cursor.node
        if type(node) is Scalar:
            value = node.resolved
            if isinstance(value, str) and not is_templated(value.replace("$(", "(")):
                return value
        return None


class IntField(Field[int]):
    """An integer; `1e3` counts, since JSON numbers have no other form."""

    __slots__ = ()

    @property
    def value(self) -> int | None:
        """The number, or None."""
        return integer(self.cursor)


class IntOrStrField(Field["int | str"]):
    """IntOrString of the Kubernetes API: a number or a string (ports, percentages)."""

    __slots__ = ()

    @property
    def value(self) -> int | str | None:
        """The number or text, or None."""
        number = integer(self.cursor)
        return number if number is not None else StrField(self.cursor).value


class StrListField(Field["tuple[str, ...]"]):
    """A list of strings; items of other types have a place but no value."""

    __slots__ = ()

    @property
    def value(self) -> tuple[str, ...] | None:
        """Texts of all items, or None where absent or where an item is no known string."""
        if type(self.cursor.node) is not Sequence:
            return None
        found = []
        for item in self.items:
            if item.value is None:
                return None
            found.append(item.value)
        return tuple(found)

    @property
    def items(self) -> tuple[StrField, ...]:
        """Every item with its place."""
        return tuple(StrField(item) for item in self.cursor.items())

    @property
    def texts(self) -> tuple[str, ...]:
        """Known texts, in file order; unknown items are left out."""
        return known_texts(self.cursor.node)

    @property
    def raw(self) -> tuple[str, ...]:
        """Every scalar as written after unquoting, templates and numbers included."""
        node = self.cursor.node
        return tuple([item.value for item in node.items if type(item) is Scalar]) if type(node) is Sequence else ()

    @property
    def first(self) -> str:
        """The first of `raw`, empty where there is none."""
        node = self.cursor.node
        for item in node.items if isinstance(node, Sequence) else ():
            if isinstance(item, Scalar):
                return item.value
        return ""

    @property
    def empty(self) -> bool:
        """Whether the field is a written list without items."""
        node = self.cursor.node
        return type(node) is Sequence and not node.items

    def find(self, text: str) -> StrField | None:
        """First item equal to `text`."""
        for item in self.items:
            if item.value == text:
                return item
        return None


class CommandField(StrListField):
    """A command or its arguments: strings in which the kubelet replaces `$(NAME)`."""

    __slots__ = ()

    @property
    def items(self) -> tuple[StrField, ...]:
        """Every item with its place."""
        return tuple(VariableStrField(item) for item in self.cursor.items())

    @property
    def texts(self) -> tuple[str, ...]:
        """Known texts, in file order; unknown items are left out."""
        return tuple(item.value for item in self.items if item.value is not None)


class StrMapField(Field["dict[str, str]"]):
    """A map of strings: labels, annotations, node selectors."""

    __slots__ = ("_known",)

    def __init__(self, cursor: Cursor) -> None:
        super().__init__(cursor)
        self._known: dict[str, str] | None = None

    @property
    def value(self) -> dict[str, str] | None:
        """Known pairs, or None where the field is no mapping; not to be changed."""
        if self._known is None and type(self.cursor.node) is Mapping:
            found = ((name, field.value) for name, field in self.fields())
            self._known = {name: text for name, text in found if text is not None}
        return self._known

    def fields(self) -> Iterator[tuple[str, StrField]]:
        """Every pair with its place."""
        for name, cursor in self.cursor.entries():
            yield name, StrField(cursor)

    def get(self, name: str) -> StrField:
        """The value under `name`, absent where there is none."""
        return StrField(self.cursor.get(name))


class AnyField(Field[object]):
    """A field whose presence or raw structure matters, not its type."""

    __slots__ = ()

    @property
    def value(self) -> object | None:
        """The node itself, or None."""
        return self.cursor.node

    @property
    def is_mapping(self) -> bool:
        """Whether a mapping is written."""
        return self.cursor.is_mapping

    @property
    def is_sequence(self) -> bool:
        """Whether a sequence is written."""
        return self.cursor.is_sequence

    @property
    def empty(self) -> bool:
        """Whether an empty mapping or sequence is written."""
        node = self.cursor.node
        return (type(node) is Mapping and not node.entries) or (type(node) is Sequence and not node.items)


def known_texts(node: Node | None) -> tuple[str, ...]:
    """Strings of a sequence; straight from the nodes, since few lists are ever shown item by item."""
    if type(node) is not Sequence:
        return ()
    found = []
    for item in node.items:
        value = item.resolved if type(item) is Scalar else None
        if isinstance(value, str) and not is_templated(value):
            found.append(value)
    return tuple(found)


def integer(cursor: Cursor) -> int | None:
    """The integer at `cursor`, or None; a float without fraction counts."""
    node = cursor.node
    if type(node) is not Scalar:
        return None
    value = node.resolved
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None
