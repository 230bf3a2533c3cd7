"""Manifests that examples of this family are put together from."""

from __future__ import annotations

from textwrap import dedent, indent

CONTROLS = ("CIS-1.12/5.3.2", "NSA/network-policies", "MITRE/T1046")
FILTERING = ("CIS-1.12/5.3.2", "NSA/network-policies")
GUIDANCE = ("NSA/network-policies",)


def joined(*texts: str) -> str:
    """Documents as one text."""
    return "---\n".join(dedent(text).lstrip("\n") for text in texts)


def namespace(name: str = "shop", labels: str = "") -> str:
    """A namespace; `name` may carry a mark."""
    text = f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n"
    return text + (f"  labels:\n    {labels}\n" if labels else "")


def pod(name: str, *, space: str = "shop", labels: str = "", mark: str = "", ports: str = "", spec: str = "") -> str:
    """A pod labelled `app: <name>` unless `labels` says otherwise; `mark` stands behind `labels:`."""
    text = (
        f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: {space}\n"
        f"  labels:{mark}\n    {labels or f'app: {name}'}\nspec:\n"
    )
    if spec:
        text += indent(dedent(spec).strip("\n") + "\n", "  ")
    text += "  containers:\n    - name: app\n      image: registry.example/shop/app:1.4.2\n"
    return text + (f"      ports:\n        - {{{ports}}}\n" if ports else "")


def service(name: str, spec: str, *, space: str = "shop") -> str:
    """A Service with the fields of its spec."""
    return _object("v1", "Service", name, spec, space)


def policy(name: str, spec: str, *, space: str = "shop") -> str:
    """A NetworkPolicy with the fields of its spec."""
    return _object("networking.k8s.io/v1", "NetworkPolicy", name, spec, space)


def cilium(name: str, spec: str, *, space: str = "shop") -> str:
    """A CiliumNetworkPolicy, or a CiliumClusterwideNetworkPolicy where `space` is empty."""
    kind = "CiliumNetworkPolicy" if space else "CiliumClusterwideNetworkPolicy"
    return _object("cilium.io/v2", kind, name, spec, space)


def calico(name: str, spec: str, *, space: str = "shop") -> str:
    """A NetworkPolicy of Calico, or a GlobalNetworkPolicy where `space` is empty."""
    return _object("projectcalico.org/v3", "NetworkPolicy" if space else "GlobalNetworkPolicy", name, spec, space)


def admin(name: str, spec: str) -> str:
    """An AdminNetworkPolicy."""
    return _object("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", name, spec, "")


def baseline(spec: str) -> str:
    """The BaselineAdminNetworkPolicy."""
    return _object("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", "default", spec, "")


def cluster(name: str, spec: str) -> str:
    """A ClusterNetworkPolicy."""
    return _object("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", name, spec, "")


def _object(version: str, kind: str, name: str, spec: str, space: str) -> str:
    head = f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n"
    if space:
        head += f"  namespace: {space}\n"
    return head + "spec:\n" + indent(dedent(spec).strip("\n") + "\n", "  ")


DENY = policy(
    "default-deny",
    """
    podSelector: {}
    policyTypes:
      - Ingress
      - Egress
    """,
)
"""The policy that closes namespace `shop`."""

TO_DNS = """  - to:
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: kube-system
        podSelector:
          matchLabels:
            k8s-app: kube-dns
    ports:
      - port: 53
        protocol: UDP
      - port: 53
        protocol: TCP
"""
"""The item of `egress` that lets pods ask DNS."""
