"""Powers that bend the control plane or the traffic: admission, APIs, namespaces, policies, routes."""

from __future__ import annotations

from hullmark.linter.finding import Confidence, Severity
from hullmark.linter.rule import manifest
from hullmark.linter.rule.powers.rows import PowerRow

_OWN_OBJECTS = "Restrict the rule with `resourceNames` to the objects that the controller owns."
_ADMISSION = ("CIS-1.12/5.1.12", "MITRE/T1562.001", "MITRE/T1610")

_IN_NAMESPACE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: agent, namespace: shop}
    rules:
      - apiGroups: ['']
        resources: [%s]
        verbs: %s
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: agent, namespace: shop}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: agent}
    subjects:
      - {kind: ServiceAccount, name: agent, namespace: shop}
"""

_MOUNTING_POD = """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: shop}
    spec:
      containers:
        - name: web
          image: registry.example/shop/web:1.4.2
          envFrom:
            - configMapRef: {name: web}
"""

RULES = (
    PowerRow(
        "admission-webhook-write",
        "change admission webhooks",
        "A mutating webhook rewrites every object that is created and injects code into any pod; a validating\n"
        "one sees every object; deleting one disarms a guard.",
        _OWN_OBJECTS,
        _ADMISSION,
    ),
    PowerRow(
        "admission-policy-write",
        "change admission policies",
        "Mutating policies rewrite what is created; validating ones are guards that the holder can disarm.",
        _OWN_OBJECTS,
        ("CIS-1.12/5.1.12", "MITRE/T1562.001"),
    ),
    PowerRow(
        "api-service-write",
        "serve API groups itself",
        "An APIService receives what callers send to its group, tokens included, and answers controllers with\n"
        "objects of its own making.",
        _OWN_OBJECTS,
        (),
    ),
    PowerRow(
        "custom-resource-definition-write",
        "change custom resource definitions",
        "A conversion webhook in a definition reads and changes every object of the kind; deleting a\n"
        "definition deletes all its objects.",
        _OWN_OBJECTS,
        (),
    ),
    PowerRow(
        "namespace-modify",
        "change namespaces",
        "Labels of a namespace switch Pod Security off and open network policies that trust them.",
        "Remove `update` and `patch` on namespaces.",
        ("CIS-1.12/5.2.1", "MITRE/T1562.001"),
    ),
    PowerRow(
        "namespace-delete",
        "delete namespaces",
        "Deleting a namespace deletes all that is in it.",
        "Remove `delete` on namespaces.",
        ("MITRE/T1485",),
    ),
    PowerRow(
        "network-policy-write",
        "change network policies",
        "The holder opens what policies close, for itself or for others.",
        "Leave network policies to the pipeline that applies them.",
        ("CIS-1.12/5.3.2", "MITRE/T1562.001"),
    ),
    PowerRow(
        "quota-write",
        "change quotas and limits",
        "Without its quota one workload takes the whole cluster's capacity.",
        "Remove the rule.",
        ("MITRE/T1496",),
    ),
    PowerRow(
        "critical-config-map-write",
        "change ConfigMaps the cluster depends on",
        "ConfigMaps of kube-system steer DNS, the proxy, the kubelets and, on EKS, who is an administrator.",
        "Name the ConfigMaps in `resourceNames`, and bind the role in the controller's own namespace.",
        (),
    ),
    PowerRow(
        "config-map-write",
        "change ConfigMaps",
        "Workloads believe their configuration: whoever changes it steers them.",
        "Name the ConfigMaps in `resourceNames`.",
        (),
        title="change ConfigMaps that workloads read",
        bad=(manifest(_IN_NAMESPACE % ("configmaps", "[update]  # !") + _MOUNTING_POD),),
        good=(manifest(_IN_NAMESPACE % ("pods/log", "[get]")),),
    ),
    PowerRow(
        "event-delete",
        "delete events",
        "Events show what happened in the cluster; deleting them hides it.",
        "Remove `delete` and `deletecollection` on events.",
        ("MITRE/T1070",),
    ),
    PowerRow(
        "pod-log-read",
        "read logs of pods",
        "Logs often hold tokens and personal data that were never meant to leave the pod.",
        "Bind the role in the namespaces whose logs are needed.",
        ("MITRE/T1552.007",),
        severity=Severity.LOW,
    ),
    PowerRow(
        "lease-write",
        "change leases of the control plane",
        "Controllers elect their leaders, and nodes report that they live, through leases.",
        "Name the lease in `resourceNames`, or bind the role in the controller's own namespace.",
        ("MITRE/T1499",),
    ),
    PowerRow(
        "flow-control-write",
        "change API priority and fairness",
        "The holder starves others of the API server, or lifts the limits of its own requests.",
        "Remove the rule.",
        ("MITRE/T1499",),
    ),
    PowerRow(
        "trust-bundle-write",
        "change cluster trust bundles",
        "Pods believe the certificate authorities of a trust bundle: the holder adds its own.",
        _OWN_OBJECTS,
        (),
        confidence=Confidence.MEDIUM,
    ),
    PowerRow(
        "service-write",
        "change Services",
        "A Service can take over addresses (`externalIPs`), redirect traffic and publish pods to the internet.",
        "Bind the role in the one namespace where it is needed.",
        ("MITRE/T1133",),
    ),
    PowerRow(
        "service-status-write",
        "change the status of Services",
        "An address in a Service's load-balancer status catches other people's traffic (CVE-2020-8554).",
        "Leave the status to the load-balancer controller.",
        ("CVE-2020-8554",),
    ),
    PowerRow(
        "endpoint-write",
        "change endpoints of Services",
        "Hand-written endpoints send a Service's or a gateway's traffic anywhere (CVE-2021-25740).",
        "Leave endpoints to their controller.",
        ("CVE-2021-25740",),
    ),
    PowerRow(
        "ingress-or-route-write",
        "change routes from outside",
        "The holder publishes workloads, and takes over hosts and paths of others on the same gateway.",
        "Bind the role in the one namespace where it is needed.",
        ("MITRE/T1133",),
    ),
    PowerRow(
        "service-mesh-write",
        "change the service mesh",
        "Mesh configuration redirects traffic and switches its encryption and authorization off.",
        "Leave mesh configuration to the pipeline that applies it.",
        (),
    ),
)
