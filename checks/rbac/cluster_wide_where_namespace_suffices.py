"""Cluster-wide rights of controllers that were told to look at one namespace."""

from collections.abc import Iterator

from hullmark.linter.manifest.pod import Container
from hullmark.linter.model.rbac.accounts import usages
from hullmark.linter.model.rbac.atoms import is_cluster_scoped
from hullmark.linter.model.rbac.written import WrittenGrant
from hullmark.linter.rule import Confidence, Hit, Profile, Rule, Severity, because, several

_VARIABLES = frozenset({"WATCH_NAMESPACE", "NAMESPACE"})
_OWN = ""
_OPTIONS = ("--namespace=", "--watch-namespace=", "--namespaces=")

_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: operator}
    rules:
      - apiGroups: [apps]
        resources: [deployments]
        verbs: [get, list, watch]
"""
_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: %s
    metadata: {name: operator%s}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: operator}
    subjects:
      - {kind: ServiceAccount, name: operator, namespace: shop}
"""
_POD = """
    apiVersion: v1
    kind: Pod
    metadata: {name: operator, namespace: shop}
    spec:
      serviceAccountName: operator
      containers:
        - name: operator
          image: registry.example/operator:1.0.0
          env:
            - {name: WATCH_NAMESPACE, value: shop}
"""


class ClusterWideWhereNamespaceSuffices(Rule[WrittenGrant]):
    """Controller of one namespace has cluster-wide rights.

    The workload watches a single namespace, as its own settings say; its
    token opens all the others too.

    Use a RoleBinding in that namespace.
    """

    severity = Severity.MEDIUM
    confidence = Confidence.MEDIUM
    profile = Profile.STRICT
    controls = ("CIS-1.12/5.1.1", "NSA/role-based-access-control")
    bad = (several(_ROLE, _BINDING % ("ClusterRoleBinding  # ! 'shop'", ""), _POD),)
    good = (several(_ROLE, _BINDING % ("RoleBinding", ", namespace: shop"), _POD),)

    def check(self, written: WrittenGrant) -> Iterator[Hit]:
        """A hit where every pod of the account names its one namespace and the role needs no more."""
        if not written.grant.is_cluster_wide or written.who.kind != "ServiceAccount" or _needs_cluster(written):
            return
        usage = written.bundle.derived(usages).get(written.who)
        if usage is None or not usage.pods:
            return
        named = [{space for each in pod.containers for space in _namespaces(each)} for pod in usage.pods]
        if all(named) and len(set.union(*named)) == 1:
            (space,) = set.union(*named)
            where = "their own namespace" if space == _OWN else repr(space)
            yield self.hit(
                written.binding.cursor.get("kind"),
                f"{written.binding} gives {written.who.name!r} the whole cluster, and its pods look at {where} alone",
                because(usage.pods[0], "says which namespace it looks at"),
            )


def _needs_cluster(written: WrittenGrant) -> bool:
    return any(
        policy.urls or is_cluster_scoped((group, resource)) or "*" in resource
        for policy in written.role.policies
        for group in policy.groups or ("",)
        for resource in policy.resources or ("*",)
    )


def _namespaces(container: Container) -> Iterator[str]:
    """Names of the namespaces that the container restricts itself to; an empty value means all of them."""
    for variable in container.env:
        if variable.name.text in _VARIABLES:
            if variable.value.value:
                yield variable.value.value
            elif variable.cursor.get("valueFrom", "fieldRef", "fieldPath").text == "metadata.namespace":
                yield _OWN
    for item in (*container.command.items, *container.args.items):
        for option in _OPTIONS:
            text = item.text or ""
            if text.startswith(option) and len(text) > len(option):
                yield text.removeprefix(option)
