"""What the API serves: resources, subresources and verbs by group, for finding what a rule can never match.

Only the API's own groups are known; of third-party groups nothing is ever called dead.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from typing import Any

from hullmark.linter.manifest.facts import table
from hullmark.linter.named_tuple import NamedTuple

STANDARD_VERBS = frozenset({"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"})


class Served(NamedTuple):
    """One resource: verbs on itself and on each subresource."""

    verbs: frozenset[str]
    subresources: dict[str, frozenset[str]]
    any_subresource: bool


@cache
def served() -> dict[str, dict[str, Served]]:
    """Resources by group (the core group is the empty name) and plural."""
    facts: Any = table("api_resources")
    sets = {name: frozenset(verbs) for name, verbs in facts["verb_sets"].items()}

    def verbs(row: Any) -> frozenset[str]:
        return sets[row] if isinstance(row, str) else frozenset(row)

    found: dict[str, dict[str, Served]] = {}
    for group, resources in facts["groups"].items():
        found["" if group == "core" else group] = {name: _row(row, verbs) for name, row in resources.items()}
    return found


def _row(row: Any, verbs: Callable[[Any], frozenset[str]]) -> Served:
    own = verbs(row.get("verbs", "all")).union(row.get("special_verbs", ()), row.get("legacy_verbs", ()))
    below = {name: verbs(each) for name, each in row.get("sub", {}).items()}
    return Served(own, {**below, "finalizers": frozenset({"update"})}, row.get("any_sub") is True)


@cache
def removed_groups() -> frozenset[str]:
    """Groups under which nothing is served any more."""
    facts: Any = table("api_resources")
    return frozenset(facts["removed_groups"])


def groups_of(resource: str) -> tuple[str, ...]:
    """Groups that serve a plural, core first."""
    return tuple(group for group, resources in served().items() if resource in resources)


@cache
def parents_of(subresource: str) -> tuple[str, ...]:
    """Resources that have a subresource of this name."""
    return tuple(
        name
        for resources in served().values()
        for name, row in resources.items()
        if subresource in row.subresources and subresource not in ("status", "scale", "finalizers")
    )


def nearest_resource(text: str, groups: tuple[str, ...]) -> str:
    """The plural that was probably meant (other case, singular, a slip of the finger), or an empty string."""
    known = [name for group in groups for name in served().get(group, {})]
    lower = text.lower()
    for candidate in (lower, f"{lower}s", f"{lower}es", f"{lower[:-1]}ies" if lower.endswith("y") else lower):
        if candidate in known and candidate != text:
            return candidate
    close = get_close_matches(lower, known, n=1, cutoff=0.8)
    return close[0] if close else ""


def verbs_on(resource: str, group: str) -> frozenset[str] | None:
    """Verbs that a resource or subresource of a known group serves; None where nothing is known of it."""
    name, slash, subresource = resource.partition("/")
    row = served().get(group, {}).get(name)
    if row is None:
        return None
    if not slash:
        return row.verbs
    return row.verbs if row.any_subresource else row.subresources.get(subresource)
