"""Strong cloud roles behind pods that the internet can reach."""

from collections.abc import Iterator

from hullmark.linter.model.rbac.pod_accounts import PodAccount
from hullmark.linter.rule import Confidence, Hit, Profile, Rule, Severity, because, several

_TELLING = ("admin", "root", "owner", "poweruser", "full-access")

_ACCOUNT = """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: web
      namespace: shop
      annotations:
        eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/{role}
"""
_POD = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
      namespace: shop
      labels: {app: web}
    spec:
      serviceAccountName: web
      containers:
        - name: web
          image: registry.example/shop/web:1.4.2
          ports:
            - containerPort: 8080
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec:
      type: LoadBalancer
      selector: {app: web}
      ports:
        - {port: 80, targetPort: 8080}
"""


class ExposedAccountWithCloudRole(Rule[PodAccount]):
    """Pod on the internet acts in the cloud as an administrator.

    Whoever takes over the pod has the cloud role with it, whether or not the
    pod mounts a token of the cluster; the name of the role says that it is a
    strong one.

    Give the workload a role of its own with the few rights that it needs.
    """

    severity = Severity.MEDIUM
    confidence = Confidence.LOW
    profile = Profile.STRICT
    controls = ("MITRE/T1078", "MITRE/T1552")
    bad = (several(_ACCOUNT.format(role="shop-admin  # ! shop-admin"), _POD),)
    good = (several(_ACCOUNT.format(role="shop-uploads"), _POD),)

    def check(self, found: PodAccount) -> Iterator[Hit]:
        """A hit at every identity with a telling name, written at the account or at the pod itself."""
        if not found.is_public:
            return
        for identity in found.cloud_identities:
            name = (identity.text or "").lower()
            if any(word in name for word in _TELLING):
                yield self.hit(
                    identity,
                    f"{found.pod} is exposed to the internet and acts in the cloud as {identity.text!r}",
                    because(found.pod, "can be reached from the internet"),
                )
