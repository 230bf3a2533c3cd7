"""The conditions of the settings table: which values of a setting are bad, and which members of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hullmark.linter.manifest.components.catalogue import SET, Known, in_range, named_list
from hullmark.linter.manifest.components.values import Typed, duration, host_of, loopback, templated, url_host
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.named_tuple import NamedTuple


class Condition(NamedTuple):
    """What a row demands: an operator, its operand and its modifiers."""

    op: str
    safe: Any
    zero: str | Mapping[str, str]
    exempt_loopback: bool


def condition(row: Mapping[str, Any]) -> Condition:
    """The condition of a row of the table."""
    safe = row.get("safe")
    if isinstance(safe, str) and row["op"] in ("subset-of", "not-in", "contains-none", "gates-not-false"):
        safe = named_list(safe)
    return Condition(row["op"], safe, row.get("zero", ""), row.get("loopback") == "allowed")


def is_bad(demand: Condition, known: Known, value: Typed, minor: int) -> bool:
    """Whether a typed value offends; members of lists and maps are asked for one by one."""
    op, safe = demand.op, demand.safe
    if known.many and isinstance(value, tuple):
        return _many(demand, value)
    match op:
        case "equals":
            return bool(value != safe)
        case "not-equals" | "not-contains":
            return bool(value == safe)
        case "absent" | "empty":
            return value not in (None, "", ())
        case "present":
            return value in (None, "", ())
        case "not-in":
            return value in safe
        case "loopback" | "loopback-hostport":
            return not loopback(host_of(str(value or ""), known.type)) and value != SET
    return isinstance(value, (int, float)) and _number(demand, value, minor)


def _number(demand: Condition, value: float, minor: int) -> bool:
    op, safe = demand.op, demand.safe
    match op:
        case "positive":
            return value <= 0
        case "not-between":
            return bool(safe[0] <= value <= safe[1])
        case "duration-nonzero":
            return value == 0
        case "duration-max":
            return value == 0 if not value else value > (duration(safe) or 0.0)
        case "gte":
            return _zero(demand, minor) if value == 0 else bool(0 < value < safe)
    return False


def _zero(demand: Condition, minor: int) -> bool:
    """Whether zero is bad: it means unlimited in some versions and nothing in others."""
    if isinstance(demand.zero, str):
        return demand.zero == "bad"
    return any(verdict == "bad" and in_range(minor, versions) for versions, verdict in demand.zero.items())


def _many(demand: Condition, value: tuple[Any, ...]) -> bool:
    match demand.op:
        case "contains":
            return demand.safe not in value
        case "present":
            return not value
        case "absent" | "empty":
            return bool(value)
    return any(_bad_member(demand, "=".join(each) if isinstance(each, tuple) else each) for each in value)


def bad_members(demand: Condition, members: tuple[Word, ...]) -> tuple[Word, ...]:
    """The written members that offend: what a finding points at."""
    if demand.op == "empty":
        return members[:1]
    found = tuple(word for word in members if _bad_member(demand, word.text))
    # A list of names is one decision: the first wrong name stands for it.
    return found[:1] if demand.op == "subset-of" else found


def _bad_member(demand: Condition, text: str) -> bool:
    safe = demand.safe
    match demand.op:
        case "not-contains":
            return bool(text == safe)
        case "contains-none":
            return any(_like(text, name) for name in safe)
        case "subset-of":
            return text not in safe
        case "no-plain-http":
            return plain_http(text) and not (demand.exempt_loopback and loopback(url_host(url_of(text))))
        case "gate-not":
            return _same_pair(text, safe)
        case "gates-not-false":
            return any(_same_pair(text, f"{gate}=false") for gate in safe)
        case "map-not-true":
            return any(_same_pair(text, f"{key}=true") for key in safe)
    return False


def _like(text: str, name: str) -> bool:
    """Equal, or a longer text where the name ends in a star; `*` and `/*` alone are values of the flags themselves."""
    return text == name or (len(name) > 2 and name.endswith("*") and text.startswith(name[:-1]))


def _same_pair(text: str, pair: str) -> bool:
    key, equals, value = text.partition("=")
    name, _, wanted = pair.partition("=")
    return key.strip() == name and (value.strip().lower() if equals else "true") == wanted


def url_of(text: str) -> str:
    """The URL of an endpoint; etcd overrides have the form `group/resource#url`."""
    return text.rpartition("#")[2]


def plain_http(text: str) -> bool:
    """Whether an endpoint is spoken to in clear text."""
    return any(url.strip().startswith("http://") for url in url_of(text).split(";")) and not templated(text)
