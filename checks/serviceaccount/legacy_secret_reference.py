"""Lists of Secrets on service accounts."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import ServiceAccount
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest
from hullmark.linter.rule.repair import remove

_ACCOUNT = """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: web
      namespace: shop
"""


class LegacySecretReference(Rule[ServiceAccount]):
    """Service account lists Secrets.

    The list restricts nothing unless `kubernetes.io/enforce-mountable-secrets`
    is set, and points at long-lived tokens of old clusters.

    Remove `secrets`; image pull secrets have a list of their own.
    """

    severity = Severity.INFO
    profile = Profile.ALL
    bad = (manifest(_ACCOUNT + "    secrets:  # ! restricts nothing\n      - name: web-token-x7k2p\n", fixed=_ACCOUNT),)
    good = (manifest(_ACCOUNT + "    imagePullSecrets:\n      - name: registry\n"),)

    def check(self, account: ServiceAccount) -> Iterator[Hit]:
        """A hit at the list unless the account enforces it."""
        enforced = account.annotation("kubernetes.io/enforce-mountable-secrets").text == "true"
        if account.secrets and not enforced:
            yield self.hit(
                account.secret_list,
                f"service account {account.name!r} lists Secrets, which restricts nothing",
                fix=remove(account.secret_list),
            )
