"""People with power and without an end."""

from collections.abc import Iterator

from hullmark.linter.manifest.expiry import expiry
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.shared import is_human, matches_subject
from hullmark.linter.model.rbac.written import WrittenGrant
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest

_GRAVE = frozenset({Effect.TAKEOVER, Effect.NODE, Effect.SECRETS, Effect.NAMESPACE})
_ON = {"temporary-access.require-for-privileged-humans": True}

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: on-call{mark}
      namespace: shop{annotations}
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: edit
    subjects:
      - kind: Group
        apiGroup: rbac.authorization.k8s.io
        name: on-call
"""
_UNTIL = '\n      annotations: {hullmark.io/expires: "2026-02-01"}'


class PrivilegedHumanGrantWithoutExpiry(Rule[WrittenGrant]):
    """Powerful grant to people has no end.

    Standing access of people is what phishing and stolen laptops turn into
    an attack: a right that ends on Friday is worth nothing on Saturday.

    Annotate the binding with its last day, `hullmark.io/expires`, and let the
    pipeline remove what is past.
    """

    severity = Severity.HIGH
    profile = Profile.OPT_IN
    controls = ("CIS-1.12/5.1.1", "NSA/role-based-access-control")
    bad = (manifest(_BINDING.format(mark="  # !", annotations=""), options=_ON),)
    good = (manifest(_BINDING.format(mark="", annotations=_UNTIL), options=_ON),)

    def check(self, written: WrittenGrant) -> Iterator[Hit]:
        """A hit where the key is on and the binding says no valid last day."""
        context = written.bundle.context
        if not context.switch("temporary-access.require-for-privileged-humans"):
            return
        who = written.who
        if not is_human(who, context) or matches_subject(who, context, "rbac.break-glass"):
            return
        found = expiry(written.binding)
        if written.effect in _GRAVE and (found is None or found.day is None):
            yield self.hit(
                written.binding,
                f"{written.binding} grants {written.role.name!r} to {who.kind.lower()} {who.name!r} without an end",
                subject_name=str(who),
            )
