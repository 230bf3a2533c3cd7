"""Kinds of objects and texts that configure components: the names alone, for those who only have to tell them apart.

Texts that have no kind of their own go by what they are called here, in no API group.
"""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.manifest.resource import KindSet

APISERVER = "apiserver.config.k8s.io"
CLUSTER_CLASS = ("cluster.x-k8s.io", "ClusterClass")
ENVIRONMENT = "environment file"
ETCD = "etcd configuration"
K3S = "k3s configuration"
RKE2 = "RKE2 configuration"
UNIT = "systemd unit"

KUBELET: KindSet = frozenset({("kubelet.config.k8s.io", "KubeletConfiguration")})
ADMISSION: KindSet = frozenset({(group, "AdmissionConfiguration") for group in (APISERVER, "apiserver.k8s.io")})
RANCHER: KindSet = frozenset({("", K3S), ("", RKE2)})

FILES: Mapping[str, Mapping[str, KindSet]] = {
    "kube-apiserver": {
        "authentication-config": frozenset({(APISERVER, "AuthenticationConfiguration")}),
        "authorization-config": frozenset({(APISERVER, "AuthorizationConfiguration")}),
        "encryption-provider-config": frozenset({(APISERVER, "EncryptionConfiguration"), ("", "EncryptionConfig")}),
        "audit-policy-file": frozenset({("audit.k8s.io", "Policy")}),
        "admission-control-config-file": ADMISSION,
    },
    "kube-scheduler": {"config": frozenset({("kubescheduler.config.k8s.io", "KubeSchedulerConfiguration")})},
    "kube-proxy": {"config": frozenset({("kubeproxy.config.k8s.io", "KubeProxyConfiguration")})},
    "etcd": {"config-file": frozenset({("", ETCD)})},
}
"""Settings that name a file, by component, with the kinds that it may have. Kubelets have rules of their own."""
