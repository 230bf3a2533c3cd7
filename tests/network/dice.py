"""What the generator of clusters is written in: the words of hypothesis for choices, on one stream of random numbers.

A draw of hypothesis costs a tenth of a millisecond, and a cluster takes some two hundred of them, to no use where
nothing is shrunk: here hypothesis chooses the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from random import Random
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

T = TypeVar("T")
U = TypeVar("U")
P = ParamSpec("P")


class Dice(Generic[T]):
    """Something that may come out in many ways."""

    def __init__(self, roll: Callable[[Random], T]) -> None:
        self.roll = roll


class Draw:
    """Rolls dice on one stream."""

    def __init__(self, stream: Random) -> None:
        self.stream = stream

    def __call__(self, dice: Dice[T]) -> T:
        return dice.roll(self.stream)


def just(value: T) -> Dice[T]:
    return Dice(lambda _: value)


def none() -> Dice[None]:
    return just(None)


def sampled_from(values: Sequence[T]) -> Dice[T]:
    return Dice(lambda stream: stream.choice(values))


def integers(first: int, last: int) -> Dice[int]:
    return Dice(lambda stream: stream.randint(first, last))


def booleans() -> Dice[bool]:
    return sampled_from((False, True))


def one_of(*several: Dice[Any]) -> Dice[Any]:
    return Dice(lambda stream: stream.choice(several).roll(stream))


def builds(make: Callable[..., T], *parts: Dice[Any]) -> Dice[T]:
    return Dice(lambda stream: make(*(part.roll(stream) for part in parts)))


def lists(items: Dice[T], min_size: int = 0, max_size: int = 2, unique: bool = False) -> Dice[list[T]]:
    def roll(stream: Random) -> list[T]:
        found = [items.roll(stream) for _ in range(stream.randint(min_size, max_size))]
        return list(dict.fromkeys(found)) if unique else found

    return Dice(roll)


def fixed_dictionaries(mapping: Mapping[str, Dice[T]], optional: Mapping[str, Dice[T]]) -> Dice[dict[str, T]]:
    def roll(stream: Random) -> dict[str, T]:
        chosen = {**mapping, **{key: dice for key, dice in optional.items() if stream.random() < 0.5}}
        return {key: dice.roll(stream) for key, dice in chosen.items()}

    return Dice(roll)


def composite(function: Callable[Concatenate[Draw, P], T]) -> Callable[P, Dice[T]]:
    @wraps(function)
    def made(*args: P.args, **kwargs: P.kwargs) -> Dice[T]:
        return Dice(lambda stream: function(Draw(stream), *args, **kwargs))

    return made
