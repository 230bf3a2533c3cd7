"""Named tuples behave as those of `typing` do, which nothing of ours makes any more."""

from __future__ import annotations

import copy
import pickle
import re
import typing
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest

from hullmark.linter.named_tuple import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")


class Point(NamedTuple):
    """One of ours."""

    x: int
    y: int = 2
    note: str = ""

    @property
    def sum(self) -> int:
        """Both together."""
        return self.x + self.y

    def __str__(self) -> str:
        return f"{self.x}/{self.y}"


class Twin(typing.NamedTuple):
    """What Point would be without us."""

    x: int
    y: int = 2
    note: str = ""


class Pair(NamedTuple, Generic[T]):
    """One of any type."""

    left: T
    right: T


class Nothing(NamedTuple):
    """One without fields."""


@pytest.mark.parametrize(("given", "named"), [((1,), {}), ((1, 3), {}), ((), {"y": 1, "x": 4, "note": "a"})])
def test_values_are_those_of_typing(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    point, twin = Point(*given, **named), Twin(*given, **named)
    assert repr(point) == repr(twin).replace("Twin", "Point")
    assert (point.x, point.y, point.note) == (twin.x, twin.y, twin.note)
    assert tuple(point) == tuple(twin)
    assert (point._asdict(), hash(point)) == (twin._asdict(), hash(twin))
    assert tuple(point._replace(y=9)) == tuple(twin._replace(y=9)) == (point.x, 9, point.note)


def test_classes_are_those_of_typing() -> None:
    for name in ("_fields", "_field_defaults", "__match_args__"):
        assert getattr(Point, name) == getattr(Twin, name)
    assert (type(Point), Point.__doc__, Point.__qualname__, Point.__module__) == (
        type,
        "One of ours.",
        "Point",
        __name__,
    )
    assert Point._make([1, 2, "a"]) == Point(1, 2, "a")
    assert (Nothing(), Nothing._fields) == ((), ())


@pytest.mark.parametrize(
    "call",
    [
        lambda kind: kind(),
        lambda kind: kind(1, 2, "", 5),
        lambda kind: kind(1, z=2),
        lambda kind: kind(1, x=2),
        lambda kind: kind._make([1]),
        lambda kind: kind(1)._replace(z=1),
        lambda kind: setattr(kind(1), "x", 2),
        lambda kind: setattr(kind(1), "new", 2),
    ],
)
def test_what_typing_refuses_is_refused_in_the_same_words(call: typing.Callable[[Any], object]) -> None:
    with pytest.raises(Exception) as ours:  # noqa: PT011  # whichever it is
        call(Point)
    with pytest.raises(type(ours.value)) as theirs:
        call(Twin)
    assert str(ours.value).replace("Point", "Twin") == str(theirs.value)


def test_they_are_tuples() -> None:
    point = Point(7, 8)
    x, *rest = point
    assert (x, rest, point[1], len(point)) == (7, [8, ""], 8, 3)
    assert sorted([Point(2), Point(1)]) == [Point(1), Point(2)]
    match point:
        case Point(x, y):
            assert (x, y) == (7, 8)


def test_they_have_methods_and_no_room_for_more() -> None:
    assert (Point(1).sum, str(Point(1)), hasattr(Point(1), "__dict__")) == (3, "1/2", False)


def test_copies_and_processes() -> None:
    point = Point(1, note="a")
    assert pickle.loads(pickle.dumps(point)) == copy.copy(point) == copy.deepcopy(point) == point
    assert type(pickle.loads(pickle.dumps(point))) is Point


def test_they_may_be_generic() -> None:
    assert repr(Pair[int](1, 2)) == "Pair(left=1, right=2)"
    assert isinstance(Pair("a", "b"), tuple)


def test_a_field_with_a_default_comes_last() -> None:
    with pytest.raises(TypeError, match="Wrong: "):
        type(NamedTuple.__mro_entries__(())[0])("Wrong", (), {"__annotations__": {"x": "int", "y": "int"}, "x": 1})  # type: ignore[attr-defined]


def test_ours_are_the_only_ones() -> None:
    """Making one of typing's costs 0.1 ms, whether the run needs it or not."""
    theirs = re.compile(
        r"^\s*from typing import .*\bNamedTuple\b|typing\.NamedTuple\b[^`]|\bnamedtuple\(", re.MULTILINE
    )
    files = [path for part in ("linter", "checks") for path in (ROOT / part).rglob("*.py")]
    assert [path.name for path in files if theirs.search(path.read_text(encoding="utf-8"))] == []
