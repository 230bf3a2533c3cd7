"""Services that lead nowhere, or to more than one application."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.exposure.selection import is_empty_handed, made_elsewhere, nearest
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.rule import Hit, Row, Rule, because, several

_NAMES = ("app.kubernetes.io/name", "app")


def _nothing(rule: Rule[LinkedService], linked: LinkedService) -> Iterator[Hit]:
    if not is_empty_handed(linked):
        return
    near = nearest(linked)
    hint = ""
    if near is not None:
        hint = f"; nearest is {near.pod}, which lacks {', '.join(repr(pair) for pair in near.missing)}"
    unsure = linked.namespace.assumed or made_elsewhere(linked)
    yield rule.hit(
        linked.service.selector.cursor.key_place,
        f"{linked} selects no pod of namespace {linked.namespace.name!r}{hint}",
        *([] if near is None else [because(near.pod.labels, "labels of the nearest pod")]),
        confidence=Confidence.LOW if unsure else None,
        profile=Profile.STRICT if unsure else None,
    )


def _unknown_port(rule: Rule[LinkedService], linked: LinkedService) -> Iterator[Hit]:
    pods = linked.pods
    if not pods or any(pod.overlay for pod in pods):
        return
    for port, found in linked.selected:
        wanted = port.target
        if wanted is None or port.transport is None:
            continue
        field = port.target_port if port.target_port.present else port.port
        if isinstance(wanted, str) and not found:
            yield rule.hit(field, f"{linked} sends to port {wanted!r}, which {pods[0]} does not declare")
        elif isinstance(wanted, int) and all(each.declared is None for each in found):
            if not all(any(True for each in pod.containers for _ in each.ports) for pod in pods):
                continue
            yield rule.hit(
                field,
                f"{linked} sends to port {wanted}, which {pods[0]} does not declare",
                severity=Severity.LOW,
                confidence=Confidence.MEDIUM,
                profile=Profile.STRICT,
            )


def _several(rule: Rule[LinkedService], linked: LinkedService) -> Iterator[Hit]:
    if not linked.reached.is_exposed:
        return
    for label in _NAMES:
        names = [pod.labels.get(label).value for pod in linked.pods]
        known = sorted({name for name in names if name})
        if len(known) > 1:
            yield rule.hit(
                linked.service.selector.cursor.key_place,
                f"{linked} publishes pods of several applications: {', '.join(repr(name) for name in known)}",
                *(because(pod.labels.get(label), "one of them") for pod in linked.pods),
            )
            return
        if known:
            return


_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      namespace: shop
    spec:
      type: {type}
      selector:{mark}
        app.kubernetes.io/part-of: {part}
      ports:
        - port: 80
          targetPort: {port}
"""
_POD = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: {name}
      namespace: shop
      labels:
        app.kubernetes.io/name: {name}
        app.kubernetes.io/part-of: shop
    spec:
      containers:
        - name: app
          image: registry.example/shop/{name}:1.4.2
          ports:
            - name: http
              containerPort: 8080
"""
_WEB = _POD.format(name="web")
_FITTING = several(_SERVICE.format(type="ClusterIP", mark="", part="shop", port="http"), _WEB)

RULES = (
    Row(
        "exposure/service-selects-nothing",
        LinkedService,
        "Selector of a Service chooses no pod.\n\n"
        "Requests fail, and whoever may create pods in the namespace receives them by giving a pod these\n"
        "labels.\n\n"
        "Write the labels of the pod template into `spec.selector`.",
        _nothing,
        severity=Severity.LOW,
        bad=(several(_SERVICE.format(type="ClusterIP", mark="  # ! selects no pod", part="store", port="http"), _WEB),),
        good=(_FITTING,),
    ),
    Row(
        "exposure/service-target-port-unknown",
        LinkedService,
        "Service sends to a port that its pods do not declare.\n\n"
        "A name that no container declares makes the Service lead nowhere. A number that nobody declares may\n"
        "be a port that was never meant to be reached, such as a debugger's.\n\n"
        "Declare the port in `containers[].ports`, or correct `targetPort`.",
        _unknown_port,
        severity=Severity.MEDIUM,
        bad=(
            several(_SERVICE.format(type="ClusterIP", mark="", part="shop", port="web  # ! port 'web'"), _WEB),
            several(_SERVICE.format(type="ClusterIP", mark="", part="shop", port="9000  # ! port 9000"), _WEB),
        ),
        good=(_FITTING,),
    ),
    Row(
        "exposure/service-selects-several-applications",
        LinkedService,
        "Exposed Service selects several applications.\n\n"
        "A selector that is too wide publishes a neighbour: requests from outside reach pods that were never\n"
        "meant to see them.\n\n"
        "Select by the label that names one application.",
        _several,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        bad=(
            several(
                _SERVICE.format(type="NodePort", mark="  # ! several applications", part="shop", port="http"),
                _WEB,
                _POD.format(name="admin"),
            ),
        ),
        good=(several(_SERVICE.format(type="NodePort", mark="", part="shop", port="http"), _WEB),),
    ),
)
