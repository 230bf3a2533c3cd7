"""Files of nodes that nobody could judge: their content stands elsewhere, or is no text."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.model.file_sources import DeclaredContent
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest, several


def _plane(*lines: str) -> str:
    body = "\n".join(f"              {line}" for line in lines)
    return f"""
        apiVersion: controlplane.cluster.x-k8s.io/v1beta1
        kind: KubeadmControlPlane
        metadata: {{name: shop, namespace: clusters}}
        spec:
          kubeadmConfigSpec:
            files:
            - path: /etc/kubernetes/encryption.yaml
{body}
    """


_HOLDER = """
        apiVersion: v1
        kind: Secret
        metadata: {name: shop-encryption, namespace: clusters}
        stringData:
          config: |
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources: [{resources: [secrets], providers: [{kms: {apiVersion: v2, name: a, endpoint: 'unix:///a.sock'}}]}]
    """
_FROM = "secret: {name: shop-encryption, key: config}"


class FileContentNotRead(Rule[DeclaredContent]):
    """A file of a node was not read.

    What it configures was not judged: its content comes from an object or a
    server that is not in the input, or is encoded in a way that yields no text.

    Lint the object that holds it together with this one, or read the decoded
    file.
    """

    severity = Severity.INFO
    profile = Profile.ALL
    bad = (
        manifest(_plane("contentFrom:  # ! '/etc/kubernetes/encryption.yaml' is not in the input", f"  {_FROM}")),
        manifest(_plane("encoding: base64", "content: '%%%'  # ! cannot be decoded")),
    )
    good = (
        manifest(_plane("content: 'a: b'")),
        several(_plane("contentFrom:", f"  {_FROM}"), _HOLDER),
    )

    def check(self, file: DeclaredContent) -> Iterator[Hit]:
        """At most one hit, at the content or at what names its place."""
        if file.reason:
            yield self.hit(file, f"the content of {file.path!r} {file.reason}: nothing of it was judged")
