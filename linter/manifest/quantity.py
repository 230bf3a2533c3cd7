"""Quantities of resources as numbers.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache

from hullmark.linter.patterns import regex

_FORM = regex(
    r"([+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40}))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?[0-9]{1,2}))?"
)
_SUFFIXES = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(1000),
    **{letter: Decimal(1000) ** power for power, letter in enumerate("MGTPE", start=2)},
    **{f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", start=1)},
}


@lru_cache(maxsize=1024)
def quantity(text: str | None) -> Decimal | None:
    """The number that a quantity stands for, None where it is none."""
    match = _FORM.fullmatch((text or "").strip())
    if match is None:
        return None
    try:
        number = Decimal(match[1])
    except InvalidOperation:
        return None
    if match[3]:
        return number.scaleb(int(match[3]))
    return number * _SUFFIXES[match[2]] if match[2] else number
