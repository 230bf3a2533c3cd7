"""Grants that the input writes down, as rules about subjects judge them."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.rbac import BINDING_KINDS, Binding, BindingSubject
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.evaluation import effect_of_grant
from hullmark.linter.model.rbac.grants import Grant
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.roles import RoleEntry
from hullmark.linter.model.rbac.shared import BASE
from hullmark.linter.records import record


@record
class WrittenGrant:
    """One grant of a written binding. `effect` is the strongest thing that its role allows where it holds."""

    kinds: ClassVar[KindSet | None] = BINDING_KINDS

    grant: Grant
    binding: Binding
    subject: BindingSubject
    effect: Effect
    bundle: Bundle

    @classmethod
    def among(cls, bundle: Bundle) -> tuple[WrittenGrant, ...]:
        """Every grant of every written binding, in file order."""
        return bundle.derived(_written)

    @property
    def who(self) -> Identity:
        """Who is granted the role."""
        return self.grant.identity

    @property
    def role(self) -> RoleEntry:
        """What is granted."""
        return self.grant.role

    @property
    def severity(self) -> Severity:
        """Badness of the strongest power, whoever holds it."""
        return BASE[self.effect]


def _written(bundle: Bundle) -> tuple[WrittenGrant, ...]:
    return tuple(
        WrittenGrant(grant, grant.binding, grant.subject_view, effect_of_grant(bundle, grant), bundle)
        for grant in access(bundle).grants
        if grant.binding is not None and grant.subject_view is not None
    )
