"""Plain values with named fields: what `@dataclass(slots=True)` makes, at a tenth of the start-up cost.

`dataclasses` writes and compiles six methods a class when the class is made (0.5 ms each on Python 3.11, and 5 ms for
what it imports), whether an instance is ever made or not; a short run makes sixty classes and uses ten. Here one method
is compiled, and that when the first instance is made. Instances also cross processes faster.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType
from typing import Any, ClassVar, TypeVar, dataclass_transform, overload

T = TypeVar("T")


_NOTHING: Any = object()


class Default:
    """What is said about a field beside its type: a default, how to make one, and whether `repr` shows it."""

    __slots__ = ("make", "shown", "value")

    def __init__(self, value: Any, make: Callable[[], Any] | None, shown: bool) -> None:
        self.value = value
        self.make = make
        self.shown = shown


def field(*, default: Any = _NOTHING, default_factory: Callable[[], Any] | None = None, repr: bool = True) -> Any:  # noqa: A002
    """A field with a default value, with one that is made for every instance, or left out of `repr`."""
    return Default(default, default_factory, repr)


@overload
def record(cls: type[T], /) -> type[T]:
    """A frozen record that is compared by value."""


@overload
def record(*, frozen: bool = True, eq: bool = True, slots: bool = True) -> Callable[[type[T]], type[T]]:
    """Another one."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[Any] | None = None, /, *, frozen: bool = True, eq: bool = True, slots: bool = True) -> Any:
    """Makes a class of annotated fields a record: with slots, `__init__`, `repr`, and comparison by value.

    Frozen ones cannot be changed and are hashable. Without `eq` records compare by identity. Without slots
    there can be a `cached_property`. No inheritance.
    """
    if cls is None:
        return lambda plain: _made(plain, frozen, eq, slots)
    return _made(cls, frozen, eq, slots)


def replace(instance: T, /, **changes: Any) -> T:
    """A copy of a record with other values in some fields."""
    kind: Any = type(instance)
    values = dict(zip(kind.__match_args__, _values(instance), strict=True))
    copy: T = kind(**{**values, **changes})
    return copy


def _made(plain: type[Any], frozen: bool, eq: bool, slots: bool) -> type[Any]:
    content = dict(plain.__dict__)
    names = tuple(name for name, kind in content.get("__annotations__", {}).items() if not _is_of_class(kind))
    said = {name: _said(content.pop(name)) for name in names if name in content}
    defaults = {name: one for name, one in said.items() if one.make is not None or one.value is not _NOTHING}
    hidden = {name for name, one in said.items() if not one.shown}
    for name in ("__dict__", "__weakref__"):
        content.pop(name, None)
    content |= {"__match_args__": names, "__defaults_of_fields__": defaults, "__values_of_fields__": _getter(names)}
    if slots:
        content["__slots__"] = names
    content |= {"__hidden_fields__": frozenset(hidden), "__dataclass_fields__": _Fields()}
    content.setdefault("__init__", _first_init)
    content.setdefault("__repr__", _repr)
    content.setdefault("__reduce__", _reduce)
    if eq:
        content.setdefault("__eq__", _eq)
        content["__hash__"] = content.get("__hash__") or (_hash if frozen else None)
    if frozen:
        content |= {"__setattr__": _refuse, "__delattr__": _refuse}
    kind: Any = type(plain)
    made: type[Any] = kind(plain.__name__, plain.__bases__, content)
    made.__qualname__ = plain.__qualname__
    return made


class _Fields:
    """Fields as `dataclasses` describes them, for its `replace`, `fields` and `is_dataclass`: made when asked for."""

    __slots__ = ()

    def __get__(self, _instance: object, owner: Any) -> dict[str, Any]:
        import dataclasses

        rows = []
        for name in owner.__match_args__:
            said = owner.__defaults_of_fields__.get(name)
            given: dict[str, Any] = {"repr": name not in owner.__hidden_fields__}
            if said is not None:
                given |= {"default": said.value} if said.make is None else {"default_factory": said.make}
            rows.append((name, Any, dataclasses.field(**given)))
        model: Any = dataclasses.make_dataclass(owner.__name__, rows)
        found: dict[str, Any] = model.__dataclass_fields__
        owner.__dataclass_fields__ = found
        return found


def _said(default: Any) -> Default:
    return default if isinstance(default, Default) else Default(default, None, True)


def _is_of_class(annotation: object) -> bool:
    if isinstance(annotation, str):
        return annotation.startswith(("ClassVar", "typing.ClassVar"))
    return annotation is ClassVar or getattr(annotation, "__origin__", None) is ClassVar


def _first_init(self: Any, *values: Any, **named: Any) -> None:
    """Compiles the real `__init__` of the class, and calls it."""
    kind = type(self)
    kind.__init__ = _compiled(kind)
    kind.__init__(self, *values, **named)


@cache
def _model(made: tuple[bool, ...], frozen: bool) -> CodeType:
    """An `__init__` for so many fields, called `f0`, `f1` and so on; `made` says which have defaults that are made.

    What is frozen is set by the slots themselves, which need not look a name up.
    """
    lines = []
    for number, making in enumerate(made):
        value = f"f{number}.make() if f{number} is _default{number} else f{number}" if making else f"f{number}"
        lines.append(f" _set{number}(self, {value})" if frozen else f" self.f{number} = {value}")
    parameters = "".join([f", f{number}" for number in range(len(made))])
    scope: dict[str, Any] = {}
    exec(f"def __init__(self{parameters}):\n" + ("\n".join(lines) or " pass"), scope)  # noqa: S102  # no foreign text
    code: CodeType = scope["__init__"].__code__
    return code


def _compiled(kind: Any) -> Callable[..., None]:
    """The `__init__` of a class: the code of the model with the names of its fields in it."""
    names, said = kind.__match_args__, kind.__defaults_of_fields__
    if names[len(names) - len(said) :] != tuple(said):
        raise TypeError(f"{kind.__qualname__}: a field without a default follows one with a default")
    frozen = kind.__setattr__ is _refuse
    code = _model(tuple([name in said and said[name].make is not None for name in names]), frozen)
    known = {f"f{number}": name for number, name in enumerate(names)}
    code = code.replace(
        co_varnames=("self", *names),
        co_names=tuple([known.get(name, name) for name in code.co_names]),
        co_qualname=f"{kind.__qualname__}.__init__",
    )
    scope: dict[str, Any] = {f"_default{number}": said.get(name) for number, name in enumerate(names)}
    if frozen:
        scope |= {f"_set{number}": _setter(kind, name) for number, name in enumerate(names)}
    defaults = tuple([each.value if each.make is None else each for each in said.values()])
    return FunctionType(code, scope, "__init__", defaults)


def _setter(kind: Any, name: str) -> Callable[[Any, Any], None]:
    slot = kind.__dict__.get(name)
    if hasattr(slot, "__set__"):
        found: Callable[[Any, Any], None] = slot.__set__
        return found
    return lambda instance, value: object.__setattr__(instance, name, value)


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """All values of an instance at once; what gets a single one would return it bare."""
    return attrgetter(*names) if len(names) > 1 else staticmethod(lambda self: tuple([getattr(self, n) for n in names]))


def _values(self: Any) -> tuple[Any, ...]:
    found: tuple[Any, ...] = self.__values_of_fields__(self)
    return found


def _repr(self: Any) -> str:
    shown = (name for name in self.__match_args__ if name not in self.__hidden_fields__)
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{type(self).__qualname__}({fields})"


def _eq(self: Any, other: object) -> Any:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _reduce(self: Any) -> tuple[Any, tuple[Any, ...]]:
    return (type(self), _values(self))


def _refuse(self: Any, name: str, *_value: object) -> None:
    raise AttributeError(f"{type(self).__qualname__} cannot be changed: {name}")
