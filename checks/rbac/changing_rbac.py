"""Powers over RBAC itself, and over the whole cluster at once."""

from __future__ import annotations

from hullmark.linter.finding import Confidence, Severity
from hullmark.linter.rule import manifest
from hullmark.linter.rule.powers.rows import PowerRow

_RBAC = ("NSA/role-based-access-control",)
_TAKEOVER = ("CIS-1.12/5.1.1", "CIS-1.12/5.1.3", *_RBAC, "MITRE/T1078", "MITRE/T1098.006")
_BIND = ("CIS-1.12/5.1.8", *_RBAC, "MITRE/T1098.006")

_HOLDER = """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: agent, namespace: shop}
    spec:
      serviceAccountName: agent
      containers:
        - name: agent
          image: registry.example/shop/agent:1.4.2
"""
_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: %s
    metadata: {name: agent%s}
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: %s
    subjects:
      - {kind: ServiceAccount, name: agent, namespace: shop}
"""
_STAR = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: %s
    metadata: {name: agent%s}
    rules:
      - apiGroups: ['*']
        resources: %s
        verbs: %s
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: %sBinding
    metadata: {name: agent%s}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: %s, name: agent}
    subjects:
      - {kind: ServiceAccount, name: agent, namespace: shop}
"""
_ROLES = "['*']"
_SHOP = ", namespace: shop"


def _bound(kind: str, home: str, role: str) -> str:
    return _BINDING % (kind, home, role) + _HOLDER


def _starred(kind: str, home: str, resources: str, verbs: str) -> str:
    return _STAR % (kind, home, resources, verbs, kind, home, kind) + _HOLDER


_NARROW = (manifest(_starred("ClusterRole", "", "[pods/log]", "[get]")),)
_VIEWER = (manifest(_bound("RoleBinding", _SHOP, "view")),)

RULES = (
    PowerRow(
        "full-cluster-control",
        "do everything",
        "Every verb on every resource of the core group is cluster-admin by another name: it holds all\n"
        "Secrets, runs code in every pod, and can impersonate anybody.",
        "List the groups, resources and verbs that are needed; where an administrator is meant, bind\n"
        "`cluster-admin` openly and for a short time.",
        _TAKEOVER,
        title="do everything in the whole cluster",
        severity=Severity.CRITICAL,
        bad=(manifest(_starred("ClusterRole", "", _ROLES, "['*']  # ! do everything")),),
        good=_NARROW,
    ),
    PowerRow(
        "namespace-full-control",
        "do everything",
        "Whoever takes the subject over reads the namespace's Secrets, runs code as any of its accounts and\n"
        "can delete all that runs there.",
        "List the groups, resources and verbs that are needed.",
        ("CIS-1.12/5.1.3", *_RBAC, "MITRE/T1098.006"),
        title="do everything in a namespace",
        severity=Severity.HIGH,
        bad=(manifest(_starred("Role", _SHOP, _ROLES, "['*']  # ! do everything")),),
        good=(manifest(_starred("Role", _SHOP, "[pods/log]", "[get]")),),
    ),
    PowerRow(
        "read-everything",
        "read every object",
        "A star role is not read-only: it shows all Secrets, and `get` on `nodes/proxy`, which the star\n"
        "covers, runs commands in every container through the kubelet, outside admission and audit.",
        "List the resources that are read. For monitoring, `nodes/metrics` and `pods` usually suffice.",
        ("CIS-1.12/5.1.2", "CIS-1.12/5.1.3", "CIS-1.12/5.1.10", *_RBAC, "MITRE/T1552.007", "MITRE/T1613"),
        severity=Severity.CRITICAL,
        bad=(manifest(_starred("ClusterRole", "", "['*']  # ! read every object", "[get, list, watch]")),),
        good=_NARROW,
    ),
    PowerRow(
        "cluster-admin-binding",
        "act as cluster-admin",
        "cluster-admin may do anything. Whoever gets hold of the subject's token, or of a pod that runs as\n"
        "it, owns the cluster and every Secret in it.",
        "Bind a role that lists what the subject needs. Keep cluster-admin for people in an emergency, and\n"
        "give such a binding an end with `hullmark.io/expires`.",
        _TAKEOVER,
        severity=Severity.CRITICAL,
        bad=(manifest(_bound("ClusterRoleBinding", "", "cluster-admin  # ! act as cluster-admin")),),
        good=_VIEWER,
    ),
    PowerRow(
        "cluster-admin-binding-in-namespace",
        "act as cluster-admin",
        "Through a RoleBinding cluster-admin is full control of one namespace, its Secrets and its\n"
        "accounts; in kube-system it is the whole cluster.",
        "Bind `edit`, or a role that lists what the subject needs.",
        ("CIS-1.12/5.1.1", *_RBAC, "MITRE/T1098.006"),
        title="act as cluster-admin in a namespace",
        severity=Severity.HIGH,
        bad=(manifest(_bound("RoleBinding", _SHOP, "cluster-admin  # ! act as cluster-admin")),),
        good=_VIEWER,
    ),
    PowerRow(
        "broad-builtin-role-bound-cluster-wide",
        "edit everything",
        "`edit` and `admin` are meant for one namespace. Bound for the whole cluster they reach the accounts\n"
        "of kube-system, and through those everything.",
        "Use RoleBindings in the namespaces where the subject works.",
        ("CIS-1.12/5.1.1", "CIS-1.12/5.1.2", "CIS-1.12/5.1.4", *_RBAC, "MITRE/T1098.006"),
        title="edit every namespace",
        severity=Severity.CRITICAL,
        bad=(manifest(_bound("ClusterRoleBinding", "", "edit  # ! edit everything")),),
        good=_VIEWER,
    ),
    PowerRow(
        "broad-builtin-role-bound-in-namespace",
        "edit everything",
        "`edit` and `admin` let a workload read the namespace's Secrets and act as any account in it: whoever\n"
        "takes over the one pod has the namespace.",
        "Bind a role that lists what the workload needs.",
        ("CIS-1.12/5.1.2", "CIS-1.12/5.1.4", *_RBAC, "MITRE/T1098.006"),
        title="edit everything in a namespace",
        severity=Severity.HIGH,
        bad=(manifest(_bound("RoleBinding", _SHOP, "edit  # ! edit everything")),),
        good=_VIEWER,
    ),
    PowerRow(
        "escalate-verb",
        "grant itself any right",
        "`escalate` lifts the guard that stops a role's author from writing rights he does not have: the\n"
        "holder rewrites a role that is bound already and has everything.",
        "Remove `escalate`. Who only maintains roles for rights he holds himself does not need it.",
        _BIND,
    ),
    PowerRow(
        "bind-verb",
        "bind roles it does not hold",
        "`bind` together with writing bindings lets the holder give itself any role, cluster-admin among them.",
        "Remove `bind`, or restrict it with `resourceNames` to harmless roles.",
        _BIND,
    ),
    PowerRow(
        "latent-bind-or-escalate",
        "use bind or escalate once it can write roles",
        "`bind` or `escalate` does nothing alone; the day another rule adds the writing of bindings or roles,\n"
        "nobody will notice that the two make a takeover.",
        "Remove the verb.",
        ("CIS-1.12/5.1.8",),
        confidence=Confidence.MEDIUM,
    ),
    PowerRow(
        "binding-write-without-bind",
        "hand its own rights to others",
        "The subject can bind roles whose rights it holds itself: whoever takes it over can make that lasting.",
        "Leave the writing of bindings to the pipeline that applies them.",
        ("CIS-1.12/5.1.8", "MITRE/T1098.006"),
    ),
    PowerRow(
        "role-write-without-escalate",
        "write roles within its own rights",
        "The subject can put rights that it holds into other roles, and so give them to whoever has those.",
        "Leave the writing of roles to the pipeline that applies them.",
        ("CIS-1.12/5.1.8", "MITRE/T1098.006"),
    ),
    PowerRow(
        "role-or-binding-delete",
        "delete roles or bindings",
        "Deleting roles and bindings locks people and controllers out.",
        "Remove `delete` and `deletecollection` on RBAC objects.",
        ("MITRE/T1485",),
    ),
)
