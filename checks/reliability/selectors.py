"""Selectors, claims and objects that meet where they should not, or miss each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.absence import absence
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.bundled_pod import BundledPod
from hullmark.linter.model.pod_references import pod_references
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Example, Hit, Needs, Row, Rule, because, manifest, several
from hullmark.linter.rule.pod_rows import pod_hit

_CONTROLLERS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
_GROUPS = ("apps", "extensions")
_NAME = regex(r"[a-z0-9][-a-z0-9.]*")
_Judge = Callable[[Rule[Any], Any], Iterator[Hit]]


def _mismatch(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    pod, resource = subject.pod, subject.pod.resource
    is_job = resource.kind == "Job" and resource.cursor.get("spec", "manualSelector").text == "true"
    if pod.overlay or not (is_job or (resource.kind in _CONTROLLERS and resource.group in _GROUPS)):
        return
    selector = resource.selector
    if selector.absent:
        if resource.group == "apps" and resource.version == "v1":
            yield pod_hit(rule, pod, selector, f"{resource} has no selector: the API server refuses it")
    elif selector.matches(pod.labels.value or {}) is False:
        yield pod_hit(rule, pod, selector, f"{resource} does not select its own pods: the API server refuses it")


def _overlap(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    members = [each for each in BundledPod.among(bundle) if _selects(each)]
    numbers = {id(each.pod): number for number, each in enumerate(members)}
    for number, each in enumerate(members):
        selector = each.pod.resource.selector
        for pod in bundle.pods_matching(each.namespace, selector):
            other = members[numbers[id(pod)]] if numbers.get(id(pod), number) < number else None
            if other is not None and _is_rival(each, other) and _each_other(each, other):
                message = f"{each.pod.resource} and {other.pod.resource} select each other's pods"
                apart = each.pod.cursor.source.path != other.pod.cursor.source.path and not bundle.complete
                yield rule.hit(
                    selector,
                    message,
                    because(other.pod.resource.selector, "the other selector"),
                    # Files beside each other are often variants, of which one is applied.
                    profile=Profile.STRICT if apart else None,
                    confidence=Confidence.MEDIUM if apart else None,
                )
                break


def _selects(each: BundledPod) -> bool:
    resource = each.pod.resource
    return resource.kind in _CONTROLLERS and resource.selector.present and not resource.selector.is_empty


def _is_rival(one: BundledPod, other: BundledPod) -> bool:
    first, second = one.pod.resource, other.pod.resource
    return first.kind == second.kind and first.name != second.name


def _each_other(one: BundledPod, other: BundledPod) -> bool:
    first = one.pod.resource.selector.matches(other.pod.labels.value or {})
    return first is True and other.pod.resource.selector.matches(one.pod.labels.value or {}) is True


def _service(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    resource, bundle = subject.pod.resource, subject.bundle
    if resource.gk != ("apps", "StatefulSet"):
        return
    field = resource.service_name
    if field.absent:
        # Optional since 1.33: https://github.com/kubernetes/kubernetes/pull/130233
        if not resource.context.at_least(1, 33):
            yield pod_hit(rule, subject.pod, field, f"{resource} names no Service that gives its pods names")
        return
    found = bundle.find("", "Service", subject.namespace, field.value or "")
    if found is None:
        missing = absence(bundle, "", "Service", subject.namespace, field.value or "") if field.value else None
        if missing is not None:
            yield pod_hit(
                rule,
                subject.pod,
                field,
                f"{resource} names Service {field.value!r}, which does not exist{missing.hint()}",
            )
        return
    service = Service.reading(found)
    wanted = set((service.selector.value or {}).items())
    if not service.is_headless:
        yield pod_hit(
            rule,
            subject.pod,
            field,
            f"{resource} names {service}, which is not headless",
            because(found, "has an address"),
        )
    elif wanted and not wanted <= set((subject.pod.labels.value or {}).items()):
        yield pod_hit(
            rule,
            subject.pod,
            field,
            f"{resource} names {service}, which does not select its pods",
            because(found, "its selector"),
        )


def _shared_claim(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    users: dict[tuple[str, str], BundledPod] = {}
    for each in BundledPod.among(bundle):
        for volume in each.pod.volumes:
            name = volume.claim_name.value
            claim = bundle.find("", "PersistentVolumeClaim", each.namespace, name) if name else None
            if claim is None or name is None:
                continue
            modes = {item.text for item in claim.cursor.get("spec", "accessModes").items()}
            once, only = "ReadWriteOncePod" in modes, modes == {"ReadWriteOnce"}
            other = users.setdefault((each.namespace, name), each)
            many = (each.replicas or (1, 1))[1] > 1
            if (many and (once or only)) or (once and other is not each):
                who = (
                    f"several pods of {each.pod.resource}" if many else f"{each.pod.resource} and {other.pod.resource}"
                )
                yield pod_hit(
                    rule,
                    each.pod,
                    volume.claim_name,
                    f"{who} want {claim}, which one {'pod' if once else 'node'} at a time may write",
                    because(claim, "the claim"),
                    confidence=Confidence.HIGH if once else Confidence.LOW,
                    profile=Profile.DEFAULT if once else Profile.STRICT,
                )


def _duplicate_service(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    first: dict[tuple[str, tuple[tuple[str, str], ...], object], Service] = {}
    for service in bundle.each(Service):
        pairs = tuple(sorted((service.selector.value or {}).items()))
        for port in service.ports if pairs else ():
            key = (bundle.namespace_of(service).name, pairs, port.port.value)
            other = first.setdefault(key, service)
            if other is not service and other.name != service.name and service.is_headless == other.is_headless:
                message = f"{service} and {other} select the same pods for port {port.port.value}"
                yield rule.hit(service.selector, message, because(other.selector, "the same selector"))
                break


def _duplicate_object(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    # A kustomization's patches have the names of what they change.
    patched = any(resource.kind == "Kustomization" for resource in bundle.resources)
    first: dict[tuple[str, ...], Resource] = {}
    for resource in bundle.resources:
        if not resource.is_named or resource.kind == "Kustomization":
            continue
        path = resource.cursor.source.path if patched else ""
        key = (*resource.gk, bundle.namespace_of(resource).name, resource.name, path)
        other = first.setdefault(key, resource)
        if other is not resource and _text(other) != _text(resource):
            message = f"{resource} is written twice, and differently: the last one wins"
            apart = other.cursor.source.path != resource.cursor.source.path and not bundle.complete
            yield rule.hit(
                resource,
                message,
                because(other, "the first one"),
                # Files beside each other are often variants, of which one is applied.
                profile=Profile.ALL if apart else None,
                confidence=Confidence.LOW if apart else None,
            )


def _text(resource: Resource) -> str:
    node = resource.cursor.node
    span = getattr(node, "span", None)
    return "".join(resource.cursor.source.slice(span).split()) if span is not None else ""


def _unused(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    used = {("ServiceAccount", each.namespace, each.pod.account_name or "") for each in BundledPod.among(bundle)}
    for each in BundledPod.among(bundle):
        used |= {(reference.kind, each.namespace, reference.name.text or "") for reference in pod_references(each.pod)}
    for kind in ("ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim"):
        for resource in bundle.by_kind("", kind):
            namespace = bundle.namespace_of(resource).name
            if not bundle.covers(namespace) or (kind, namespace, resource.name) in used or resource.name == "default":
                continue
            if not _is_named_elsewhere(bundle, resource):
                yield rule.hit(resource, f"nothing refers to {resource}")


def _is_named_elsewhere(bundle: Bundle, resource: Resource) -> bool:
    """Whether the name occurs in another object at all: operators have fields that we do not know."""
    return bundle.derived(_mentions).get(resource.name, 0) > 1


def _mentions(bundle: Bundle) -> Counter[str]:
    """In how many objects each name occurs."""
    found: Counter[str] = Counter()
    for resource in bundle.resources:
        node = resource.cursor.node
        if node is not None:
            found.update(set(_NAME.findall(resource.cursor.source.text, node.start, node.end)))
    return found


def _web(
    labels: str = "{app: web}", name: str = "web", mark: str = "", spec: str = "", kind: str = "Deployment"
) -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: shop\nspec:\n{spec}"
        f"  selector:{mark}\n    matchLabels: {{app: web}}\n  template:\n    metadata: {{labels: {labels}}}\n"
        "    spec: {containers: [{name: web, image: 'web:1.0.0'}], volumes: [{name: d, "
        "persistentVolumeClaim: {claimName: d}}]}\n"
    )


def _serves(name: str, mark: str = "", address: str = "") -> str:
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  {address}\n"
        f"  selector:{mark}\n    app: web\n  ports: [{{port: 80}}]\n"
    )


_CLAIM = (
    "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: d, namespace: shop}\n"
    "spec: {accessModes: [ReadWriteOncePod], resources: {requests: {storage: 1Gi}}}\n"
)
_FINE = several(_web(), _serves("web"), _CLAIM)


def _row(
    name: str,
    subject: type[Any],
    text: str,
    judge: _Judge,
    bad: tuple[Example, ...],
    severity: Severity,
    profile: Profile = Profile.DEFAULT,
    confidence: Confidence = Confidence.HIGH,
    needs: Needs | None = None,
    mentions: tuple[str, ...] = (),
) -> Row[Any]:
    return Row(
        f"reliability/{name}",
        subject,
        text,
        judge,
        severity=severity,
        profile=profile,
        confidence=confidence,
        bad=bad,
        good=(_FINE,),
        needs=needs,
        mentions=mentions,
    )


RULES = (
    _row(
        "selector-mismatch",
        BundledPod,
        "Workload does not select its own pods.\n\n"
        "The API server refuses the object: what was meant to be replaced keeps running.\n\n"
        "Write the selector's labels into the template.",
        _mismatch,
        (manifest(_web("{app: wbe}", mark="  # ! does not select its own pods")),),
        Severity.HIGH,
        needs=Needs(frozenset((group, kind) for group in _GROUPS for kind in _CONTROLLERS) | {("batch", "Job")}),
    ),
    _row(
        "selector-overlap",
        Bundle,
        "Two controllers select each other's pods.\n\n"
        "Each takes the other's pods for its own and deletes what seems too many.\n\n"
        "Give each a label of its own.",
        _overlap,
        (several(_web(), _web(name="other", mark="  # ! select each other's pods")),),
        Severity.MEDIUM,
        mentions=("selector",),
    ),
    _row(
        "stateful-set-service",
        BundledPod,
        "Pods of the StatefulSet get no names.\n\n"
        "Members of a cluster find each other by these names; without them every pod stays alone.\n\n"
        "Name a headless Service (`clusterIP: None`) that selects the pods.",
        _service,
        (
            several(
                _web(kind="StatefulSet", spec="  serviceName: web  # ! which is not headless\n"),
                _serves("web"),
            ),
        ),
        Severity.LOW,
        Profile.STRICT,
    ),
    _row(
        "shared-single-writer-claim",
        Bundle,
        "Several pods want a volume that is for one.\n\n"
        "All but one wait for ever, or write over each other where they share a node.\n\n"
        "Use `volumeClaimTemplates`, or a claim that several may write.",
        _shared_claim,
        (
            several(
                _web(spec="  replicas: 3\n")
                .replace(
                    "    spec: {containers: [{name: web, image: 'web:1.0.0'}], ",
                    "    spec:\n      containers: [{name: web, image: 'web:1.0.0'}]\n      ",
                )
                .replace("claimName: d}}]}", "claimName: d}}]  # ! several pods of Deployment 'web'"),
                _CLAIM,
            ),
        ),
        Severity.MEDIUM,
        needs=Needs(frozenset({("", "PersistentVolumeClaim")})),
    ),
    _row(
        "unused-object",
        Bundle,
        "Nothing refers to the object.\n\n"
        "What nobody uses is kept up by nobody: a forgotten Secret opens what it opened.\n\nRemove it.",
        _unused,
        (
            manifest(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: forgotten  # ! nothing refers to\n  namespace: shop",
                complete="cluster",
            ),
        ),
        Severity.INFO,
        Profile.ALL,
        Confidence.MEDIUM,
    ),
    _row(
        "duplicate-service-selector",
        Bundle,
        "Two Services select the same pods.\n\nRules that name one of them do not hold for the other.\n\nRemove one.",
        _duplicate_service,
        (several(_serves("web"), _serves("www", "  # ! select the same pods")),),
        Severity.INFO,
        Profile.ALL,
        needs=Needs(frozenset({("", "Service")})),
    ),
    _row(
        "duplicate-object",
        Bundle,
        "Object is written twice, and differently.\n\n"
        "Which one holds depends on the order of files: a stricter one can be undone by an old copy.\n\nKeep one.",
        _duplicate_object,
        (
            several(
                _CLAIM,
                _CLAIM.replace("1Gi", "2Gi").replace(
                    "{name: d, namespace: shop}", "\n  name: d  # ! is written twice\n  namespace: shop"
                ),
            ),
        ),
        Severity.MEDIUM,
    ),
)
