"""Objects as they are written: left-overs of servers, annotations without effect, sizes, defaults, ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import AnyField
from hullmark.linter.manifest.objects import PlainObject, Ported
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.bundled_pod import BundledPod
from hullmark.linter.patterns import regex
from hullmark.linter.rule import (
    Example,
    Hit,
    Needs,
    Option,
    Row,
    Rule,
    because,
    in_container,
    in_deployment,
    manifest,
    remove,
    several,
)
from hullmark.linter.rule.pod_rows import pod_hit

_Judge = Callable[[Rule[Any], Any], Iterator[Hit]]
_ANNOTATIONS = regex(
    r"scheduler\.alpha\.kubernetes\.io/.*|pod\.(?:alpha|beta)\.kubernetes\.io/init-containers"
    r"|service\.alpha\.kubernetes\.io/tolerate-unready-endpoints|volume\.beta\.kubernetes\.io/storage-class"
)
_SERVER_FIELDS = ("uid", "resourceVersion", "managedFields", "selfLink", "generation")
_PRIORITY = ("scheduling.k8s.io", "PriorityClass")
_DEFAULTS = {
    ("storage.k8s.io", "StorageClass"): (
        "storageclass.kubernetes.io/is-default-class",
        "storageclass.beta.kubernetes.io/is-default-class",
    ),
    ("networking.k8s.io", "IngressClass"): ("ingressclass.kubernetes.io/is-default-class",),
}
_LARGEST = 1_048_576
_CLIENT_SIDE = 262_144
_CLASS = (
    "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: {}}}\nvalue: 1\nglobalDefault: true{}\n"
)
_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n{}data: {{color: blue}}\n"
_SMALL = manifest(_MAP.format(""))


def _annotation(rule: Rule[PlainObject], resource: PlainObject) -> Iterator[Hit]:
    # A pod is its own template.
    found = (resource.cursor.get("metadata"), *(pod.metadata for pod in PodSpec.of(resource)))
    for at in {id(at.node): at for at in found}.values():
        for key, cursor in at.get("annotations").entries():
            if _ANNOTATIONS.fullmatch(key):
                effect = "is deprecated" if key.startswith("volume.beta") else "has no effect any more"
                yield Hit(cursor.key_place, f"annotation {key!r} of {resource} {effect}", subject_name=key)


def _replicated_port(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    if subject.pod.resource.kind not in ("Deployment", "StatefulSet", "ReplicaSet"):
        return
    if (subject.replicas or (1, 1))[1] > 1:
        for container in subject.pod.containers:
            for port in container.ports:
                if port.host_port.value:
                    message = (
                        f"two pods of {subject.pod.resource} can never share a node: both want {port.host_port.value}"
                    )
                    yield pod_hit(rule, subject.pod, port.host_port, message, container=container)


def _defaults(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    groups: list[list[tuple[Resource, Cursor]]] = [
        [(each, each.cursor.get("globalDefault")) for each in bundle.by_kind(*_PRIORITY)]
    ]
    for kind, names in _DEFAULTS.items():
        groups.append([(each, each.annotation(name).cursor) for each in bundle.by_kind(*kind) for name in names])
    for members in groups:
        chosen = [(resource, at) for resource, at in members if at.text == "true"]
        for resource, at in chosen[1:]:
            if resource.name != chosen[0][0].name:
                yield rule.hit(
                    at, f"{resource} and {chosen[0][0]} are both the default", because(chosen[0][1], "the first")
                )


def _large(rule: Rule[PlainObject], resource: PlainObject) -> Iterator[Hit]:
    node, largest = resource.cursor.node, rule.number(resource.context, "largest")
    smallest, extent = min(_CLIENT_SIDE, largest), resource.extent
    if node is None or extent.end - extent.start < smallest or node.end - node.start < smallest:
        return
    if resource.kind == "CustomResourceDefinition":
        return
    if resource.gk in (("", "ConfigMap"), ("", "Secret")) and _size(resource) > largest:
        held = next(name for name in ("data", "binaryData", "stringData") if resource.cursor.get(name).present)
        yield rule.hit(resource.cursor.get(held).key_place, f"{resource} holds more than a mebibyte: it is refused")
        return
    if node.end - node.start > _CLIENT_SIDE:
        message = f"{resource} is too large for client-side apply, which keeps a copy in an annotation"
        yield rule.hit(resource, message, severity=Severity.LOW, profile=Profile.STRICT)


def _size(resource: PlainObject) -> int:
    """Bytes of all values as the API server counts them: what is in base64 counts decoded."""
    coded = ("binaryData",) if resource.kind == "ConfigMap" else ("data",)
    size = 0
    for name in ("data", "binaryData", "stringData"):
        for _, at in resource.cursor.get(name).entries():
            text = at.text or ""
            ink = len("".join(text.split()).rstrip("=")) if name in coded else 0
            size += ink * 3 // 4 if name in coded else len(text.encode("utf-8", "surrogatepass"))
    return size


def _server_field(rule: Rule[PlainObject], resource: PlainObject) -> Iterator[Hit]:
    metadata = resource.cursor.get("metadata")
    fields = [metadata.get(name) for name in _SERVER_FIELDS]
    fields.append(metadata.get("creationTimestamp"))
    status = resource.cursor.get("status")
    ours = "." not in resource.group or resource.group.endswith(".k8s.io")
    if ours and status.is_mapping and any(True for _ in status.entries()):
        fields.append(status)
    for at in fields:
        if at.present:
            fix = remove(AnyField(at), safe=True)
            yield rule.hit(at.key_place, f"{resource} has {at.path[-1]!r}, which the server writes", fix=fix)
    owner = next((item for item in metadata.get("ownerReferences").items() if item.get("uid").present), None)
    if owner is not None:
        yield rule.hit(metadata.get("ownerReferences").key_place, f"{resource} has an owner of a running cluster")


def _unnamed(rule: Rule[Ported], resource: Ported) -> Iterator[Hit]:
    if resource.gk == ("", "Service"):
        yield from _of_service(rule, Service.reading(resource))
        return
    for pod in PodSpec.of(resource):
        for container in pod.containers if not pod.overlay else ():
            for port in container.ports:
                if port.container_port.value is not None and port.name.absent:
                    message = f"port {port.container_port.value} of {container.described} has no name"
                    yield pod_hit(
                        rule, pod, port, message, container=container, severity=Severity.INFO, profile=Profile.ALL
                    )


def _of_service(rule: Rule[Ported], service: Service) -> Iterator[Hit]:
    for port in service.ports:
        if port.name.absent and len(service.ports) > 1:
            yield rule.hit(port, f"{service} has several ports, and this one has no name: it is refused")
        elif isinstance(port.target_port.value, int):
            message = f"{service} names port {port.target_port.value} of its pods by number"
            yield rule.hit(port.target_port, message, severity=Severity.INFO, profile=Profile.ALL)


_PLAIN = in_deployment("terminationGracePeriodSeconds: 5")


def _row(
    name: str,
    subject: type[Any],
    text: str,
    judge: _Judge,
    bad: tuple[Example, ...],
    good: tuple[Example, ...],
    severity: Severity = Severity.LOW,
    profile: Profile = Profile.STRICT,
    options: tuple[Option, ...] = (),
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
        bad=bad,
        good=good,
        options=options,
        needs=needs,
        mentions=mentions,
    )


RULES = (
    _row(
        "host-port-in-replicated-workload",
        BundledPod,
        "Pods of one workload want one port of a node.\n\nNo two of them fit on a node: rollouts wait.\n\n"
        "Use a Service, or a DaemonSet.",
        _replicated_port,
        (
            manifest(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 2\n  template:\n"
                "    spec:\n"
                "      containers: [{name: a, image: a, ports: [{containerPort: 80, hostPort: 80}]}]  # ! never "
                "share a node"
            ),
        ),
        (_PLAIN,),
    ),
    _row(
        "deprecated-annotation",
        PlainObject,
        "Annotation has no effect.\n\nWhat it was to bring about does not happen.\n\n"
        "Use the field that took its place.",
        _annotation,
        (manifest(_MAP.format("  annotations:\n    scheduler.alpha.kubernetes.io/critical-pod: ''  # ! no effect\n")),),
        (_SMALL,),
        mentions=(
            "scheduler.alpha.kubernetes.io",
            "init-containers",
            "tolerate-unready-endpoints",
            "volume.beta.kubernetes.io",
        ),
    ),
    _row(
        "several-default-classes",
        Bundle,
        "Two classes are the default.\n\nWhich one holds is decided by age or chance, or the second is "
        "refused.\n\nKeep one default.",
        _defaults,
        (several(_CLASS.format("one", ""), _CLASS.format("two", "  # ! are both the default")),),
        (manifest(_CLASS.format("one", "")),),
        Severity.MEDIUM,
        Profile.DEFAULT,
        needs=Needs(frozenset({_PRIORITY, *_DEFAULTS})),
    ),
    _row(
        "object-too-large",
        PlainObject,
        "Object is too large.\n\nThe API server refuses it, or `kubectl apply` cannot keep its copy.\n\nSplit it.",
        _large,
        (
            manifest(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata:  # ! holds more\n  a: " + "x" * 60,
                options={"largest": 50},
            ),
        ),
        (_SMALL,),
        Severity.MEDIUM,
        Profile.DEFAULT,
        (Option("largest", _LARGEST, "How many bytes an object may hold."),),
    ),
    _row(
        "server-field-in-manifest",
        PlainObject,
        "Manifest holds what a server wrote.\n\n"
        "It is a copy of a running object: a stale version makes updates fail, and nobody wrote what it "
        "says.\n\nRemove it.",
        _server_field,
        (
            manifest(
                _MAP.format("  uid: 4c8d2c1e-0000-4000-8000-000000000000  # ! which the server writes\n"),
                fixed=_MAP.format(""),
            ),
        ),
        (_SMALL, manifest(_MAP.format("  creationTimestamp: null\n"))),
        mentions=(*_SERVER_FIELDS, "creationTimestamp", "status", "ownerReferences"),
    ),
    _row(
        "unnamed-port",
        Ported,
        "Port has no name.\n\n"
        "A Service with several ports is refused; elsewhere, whoever changes a number has to find all who use it.\n\n"
        "Name every port, and let `targetPort` give the name.",
        _unnamed,
        (
            manifest(
                "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n    - {name: a, port: 1}\n"
                "    - {port: 2}  # ! has no name"
            ),
            manifest(
                "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n"
                "    - {port: 80, targetPort: 8080}  # ! names port 8080 of its pods by number"
            ),
            in_container("ports:\n  - containerPort: 80  # ! port 80 of container 'app' of Pod 'web' has no name"),
        ),
        (manifest("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}"),),
        Severity.MEDIUM,
        Profile.DEFAULT,
        mentions=("ports",),
    ),
)
