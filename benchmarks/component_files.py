"""Measures a repository of component configuration against what the machine can do at best.

    python benchmarks/component_files.py [--runs N] [--files N]

The files are made up: kubelet and kubeadm configuration, static pods, audit policies, encryption, kubeconfigs, of
the sizes that they have in real repositories, with a few mistakes in every tenth.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

import run

FLAGS = {
    "kube-apiserver": (
        "advertise-address=10.0.0.5 allow-privileged=true authorization-mode=Node,RBAC anonymous-auth=false "
        "client-ca-file=/etc/kubernetes/pki/ca.crt enable-admission-plugins=NodeRestriction,AlwaysPullImages "
        "etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt etcd-certfile=/etc/kubernetes/pki/apiserver-etcd-client.crt "
        "etcd-keyfile=/etc/kubernetes/pki/apiserver-etcd-client.key "
        "etcd-servers=https://127.0.0.1:2379 profiling=false "
        "kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt secure-port=6443 "
        "kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key service-cluster-ip-range=10.96.0.0/12 "
        "proxy-client-cert-file=/etc/kubernetes/pki/front-proxy-client.crt "
        "requestheader-allowed-names=front-proxy-client "
        "requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt audit-log-path=/var/log/audit.log "
        "service-account-issuer=https://kubernetes.default.svc service-account-key-file=/etc/kubernetes/pki/sa.pub "
        "tls-cert-file=/etc/kubernetes/pki/apiserver.crt tls-private-key-file=/etc/kubernetes/pki/apiserver.key "
        "audit-policy-file=/etc/kubernetes/audit.yaml encryption-provider-config=/etc/kubernetes/enc.yaml"
    ),
    "etcd": (
        "advertise-client-urls=https://10.0.0.5:2379 cert-file=/etc/kubernetes/pki/etcd/server.crt "
        "client-cert-auth=true "
        "data-dir=/var/lib/etcd initial-cluster=a=https://10.0.0.5:2380 key-file=/etc/kubernetes/pki/etcd/server.key "
        "listen-client-urls=https://127.0.0.1:2379,https://10.0.0.5:2379 peer-client-cert-auth=true "
        "listen-peer-urls=https://10.0.0.5:2380 peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt "
        "peer-key-file=/etc/kubernetes/pki/etcd/peer.key trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt "
        "peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt snapshot-count=10000"
    ),
}
KUBELET = (
    "address: 0.0.0.0\nauthentication:\n  anonymous:\n    enabled: false\n  "
    "webhook:\n    cacheTTL: 2m0s\n    enabled: true\n"
    "  x509:\n    clientCAFile: /etc/kubernetes/pki/ca.crt\nauthorization:\n  mode: Webhook\n  webhook:\n"
    "    cacheAuthorizedTTL: 5m0s\n    cacheUnauthorizedTTL: 30s\ncgroupDriver: systemd\nclusterDNS:\n- 10.96.0.10\n"
    "clusterDomain: cluster.local\ncontainerRuntimeEndpoint: unix:///run/containerd/containerd.sock\n"
    "cpuManagerReconcilePeriod: 10s\nevictionHard:\n  imagefs.available: 15%\n  memory.available: 100Mi\n"
    "  nodefs.available: 10%\neventRecordQPS: 5\nfileCheckFrequency: 20s\nhealthzBindAddress: 127.0.0.1\n"
    "healthzPort: 10248\nhttpCheckFrequency: 20s\nimageGCHighThresholdPercent: 85\nmaxPods: 110\n"
    "nodeStatusReportFrequency: 5m0s\nnodeStatusUpdateFrequency: 10s\npodPidsLimit: 4096\nprotectKernelDefaults: true\n"
    "readOnlyPort: 0\nrotateCertificates: true\nruntimeRequestTimeout: 15m0s\nseccompDefault: true\n"
    "serverTLSBootstrap: true\nshutdownGracePeriod: 30s\nstaticPodPath: /etc/kubernetes/manifests\n"
    "streamingConnectionIdleTimeout: 5m0s\nsyncFrequency: 1m0s\ntlsMinVersion: "
    "VersionTLS12\nvolumeStatsAggPeriod: 1m0s\n"
)
POLICY = "".join(
    f"- level: Metadata\n  verbs: [create, update, patch, delete]\n  resources:\n"
    f"  - group: '{group}'\n    resources: {names}\n"
    for group, names in (
        ("", "[secrets, configmaps, serviceaccounts]"),
        ("", "[pods, pods/exec, pods/attach, pods/portforward]"),
        ("apps", "[deployments, daemonsets, statefulsets, replicasets]"),
        ("rbac.authorization.k8s.io", "[roles, rolebindings, clusterroles, clusterrolebindings]"),
        ("networking.k8s.io", "[networkpolicies, ingresses]"),
        ("authentication.k8s.io", "[tokenreviews]"),
    )
)


def static_pod(dice: random.Random, number: int) -> str:
    """A static pod of the control plane."""
    name = dice.choice(tuple(FLAGS))
    flags = FLAGS[name].split(" ")
    if number % 10 == 0:
        flags.pop(dice.randrange(len(flags)))
    lines = "".join(f"    - --{flag}\n" for flag in flags)
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}-{number}\n  "
        f"namespace: kube-system\nspec:\n  containers:\n"
        f"  - name: {name}\n    image: registry.example/{name}:v1.34.2\n    command:\n    - {name}\n{lines}"
        "    livenessProbe:\n      httpGet: {host: 127.0.0.1, path: /livez, port: 6443, scheme: HTTPS}\n"
        "    resources:\n      requests: {cpu: 250m, memory: 1Gi}\n    "
        "volumeMounts:\n    - mountPath: /etc/kubernetes/pki\n"
        "      name: pki\n      readOnly: true\n  hostNetwork: true\n  priorityClassName: system-node-critical\n"
        "  securityContext: {seccompProfile: {type: RuntimeDefault}}\n  volumes:\n"
        "  - hostPath: {path: /etc/kubernetes/pki, type: DirectoryOrCreate}\n    name: pki\n"
    )


def kubelet(dice: random.Random, number: int) -> str:
    """A kubelet's configuration file."""
    body = KUBELET.replace("readOnlyPort: 0", "readOnlyPort: 10255") if number % 10 == 1 else KUBELET
    return f"apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n{body}"


def kubeadm(dice: random.Random, number: int) -> str:
    """kubeadm's configuration of a cluster."""
    flags = FLAGS["kube-apiserver"].split(" ")[2:12]
    args = "".join("  - name: {}\n    value: '{}'\n".format(*flag.split("=", 1)) for flag in flags)
    return (
        f"apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nclusterName: shop-{number}\n"
        "kubernetesVersion: v1.34.2\ncontrolPlaneEndpoint: api.shop.example:6443\n"
        "networking:\n  podSubnet: 10.40.0.0/16\n"
        f"apiServer:\n  extraArgs:\n{args}controllerManager:\n  extraArgs:\n  - name: profiling\n    value: 'false'\n"
        "scheduler:\n  extraArgs:\n  - name: profiling\n    value: 'false'\n---\n" + kubelet(dice, number)
    )


def policy(dice: random.Random, number: int) -> str:
    """An audit policy."""
    return (
        f"apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n{POLICY}- level: Metadata\n"
    )


def config_map(dice: random.Random, number: int) -> str:
    """A kubelet's configuration in a ConfigMap."""
    inner = "".join(f"    {line}\n" for line in kubelet(dice, number).splitlines())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kubelet-{number}\ndata:\n  kubelet: |\n{inner}"


MAKERS = (static_pod, kubelet, kubeadm, policy, config_map)


def write(root: Path, count: int, seed: int = 1) -> None:
    """Writes `count` component files below `root`, twenty a folder."""
    dice = random.Random(seed)
    for number in range(count):
        folder = root / f"cluster-{number // 20:03}"
        folder.mkdir(parents=True, exist_ok=True)
        maker = MAKERS[number % len(MAKERS)]
        (folder / f"{maker.__name__}-{number}.yaml").write_text(maker(dice, number), encoding="utf-8")


def main() -> int:
    """Prints the rows; 1 when a budget was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--files", type=int, default=2_000)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory) / "components"
        write(folder, said.files)
        rows = list(run.cold(folder, said.runs))
    for row in rows:
        print(row)
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
