"""What a verdict may depend on besides the manifests: target versions, today, configuration keys.

Rules know no clock and no environment; whatever they need of the outside reaches them
through their subject, from here.
"""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import field, record

Minor = tuple[int, int]
"""A Kubernetes minor, such as (1, 34)."""

NEWEST_KNOWN: Minor = (1, 37)


class ExpectedPowers(NamedTuple):
    """Infrastructure of the user that cannot work without access to its node, and why.

    `images` are tails of repositories, `commands` names of programs in one of `namespaces` (empty: anywhere).
    """

    name: str
    images: tuple[str, ...]
    commands: tuple[str, ...]
    namespaces: tuple[str, ...]
    expects: tuple[str, ...]
    reason: str


class Generated(NamedTuple):
    """What a kustomization makes of a file: the object's name and type, and a key for a file that is one entry."""

    secret: bool
    name: str
    kind: str = "Opaque"
    key: str = ""


@record
class Context:
    """Facts of a run that are the same for every rule.

    `kubernetes` is the target minor; `pinned` says whether the user (or the input) named it.
    `today` is an ISO date, for rules about expiry. `options` are configuration keys by their
    dotted name (`exposure.max-public-prefix`), already checked for type by the configuration.
    `complete` is the user's word that nothing outside the input matters: `cluster`, `bundle`,
    or names of namespaces joined by commas; empty when nothing was promised. `standard` is the
    level and version of the Pod Security Standards that a run judges by, to the letter and by nothing
    else; None in every ordinary run. `fragments` are paths of files whose objects are pieces that are merged
    into others, so that what they leave out says nothing; `generated` are files of which Secrets and ConfigMaps are
    made. `known_workloads` extend the table of that name.
    """

    kubernetes: Minor = NEWEST_KNOWN
    pinned: bool = False
    today: str = "1970-01-01"
    complete: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    standard: tuple[str, Minor] | None = None
    fragments: frozenset[str] = frozenset()
    generated: Mapping[str, Generated] = field(default_factory=dict)
    known_workloads: tuple[ExpectedPowers, ...] = ()

    def at_least(self, major: int, minor: int) -> bool:
        """Whether the target is this minor or a newer one."""
        return self.kubernetes >= (major, minor)

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of strings under a configuration key, empty when it is not set."""
        value = self.options.get(key)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, (list, tuple)):
            return tuple(item for item in value if isinstance(item, str))
        return ()

    def number(self, key: str, default: int) -> int:
        """The integer under a configuration key."""
        value = self.options.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def switch(self, key: str, default: bool = False) -> bool:
        """The boolean under a configuration key."""
        value = self.options.get(key)
        return value if isinstance(value, bool) else default

    def covers(self, namespace: str) -> bool:
        """Whether absence may be believed for objects of `namespace`."""
        return self.complete == "cluster" or namespace in self.complete.split(",")


DEFAULT_CONTEXT = Context()
