"""Pods that run as the account called default, with its token."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.pod_accounts import PodAccount
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest

_POD = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
      namespace: shop
    spec:{mark}
      {field}
      containers:
        - name: web
          image: registry.example/shop/web:1.4.2
"""


class DefaultAccountUsed(Rule[PodAccount]):
    """Pod runs as the default service account.

    Every pod of the namespace that names no account shares this one: what is
    granted to it for one of them, all of them have.

    Give the workload an account of its own, or set
    `automountServiceAccountToken: false` where it does not call the API.
    """

    severity = Severity.LOW
    profile = Profile.STRICT
    controls = ("CIS-1.12/5.1.5",)
    bad = (
        manifest(_POD.format(mark="  # !", field="restartPolicy: Always")),
        manifest(_POD.format(mark="", field="serviceAccountName: default  # !")),
    )
    good = (
        manifest(_POD.format(mark="", field="serviceAccountName: web")),
        manifest(_POD.format(mark="", field="automountServiceAccountToken: false")),
    )

    def check(self, found: PodAccount) -> Iterator[Hit]:
        """A hit where a container sees the token."""
        pod = found.pod
        if found.who.name != "default" or pod.overlay or not found.containers_with_token:
            return
        yield self.hit(
            pod if pod.account.absent else pod.account,
            f"{pod} runs as the default service account of namespace {found.who.namespace!r} and mounts its token",
        )
