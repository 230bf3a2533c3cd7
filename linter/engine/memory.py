"""What is known of bundles from one state of the input to the next, by the same rules."""

from __future__ import annotations

from collections.abc import Hashable

from hullmark.linter.finding import Finding, Problem
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.namespaces import NamespaceName
from hullmark.linter.named_tuple import NamedTuple

_RBAC = "rbac.authorization.k8s.io"


class Answer(NamedTuple):
    """What was found about a bundle, or a part of it."""

    bundle: int
    findings: list[Finding]
    problems: list[Problem]
    crashed: set[str]


class Known(NamedTuple):
    """What was found about a bundle. All bundles are kept, so that no other resources come to have the identities."""

    bundles: tuple[Bundle, ...]
    answers: list[Answer]


class Memory:
    """What the report of one state of the input leaves to that of another, by the same rules.

    `known` is what was found about bundles by what they hold, so that none is judged twice; `bundles` are
    those of the last state.
    """

    def __init__(self) -> None:
        self.known: dict[Hashable, Known] = {}
        self.bundles: tuple[Bundle, ...] = ()
        self._base: dict[str, Bundle] = {}
        self._of_file: dict[str, Bundle] = {}

    def compare(self) -> None:
        """From here on the last state is the one to compare with."""
        self._base = {bundle.name: bundle for bundle in self.bundles}
        self._of_file = {each.cursor.source.path: bundle for bundle in self.bundles for each in bundle.resources}

    def take_up(self, bundles: tuple[Bundle, ...]) -> None:
        """Makes these bundles the last state, and tells each what it was in the one to compare with."""
        for bundle in bundles:
            bundle.earlier = self.earlier(bundle)
        self.bundles = bundles

    def earlier(self, bundle: Bundle) -> tuple[Bundle, ...]:
        """The bundle of that state by this name, and all that held a file of it; none where nothing is different."""
        if not self._of_file:
            return ()
        paths = dict.fromkeys(each.cursor.source.path for each in bundle.resources)
        found = [self._base.get(bundle.name), *(self._of_file.get(path) for path in paths)]
        distinct = tuple({id(each): each for each in found if each is not None}.values())
        same = len(distinct) == 1 and contents(distinct[0]) == contents(bundle)
        return () if same else distinct


def contents(bundle: Bundle) -> Hashable:
    """What a verdict on a bundle depends on besides rules and settings. Resources count by identity."""

    def said(namespace: NamespaceName) -> Hashable:
        return (namespace.name, namespace.assumed, namespace.note)

    inferred = tuple(sorted((path, said(namespace)) for path, namespace in bundle.inferred.items()))
    own = (bundle.name, bundle.complete, said(bundle.fallback), inferred, tuple(map(id, bundle.resources)))
    return own, _others(bundle)


def _others(bundle: Bundle) -> Hashable:
    """The same of other bundles, whose roles a bundle may bind; most runs have no reason to import that."""
    if len(bundle.siblings.bundles) < 2 or all(group != _RBAC for group, _ in bundle.kinds):
        return 0
    from hullmark.linter.model.rbac.across import others

    return others(bundle)
