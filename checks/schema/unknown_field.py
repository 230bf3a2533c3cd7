"""Field that its document does not have."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.scalars import Sort
from hullmark.linter.manifest.components.spelling import edits, folded
from hullmark.linter.manifest.components.structs import Fault, StructDocument
from hullmark.linter.rule import Fix, Hit, Offer, Rule, Severity, manifest
from hullmark.linter.text import Edit

_IGNORED = {
    "kubelet.config.k8s.io": "the kubelet ignores it with a line in its log",
    "kubeproxy.config.k8s.io": "kube-proxy ignores it with a line in its log",
    "audit.k8s.io": "the API server ignores it with a line in its log",
    "kubeadm.k8s.io": "kubeadm ignores it with a warning",
    "": "clients ignore it",
}


class UnknownField(Rule[StructDocument]):
    """A field does not exist and is ignored, or stops its reader.

    A misspelt name of a setting that protects is an open door: the component
    starts, and what was meant never arrives.

    Write the name that the reader knows.
    """

    severity = Severity.MEDIUM
    bad = (
        manifest(
            """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            authentication:
              anonymus:  # ! did you mean 'anonymous'?
                enabled: false
            """,
            """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            authentication:
              anonymous:
                enabled: false
            """,
        ),
        manifest(
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            rules:
              - level: Metadata
                userGroup: [system:masters]  # ! did you mean 'userGroups'?
            """,
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            rules:
              - level: Metadata
                userGroups: [system:masters]
            """,
        ),
        manifest(
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
              - resources: [secrets]
                provider: [{identity: {}}]  # ! does not start
            """,
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
              - resources: [secrets]
                providers: [{identity: {}}]
            """,
        ),
    )
    good = (
        manifest(
            """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            authentication:
              anonymous:
                enabled: false
            """
        ),
    )

    def check(self, document: StructDocument) -> Iterator[Hit]:
        consequence = _IGNORED.get(document.resource.group, "its reader does not start")
        if document.resource.kind == "EncryptionConfig":
            consequence = "the API server does not start"
        for stranger in document.of_sort(Sort.UNKNOWN):
            hint = f"; did you mean {stranger.near!r}?" if stranger.near else ""
            yield self.hit(
                stranger.at.key_place,
                f"{document.resource.kind} has no field {stranger.name!r}: {consequence}{hint}",
                severity=Severity.HIGH if stranger.guards else None,
                fix=_renamed(stranger),
            )


def _renamed(stranger: Fault) -> Offer:
    """The right name: safe where only case and dashes differ, none where two letters do."""
    key, near, source = stranger.at.key, stranger.near, stranger.at.source
    if not near or key is None or source.slice(key) != stranger.name:
        return None
    safe = folded(stranger.name) == folded(near)
    if not safe and edits(stranger.name.lower(), near.lower()) > 1:
        return None
    return Fix(f"write {near}", ((source, Edit(key, near)),), safe)
