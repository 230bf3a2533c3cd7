"""Powerful accounts that several applications share."""

from collections.abc import Iterator

from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.pod_accounts import PodAccount
from hullmark.linter.rule import Confidence, Hit, Profile, Rule, Severity, because, several

_GRANT = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: shop, namespace: shop}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
    subjects:
      - {kind: ServiceAccount, name: shop, namespace: shop}
"""
_POD = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: {name}
      namespace: shop
      labels: {{app.kubernetes.io/name: {name}}}
    spec:
      serviceAccountName: {account}
      containers:
        - name: app
          image: registry.example/shop/{name}:1.4.2
"""


def _pod(name: str, account: str) -> str:
    return _POD.format(name=name, account=account)


class SharedAccount(Rule[Bundle]):
    """Applications share a powerful service account.

    Whoever takes over the weakest of them has what only one of them needs.

    Give each application an account of its own.
    """

    severity = Severity.LOW
    confidence = Confidence.MEDIUM
    profile = Profile.ALL
    controls = ("CIS-1.12/5.1.6",)
    bad = (several(_GRANT, _pod("web", "shop"), _pod("search", "shop  # ! Pod 'web' and Pod 'search'")),)
    good = (several(_GRANT, _pod("web", "shop"), _pod("search", "search")),)

    def check(self, bundle: Bundle) -> Iterator[Hit]:
        """A hit at the second application of every account that can do something to workloads."""
        first: dict[object, tuple[str, PodSpec]] = {}
        told = set()
        for found in PodAccount.among(bundle):
            application = _application(found.pod)
            if not application or found.worst is None or found.worst[0].effect < Effect.WORKLOAD:
                continue
            name, pod = first.setdefault(found.who, (application, found.pod))
            if name != application and found.who not in told and found.pod.account.present:
                told.add(found.who)
                yield self.hit(
                    found.pod.account,
                    f"{pod} and {found.pod} share service account {found.who.name!r}",
                    because(pod, "runs as the account too"),
                )


def _application(pod: PodSpec) -> str:
    labels = pod.labels
    return labels.get("app.kubernetes.io/name").text or labels.get("app").text or ""
