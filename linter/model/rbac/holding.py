"""What an identity is found to hold, and through which rules."""

from __future__ import annotations

from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.grants import Grant
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.policy import CLUSTER, Policy
from hullmark.linter.records import field, record

STRONG = frozenset({Effect.TAKEOVER, Effect.NODE})


@record
class Reason:
    """Through which grant and rule a power is held; `verb` and `resource` are as the catalogue writes them."""

    grant: Grant
    policy: Policy | None
    verb: str = ""
    resource: str = ""


@record
class Holding:
    """One identity, one power, everywhere it has it.

    `scopes` is ("",) for the whole cluster, else names of namespaces, sorted. `reasons` has the deciding
    rule first. `raised` names the namespace that made the power worth more. `amounts` names what acting as
    others amounts to. `implied` lists powers that this one hides, `leaders` are those that hide it.
    """

    who: Identity
    power: str
    scopes: tuple[str, ...]
    effect: Effect
    reasons: tuple[Reason, ...]
    names: frozenset[str] | None = None
    raised: str = ""
    amounts: tuple[str, ...] = ()
    implied: tuple[str, ...] = field(default=())
    leaders: tuple[Holding, ...] = field(default=())

    @property
    def is_cluster_wide(self) -> bool:
        """Whether it is held in the whole cluster."""
        return self.scopes == (CLUSTER,)
