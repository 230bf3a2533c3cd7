"""How many pods there are, where, and how they are replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.manifest.workload import Workload
from hullmark.linter.model.bundled_pod import BundledPod
from hullmark.linter.rule import Example, Hit, Option, Row, Rule, manifest, remove, several
from hullmark.linter.rule.pod_rows import pod_hit

_SCALED = frozenset({"Deployment", "StatefulSet", "Rollout", "CloneSet"})
_SPREADING = frozenset(
    {
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
        "topology.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone",
        "failure-domain.beta.kubernetes.io/region",
    }
)
_MANUAL = frozenset({("StatefulSet", "apps/v1beta1"), ("DaemonSet", "extensions/v1beta1")})
_Judge = Callable[[Rule[BundledPod], BundledPod], Iterator[Hit]]


def _single(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    resource, bounds = subject.pod.resource, subject.replicas
    minimum = rule.number(resource.context, "minimum")
    if resource.kind in _SCALED and bounds and 0 < bounds[1] < minimum and subject.services and not _claims(subject):
        message = f"{resource} is not reachable while its only pod is replaced"
        yield pod_hit(rule, subject.pod, resource.replicas, message)


def _claims(subject: BundledPod) -> bool:
    """Whether the pod has a volume that one node at a time may use, or of which nobody knows how many may."""
    specs = [each.get("spec") for each in subject.pod.resource.cursor.get("spec", "volumeClaimTemplates").items()]
    for volume in subject.pod.volumes:
        if volume.claim_name.present:
            name = volume.claim_name.value or ""
            claim = subject.bundle.find("", "PersistentVolumeClaim", subject.namespace, name)
            if claim is None:
                return True
            specs.append(claim.cursor.get("spec"))
    return any(not _is_shared(spec) for spec in specs)


def _is_shared(claim: Cursor) -> bool:
    modes = {item.text for item in claim.get("accessModes").items()}
    return bool(modes) and modes <= {"ReadWriteMany", "ReadOnlyMany"}


def _zero(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    resource = subject.pod.resource
    taken_over = subject.autoscalers or subject.rollout is not None
    if resource.kind in _SCALED and resource.replicas.value == 0 and not taken_over:
        yield pod_hit(rule, subject.pod, resource.replicas, f"{resource} has no pods")


def _static(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    resource = subject.pod.resource
    if resource.kind in _SCALED and resource.replicas.present and subject.autoscalers:
        message = f"every apply of {resource} undoes what {subject.autoscalers[0]} did"
        yield pod_hit(rule, subject.pod, resource.replicas, message, fix=remove(resource.replicas))


def _recreate(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    resource = subject.pod.resource
    if not subject.services or _claims(subject):
        return
    if resource.kind == "Deployment" and resource.strategy_type.value == "Recreate":
        message = f"{resource} stops all of its pods before it starts new ones"
        yield pod_hit(rule, subject.pod, resource.strategy_type, message)
    elif resource.kind in ("StatefulSet", "DaemonSet") and _on_delete(resource) and not subject.pod.overlay:
        message = f"{resource} replaces its pods only when somebody deletes them"
        yield pod_hit(rule, subject.pod, resource.update_strategy_type, message)


def _on_delete(resource: Workload) -> bool:
    """Whether pods stay as they are: written, or the default of the first versions of the API."""
    field = resource.update_strategy_type
    old = (resource.kind, resource.api_version) in _MANUAL
    return field.value == "OnDelete" or (field.absent and old)


def _stuck(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    resource = subject.pod.resource
    field = {"Deployment": "strategy", "DaemonSet": "updateStrategy"}.get(resource.kind)
    if field is None:
        return
    rolling = resource.cursor.get("spec", field, "rollingUpdate")
    surge, unavailable = rolling.get("maxSurge"), rolling.get("maxUnavailable")
    surge_is_zero = _is_zero(surge) or (resource.kind == "DaemonSet" and surge.absent)
    if surge_is_zero and _is_zero(unavailable):
        message = f"{resource} may neither stop a pod nor start one: the API server refuses it"
        yield pod_hit(rule, subject.pod, unavailable, message)


def _is_zero(at: Cursor) -> bool:
    return at.text in ("0", "0%")


def _not_spread(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    pod, bounds = subject.pod, subject.replicas
    if bounds is None or bounds[0] < 2 or pod.overlay or any(_spreads(term, subject) for term in _terms(subject)):
        return
    yield pod_hit(rule, pod, pod, f"all pods of {pod.resource} may end up on one node")


def _terms(subject: BundledPod) -> Iterator[Cursor]:
    anti = subject.pod.cursor.get("affinity", "podAntiAffinity")
    yield from anti.get("requiredDuringSchedulingIgnoredDuringExecution").items()
    for item in anti.get("preferredDuringSchedulingIgnoredDuringExecution").items():
        yield item.get("podAffinityTerm")
    yield from subject.pod.cursor.get("topologySpreadConstraints").items()


def _spreads(term: Cursor, subject: BundledPod) -> bool:
    selector = LabelSelector(term.get("labelSelector"))
    known = term.get("topologyKey").text in _SPREADING
    spaces = [item.text for item in term.get("namespaces").items()]
    here = term.get("namespaceSelector").present or not spaces or subject.namespace in spaces
    return known and here and selector.matches(subject.pod.labels.value or {}) is not False and selector.present


def _ineffective(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    pod = subject.pod
    labels = pod.labels.value or {}
    for constraint in pod.cursor.get("topologySpreadConstraints").items():
        at = constraint.get("labelSelector")
        selector = LabelSelector(at)
        if at.absent:
            yield pod_hit(rule, pod, at, f"a spread constraint of {pod} has no selector, and spreads nothing")
        elif selector.matches(labels) is False and not pod.overlay:
            yield pod_hit(rule, pod, at, f"a spread constraint of {pod} does not select the pod itself")
    anti = pod.cursor.get("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    for term in anti.items():
        at = term.get("labelSelector")
        if at.absent:
            yield pod_hit(rule, pod, at, f"an anti-affinity of {pod} has no selector, and keeps no pod away")


def _no_budget(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    bounds, bundle, resource = subject.replicas, subject.bundle, subject.pod.resource
    if bounds is None or bounds[0] < 2 or not bundle.covers(subject.namespace):
        return
    labels = subject.pod.labels.value or {}
    for budget in bundle.by_kind("policy", "PodDisruptionBudget"):
        selector = LabelSelector(budget.cursor.get("spec", "selector"))
        if bundle.namespace_of(budget).name == subject.namespace and selector.matches(labels) is not False:
            return
    yield pod_hit(rule, subject.pod, resource, f"a drain may stop every pod of {resource} at once")


def _deployment(replicas: str = "", extra: str = "", spec: str = "", kind: str = "Deployment") -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web, namespace: shop}}\nspec:\n"
        + (f"  {replicas}\n" if replicas else "")
        + (f"  {extra}\n" if extra else "")
        + "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:"
        + (spec if spec.startswith("  #") else "")
        + "\n      containers: [{name: web, image: 'web:1.0.0'}]\n"
        + (spec if not spec.startswith("  #") else "")
    )


_SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
    "spec: {selector: {app: web}, ports: [{port: 80}]}\n"
)
_SCALER = (
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: shop}\nspec:\n"
    "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 2\n  maxReplicas: 5\n"
)
_SPREAD = (
    "      topologySpreadConstraints:\n"
    "        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway,\n"
    "           labelSelector: {matchLabels: {app: web}}}\n"
)
_FINE = several(_SERVICE, _deployment("replicas: 3", spec=_SPREAD))


def _row(
    name: str,
    text: str,
    judge: _Judge,
    bad: tuple[Example, ...],
    severity: Severity,
    profile: Profile = Profile.ALL,
    confidence: Confidence = Confidence.HIGH,
    options: tuple[Option, ...] = (),
    mentions: tuple[str, ...] = (),
) -> Row[BundledPod]:
    return Row(
        f"reliability/{name}",
        BundledPod,
        text,
        judge,
        severity=severity,
        profile=profile,
        confidence=confidence,
        bad=bad,
        good=(_FINE,),
        options=options,
        mentions=mentions,
    )


RULES = (
    _row(
        "single-replica",
        "Service rests on a single pod.\n\n"
        "While the pod is replaced, by a rollout or with its node, nothing answers.\n\n"
        "Set `replicas` to 2 or more.",
        _single,
        (several(_SERVICE, _deployment("replicas: 1  # ! is not reachable")),),
        Severity.INFO,
        options=(Option("minimum", 2, "How many pods there should be."),),
    ),
    _row(
        "zero-replicas",
        "Workload has no pods.\n\nIt does nothing, and nobody is told.\n\nSet `replicas`, or remove the workload.",
        _zero,
        (manifest(_deployment("replicas: 0  # ! has no pods")),),
        Severity.INFO,
    ),
    _row(
        "static-replicas-with-autoscaler",
        "Number of pods is written and scaled.\n\n"
        "Every apply sets the number back, at the time of the highest load too.\n\nRemove `replicas`.",
        _static,
        (several(_SCALER, _deployment("replicas: 2  # ! undoes what"), fixed=f"{_SCALER}---\n{_deployment()}"),),
        Severity.LOW,
        Profile.STRICT,
    ),
    _row(
        "recreate-strategy",
        "Rollout stops all pods first.\n\nEvery release is an outage.\n\nUse `RollingUpdate`.",
        _recreate,
        (several(_SERVICE, _deployment("replicas: 3", "strategy: {type: Recreate}  # ! stops all of its pods")),),
        Severity.INFO,
    ),
    _row(
        "rollout-cannot-progress",
        "Rollout may neither stop nor start a pod.\n\n"
        "The API server refuses the object: what was meant to be replaced keeps running.\n\n"
        "Set `maxSurge` or `maxUnavailable` above 0.",
        _stuck,
        (
            manifest(
                _deployment(
                    extra="strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}  # ! may neither stop a pod"
                )
            ),
        ),
        Severity.MEDIUM,
        Profile.DEFAULT,
        mentions=("maxUnavailable",),
    ),
    _row(
        "not-spread",
        "Pods may all end up on one node.\n\nWhen that node fails, all of them do.\n\n"
        "Add a topology spread constraint, or an anti-affinity, that selects the pods themselves.",
        _not_spread,
        (manifest(_deployment("replicas: 3", spec="  # ! may end up on one node")),),
        Severity.INFO,
        confidence=Confidence.MEDIUM,
    ),
    _row(
        "spread-constraint-ineffective",
        "Spread constraint does not select the pod itself.\n\n"
        "Pods are counted by the constraint's selector: one that leaves them out spreads nothing.\n\n"
        "Select the labels of the template.",
        _ineffective,
        (
            manifest(
                _deployment(
                    spec="      topologySpreadConstraints:\n        - topologyKey: kubernetes.io/hostname\n"
                    "          labelSelector:  # ! does not select the pod itself\n"
                    "            matchLabels: {app: other}\n"
                )
            ),
        ),
        Severity.LOW,
        Profile.STRICT,
    ),
    _row(
        "disruption-budget-missing",
        "Drain may stop every pod at once.\n\nMaintenance of nodes is an outage.\n\n"
        "Add a PodDisruptionBudget that selects the pods.",
        _no_budget,
        (
            manifest(
                _deployment("replicas: 3").replace(
                    "metadata: {name: web, namespace: shop}",
                    "metadata:\n  name: web  # ! a drain may stop\n  namespace: shop",
                    1,
                ),
                complete="cluster",
            ),
        ),
        Severity.INFO,
        confidence=Confidence.MEDIUM,
    ),
)
