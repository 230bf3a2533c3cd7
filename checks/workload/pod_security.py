"""Pods that the labels of their own namespace refuse."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.model.pod_policy import Demand, PolicedNamespace, PolicedPod
from hullmark.linter.model.pod_violation import Violation
from hullmark.linter.rule import Hit, Needs, Row, Rule, because, manifest

_NAMESPACE = Needs(frozenset({("", "Namespace")}))
_CONTROLS = ("PSS/baseline", "PSS/restricted", "NSA/pod-security-enforcement")


def _rejected(rule: Rule[PolicedPod], subject: PolicedPod) -> Iterator[Hit]:
    refused = subject.refused("enforce")
    if refused is not None:
        yield _hit(rule, subject, *refused, "refuses")


def _warned(rule: Rule[PolicedPod], subject: PolicedPod) -> Iterator[Hit]:
    refused = None if subject.refused("enforce") else subject.refused("warn", "audit")
    if refused is not None:
        yield _hit(rule, subject, *refused, "warns about")


def _hit(rule: Rule[PolicedPod], subject: PolicedPod, demand: Demand, found: tuple[Violation, ...], verb: str) -> Hit:
    first, *others = found
    return rule.hit(
        first.place,
        f"namespace {subject.namespace!r} {verb} {subject.pod}: level {demand.level}, {first.message}",
        because(demand.place, f"the namespace asks for {demand.level}"),
        *(because(other.place, other.message) for other in others[:12]),
        confidence=subject.pod.confidence_cap,
        subject_name=subject.pod.label,
    )


def _refusing(rule: Rule[PolicedNamespace], subject: PolicedNamespace) -> Iterator[Hit]:
    refused = [(each.pod, found) for each in subject.pods if (found := each.refused("enforce")) is not None]
    if not refused:
        return
    demand = refused[0][1][0]
    names = ", ".join(str(pod) for pod, _ in refused[:_NAMED])
    more = len(refused) - _NAMED
    names += f" and {more} more of its {len(subject.pods)} workloads" if more > 0 else ""
    # A default of the plugin stands in another file, which is not the namespace's own.
    written = demand.place.source is subject.place.source
    yield rule.hit(
        demand if written else subject,
        f"namespace {subject.name!r} asks for level {demand.level}, which refuses {names}",
        *(() if written else (because(demand, f"the plugin's default asks for {demand.level}"),)),
        *(because(found[1][0], f"{pod}: {found[1][0].message}") for pod, found in refused),
        confidence=max(pod.confidence_cap for pod, _ in refused),
    )


_NAMED = 3
_SHOP = """
    apiVersion: v1
    kind: Namespace
    metadata:
      name: shop
      labels:
        pod-security.kubernetes.io/{}: {}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {{name: web, namespace: shop}}
    spec:
      {}containers:
        - name: app
          image: registry.example/shop/app:1.4.2
"""
_NODE = "hostPID: true  # ! {}\n      "
_HOST = "hostPID: true\n      "

RULES = (
    Row(
        "workload/rejected-by-pod-security",
        PolicedPod,
        "Namespace refuses the pod by its own labels.\n\n"
        "No such pod will run. The usual way out of the outage is to remove the label, and with it the\n"
        "protection of everything else in the namespace.\n\n"
        "Change what the level refuses, or move the workload into a namespace that is meant for it.",
        _rejected,
        severity=Severity.HIGH,
        controls=("CIS-1.12/5.2.1", *_CONTROLS),
        needs=_NAMESPACE,
        bad=(manifest(_SHOP.format("enforce", "baseline", _NODE.format("namespace 'shop' refuses Pod 'web'"))),),
        good=(manifest(_SHOP.format("enforce", "baseline", "")),),
    ),
    Row(
        "workload/namespace-refuses-workloads",
        PolicedNamespace,
        "Namespace asks for a level that its workloads do not meet.\n\n"
        "Nothing says so when the controllers are applied: their pods are refused later, one by one. Whoever\n"
        "is called then lowers the level, for everything in the namespace.\n\n"
        "Change the workloads that are named, or move them into a namespace that is meant for them.",
        _refusing,
        severity=Severity.MEDIUM,
        controls=("CIS-1.12/5.2.1", *_CONTROLS),
        needs=_NAMESPACE,
        bad=(manifest(_SHOP.format("enforce", "baseline  # ! which refuses Pod 'web'", _HOST)),),
        good=(manifest(_SHOP.format("enforce", "baseline", "")), manifest(_SHOP.format("warn", "baseline", _HOST))),
    ),
    Row(
        "workload/warned-by-pod-security",
        PolicedPod,
        "Namespace warns about the pod by its own labels.\n\n"
        "The warning says what will be refused once the level is enforced; a warning that is always there\n"
        "is read by nobody.\n\n"
        "Change what the level warns about, then enforce it.",
        _warned,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=_CONTROLS,
        needs=_NAMESPACE,
        bad=(manifest(_SHOP.format("warn", "baseline", _NODE.format("namespace 'shop' warns about Pod 'web'"))),),
        good=(manifest(_SHOP.format("audit", "baseline", "")),),
    ),
)
