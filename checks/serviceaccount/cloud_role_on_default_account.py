"""Cloud identities that every pod of a namespace inherits."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import ServiceAccount
from hullmark.linter.model.rbac.surroundings import CLOUD_ANNOTATIONS
from hullmark.linter.rule import Hit, Rule, Severity, manifest

_ACCOUNT = """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: {name}
      namespace: shop
      annotations:
        eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/shop{mark}
"""


class CloudRoleOnDefaultAccount(Rule[ServiceAccount]):
    """Default service account carries a cloud role.

    Every pod of the namespace that names no account can act in the cloud as
    this role, those that somebody adds tomorrow included.

    Put the annotation on an account of its own, for the one workload that
    needs it.
    """

    severity = Severity.HIGH
    controls = ("MITRE/T1078",)
    bad = (manifest(_ACCOUNT.format(name="default", mark="  # ! eks.amazonaws.com/role-arn")),)
    good = (manifest(_ACCOUNT.format(name="shop", mark="")),)

    def check(self, account: ServiceAccount) -> Iterator[Hit]:
        """A hit for every annotation that AWS, Google Cloud or Azure reads."""
        if account.name != "default":
            return
        for name in CLOUD_ANNOTATIONS:
            field = account.annotation(name)
            if field.present:
                yield self.hit(field, f"default service account carries the cloud role of {name}")
