"""Where workloads are put: namespaces, nodes, names."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.known import is_known_addon, known_as
from hullmark.linter.manifest.namespace import SYSTEM
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.rbac import BINDING_KINDS
from hullmark.linter.model.bundled_pod import BundledPod
from hullmark.linter.model.residence import Residence
from hullmark.linter.rule import Hit, Row, Rule, in_pod, manifest
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_EXEMPT = frozenset({("ServiceAccount", "default"), ("Service", "kubernetes"), ("ConfigMap", "kube-root-ca.crt")})
_ADDONS = ("k8s-app", "addonmanager.kubernetes.io/mode")
_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


def _default_namespace(rule: Rule[Residence], subject: Residence) -> Iterator[Hit]:
    resource = subject.resident
    if (resource.kind, resource.name) in _EXEMPT:
        return
    field = resource.namespace_field
    if field.value == "default":
        yield rule.hit(field, f"{resource} lives in namespace 'default'")
    elif field.absent and subject.namespace.assumed and not resource.overlay:
        message = f"{resource} names no namespace, which is 'default' unless whoever applies it says otherwise"
        yield rule.hit(resource.metadata, message, severity=Severity.INFO, profile=Profile.ALL)


def _system_namespace(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    resource = pod.resource
    if resource.namespace not in SYSTEM or any(known_as(each) for each in pod.containers):
        return
    labels = {**(resource.labels.value or {}), **(pod.labels.value or {})}
    if any(name in labels for name in _ADDONS) or labels.get("tier") == "control-plane":
        return
    if is_known_addon(labels.get("app.kubernetes.io/part-of", "")):
        return
    message = f"{pod} lives in namespace {resource.namespace!r} among Kubernetes' own components"
    yield pod_hit(rule, pod, resource.namespace_field, message)


def _toleration(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    pod = subject.pod
    if any("all-tolerations" in row.expects for each in pod.containers for row in known_as(each)):
        return
    for toleration in pod.tolerations:
        key, everything = toleration.key.value, toleration.operator.value == "Exists" and not toleration.key.text
        if key in _CONTROL_PLANE or everything:
            reaches = pod.host_network.is_true or pod.host_pid.is_true or any(v.host_path.present for v in pod.volumes)
            powerful = not reaches and _is_powerful(subject)
            what = ", and holds the token of a powerful account" if powerful else ""
            message = f"{pod} may run on nodes of the control plane{what}"
            yield pod_hit(rule, pod, toleration, message, severity=Severity.MEDIUM if reaches or powerful else None)
            return


def _is_powerful(subject: BundledPod) -> bool:
    """Whether the pod sees the token of an account that rules a namespace or more."""
    if not any(subject.bundle.by_kind(*kind) for kind in BINDING_KINDS):
        return False
    from hullmark.linter.model.rbac.pod_accounts import POWERFUL, PodAccount  # 30 modules, for few pods

    mine = (
        each for each in PodAccount.among(subject.bundle) if each.pod is subject.pod or subject.pod in each.variants
    )
    return any(each.worst and each.worst[0].effect in POWERFUL and each.containers_with_token for each in mine)


def _node_name(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if pod.node_name.value and not pod.is_static:
        yield pod_hit(rule, pod, pod.node_name, f"{pod} is put on node {pod.node_name.value!r}, past the scheduler")


def _host_aliases(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for alias in pod.host_aliases.cursor.items():
        names = [item for item in alias.get("hostnames").items() if item.text and item.text != "localhost"]
        if names:
            wide = any(_is_known(item.text or "") for item in names)
            message = f"{pod} resolves {names[0].text!r} to {alias.get('ip').text!r}"
            yield pod_hit(rule, pod, names[0], message, severity=Severity.MEDIUM if wide else None)


def _is_known(name: str) -> bool:
    """Whether a name belongs to the cluster or to an API that much is entrusted to."""
    ends = (".svc", ".svc.cluster.local", ".amazonaws.com", ".googleapis.com", ".azure.com", "github.com", ".docker.io")
    return name.startswith("kubernetes.default") or name.endswith(ends)


_ELSEWHERE = manifest("""
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings, namespace: shop}
    data: {color: blue}
""")
_IN_SYSTEM = """
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: miner
      namespace: kube-system{mark}
    spec:
      selector: {{matchLabels: {{{labels}}}}}
      template:
        metadata: {{labels: {{{labels}}}}}
        spec:
          containers: [{{name: app, image: registry.example/app:1.0.0}}]
"""

RULES = (
    Row(
        "workload/default-namespace",
        Residence,
        "Object lives in the default namespace.\n\n"
        "Quotas, policies and rights are given by namespace. What lives in `default` shares it with\n"
        "whatever nobody thought about.\n\n"
        "Make a namespace for the application and write it into `metadata.namespace`.",
        _default_namespace,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("CIS-1.12/5.6.4", "STIG/V-242383"),
        bad=(
            manifest(
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
                "  namespace: default  # ! in namespace 'default'"
            ),
            manifest("apiVersion: v1\nkind: ConfigMap\nmetadata:  # ! names no namespace\n  name: settings"),
        ),
        good=(
            _ELSEWHERE,
            manifest("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: default}"),
        ),
    ),
    PodRow(
        "workload/system-namespace",
        "Workload lives among the components of Kubernetes.",
        "Policies and quotas usually spare `kube-system`, accounts there are powerful, and a workload with\n"
        "a technical name is not noticed.",
        "Move the workload into a namespace of its own.",
        _system_namespace,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        confidence=Confidence.MEDIUM,
        controls=("STIG/V-242383", "STIG/V-242417", "NSA/namespaces", "MITRE/T1036.005"),
        mentions=tuple(sorted(SYSTEM)),
        bad=(manifest(_IN_SYSTEM.format(mark="  # ! lives in namespace 'kube-system'", labels="app: miner")),),
        good=(manifest(_IN_SYSTEM.format(mark="", labels="k8s-app: metrics")),),
    ),
    Row(
        "workload/control-plane-toleration",
        BundledPod,
        "Pod may run on nodes of the control plane.\n\n"
        "Next to the API server, a weakness of the pod or of its isolation is one of the whole cluster:\n"
        "keys and data of the control plane lie on these nodes.\n\n"
        "Remove the toleration, or name the taints that are meant.",
        _toleration,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1610",),
        bad=(
            in_pod(
                "tolerations:\n  - {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}  # ! may run on"
            ),
            in_pod("tolerations:\n  - {operator: Exists}  # ! may run on"),
        ),
        good=(in_pod("tolerations: [{key: gpu, operator: Exists}]"),),
    ),
    PodRow(
        "workload/node-name-set",
        "Pod is put on a node past the scheduler.",
        "Taints, affinities and resources are not looked at: whoever writes the name chooses the\n"
        "neighbours of the pod.",
        "Use `nodeSelector` or an affinity.",
        _node_name,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        mentions=("nodeName",),
        bad=(in_pod("nodeName: node-1  # ! is put on node 'node-1'"),),
        good=(in_pod("nodeSelector: {kubernetes.io/hostname: node-1}"),),
    ),
    PodRow(
        "workload/host-aliases",
        "Pod resolves names to addresses of its own.",
        "Requests to a name that others trust go where the manifest says, past DNS and what watches it.",
        "Remove `hostAliases` and let DNS answer.",
        _host_aliases,
        severity=Severity.INFO,
        profile=Profile.ALL,
        controls=("MITRE/T1557",),
        mentions=("hostAliases",),
        bad=(in_pod("hostAliases:\n  - ip: 10.1.2.3\n    hostnames:\n      - sts.amazonaws.com  # ! to '10.1.2.3'"),),
        good=(in_pod("hostAliases: [{ip: 127.0.0.1, hostnames: [localhost]}]"),),
    ),
)
