"""Configuration inside another object that does not parse."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.documents import EmbeddedText
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest


class UnparsableEmbeddedDocument(Rule[EmbeddedText]):
    """Configuration inside an object does not parse.

    Nothing of it was judged, and whoever reads it later refuses it, or falls
    back to defaults that may be open.

    Correct the text; render templates before they are linted.
    """

    severity = Severity.MEDIUM
    bad = (
        manifest(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: kubelet-config}
            data:
              kubelet: |
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                authentication: {anonymous: {enabled: false}  # ! does not parse
            """
        ),
        manifest(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: kubelet-config}
            data:
              kubelet: |
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                {{- if .Values.hardened }}
                readOnlyPort: 0  # ! template
                {{- end }}
            """
        ),
    )
    good = (
        manifest(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: kubelet-config}
            data:
              kubelet: |
                apiVersion: kubelet.config.k8s.io/v1beta1
                kind: KubeletConfiguration
                readOnlyPort: ${PORT}
            """
        ),
    )

    def check(self, document: EmbeddedText) -> Iterator[Hit]:
        if not document.reason:
            return
        if document.template:
            text = "an embedded template was not read: render it first"
            yield self.hit(document, text, severity=Severity.INFO, profile=Profile.ALL)
        else:
            yield self.hit(document, f"an embedded document does not parse: {document.reason}")
