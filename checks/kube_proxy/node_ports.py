"""Rule about the addresses on which kube-proxy opens node ports."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.cluster import Cluster
from hullmark.linter.rule import Hit, because, several
from hullmark.linter.rule.settings.told import Told, at, told

_EVERYWHERE = ("0.0.0.0/0", "::/0")
_OPENING = ("NodePort", "LoadBalancer")


def _everywhere(cluster: Cluster) -> Iterator[Hit]:
    service = next(
        (each for each in cluster.bundle.by_kind("", "Service") if each.cursor.get("spec", "type").text in _OPENING),
        None,
    )
    if service is None:
        return
    for _, proxy in cluster.named("kube-proxy"):
        yield from _proxy(proxy, service)


def _proxy(proxy: Component, service: Resource) -> Iterator[Hit]:
    addresses = proxy.effective("nodeport-addresses")
    why = because(service.cursor.get("spec", "type"), "this service opens ports of every node")
    if addresses.explicit:
        for word in addresses.members:
            if word.text in _EVERYWHERE:
                yield at(word.place, f"kube-proxy opens node ports on {word.text!r}", why)
    # nftables uses the primary address of the node unless told otherwise.
    elif addresses.proof and addresses.known and _mode(proxy) != "nftables":
        yield at(addresses.place, "kube-proxy opens node ports on every address of the node", why)


def _mode(proxy: Component) -> str:
    """The mode that the flag or the file says."""
    setting = proxy.explicit("proxy-mode")
    document = (proxy.behind or proxy).document
    said = setting.text if setting is not None else None
    return said or (document.cursor.get("mode").text if document is not None else None) or ""


_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {type: NodePort, ports: [{port: 80}]}
"""


def _config(line: str, mark: str = "") -> str:
    return f"""
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration{mark}
    {line}
    """


def _pod(flag: str) -> str:
    return f"""
    apiVersion: v1
    kind: Pod
    metadata: {{name: kube-proxy, namespace: kube-system}}
    spec:
      containers:
        - name: kube-proxy
          command:
            - kube-proxy
            - {flag}
    """


RULES = told(
    "kube-proxy",
    Cluster,
    {
        "node-ports-on-all-interfaces": Told(
            "Node ports are open on every address of a node.",
            _everywhere,
            (
                several(_SERVICE, _config("mode: iptables", "  # !")),
                several(_SERVICE, _config("nodePortAddresses:\n      - 0.0.0.0/0  # !")),
                several(_SERVICE, _pod("--nodeport-addresses=0.0.0.0/0  # !")),
            ),
            (
                several(_SERVICE, _config("nodePortAddresses: [10.0.0.0/8]")),
                several(_SERVICE, _config("mode: nftables")),
                several(_SERVICE, _pod("--nodeport-addresses=10.0.0.0/8")),
            ),
        ),
    },
)
