"""Records behave as dataclasses with slots do."""

import copy
import dataclasses
import pickle
import subprocess
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import pytest

from hullmark.linter.records import field, record, replace


@record
class Point:
    """A frozen record."""

    x: int
    y: int = 2
    tags: Mapping[str, int] = field(default_factory=dict)
    origin: ClassVar[str] = "here"
    note: str = field(default="")

    @property
    def sum(self) -> int:
        """Both together."""
        return self.x + self.y


@record(frozen=False)
class Box:
    """One that changes."""

    items: list[int] = field(default_factory=list)


@record(eq=False)
class Thing:
    """One that is only equal to itself."""

    name: str


@record(slots=False)
class Lazy:
    """One that remembers what it has worked out."""

    number: int

    @cached_property
    def square(self) -> int:
        """Worked out once."""
        return self.number**2


@record
class Key:
    """One with something to hide."""

    name: str
    value: str = field(repr=False)
    length: int = field(default=3, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Twin:
    """What Point would be as a dataclass."""

    x: int
    y: int = 2
    tags: Mapping[str, int] = dataclasses.field(default_factory=dict)
    origin: ClassVar[str] = "here"
    note: str = dataclasses.field(default="")


@pytest.mark.parametrize(("given", "named"), [((1,), {}), ((1, 3), {}), ((), {"y": 1, "x": 4, "note": "a"})])
def test_fields_and_repr_are_those_of_a_dataclass(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    point, twin = Point(*given, **named), Twin(*given, **named)
    assert repr(point) == repr(twin).replace("Twin", "Point")
    assert (point.x, point.y, point.tags, point.note) == (twin.x, twin.y, twin.tags, twin.note)
    assert (Point.__doc__, Point.origin, Point(1).sum) == ("A frozen record.", "here", 3)


def test_defaults_are_made_anew() -> None:
    one, other = Box(), Box()
    one.items.append(1)
    assert other.items == []


@pytest.mark.parametrize("arguments", [((), {}), ((1, 2, {}, "", 5), {}), ((1,), {"z": 2}), ((1,), {"x": 2})])
def test_wrong_arguments_are_refused(arguments: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    with pytest.raises(TypeError, match="__init__"):
        Point(*arguments[0], **arguments[1])


def test_comparison_and_hash_are_by_value() -> None:
    assert Point(1) == Point(1)
    assert Point(1) != Point(2)
    other: object = Twin(1)
    assert Point(1) != other
    assert len({Point(1, 2, ()), Point(1, 2, ()), Point(2, 2, ())}) == 2  # type: ignore[arg-type]
    assert Thing("a") != Thing("a")
    assert len({Thing("a"), Thing("a")}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Box())


def test_frozen_records_do_not_change() -> None:
    point: Any = Point(1)
    for name in ("x", "new"):
        with pytest.raises(AttributeError):
            setattr(point, name, 2)
    with pytest.raises(AttributeError):
        del point.x
    box: Any = Box()
    box.items = [1]
    with pytest.raises(AttributeError):
        box.new = 1


def test_copies_and_processes() -> None:
    point = Point(1, tags={"a": 1})
    assert pickle.loads(pickle.dumps(point)) == copy.copy(point) == copy.deepcopy(point) == point
    assert replace(point, y=5) == dataclasses.replace(point, y=5) == Point(1, 5, {"a": 1})
    assert point.y == 2


def test_dataclasses_know_them() -> None:
    point = Point(1)
    assert dataclasses.is_dataclass(point)
    assert [each.name for each in dataclasses.fields(point)] == ["x", "y", "tags", "note"]
    assert dataclasses.asdict(point) == {"x": 1, "y": 2, "tags": {}, "note": ""}


def test_without_slots_properties_are_cached() -> None:
    lazy: Any = Lazy(3)
    assert lazy.square is lazy.square
    assert (lazy.square, lazy, replace(lazy, number=4).square) == (9, Lazy(3), 16)
    with pytest.raises(AttributeError):
        lazy.number = 4


def test_what_is_to_be_hidden_is_not_shown() -> None:
    key = Key("a", "secret")
    assert (repr(key), key.value, key.length) == ("Key(name='a')", "secret", 3)
    assert [each.name for each in dataclasses.fields(key) if each.repr] == ["name"]
    with pytest.raises(TypeError, match="value"):
        Key("a")  # type: ignore[call-arg]


def test_records_match_by_position() -> None:
    match Point(7, 8):
        case Point(x, y):
            assert (x, y) == (7, 8)


def test_they_need_no_dataclasses() -> None:
    code = "import hullmark.linter.finding, sys; sys.exit('dataclasses' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
