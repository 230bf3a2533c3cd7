"""Tokens that never expire."""

from collections.abc import Iterator

from hullmark.linter.manifest.data import Secret
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.identity import account
from hullmark.linter.model.rbac.shared import HeldPower
from hullmark.linter.rule import Hit, Needs, Rule, Severity, manifest

_ACCOUNT_ANNOTATION = "kubernetes.io/service-account.name"
_STRONG = frozenset({Effect.TAKEOVER, Effect.NODE, Effect.SECRETS})

_MANIFEST = """
    apiVersion: v1
    kind: Secret
    metadata:
      name: reporter
      namespace: shop
      annotations:
        kubernetes.io/service-account.name: reporter
    type: {type}
"""


class LongLivedTokenSecret(Rule[Bundle]):
    """Secret asks for a token that never expires.

    The controller fills the Secret with a token that is bound to no pod and
    has no end: a copy of it is good for as long as the account exists.

    Remove the Secret; pods get short-lived tokens by themselves, and people
    use `kubectl create token`.
    """

    severity = Severity.MEDIUM
    controls = ("CIS-1.12/5.1.6", "MITRE/T1528")
    needs = Needs(frozenset({("", "Secret")}))
    bad = (manifest(_MANIFEST.format(type="kubernetes.io/service-account-token  # ! 'reporter'")),)
    good = (manifest(_MANIFEST.format(type="Opaque")),)

    def check(self, bundle: Bundle) -> Iterator[Hit]:
        """A hit for every such Secret; high where the account is powerful."""
        strong = {holder.who for held in HeldPower.among(bundle) if held.effect in _STRONG for holder in held.holders}
        for secret in bundle.each(Secret):
            if secret.type.value != "kubernetes.io/service-account-token":
                continue
            name = secret.annotation(_ACCOUNT_ANNOTATION).text or ""
            who = account(bundle.namespace_of(secret).name, name)
            yield self.hit(
                secret.type,
                f"{secret} asks for a token of service account {name!r} that never expires",
                severity=Severity.HIGH if who in strong else Severity.MEDIUM,
            )
