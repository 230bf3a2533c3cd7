"""Autoscalers: what they scale, by what, and whether two of them do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import integer
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.absence import absence
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.bundled_pod import AUTOSCALERS, BundledPod, scalers
from hullmark.linter.rule import Example, Hit, Needs, Option, Row, Rule, because, manifest, several

_Judge = Callable[[Rule[Bundle], Bundle], Iterator[Hit]]
_VERTICAL = ("autoscaling.k8s.io", "VerticalPodAutoscaler")
_UNSCALED = frozenset({"DaemonSet", "Pod", "Job", "CronJob"})
_OURS = frozenset({"", "apps", "batch", "extensions"})
_ACTIVE = frozenset({"Auto", "Recreate", "InPlaceOrRecreate"})


def _horizontal(bundle: Bundle) -> tuple[Resource, ...]:
    return bundle.by_kind("autoscaling", "HorizontalPodAutoscaler")


def _target(scaler: Resource) -> Cursor:
    return scaler.cursor.get("spec", "targetRef" if scaler.kind == _VERTICAL[1] else "scaleTargetRef")


def _missing(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    for group, kind in (*AUTOSCALERS, _VERTICAL):
        for scaler in bundle.by_kind(group, kind):
            target = _target(scaler)
            wanted, name = target.get("kind").text or "Deployment", target.get("name")
            if not name.text:
                continue
            api = (target.get("apiVersion").text or "apps/v1").rpartition("/")[0]
            if wanted in _UNSCALED and api in _OURS and kind != _VERTICAL[1]:
                yield rule.hit(name, f"{scaler} scales a {wanted}, which has no scale")
                continue
            gone = absence(bundle, api, wanted, bundle.namespace_of(scaler).name, name.text)
            if gone is not None:
                yield rule.hit(name, f"{scaler} scales {wanted} {name.text!r}, which does not exist{gone.hint()}")


def _pods_of(bundle: Bundle, scaler: Resource) -> Iterator[BundledPod]:
    target, namespace = _target(scaler), bundle.namespace_of(scaler).name
    wanted = (namespace, target.get("kind").text or "Deployment", target.get("name").text or "")
    yield from bundle.derived(_pods_by_object).get(wanted, ()) if wanted[2] else ()


def _pods_by_object(bundle: Bundle) -> dict[tuple[str, str, str], list[BundledPod]]:
    """Pods by namespace, kind and name of the object that describes them."""
    found: dict[tuple[str, str, str], list[BundledPod]] = {}
    for each in BundledPod.among(bundle):
        resource = each.pod.resource
        found.setdefault((each.namespace, resource.kind, resource.name), []).append(each)
    return found


def _needs_request(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    for scaler in _horizontal(bundle):
        for name, only, at in _utilizations(scaler):
            for each in _pods_of(bundle, scaler):
                asked = [c for c in each.pod.containers if c.is_long_running and only in ("", c.name)]
                lacking = [c for c in asked if not each.has_request(c, name)]
                if lacking and not each.pod.overlay:
                    message = f"{scaler} scales by {name}, which {lacking[0].described} does not ask for"
                    # A LimitRange that lives elsewhere may fill the request in.
                    sure = None if bundle.covers(each.namespace) else Confidence.MEDIUM
                    why = because(lacking[0], f"no request for {name}")
                    yield rule.hit(at, message, why, confidence=sure, subject_name=name)


def _utilizations(scaler: Resource) -> Iterator[tuple[str, str, Cursor]]:
    """Resources by whose use (a share of the request) the scaler decides, of which container, and where it says so."""
    spec = scaler.cursor.get("spec")
    if scaler.version == "v1":
        yield "cpu", "", spec.get("targetCPUUtilizationPercentage")
        return
    metrics = tuple(spec.get("metrics").items())
    if not metrics and spec.get("metrics").absent:
        yield "cpu", "", spec.get("metrics")
    for metric in metrics:
        for field in ("resource", "containerResource"):
            part = metric.get(field)
            old = part.get("targetAverageUtilization").present
            if part.present and (old or part.get("target", "type").text == "Utilization"):
                yield part.get("name").text or "", part.get("container").text or "", part.get("name")


def _duplicate(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    for found in bundle.derived(scalers).values():
        for other in found[1:]:
            # KEDA makes a scaler of its own; one and the same object twice is another finding.
            if other.name != found[0].name or other.kind != found[0].kind:
                message = f"{found[0]} and {other} scale one workload against each other"
                apart = other.cursor.source.path != found[0].cursor.source.path and not bundle.complete
                profile = Profile.STRICT if apart else None  # files beside each other may be variants
                yield rule.hit(other, message, because(found[0], "the other one"), profile=profile)


def _range(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    for scaler in _horizontal(bundle):
        spec = scaler.cursor.get("spec")
        low, high = integer(spec.get("minReplicas")), integer(spec.get("maxReplicas"))
        if high is None:
            continue
        if (1 if spec.get("minReplicas").absent else low or 0) > high:
            yield rule.hit(spec.get("maxReplicas"), f"{scaler} has a largest number below its smallest: it is refused")
        elif low == high:
            message = f"{scaler} can scale to {high} only"
            yield rule.hit(spec.get("maxReplicas"), message, severity=Severity.INFO, profile=Profile.ALL)


def _low(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    for scaler in _horizontal(bundle):
        field = scaler.cursor.get("spec", "minReplicas")
        least = 1 if field.absent else integer(field)
        if least is None or least >= rule.number(bundle.context, "minimum"):
            continue
        if any(each.services for each in _pods_of(bundle, scaler)):
            yield rule.hit(field, f"{scaler} may leave a Service with {least} pod")


def _compete(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    horizontal = {
        (bundle.namespace_of(each).name, _target(each).get("kind").text, _target(each).get("name").text): each
        for each in _horizontal(bundle)
        if any(name in ("cpu", "memory") for name, _, _ in _utilizations(each))
    }
    for scaler in bundle.by_kind(*_VERTICAL):
        mode = scaler.cursor.get("spec", "updatePolicy", "updateMode")
        target = _target(scaler)
        key = (bundle.namespace_of(scaler).name, target.get("kind").text, target.get("name").text)
        controlled = {
            item.text
            for policy in scaler.cursor.get("spec", "resourcePolicy", "containerPolicies").items()
            for item in policy.get("controlledResources").items()
        }
        # Without a mode it is Auto: https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/api.md
        active = mode.absent or mode.text in _ACTIVE
        if active and key in horizontal and (not controlled or controlled & {"cpu", "memory"}):
            message = f"{scaler} changes the requests by which {horizontal[key]} decides"
            yield rule.hit(mode, message, because(horizontal[key], "scales by their use"))


def _scaler(*lines: str, name: str = "web", target: str = "web", kind: str = "Deployment") -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return (
        f"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: {name}\n"
        f"  namespace: shop\nspec:\n"
        f"  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: {kind}\n    name: {target}\n{body}"
    )


def _web(resources: str = "{requests: {cpu: 100m, memory: 64Mi}}") -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n"
        "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n"
        f"      containers:\n        - name: web\n          image: web:1.0.0\n          resources: {resources}\n"
    )


_SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
    "spec: {selector: {app: web}, ports: [{port: 80}]}\n"
)
_CPU = "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]"
_VPA = (
    "apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {name: web, namespace: shop}\nspec:\n"
    "  targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n"
    "  updatePolicy: {updateMode: Auto}  # ! by which\n"
)
_FINE = several(_SERVICE, _web(), _scaler("minReplicas: 2", "maxReplicas: 5", _CPU))


def _row(
    name: str,
    text: str,
    judge: _Judge,
    bad: tuple[Example, ...],
    severity: Severity = Severity.MEDIUM,
    profile: Profile = Profile.DEFAULT,
    options: tuple[Option, ...] = (),
) -> Row[Bundle]:
    return Row(
        f"reliability/{name}",
        Bundle,
        text,
        judge,
        severity=severity,
        profile=profile,
        bad=bad,
        good=(_FINE,),
        options=options,
        needs=Needs(frozenset({*AUTOSCALERS, _VERTICAL})),
    )


RULES = (
    _row(
        "autoscaler-target-missing",
        "Autoscaler has nothing to scale.\n\nThe workload that was meant keeps its size under any load.\n\n"
        "Correct the name.",
        _missing,
        (
            several(_web(), _scaler("maxReplicas: 5", target="Web  # ! there is 'web'")),
            manifest(_scaler("maxReplicas: 5", kind="DaemonSet", target="web  # ! which has no scale")),
        ),
    ),
    _row(
        "autoscaler-needs-request",
        "Autoscaler decides by a request that is not there.\n\n"
        "The share of nothing cannot be computed: the workload keeps its size under any load.\n\n"
        "Set the request for every container of the workload.",
        _needs_request,
        (several(_web("{}"), _scaler("maxReplicas: 5", _CPU + "  # ! which container 'web'")),),
    ),
    _row(
        "duplicate-autoscaler",
        "Two autoscalers scale one workload.\n\nThey undo each other: pods come and go.\n\n"
        "Keep one, with both metrics.",
        _duplicate,
        (
            several(
                _scaler("maxReplicas: 5", "minReplicas: 2"),
                _scaler("maxReplicas: 9", "minReplicas: 2", name="other  # ! against each other"),
            ),
        ),
    ),
    _row(
        "autoscaler-range-empty",
        "Autoscaler has no room.\n\nThe API server refuses it, or it never scales.\n\n"
        "Set `maxReplicas` above `minReplicas`.",
        _range,
        (
            manifest(_scaler("minReplicas: 5", "maxReplicas: 2  # ! below its smallest")),
            manifest(_scaler("minReplicas: 3", "maxReplicas: 3  # ! can scale to 3 only")),
        ),
    ),
    _row(
        "autoscaler-minimum-low",
        "Autoscaler may leave one pod.\n\nWhile that pod is moved, nothing answers.\n\nSet `minReplicas` to 2 or more.",
        _low,
        (several(_SERVICE, _web(), _scaler("minReplicas: 1  # ! with 1 pod", "maxReplicas: 5", _CPU)),),
        Severity.INFO,
        Profile.ALL,
        (Option("minimum", 2, "How many pods there should be."),),
    ),
    _row(
        "autoscalers-compete",
        "Two autoscalers follow one measure.\n\n"
        "One raises the requests, the other adds pods because of the same load; together they overshoot.\n\n"
        "Let the vertical one control other resources, or only recommend.",
        _compete,
        (several(_scaler("minReplicas: 2", "maxReplicas: 5", _CPU), _VPA),),
        Severity.LOW,
        Profile.STRICT,
    ),
)
