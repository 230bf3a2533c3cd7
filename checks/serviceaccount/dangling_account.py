"""Pods that run as an account that is nowhere defined."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.pod_accounts import PodAccount
from hullmark.linter.rule import Confidence, Hit, Profile, Rule, Severity, several

_ACCOUNT = """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: web, namespace: shop}
"""
_POD = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop}
    spec:
      serviceAccountName: %s
      containers:
        - name: web
          image: registry.example/shop/web:1.4.2
"""


class DanglingAccount(Rule[PodAccount]):
    """Pod runs as an account that is not defined.

    The API server refuses the pod until somebody creates the account, and
    whoever does decides what the pod may do.

    Define the account beside the workload, or correct the name.
    """

    severity = Severity.LOW
    confidence = Confidence.LOW
    profile = Profile.STRICT
    bad = (several(_ACCOUNT, _POD % "wep  # ! 'wep'"),)
    good = (several(_ACCOUNT, _POD % "web"),)

    def check(self, found: PodAccount) -> Iterator[Hit]:
        """A hit where the bundle defines accounts of the namespace but not this one."""
        name, bundle = found.who.name, found.bundle
        if name == "default" or found.pod.account.value is None or found.usage.declared is not None:
            return
        accounts = bundle.by_kind("", "ServiceAccount")
        if any(bundle.namespace_of(each).name == found.who.namespace for each in accounts):
            yield self.hit(
                found.pod.account,
                f"{found.pod} runs as service account {name!r}, which this input does not define",
            )
