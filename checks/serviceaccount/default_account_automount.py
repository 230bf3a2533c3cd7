"""Default accounts whose token every pod gets."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.pod_accounts import DeclaredAccount
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest
from hullmark.linter.rule.repair import insert, rewrite

_ACCOUNT = """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: default{mark}
      namespace: shop
"""
_OFF = _ACCOUNT.format(mark="") + "    automountServiceAccountToken: false\n"


class DefaultAccountAutomount(Rule[DeclaredAccount]):
    """Default service account hands out its token.

    Pods that name no account get this token without asking; most of them
    never call the API.

    Set `automountServiceAccountToken: false` on the account.
    """

    severity = Severity.LOW
    profile = Profile.STRICT
    controls = ("CIS-1.12/5.1.5", "CIS-1.12/5.1.6")
    bad = (manifest(_ACCOUNT.format(mark="  # !"), fixed=_OFF),)
    good = (manifest(_OFF),)

    def check(self, found: DeclaredAccount) -> Iterator[Hit]:
        """A hit unless the account says false; the fix is safe while no pod of the input uses the account."""
        field = found.declared.automount_service_account_token
        if found.who.name != "default" or field.is_false or field.unknown:
            return
        safe = not found.pods
        if field.absent:
            fix = insert(found.declared, "automountServiceAccountToken", False, safe=safe)
        else:
            fix = rewrite(field, False, safe=safe)
        yield self.hit(
            found.declared if field.absent else field,
            f"default service account of namespace {found.who.namespace!r} hands its token to every pod",
            fix=fix,
        )
