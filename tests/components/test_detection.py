"""What is a component and what only looks like one; what absence proves, and where it proves nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from hullmark.linter.manifest.components.audit import AuditPolicy
from hullmark.linter.manifest.components.detect import components
from hullmark.linter.manifest.components.documents import AdmissionConfiguration, Kubeconfig
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.rule.examples import without_marks
from hullmark.linter.rule.settings.formats import Written
from hullmark.linter.text import Source

TRAPS = {
    "gatekeeper": "apiVersion: config.gatekeeper.sh/v1alpha1\nkind: Config\nmetadata: {name: a}\nspec: {sync: {}}\n",
    "skaffold": "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: []}\n",
    "plain config": "apiVersion: v1\nkind: Config\npreferences: {}\n",
    "eksctl without groups": "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: a, region: b}\n",
    "policy engine": "apiVersion: policies.kubewarden.io/v1\nkind: Policy\nmetadata: {name: a}\nspec: {rules: []}\n",
    "database": "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: a}\nspec: {instances: 3}\n",
    "cluster of Cluster API": "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: a}\nspec: {}\n",
    "credential provider": "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders: []\n",
    "values": "server: https://a.example\ntoken: b\n",
    "exporter": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
    "    - {name: kube-proxy-exporter, image: r.example/kube-proxy-exporter, args: [--listen=:1]}\n",
    "client of etcd": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
    "    - {name: backup, image: r.example/backup, command: [tar, czf, /backup.tgz, /var/lib/etcd]}\n",
    "etcdctl": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
    "    - {name: etcd, image: r.example/etcd, command: [etcdctl, snapshot, save, /a]}\n",
    "a value called etcd": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: tablet\n"
    "      command: [vttablet, -topo_implementation, etcd, -port, '1']\n",
    "map of text": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    "data:\n  readme: |\n    use a KubeletConfiguration\n",
}


@pytest.mark.parametrize("text", TRAPS.values(), ids=TRAPS.keys())
def test_look_alikes_yield_no_view(text: str) -> None:
    for resource in read_manifest(Source("a.yaml", text)).resources:
        assert components(resource) == ()
        for subject in (Kubeconfig, AuditPolicy, AdmissionConfiguration):
            assert list(subject.of(resource)) == []


TEMPLATES = (
    (
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  {{- range .Values.a }}\n"
        "    - command: [kube-apiserver, --a={{ . }}]\n"
    ),
    "{% for host in groups['etcd'] %}\nlisten-client-urls: {{ host }}\n{% endfor %}\n",
    (
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n{% if a %}\n"
        "apiServer: {extraArgs: []}\n{% endif %}\n"
    ),
    "[Service]\nExecStart=/usr/bin/kubelet {{ flags }} $KUBELET_ARGS\n",
)


@pytest.mark.parametrize("text", TEMPLATES)
@pytest.mark.parametrize("path", ["a.yaml", "kubelet.service"])
def test_sources_of_templates_are_never_judged(judge: Callable[..., Any], text: str, path: str) -> None:
    assert judge(text, path) == []


def test_missing_settings_are_no_findings_where_somebody_else_sets_them(
    carriers: Any, judge: Callable[..., Any]
) -> None:
    loud = {}
    for carrier in carriers:
        if carrier.complete or carrier.column in ("etcd_yaml", "kops", "kubespray", "kube_proxy_config"):
            continue
        for component in carrier.components:
            harmless = Written("event-qps" if carrier.column else "v", "50" if carrier.column else "2")
            text = without_marks(carrier.write(component, [harmless]))
            found = [rule for rule, _ in judge(text, carrier.path)]
            # kubeadm's whole control plane and a k3s server are proven; both say so in the table.
            if found and carrier.origin not in ("kubeadm", "k3s"):
                loud[carrier.name, component] = found
    assert loud == {}


def test_a_kubelet_with_flags_alone_and_one_with_a_file_differ(judge: Callable[..., Any]) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - name: a\n"
    pod += "      command: [kubelet{}]\n"
    assert ("kubelet/anonymous-auth-enabled", 7) in judge(pod.format(""))
    assert judge(pod.format(", --config=/a"), only="kubelet/anonymous") == []


def test_nested_embedding_keeps_its_lines(judge: Callable[..., Any]) -> None:
    inner = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\n"
    files = "".join(f"          {line}\n" for line in inner.splitlines())
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  template: |\n"
        "    apiVersion: kubeadm.k8s.io/v1beta4\n    kind: JoinConfiguration\n"
        "    nodeRegistration:\n      kubeletExtraArgs:\n        - {name: anonymous-auth, value: 'true'}\n  other: |\n"
        + files
    )
    found = judge(text, only="kubelet")
    assert ("kubelet/anonymous-auth-enabled", 10) in found
    assert ("kubelet/read-only-port-open", 14) in found


def test_encoded_documents_point_at_their_scalar(judge: Callable[..., Any]) -> None:
    import base64

    inner = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\n"
    coded = base64.b64encode(inner.encode()).decode()
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndata:\n  kubelet: {coded}\n"
    assert judge(text, only="kubelet/read") == [("kubelet/read-only-port-open", 5)]


MIME = """apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: {name: a}
spec:
  userData: |
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="//"

    --//
    Content-Type: application/node.eks.aws

    apiVersion: node.eks.aws/v1alpha1
    kind: NodeConfig
    spec:
      kubelet:
        config:
          readOnlyPort: 10255
        flags:
          - --anonymous-auth=true

    --//
    Content-Type: text/x-shellscript; charset="us-ascii"

    #!/bin/bash
    /etc/eks/bootstrap.sh shop --kubelet-extra-args '--authorization-mode=AlwaysAllow'
    --//
    Content-Type: text/cloud-config

    #cloud-config
    write_files:
      - path: /etc/default/kubelet
        content: |
          KUBELET_EXTRA_ARGS=--protect-kernel-defaults=false
    --//--
"""


def test_parts_of_an_archive_keep_their_lines(judge: Callable[..., Any]) -> None:
    assert judge(MIME, only="kubelet/") == [
        ("kubelet/always-allow-authorization", 25),
        ("kubelet/anonymous-auth-enabled", 19),
        ("kubelet/kernel-defaults-unprotected", 33),
        ("kubelet/read-only-port-open", 17),
    ]
