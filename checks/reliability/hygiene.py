"""Pods as their owners find them: labels, priorities, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.known import known_as
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.rule import (
    Example,
    Hit,
    Offer,
    Option,
    Rule,
    in_deployment,
    in_pod,
    manifest,
    rewrite,
)
from hullmark.linter.rule.pod_rows import PodRow, pod_hit
from hullmark.linter.rule.rekey import renamed

_Judge = Callable[[Rule[Any], Any], Iterator[Hit]]
_LABELS = {
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "node-role.kubernetes.io/master": "",
}
_NAMES = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app", "k8s-app")
# Folders that kubelets watch, of kubeadm, k3s, RKE2 and MicroK8s.
_STATIC = ("/kubernetes/manifests", "/pod-manifests", "/static-pods", "/agent/pod-manifests")
_PRIORITIES = frozenset({"system-node-critical", "system-cluster-critical"})


def _is_watched(path: str) -> bool:
    """Whether a kubelet takes the folder of a file for static pods."""
    return f"/{path}".rpartition("/")[0].endswith(_STATIC)


def _naked(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    resource = pod.resource
    if resource.gk != ("", "Pod") or pod.is_static or resource.helm_hooks or pod.overlay:
        return
    if resource.cursor.source.tells(_is_watched):
        return
    yield pod_hit(rule, pod, StrField(resource.cursor.get("kind")), f"{resource} is gone for good when its node is")


def _node_label(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for key, cursor in pod.node_selector.cursor.entries():
        if key in _LABELS:
            fix = renamed(cursor, _LABELS[key], safe=True) if _LABELS[key] else None
            yield _node_hit(rule, pod, cursor.key_place, key, fix)
    keys = list(_affinity_keys(pod))
    # Who names the new label beside the old one has written it for clusters of both sorts.
    both = any(at.text == "node-role.kubernetes.io/control-plane" for at in keys)
    for at in keys:
        key = at.text or ""
        if key in _LABELS and not (both and not _LABELS[key]):
            fix = rewrite(StrField(at), _LABELS[key], safe=True) if _LABELS[key] else None
            yield _node_hit(rule, pod, at, key, fix)


def _affinity_keys(pod: PodSpec) -> Iterator[Cursor]:
    """Labels of nodes that affinities and spread constraints name."""
    nodes = pod.affinity.cursor.get("nodeAffinity")
    preferred = nodes.get("preferredDuringSchedulingIgnoredDuringExecution").items()
    terms = [*nodes.get("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").items()]
    for term in (*terms, *(each.get("preference") for each in preferred)):
        yield from (expression.get("key") for expression in term.get("matchExpressions").items())
    for side in ("podAffinity", "podAntiAffinity"):
        at = pod.affinity.cursor.get(side)
        for each in at.get("requiredDuringSchedulingIgnoredDuringExecution").items():
            yield each.get("topologyKey")
        for each in at.get("preferredDuringSchedulingIgnoredDuringExecution").items():
            yield each.get("podAffinityTerm", "topologyKey")
    yield from (each.get("topologyKey") for each in pod.topology_spread_constraints.cursor.items())


def _node_hit(rule: Rule[PodSpec], pod: PodSpec, place: Any, key: str, fix: Offer) -> Hit:
    gone = not _LABELS[key]
    return pod_hit(
        rule,
        pod,
        place,
        f"{pod} selects nodes by {key!r}, which {'new nodes do not have' if gone else 'is deprecated'}",
        severity=Severity.MEDIUM if gone else Severity.LOW,
        profile=Profile.DEFAULT if gone else Profile.STRICT,
        fix=fix,
        subject_name=key,
    )


def _dns(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    policy = pod.dns_policy
    if not pod.host_network.is_true or not (policy.absent or policy.value == "ClusterFirst"):
        return
    texts = [item.text or "" for each in pod.containers for item in (*each.command.items, *each.args.items)]
    texts += [variable.value.text or "" for each in pod.containers for variable in each.env]
    if any(re.search(r"\.svc(?:\b|$)|_SERVICE_HOST\b", text) for text in texts):
        yield pod_hit(rule, pod, policy, f"{pod} asks the node's DNS for names of the cluster")


def _priority(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    name = pod.priority_class_name
    ours = pod.resource.namespace == "kube-system" or any(known_as(each) for each in pod.containers)
    if name.value in _PRIORITIES and not ours:
        yield pod_hit(rule, pod, name, f"{pod} may push the cluster's own components aside")


def _no_priority(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if rule.switch(pod.resource.context, "required") and pod.lacks(pod.priority_class_name):
        yield pod_hit(rule, pod, pod.priority_class_name, f"{pod} has no priority class")


def _unlabelled(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    labels = {**(pod.resource.labels.value or {}), **(pod.labels.value or {})}
    if pod.resource.is_builtin and not pod.overlay and not any(name in labels for name in _NAMES):
        at = pod.resource.cursor.get("metadata", "labels")
        place = at.key_place if at.present else pod.resource.cursor.get("metadata").key_place
        yield pod_hit(rule, pod, place, f"{pod} has no label that says what it is part of")


_ZONES = """
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: {}
    whenUnsatisfiable: ScheduleAnyway
"""
_PLAIN = in_deployment("terminationGracePeriodSeconds: 5")


def _pod_row(
    name: str,
    text: str,
    judge: Callable[[Rule[PodSpec], PodSpec], Iterator[Hit]],
    bad: tuple[Example, ...],
    severity: Severity = Severity.LOW,
    profile: Profile = Profile.STRICT,
    confidence: Confidence = Confidence.HIGH,
    options: tuple[Option, ...] = (),
    controls: tuple[str, ...] = (),
    mentions: tuple[str, ...] = (),
) -> PodRow:
    title, why, remedy = text.split("\n\n")
    return PodRow(
        f"reliability/{name}",
        title,
        why,
        remedy,
        judge,
        severity=severity,
        profile=profile,
        confidence=confidence,
        options=options,
        controls=controls,
        mentions=mentions,
        bad=bad,
        good=(_PLAIN,),
    )


RULES = (
    _pod_row(
        "naked-pod",
        "Pod has no controller.\n\nNobody makes it anew when its node fails or is drained.\n\n"
        "Use a Deployment or a Job.",
        _naked,
        (
            manifest(
                "apiVersion: v1\nkind: Pod  # ! is gone for good\nmetadata: {name: web}\n"
                "spec: {containers: [{name: a, image: a}]}"
            ),
        ),
        profile=Profile.ALL,
    ),
    _pod_row(
        "deprecated-node-label",
        "Pod selects nodes by a deprecated label.\n\nNew nodes may not have it: the pod waits for ever.\n\n"
        "Use the new label.",
        _node_label,
        (
            in_pod(
                "nodeSelector:\n  beta.kubernetes.io/os: linux  # ! is deprecated",
                fixed="nodeSelector:\n  kubernetes.io/os: linux",
            ),
            in_pod("nodeSelector:\n  node-role.kubernetes.io/master: ''  # ! new nodes do not have"),
            in_pod(
                _ZONES.format("failure-domain.beta.kubernetes.io/zone  # ! is deprecated"),
                fixed=_ZONES.format("topology.kubernetes.io/zone"),
            ),
        ),
        profile=Profile.DEFAULT,
        mentions=tuple(_LABELS),
    ),
    _pod_row(
        "host-network-dns-policy",
        "Pod asks the node's DNS for names of the cluster.\n\n"
        "With `hostNetwork`, ClusterFirst means the node's own resolver: whoever answers there decides "
        "where requests go.\n\n"
        "Set `dnsPolicy: ClusterFirstWithHostNet`.",
        _dns,
        (
            in_pod(
                "hostNetwork: true\ndnsPolicy: ClusterFirst  # ! names of the cluster\ninitContainers:\n"
                "  - {name: a, image: a, args: [http://db.shop.svc/]}"
            ),
        ),
        confidence=Confidence.MEDIUM,
        mentions=("hostNetwork",),
    ),
    _pod_row(
        "system-priority-class",
        "Pod has the priority of the cluster's own components.\n\n"
        "When a node is full, it pushes aside what the cluster needs to work.\n\nUse a priority class of your own.",
        _priority,
        (in_pod("priorityClassName: system-node-critical  # ! may push"),),
        controls=("MITRE/T1499",),
        mentions=tuple(sorted(_PRIORITIES)),
    ),
    _pod_row(
        "priority-class-unset",
        "Pod has no priority class.\n\nWhen a node is full, chance decides what stays.\n\nSet `priorityClassName`.",
        _no_priority,
        (
            manifest(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:  # ! has no priority class\n"
                "  containers: [{name: a, image: a}]",
                options={"required": True},
            ),
        ),
        Severity.INFO,
        Profile.ALL,
        options=(Option("required", False, "Whether every pod needs a priority class."),),
    ),
    _pod_row(
        "recommended-labels-missing",
        "Pod has no label that says what it is part of.\n\n"
        "Whoever looks for the owner at night finds nobody.\n\nAdd `app.kubernetes.io/name`.",
        _unlabelled,
        (
            manifest(
                "apiVersion: v1\nkind: Pod\nmetadata:  # ! has no label\n  name: a\n"
                "spec: {containers: [{name: a, image: a}]}"
            ),
        ),
        Severity.INFO,
        Profile.ALL,
    ),
)
