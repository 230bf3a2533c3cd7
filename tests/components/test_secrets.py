"""Rules that find secrets never show them."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.rule.registry import Registry

SECRET = "q7w2xk.8m3v5t1r9z4y6b0c"
KUBEADM = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nbootstrapTokens:\n"
KUBECONFIG = "apiVersion: v1\nkind: Config\nusers:\n  - name: a\n"
ENCRYPTION = (
    "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
    "  - resources: [secrets]\n    providers:\n      - aescbc:\n          keys:\n            - name: a\n"
)
TEXTS = {
    "token.yaml": f"{KUBEADM}  - token: {SECRET}\n",
    "config.yaml": f"{KUBECONFIG}    user: {{token: {SECRET}, password: {SECRET}}}\n",
    "talos.yaml": f"version: v1alpha1\nmachine:\n  token: {SECRET}\n",
    "etc/rancher/k3s/config.yaml": f"cluster-init: true\ntoken: {SECRET}\ndatastore-endpoint: 'mysql://a:{SECRET}@b/c'\n",
    "cloud.yaml": f"#cloud-config\nusers:\n  - name: a\n    plain_text_passwd: {SECRET}\n",
    "encryption.yaml": f"{ENCRYPTION}              secret: {SECRET}\n",
}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name))


@pytest.mark.parametrize("path", TEXTS)
def test_a_secret_that_is_found_is_never_shown(path: str) -> None:
    report = lint_texts({path: TEXTS[path]}, Registry.of(shelf().rules))
    found = [each for each in report.findings if each.rule.partition("/")[2].endswith(("in-file", "password"))]
    assert found
    for finding in found:
        assert [text for text in _texts(finding) if SECRET in text] == []
        assert "***" in finding.location.snippet
