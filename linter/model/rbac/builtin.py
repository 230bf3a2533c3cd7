"""Roles and bindings that the API server creates by itself, from the packed facts table.

Rule strings of the table read `groups: resources[ (names)] = verbs` or `url: paths = verbs`;
its head explains the macros.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hullmark.linter.manifest.facts import table
from hullmark.linter.model.rbac.identity import Identity, identity
from hullmark.linter.model.rbac.policy import Policy
from hullmark.linter.named_tuple import NamedTuple

_MACROS = {
    "read": ("get", "list", "watch"),
    "modify": ("create", "patch", "update"),
    "write": ("create", "delete", "deletecollection", "patch", "update"),
}


class BuiltinRole(NamedTuple):
    """A bootstrap role; `aggregate_by` is the label key that collects other roles' rules."""

    name: str
    policies: tuple[Policy, ...]
    labels: dict[str, str]
    aggregate_by: str
    effect: str
    powers: tuple[str, ...]


class BuiltinBinding(NamedTuple):
    """A bootstrap or platform binding; `namespace` is empty for a ClusterRoleBinding."""

    role: str
    namespace: str
    subjects: tuple[Identity, ...]


def _facts() -> Any:
    return table("builtin_clusterroles")


@cache
def builtin_roles() -> dict[str, BuiltinRole]:
    """Bootstrap ClusterRoles by name."""
    return {
        name: BuiltinRole(
            name,
            tuple(parse_policy(rule) for rule in row.get("rules", ())),
            dict.fromkeys(row.get("labels", ()), "true"),
            row.get("aggregate_by", ""),
            row.get("class", "none"),
            tuple(row.get("powers", ())),
        )
        for name, row in _facts()["roles"].items()
    }


@cache
def builtin_namespaced_roles() -> dict[tuple[str, str], tuple[Policy, ...]]:
    """Bootstrap Roles by namespace and name."""
    return {
        (row["namespace"], row["role"]): tuple(parse_policy(rule) for rule in row["rules"])
        for row in _facts()["namespaced_roles"]
    }


@cache
def platform_roles() -> tuple[tuple[str, str], ...]:
    """Name (a trailing `*` is a prefix) and effect class of roles that platforms install."""
    return tuple((row["role"], row["class"]) for row in _facts()["platform_roles"])


@cache
def builtin_bindings() -> tuple[BuiltinBinding, ...]:
    """Bindings that exist without being written: bootstrap first, then the installers'."""
    found = []
    for row in (*_facts()["default_bindings"], *_facts()["platform_bindings"]):
        subjects = tuple(subject for text in row["subjects"] if (subject := _subject(text)) is not None)
        found.append(BuiltinBinding(row["role"], row.get("namespace", ""), subjects))
    return tuple(found)


def _subject(text: str) -> Identity | None:
    kind, _, name = text.partition(":")
    if kind == "ServiceAccount":
        namespace, _, name = name.partition("/")
        return identity(kind, name, namespace)
    return identity(kind, name, "")


def parse_policy(text: str) -> Policy:
    """A rule string of the table as a policy rule."""
    left, _, right = text.rpartition(" = ")
    verbs = tuple(verb for word in _words(right) for verb in _MACROS.get(word, (word,)))
    head, _, body = left.partition(": ")
    if head == "url":
        return Policy(verbs, urls=_words(body))
    names: tuple[str, ...] = ()
    if body.endswith(")"):
        body, _, inner = body[:-1].rpartition(" (")
        names = _words(inner)
    groups = tuple("" if word == "core" else word for word in _words(head))
    return Policy(verbs, groups, _words(body), names)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
