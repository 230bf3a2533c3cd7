"""Named tuples as `typing.NamedTuple` makes them, at a tenth of the start-up cost.

`typing` compiles every annotation, and `collections.namedtuple` the source of a constructor, when a class is made
(0.1 ms and more each); a short run makes a hundred classes and uses a third. Here a constructor is the code of
one with as many fields, with other names in it, and what does not depend on the fields is inherited.
What type checkers are told stands in `named_tuple.pyi`: it is a `typing.NamedTuple`.
"""

from __future__ import annotations

from _collections import _tuplegetter
from functools import cache
from types import CodeType, FunctionType
from typing import Any, ClassVar, Self

_SCOPE = {"_new": tuple.__new__, "__builtins__": {}}


@cache
def _model(count: int) -> CodeType:
    """What constructs a tuple of so many fields, called `f0`, `f1` and so on."""
    names = "".join([f"f{number}, " for number in range(count)])
    found: CodeType = eval(f"lambda _cls, {names}: _new(_cls, ({names}))").__code__  # noqa: S307  # a constant text
    return found


def _constructor(owner: str, names: tuple[str, ...], defaults: tuple[Any, ...]) -> FunctionType:
    code = _model(len(names)).replace(
        co_varnames=("_cls", *names), co_name="__new__", co_qualname=f"{owner}.__new__", co_filename=__file__
    )
    return FunctionType(code, _SCOPE, "__new__", defaults)


class _Named(tuple):
    """What all named tuples have, whatever their fields are."""

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]]
    _field_defaults: ClassVar[dict[str, Any]]

    @classmethod
    def _make(cls, values: Any) -> Self:
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
        return made

    def _replace(self, /, **changes: Any) -> Self:
        made = self._make(map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"Got unexpected field names: {list(changes)!r}")
        return made

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        fields = [f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True)]
        return f"{type(self).__name__}({', '.join(fields)})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)


class _Maker(type):
    """Makes a class of annotated fields a named tuple; the class that comes out is a plain `type`."""

    def __new__(cls, name: str, bases: tuple[type, ...], content: dict[str, Any]) -> Any:
        names = tuple(content.get("__annotations__", {}))
        defaults = {field: content[field] for field in names if field in content}
        if names[len(names) - len(defaults) :] != tuple(defaults):
            raise TypeError(f"{name}: a field without a default follows one with a default")
        content |= {field: _tuplegetter(number, field) for number, field in enumerate(names)}
        content |= {"_fields": names, "_field_defaults": defaults, "__match_args__": names, "__slots__": ()}
        content["__new__"] = _constructor(content["__qualname__"], names, tuple(defaults.values()))
        return type(name, tuple([_Named if base is _BASE else base for base in bases]), content)


_BASE = type.__new__(_Maker, "NamedTuple", (), {})


class _NamedTuple:
    """Stands among the bases of a class for what makes a named tuple of it."""

    def __mro_entries__(self, _bases: Any) -> tuple[type, ...]:
        return (_BASE,)


NamedTuple = _NamedTuple()
