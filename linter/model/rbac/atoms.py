"""Atoms of the power catalogue: sets of verbs on sets of resources, and who holds them.

An atom such as `create core/pods/exec` is held through one policy rule whose verbs, groups and
resources all match; attributes of different rules are never combined.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from hullmark.linter.manifest.facts import table
from hullmark.linter.model.rbac.grants import OWN_NAMESPACE_VERBS, Grant
from hullmark.linter.model.rbac.policy import CLUSTER, UNNAMED_VERBS, Policy
from hullmark.linter.named_tuple import NamedTuple

GROUPS = {
    "core": "",
    "rbac": "rbac.authorization.k8s.io",
    "certs": "certificates.k8s.io",
    "authn": "authentication.k8s.io",
    "admission": "admissionregistration.k8s.io",
    "apireg": "apiregistration.k8s.io",
    "apiext": "apiextensions.k8s.io",
    "net": "networking.k8s.io",
    "polnet": "policy.networking.k8s.io",
    "gateway": "gateway.networking.k8s.io",
    "discovery": "discovery.k8s.io",
    "storage": "storage.k8s.io",
    "node": "node.k8s.io",
    "dra": "resource.k8s.io",
    "coord": "coordination.k8s.io",
    "flow": "flowcontrol.apiserver.k8s.io",
    "scc": "security.openshift.io",
}

VERB_SETS = {
    "W": ("create", "update", "patch"),
    "M": ("update", "patch"),
    "R": ("get", "list", "watch"),
    "D": ("delete", "deletecollection"),
}

Key = tuple[str, str]
"""API group and resource[/subresource]."""


class Atom(NamedTuple):
    """Any of `verbs` on any of `keys`."""

    verbs: frozenset[str]
    keys: frozenset[Key]


class Alternative(NamedTuple):
    """Premises that must all hold, each through any grant of the identity."""

    atoms: tuple[Atom, ...]


@cache
def expression(text: str) -> tuple[Alternative, ...]:
    """Alternatives of `verbs group/resource + ... or ...`; verbs joined by `|`, choices in braces.

    >>> expression("create core/pods + R core/secrets or W apps/{deployments,daemonsets}")[0].atoms[0].verbs
    frozenset({'create'})
    """
    return tuple(
        Alternative(tuple(_atom(part) for part in alternative.split(" + "))) for alternative in text.split(" or ")
    )


def _atom(text: str) -> Atom:
    verbs, _, where = text.strip().partition(" ")
    wanted = frozenset(verb for word in verbs.split("|") for verb in VERB_SETS.get(word, (word,)))
    keys: set[Key] = set()
    for part in re.split(r",(?![^{]*\})", where):
        group, _, resources = part.strip().partition("/")
        inner = re.fullmatch(r"\{(.*)\}", resources)
        names = inner[1].split(",") if inner else [resources]
        keys.update((GROUPS.get(group, group), name) for name in names)
    return Atom(wanted, frozenset(keys))


class Hold(NamedTuple):
    """One way in which an atom is held: `names` is None for any name."""

    scope: str
    names: frozenset[str] | None
    grant: Grant
    policy: Policy
    verb: str
    key: Key


class AtomIndex:
    """Finds the atoms that a policy rule holds in time proportional to the rule."""

    __slots__ = ("_by_key", "_memo", "_patterns", "_patterns_of", "atoms")

    def __init__(self, atoms: frozenset[Atom]) -> None:
        self.atoms = atoms
        self._by_key: dict[Key, list[Atom]] = defaultdict(list)
        for atom in sorted(atoms, key=lambda atom: (sorted(atom.verbs), sorted(atom.keys))):
            for key in sorted(atom.keys):
                self._by_key[key].append(atom)
        self._memo: dict[int, tuple[Policy, list[tuple[Atom, str, Key]]]] = {}
        self._patterns = [key for key in self._by_key if key[1] == "*" or key[0].startswith("*.")]
        self._patterns_of: dict[str, list[Key]] = {}

    def matches(self, policy: Policy) -> list[tuple[Atom, str, Key]]:
        """Atoms of the catalogue that the rule holds, each with a verb and key that it matches on."""
        known = self._memo.get(id(policy))
        if known is not None:
            return known[1]
        found: dict[tuple[Atom, bool], tuple[Atom, str, Key]] = {}
        for key in self._keys(policy):
            for atom in self._by_key[key]:
                for verb in self._verbs(policy, atom):
                    # A named create is judged apart: keep one match of either sort.
                    found.setdefault((atom, verb in UNNAMED_VERBS), (atom, verb, key))
        result = list(found.values())
        self._memo[id(policy)] = (policy, result)
        return result

    def _keys(self, policy: Policy) -> Iterator[Key]:
        if "*" in policy.groups or any(resource.startswith("*") for resource in policy.resources):
            for key in self._by_key:
                if policy.has_group(key[0]) and policy.has_resource(key[1]):
                    yield key
        else:
            yield from self._plain_keys(policy)
        for group in policy.groups:
            for key in self._matching(group):
                if key[1] == "*" or policy.has_resource(key[1]):
                    yield key

    def _plain_keys(self, policy: Policy) -> Iterator[Key]:
        for group in policy.groups:
            for resource in policy.resources:
                if (group, resource) in self._by_key:
                    yield group, resource
                elif resource.startswith("userextras/"):
                    yield group, "userextras/*"  # requests are for one key, whichever

    def _matching(self, group: str) -> list[Key]:
        """Keys for whole groups (`*` as the resource, `*.example.com` as the group) that `group` falls under."""
        known = self._patterns_of.get(group)
        if known is None:
            known = [key for key in self._patterns if key[0] == group or _is_below(group, key[0])]
            self._patterns_of[group] = known
        return known

    @staticmethod
    def _verbs(policy: Policy, atom: Atom) -> Iterator[str]:
        for verb in sorted(atom.verbs):
            if policy.has_verb(verb):
                yield verb


def _is_below(group: str, pattern: str) -> bool:
    return pattern.startswith("*.") and group.endswith(pattern[1:])


def holds(index: AtomIndex, grants: Iterator[Grant]) -> dict[Atom, list[Hold]]:
    """Atoms that the union of `grants` holds, with every way in which it holds them."""
    found: dict[Atom, list[Hold]] = defaultdict(list)
    for grant in grants:
        for policy in grant.role.policies:
            names = frozenset(policy.names) if policy.names else None
            for atom, verb, key in index.matches(policy):
                if not is_alive(grant.scope, verb, key):
                    continue
                restricted = _names(names, verb, key)
                if restricted is None or restricted:
                    found[atom].append(Hold(grant.scope, restricted, grant, policy, verb, key))
    return found


def _names(names: frozenset[str] | None, verb: str, key: Key) -> frozenset[str] | None:
    """Names that requests of this sort can carry under the rule; an empty set is never matched."""
    if names is None:
        return None
    if verb in UNNAMED_VERBS and "/" not in key[1]:
        # Requests without a name match an entry "" alone. Server-side apply sends create with a
        # name, but asks for patch as well, which is an atom of its own.
        return frozenset({""}) & names
    return names


def is_alive(scope: str, verb: str, key: Key) -> bool:
    """Whether a RoleBinding's grant can be asked about this at all."""
    if scope == CLUSTER or not is_cluster_scoped(key):
        return True
    group, resource = key
    if group == "" and resource.partition("/")[0] == "namespaces":
        return verb in OWN_NAMESPACE_VERBS
    if group == GROUPS["rbac"] and resource == "clusterroles":
        return verb == "bind"
    # `use` is checked in the namespace of the pod.
    return verb == "use"


@cache
def _cluster_scoped() -> frozenset[Key]:
    facts: Any = table("api_resources")
    found: set[Key] = set()
    for group, resources in facts["groups"].items():
        found.update(("" if group == "core" else group, name) for name, row in resources.items() if row["scope"] == "C")
    for group, names in facts["third_party_cluster_scoped"].items():
        found.update((group, name) for name in names)
    return frozenset(found)


def is_cluster_scoped(key: Key) -> bool:
    """Whether the resource (or the parent of the subresource) has no namespace."""
    return (key[0], key[1].partition("/")[0]) in _cluster_scoped()
