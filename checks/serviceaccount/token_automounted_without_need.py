"""Tokens in pods whose account has no rights of its own."""

from collections.abc import Iterator

from hullmark.linter.model.controllers import controller_of
from hullmark.linter.model.rbac.pod_accounts import PodAccount
from hullmark.linter.rule import Confidence, Hit, Profile, Rule, Severity, manifest
from hullmark.linter.rule.repair import insert, rewrite

_CLIENTS = ("kubectl", "helm", "k8s-sidecar", "git-sync", "oauth2-proxy", "kube-rbac-proxy", "fluent-bit", "vault")

_POD = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
      namespace: shop
    spec:{mark}
      serviceAccountName: web
      containers:
        - name: web
          image: registry.example/shop/web:1.4.2
"""
_OFF = _POD.format(mark="") + "      automountServiceAccountToken: false\n"


class TokenAutomountedWithoutNeed(Rule[PodAccount]):
    """Pod mounts a token that it has no use for.

    The account is bound to nothing here, and yet whoever takes the pod over
    can talk to the API server as it: list what everybody may list, and wait
    for the day on which somebody binds the account.

    Set `automountServiceAccountToken: false` in the pod.
    """

    severity = Severity.LOW
    confidence = Confidence.MEDIUM
    profile = Profile.STRICT
    controls = ("CIS-1.12/5.1.6", "NSA/protecting-pod-service-account-tokens", "MITRE/T1528")
    bad = (manifest(_POD.format(mark="  # !"), fixed=_OFF),)
    good = (manifest(_OFF),)

    def check(self, found: PodAccount) -> Iterator[Hit]:
        """A hit unless the account is bound here or the pod is known to call the API."""
        pod = found.pod
        if pod.overlay or found.who.name == "default" or found.has_own_grant:
            return
        if not found.automounts or not found.containers_with_token:
            return
        if controller_of(pod, found.who.name) is not None or _calls_api(found):
            return
        field = pod.automount_service_account_token
        fix = insert(pod, "automountServiceAccountToken", False) if field.absent else rewrite(field, False)
        yield self.hit(
            pod if field.absent else field,
            f"{pod} mounts the token of service account {found.who.name!r}, which is bound to nothing here",
            fix=fix,
        )


def _calls_api(found: PodAccount) -> bool:
    references = [each.image_reference for each in found.pod.containers]
    return any(reference is not None and reference.path.rsplit("/", 1)[-1] in _CLIENTS for reference in references)
