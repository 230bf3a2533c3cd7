"""The table of settings: which names, types, spellings and defaults a component's settings have.

https://kubernetes.io/docs/reference/command-line-tools-reference/ and the API types of the
configuration documents; the rows are in `schemas/facts/component_settings.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from hullmark.linter.manifest.components.values import Typed, duration
from hullmark.linter.manifest.facts import table
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

LISTS = frozenset({"list", "urls"})
MAPS = frozenset({"map", "gates"})
SET = "(set)"
"""Stands for some value that is not empty."""

_RANGE = regex(r"(<=|>=|<|>)?\s*(\d+)\.(\d+)")


class Default(NamedTuple):
    """What an unset setting means: for these origins (none: any), minors and document conditions."""

    value: Typed
    origins: frozenset[str]
    versions: str
    when: str
    proves: bool
    added: bool


class Known(NamedTuple):
    """One setting of one component; `many`: its value has members."""

    component: str
    name: str
    type: str
    append: bool
    flags: tuple[str, ...]
    aliases: Mapping[str, str]
    defaults: tuple[Default, ...]
    many: bool


def in_range(minor: int, versions: str) -> bool:
    """Whether Kubernetes 1.`minor` is in a range such as `<1.36` or `>=1.22`; an empty range holds all."""
    match = _RANGE.match(versions)
    if match is None:
        return True
    bound = int(match[3])
    match match[1]:
        case "<":
            return minor < bound
        case "<=":
            return minor <= bound
        case ">":
            return minor > bound
        case ">=":
            return minor >= bound
    return minor == bound


@cache
def facts() -> dict[str, Any]:
    """The table as it is written."""
    found: Any = table("component_settings")
    return dict(found)


@cache
def settings(component: str) -> Mapping[str, Known]:
    """Settings of a component by canonical name."""
    return {row["name"]: _known(row) for row in facts()["settings"] if row["component"] == component}


@cache
def spellings(component: str) -> Mapping[str, str]:
    """Flag without dashes, old spellings too, to canonical name."""
    return {flag.lstrip("-"): known.name for known in settings(component).values() for flag in known.flags}


@cache
def fields(component: str, form: str) -> Mapping[str, tuple[str, ...]]:
    """Canonical name to field path in a format whose aliases are plain paths (`kubelet_config`, `etcd_yaml` ...)."""
    found = {}
    for known in settings(component).values():
        alias = known.aliases.get(form)
        if alias:
            found[known.name] = tuple(alias.split("."))
    return found


Tree = dict[str, tuple[list[str], "Tree"]]
"""Keys of a document, each with the settings that stand there and with the keys below."""


@cache
def tree(component: str, form: str) -> Tree:
    """`fields` as a tree of keys, so that a document is walked once whatever the number of settings."""
    grown: Tree = {}
    for name, path in fields(component, form).items():
        here = grown
        for key in path[:-1]:
            here = here.setdefault(key, ([], {}))[1]
        here.setdefault(path[-1], ([], {}))[0].append(name)
    return grown


def names(tree: Tree) -> list[str]:
    """Every setting of a tree of keys."""
    return [name for here, below in tree.values() for name in (*here, *names(below))]


@lru_cache(maxsize=4096)
def setting(component: str, name: str) -> Known:
    """The row of a setting; one outside the table is a string that defaults to unset."""
    known = settings(component).get(name)
    return known if known is not None else Known(component, name, "string", False, (f"--{name}",), {}, (), False)


def named_list(name: str) -> tuple[str, ...]:
    """A list of the table by its dotted name."""
    found: Any = facts()["lists"]
    for part in name.split("."):
        found = found[part]
    return tuple(item["gate"] if isinstance(item, dict) else item for item in found)


def _known(row: Mapping[str, Any]) -> Known:
    return Known(
        row["component"],
        row["name"],
        row["type"],
        row.get("repeat") == "append",
        tuple(row.get("flags", ())),
        row.get("aliases", {}),
        tuple(_default(entry, row["type"]) for entry in row.get("defaults", ())),
        row["type"] in LISTS or row["type"] in MAPS,
    )


def _default(entry: Mapping[str, Any], kind: str) -> Default:
    return Default(
        _typed(entry["value"], kind),
        frozenset(entry.get("origin", ())),
        entry.get("versions", ""),
        entry.get("when", ""),
        bool(entry.get("proves", False)),
        "added" in entry.get("note", "") or "fixed list" in entry.get("note", ""),
    )


def _typed(value: object, kind: str) -> Typed:
    if value == "unset":
        return () if kind in LISTS or kind in MAPS else None
    if value == "set":
        return SET
    if isinstance(value, list):
        return tuple(_member(item) for item in value)
    if isinstance(value, dict):
        return tuple((str(key), str(item).lower()) for key, item in value.items())
    if kind == "duration" and isinstance(value, str):
        return duration(value)
    if isinstance(value, (bool, int, float, str)):
        return value
    return None


def _member(item: object) -> str:
    if item == "set":
        return SET
    return "https://" if item == "https" else str(item)
