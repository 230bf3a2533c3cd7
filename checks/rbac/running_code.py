"""Powers to run code: pods, workloads, exec, nodes, volumes."""

from __future__ import annotations

from hullmark.linter.finding import Confidence
from hullmark.linter.model.rbac.shared import HeldPower
from hullmark.linter.rule import Offer, manifest
from hullmark.linter.rule.powers.rows import PowerRow
from hullmark.linter.rule.repair import replace_item

_RBAC = "NSA/role-based-access-control"
_PODS = ("CIS-1.12/5.1.4", _RBAC, "MITRE/T1610", "MITRE/T1611")
_EXEC = ("MITRE/T1609",)
_NARROW_NODES = "Use the narrow subresources: `nodes/metrics`, `nodes/stats`, `nodes/healthz`."
_NODE_READER = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: node-reader
    rules:
      - apiGroups: ['']
        resources: [%s]
        verbs: [get]
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      name: node-reader
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: node-reader}
    subjects:
      - {kind: ServiceAccount, name: metrics, namespace: monitoring}
"""


def _narrow_nodes(held: HeldPower) -> Offer:
    """What monitoring reads of the kubelet, in the place of all of it; not where something else is done with it."""
    rule = held.reason.policy.view if held.reason.policy is not None else None
    if rule is None or not {"get", "list", "watch"}.issuperset(rule.verbs.texts):
        return None
    element = rule.resources.find("nodes/proxy")
    wanted = [name for name in ("nodes/metrics", "nodes/stats") if name not in rule.resources.texts]
    if element is None:
        return None
    return replace_item(element, *wanted, description="read nodes/metrics and nodes/stats instead of nodes/proxy")


_NODE_AGENTS = "Leave this to the components of the node and the cluster's autoscaler."

RULES = (
    PowerRow(
        "pod-create",
        "create pods",
        "A pod runs as any account of its namespace and, unless Pod Security forbids it, as root on a node.",
        "Bind the role in the one namespace where pods are made, and label it\n"
        "`pod-security.kubernetes.io/enforce: restricted`.",
        _PODS,
    ),
    PowerRow(
        "workload-create",
        "create workloads that run pods",
        "A Deployment, Job or DaemonSet is a pod by another name: it runs as any account of its namespace\n"
        "and, unless Pod Security forbids it, as root on a node.",
        "Bind the role in the one namespace where workloads are made, under Pod Security.",
        ("CIS-1.12/5.1.4", "MITRE/T1610", "MITRE/T1053.007"),
    ),
    PowerRow(
        "workload-modify",
        "change workloads",
        "Changing a workload's template runs other code as its account, with its Secrets.",
        "Name the workloads in `resourceNames`; scaling needs `deployments/scale` alone.",
        ("CIS-1.12/5.1.4", "MITRE/T1610"),
    ),
    PowerRow(
        "pod-modify",
        "change running pods",
        "The image of a running pod can be changed: the holder runs code as the pod's account.",
        "Remove `update` and `patch` on pods; labels and status have narrower ways.",
        ("CIS-1.12/5.1.4", "MITRE/T1610"),
    ),
    PowerRow(
        "workload-delete",
        "delete workloads",
        "The holder stops what runs, and makes room for pods of its own choice.",
        "Remove `delete` and `deletecollection`, or bind the role in one namespace.",
        ("MITRE/T1485",),
    ),
    PowerRow(
        "pod-exec",
        "run commands in pods",
        "A shell in a pod is the pod: its account, its Secrets, its network, past every admission check.",
        "Remove `pods/exec`; give people a debugging role that ends, in the namespace they work in.",
        (_RBAC, *_EXEC),
    ),
    PowerRow(
        "pod-attach",
        "attach to processes of pods",
        "Attaching reads and writes the terminal of a running process.",
        "Remove `pods/attach`.",
        _EXEC,
    ),
    PowerRow(
        "ephemeral-container-write",
        "add containers to running pods",
        "A debug container joins a running pod with an image of the holder's choice.",
        "Remove `pods/ephemeralcontainers`.",
        (*_EXEC, "MITRE/T1610"),
    ),
    PowerRow(
        "pod-port-forward",
        "forward ports of pods",
        "Forwarding reaches every port of a pod and passes by network policies.",
        "Remove `pods/portforward`.",
        ("MITRE/T1133",),
    ),
    PowerRow(
        "pod-or-service-proxy",
        "reach pods through the API server",
        "The proxy reaches every port of pods and Services from the API server's own network.",
        "Remove `pods/proxy` and `services/proxy`, or name the Services.",
        ("MITRE/T1133",),
    ),
    PowerRow(
        "kubelet-api-proxy",
        "use the kubelet's whole API",
        "`get` on `nodes/proxy` runs commands in every container of the node through the kubelet's own exec,\n"
        "outside admission and outside the audit trail of exec.",
        _NARROW_NODES,
        ("CIS-1.12/5.1.10", *_EXEC),
        bad=(
            manifest(
                _NODE_READER % "nodes, nodes/proxy  # ! use the kubelet's whole API\n        ",
                fixed=_NODE_READER % "nodes, nodes/metrics, nodes/stats\n        ",
            ),
        ),
        fix=_narrow_nodes,
    ),
    PowerRow(
        "kubelet-data-read",
        "read logs or memory through the kubelet",
        "Node logs and checkpoints show what ran on the node, memory with its secrets included.",
        _NARROW_NODES,
        ("MITRE/T1552.007",),
    ),
    PowerRow(
        "pod-steal",
        "pull pods onto a chosen node",
        "By changing nodes and evicting pods the holder moves a powerful pod onto a node it controls and takes\n"
        "its token there.",
        _NODE_AGENTS,
        ("MITRE/T1611",),
        confidence=Confidence.MEDIUM,
    ),
    PowerRow(
        "pod-placement",
        "bind pods to nodes",
        "The holder places pods on a node of its choice, past the scheduler and its rules.",
        "Leave binding to the scheduler.",
        ("MITRE/T1610",),
    ),
    PowerRow(
        "node-write",
        "change nodes",
        "Labels and taints attract pods; a false address in a node's status makes the API server talk to\n"
        "whoever is there.",
        _NODE_AGENTS,
        ("MITRE/T1098",),
    ),
    PowerRow(
        "pod-status-write",
        "change the status of pods",
        "A false pod address in the status redirects the traffic of Services.",
        "Leave the status to the kubelet.",
        (),
    ),
    PowerRow(
        "persistent-volume-create",
        "create PersistentVolumes",
        "A PersistentVolume of type hostPath mounts a node's disk, and no Pod Security level looks at it.",
        "Leave volumes to the storage provisioner.",
        ("CIS-1.12/5.1.9", "MITRE/T1611"),
    ),
    PowerRow(
        "storage-driver-write",
        "change storage drivers or classes",
        "Storage drivers run with the node's rights and see the data of every volume.",
        "Leave this to the driver's own installer.",
        ("MITRE/T1611",),
        confidence=Confidence.MEDIUM,
    ),
    PowerRow(
        "runtime-class-write",
        "change runtime classes",
        "A changed RuntimeClass takes pods out of their sandbox.",
        "Remove the rule.",
        (),
        confidence=Confidence.MEDIUM,
    ),
    PowerRow(
        "device-admin-access",
        "change device classes",
        "Device classes decide which devices of a node pods may take, with administrator access if they say so.",
        "Leave device classes to the driver's own installer.",
        ("MITRE/T1611",),
        confidence=Confidence.MEDIUM,
    ),
)
