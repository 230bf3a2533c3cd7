"""Field that its document does not have."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.structs import Stranger, StructDocument
from hullmark.linter.rule import Fix, Hit, Rule, Severity, manifest
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
        for stranger in document.strangers:
            hint = f"; did you mean {stranger.near!r}?" if stranger.near else ""
            yield self.hit(
                stranger.at.key_place,
                f"{document.resource.kind} has no field {stranger.name!r}: {consequence}{hint}",
                severity=Severity.HIGH if stranger.guards else None,
                fix=_renamed(stranger),
            )


def _renamed(stranger: Stranger) -> Fix | None:
    key = stranger.at.key
    source = stranger.at.source
    if not stranger.near or key is None or source.slice(key) != stranger.name:
        return None
    return Fix(f"write {stranger.near}", ((source, Edit(key, stranger.near)),))
