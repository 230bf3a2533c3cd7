"""Tokens of powerful accounts within reach of whoever takes over a pod."""

from collections.abc import Iterator

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.rbac import BINDING_KINDS, ROLE_KINDS
from hullmark.linter.model.rbac.pod_accounts import POWERFUL, PodAccount
from hullmark.linter.rule import Hit, Needs, Rule, because, several

_ACCOUNT = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      name: reporter
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: {role}
    subjects:
      - kind: ServiceAccount
        name: reporter
        namespace: shop
"""
_POD = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: reporter
      namespace: shop
    spec:{mark}
      serviceAccountName: reporter
      containers:
        - name: reporter
          image: registry.example/shop/reporter:1.4.2
"""


class TokenMountedWithPower(Rule[PodAccount]):
    """Pod holds the token of a powerful account.

    Whoever runs code in the pod reads the token from its file and has every
    right of the account.

    Give the account less, or set `automountServiceAccountToken: false` in a
    pod that does not call the API.
    """

    severity = Severity.HIGH
    controls = ("CIS-1.12/5.1.6", "NSA/protecting-pod-service-account-tokens", "MITRE/T1528", "MITRE/T1552.007")
    needs = Needs(ROLE_KINDS | BINDING_KINDS)
    bad = (several(_ACCOUNT.format(role="cluster-admin"), _POD.format(mark="  # ! cluster-admin")),)
    good = (several(_ACCOUNT.format(role="view"), _POD.format(mark="")),)

    def check(self, found: PodAccount) -> Iterator[Hit]:
        """A hit unless the power belongs to the controller's job or is shown in the same file anyway."""
        if found.worst is None or not found.containers_with_token or not found.automounts:
            return
        held, holder = found.worst
        if held.effect not in POWERFUL or holder.expected_by:
            return
        place = found.pod.automount_service_account_token
        if place.absent and _shown_in_file(found):
            return
        reason = holder.holding.reasons[0]
        related = () if reason.grant.binding is None else (because(reason.grant.binding, "grants the power"),)
        yield self.hit(
            found.pod if place.absent else place,
            f"{found.pod} holds the token of {found.who.name!r}, which has {held.power}",
            *related,
            severity=Severity(max(holder.severity - 1, Severity.INFO)),
        )


def _shown_in_file(found: PodAccount) -> bool:
    """Whether the finding about the power already points into this file, or into that of a variant."""
    paths = {pod.place.source.path for pod in (found.pod, *found.variants)}
    for held, holder in found.powers:
        if held.effect not in POWERFUL:
            continue
        policy = holder.holding.reasons[0].policy
        if policy is not None and policy.view is not None and policy.view.place.source.path in paths:
            return True
    return False
