"""Powers to act as somebody else: impersonation, tokens, Secrets, certificates."""

from __future__ import annotations

from hullmark.linter.finding import Confidence, Severity
from hullmark.linter.rule import manifest
from hullmark.linter.rule.powers.rows import PowerRow

_RBAC = "NSA/role-based-access-control"
_SECRETS = ("CIS-1.12/5.1.2", _RBAC, "MITRE/T1552.007")

_ACCOUNTS = """
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: uploader
      namespace: shop
      annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/uploads"}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: agent, namespace: shop}
    rules:
      - apiGroups: ['']
        resources: [serviceaccounts]
        verbs: [patch]  # ! turn service accounts
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: agent, namespace: shop}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: agent}
    subjects:
      - {kind: ServiceAccount, name: agent, namespace: shop}
"""

_IN_OTHERS_NAMES = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: portal}
    rules:
      - apiGroups: [authentication.k8s.io]
        resources: [users]
        verbs: ["impersonate:user-info"%s]
      - apiGroups: [""]
        resources: [pods]
        verbs: ["impersonate-on:user-info:%s"]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: portal}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: portal}
    subjects:
      - {kind: ServiceAccount, name: portal, namespace: shop}
"""
_MARK = "  # ! in their names it holds pod-create\n        "

RULES = (
    PowerRow(
        "impersonate-users-or-groups",
        "impersonate users or groups",
        "Impersonation is the right to be anybody: `system:kube-controller-manager` is a user like others.",
        "Restrict the rule with `resourceNames` to the users and groups that are meant.",
        ("CIS-1.12/5.1.8", _RBAC, "MITRE/T1078"),
    ),
    PowerRow(
        "impersonate-service-accounts",
        "impersonate service accounts",
        "The subject can act as every account that it can name, the powerful controllers' included.",
        "Restrict the rule with `resourceNames`, and bind it in the one namespace where it is needed.",
        ("CIS-1.12/5.1.8", _RBAC, "MITRE/T1528", "MITRE/T1078"),
    ),
    PowerRow(
        "impersonate-extras",
        "impersonate extra fields or uids",
        "Webhooks and authorizers that trust the extra fields of a user can be told anything.",
        "Name the keys: `userextras/<key>`, with `resourceNames` for the values.",
        ("CIS-1.12/5.1.8",),
        confidence=Confidence.MEDIUM,
    ),
    PowerRow(
        "constrained-impersonation",
        "act as others for certain requests",
        "What is listed here is done with the rights of whoever is named: limited in what, not in whose name.\n"
        "Kubernetes knows such rules from 1.36 on (`ConstrainedImpersonation`).",
        "Name the users or accounts in `resourceNames`, and list reading verbs only.",
        ("CIS-1.12/5.1.8",),
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        bad=(manifest(_IN_OTHERS_NAMES % (_MARK, "create"), kubernetes="1.36"),),
        good=(manifest(_IN_OTHERS_NAMES.replace("-on:user-info", "-on:serviceaccount") % ("", 'create", "create')),),
    ),
    PowerRow(
        "service-account-token-create",
        "create tokens of service accounts",
        "A token of an account is the account: the holder has every right of every account it can name.",
        "Restrict the rule with `resourceNames` to the accounts that are meant.",
        ("CIS-1.12/5.1.13", _RBAC, "MITRE/T1528"),
    ),
    PowerRow(
        "secret-read",
        "read Secrets",
        "Secrets hold passwords, keys and tokens. `list` and `watch` show their contents just as `get` does.",
        "Name the Secrets in `resourceNames`, or mount them into the pod instead of reading them by the API.",
        _SECRETS,
    ),
    PowerRow(
        "named-secret-read",
        "read certain Secrets",
        "The subject reads these Secrets by name. It matters when one of them opens more than the subject\n"
        "itself may do.",
        "Check that the Secret belongs to the subject; mount it instead where that is possible.",
        ("CIS-1.12/5.1.2",),
    ),
    PowerRow(
        "token-secret-forge",
        "obtain tokens by creating Secrets",
        "A Secret of type `kubernetes.io/service-account-token` is filled in with a token of any account that\n"
        "its author names: creating it and reading it (or a pod that mounts it) yields that account.",
        "Remove `create` on Secrets, or the reading of Secrets that the subject did not make.",
        ("CIS-1.12/5.1.2", "CIS-1.12/5.1.13", _RBAC, "MITRE/T1528"),
    ),
    PowerRow(
        "service-account-write",
        "turn service accounts to its own ends",
        "An account with a cloud role can be pointed at another role, and an account that a binding waits for\n"
        "can be made: the holder gets what was granted to it.",
        "Leave service accounts to the pipeline that applies them, and remove bindings to accounts that do not\nexist.",
        ("MITRE/T1098",),
        title="take over service accounts",
        confidence=Confidence.MEDIUM,
        bad=(manifest(_ACCOUNTS),),
    ),
    PowerRow(
        "secret-write",
        "change or delete Secrets",
        "Other workloads trust what their Secrets say: the holder replaces certificates and passwords, or\n"
        "stops whatever needs them.",
        "Name the Secrets in `resourceNames`.",
        ("CIS-1.12/5.1.2", "MITRE/T1485"),
    ),
    PowerRow(
        "certificate-approve",
        "approve certificates of any user",
        "Whoever approves for the API server's client signer issues himself a certificate of any user or group.",
        "Restrict `approve` with `resourceNames` to the signers that are meant.",
        ("CIS-1.12/5.1.11", _RBAC, "MITRE/T1078"),
    ),
    PowerRow(
        "certificate-sign",
        "sign certificate requests",
        "With the signer's key at hand the holder issues certificates that the cluster believes.",
        "Restrict `sign` with `resourceNames` to a signer of your own.",
        ("CIS-1.12/5.1.11",),
        confidence=Confidence.MEDIUM,
    ),
)
