"""Kinds of objects and texts that configure components: the names alone, for those who only have to tell them apart.

Texts that have no kind of their own go by what they are called here, in no API group.
"""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.patterns import regex

ANSIBLE = "Ansible tasks"
APISERVER = "apiserver.config.k8s.io"
BOOTSTRAP = "bootstrap.cluster.x-k8s.io"
CLUSTER_CLASS = ("cluster.x-k8s.io", "ClusterClass")
CONTROL_PLANE = "controlplane.cluster.x-k8s.io"
EKSCTL = "eksctl.io"
ENVIRONMENT = "environment file"
ETCD = "etcd configuration"
KIND = "kind.x-k8s.io"
KIND_PATCHES = "kubeadmConfigPatches"
KOPS = ("kops.k8s.io", "kops")
KUBELET_CONFIG = ("machineconfiguration.openshift.io", "KubeletConfig")
K3S = "k3s configuration"
MINIKUBE = "minikube profile"
NODEADM = "node.eks.aws"
PIPELINE = "pipeline"
RKE2 = "RKE2 configuration"
UNIT = "systemd unit"

KUBELET: KindSet = frozenset({("kubelet.config.k8s.io", "KubeletConfiguration")})
ADMISSION: KindSet = frozenset({(group, "AdmissionConfiguration") for group in (APISERVER, "apiserver.k8s.io")})
RANCHER: KindSet = frozenset({("", K3S), ("", RKE2)})
CAPRKE2: KindSet = frozenset(
    (group, f"RKE2{kind}{end}")
    for group, kind in ((CONTROL_PLANE, "ControlPlane"), (BOOTSTRAP, "Config"))
    for end in ("", "Template")
)
"""Kinds of the provider of Cluster API that configure RKE2."""
RANCHER_FILE = regex(r"(?:^|/)(?:etc/)?rancher/(k3s|rke2)/config\.yaml(\.d/[^/]+\.ya?ml)?$")
"""Paths of K3s and RKE2 configurations."""
TALOS_DOCUMENTS = {
    "KubeAPIServerConfig": "kube-apiserver",
    "KubeControllerManagerConfig": "kube-controller-manager",
    "KubeSchedulerConfig": "kube-scheduler",
    "KubeProxyConfig": "kube-proxy",
    "KubeletConfig": "kubelet",
}
"""Documents of Talos that configure one component each."""

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
