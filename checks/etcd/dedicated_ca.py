"""Rule about the CA of etcd: with that of the API server, every client certificate opens etcd."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from hullmark.linter.manifest.components.effective import Effective
from hullmark.linter.model.cluster import Cluster
from hullmark.linter.rule import Hit, because, manifest, several
from hullmark.linter.rule.settings.told import Told, at, told


def _shared(cluster: Cluster) -> Iterator[Hit]:
    for _, etcd in cluster.named("etcd"):
        own = etcd.effective("trusted-ca-file")
        if own.given is False and (own.explicit or own.proof):
            yield at(own.place, "etcd does not set trusted-ca-file")
        elif own.explicit and own.given:
            yield from _compared(cluster, own)


def _compared(cluster: Cluster, own: Effective) -> Iterator[Hit]:
    for _, server in cluster.named("kube-apiserver"):
        other = server.effective("client-ca-file")
        if other.explicit and other.given and _same(own, other):
            text = "etcd trusts the CA of the API server's clients"
            yield at(own.place, text, because(other.place, "the API server trusts it too"))
            return


def _same(one: Effective, other: Effective) -> bool:
    return [normpath(str(value)) for value in one.values] == [normpath(str(value)) for value in other.values]


def _pod(component: str, flag: str) -> str:
    return f"""
    apiVersion: v1
    kind: Pod
    metadata: {{name: {component}, namespace: kube-system}}
    spec:
      containers:
        - name: {component}
          command:
            - {component}
            - {flag}
    """


def _kubeadm(path: str) -> str:
    return f"""
    apiVersion: kubeadm.k8s.io/v1beta3
    kind: ClusterConfiguration
    apiServer:
      extraArgs:
        client-ca-file: /etc/kubernetes/pki/ca.crt
    etcd:
      local:
        extraArgs:
          trusted-ca-file: {path}
    """


_SERVER = _pod("kube-apiserver", "--client-ca-file=/etc/kubernetes/pki/ca.crt")


RULES = told(
    "etcd",
    Cluster,
    {
        "no-dedicated-ca": Told(
            "etcd trusts the clients of the API server.",
            _shared,
            (
                several(
                    _SERVER, _pod("etcd", "--trusted-ca-file=/etc/kubernetes/pki//ca.crt  # ! the API server's clients")
                ),
                manifest(_kubeadm("/etc/kubernetes/pki/ca.crt  # !")),
            ),
            (
                several(_SERVER, _pod("etcd", "--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt")),
                manifest(_kubeadm("/etc/kubernetes/pki/etcd/ca.crt")),
            ),
        ),
    },
)
