"""Policies of service meshes that let everything through."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.network_mesh import LINKERD, MeshPolicy
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.addresses import block
from hullmark.linter.rule import Hit, Row, Rule, manifest, rewrite, several

_UNAUTHENTICATED = "all-unauthenticated"


def _plaintext(rule: Rule[MeshPolicy], policy: MeshPolicy) -> Iterator[Hit]:
    for mode in policy.modes:
        if mode.text in ("DISABLE", "PERMISSIVE"):
            off = mode.text == "DISABLE"
            what = "takes connections without encryption only" if off else "also takes connections without encryption"
            yield rule.hit(
                mode,
                f"{policy} {what}",
                fix=rewrite(StrField(mode), "STRICT"),
                severity=Severity.MEDIUM if off else Severity.LOW,
                profile=Profile.DEFAULT if off else Profile.STRICT,
            )
    if policy.kind in ("Server", "Namespace") and policy.access_policy.text == _UNAUTHENTICATED:
        yield rule.hit(policy.access_policy, f"{policy} lets in clients that do not authenticate")


def _allow_all(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    for policy in bundle.each(MeshPolicy):
        if policy.is_for_one_workload and policy.group != LINKERD:
            continue
        for each in policy.allow_rules:
            reason = _reason(each)
            if reason:
                yield rule.hit(each, f"{policy} allows every request: {reason}")
        if policy.gk == (LINKERD, "AuthorizationPolicy"):
            at = _open_network(bundle, policy)
            if at is not None:
                yield rule.hit(at, f"{policy} asks only for an address, and every address will do")


def _reason(rule: Cursor) -> str:
    """Why a rule of Istio lets everybody through, empty where it does not."""
    if rule.is_mapping and not any(True for _ in rule.entries()):
        return "the rule is empty"
    if rule.get("to").present or rule.get("when").present:
        return ""
    sources = [item.get("source") for item in rule.get("from").items()]
    if not sources:
        return ""
    for source in sources:
        fields = dict(source.entries())
        if set(fields) == {"namespaces"} and [item.text for item in fields["namespaces"].items()] == ["*"]:
            return "every namespace is a source"
        if set(fields) == {"ipBlocks"} and any(_is_everything(item.text) for item in fields["ipBlocks"].items()):
            return "every address is a source"
    return ""


def _is_everything(text: str | None) -> bool:
    found = block(text or "")
    return found is not None and found.is_everything


def _open_network(bundle: Bundle, policy: MeshPolicy) -> Cursor | None:
    """The only required authentication, if it is a network that holds every address."""
    needed = list(policy.cursor.get("spec", "requiredAuthenticationRefs").items())
    if len(needed) != 1 or needed[0].get("kind").text != "NetworkAuthentication":
        return None
    space = needed[0].get("namespace").text or bundle.namespace_of(policy).name
    found = bundle.find(LINKERD, "NetworkAuthentication", space, needed[0].get("name").text or "")
    networks = () if found is None else found.cursor.get("spec", "networks").items()
    return needed[0] if any(_is_everything(each.get("cidr").text) for each in networks) else None


_PEERS = """
    apiVersion: security.istio.io/v1
    kind: PeerAuthentication
    metadata:
      name: default
      namespace: shop
    spec:
      mtls:
        mode: {mode}
"""
_SERVER = """
    apiVersion: policy.linkerd.io/v1beta3
    kind: Server
    metadata:
      name: web
      namespace: shop
    spec:
      podSelector:
        matchLabels:
          app: web
      port: http
      accessPolicy: {policy}
"""
_NAMESPACE = """
    apiVersion: v1
    kind: Namespace
    metadata:
      name: shop
      annotations:
        config.linkerd.io/default-inbound-policy: all-unauthenticated  # ! do not authenticate
"""
_REQUESTS = """
    apiVersion: security.istio.io/v1
    kind: AuthorizationPolicy
    metadata:
      name: everybody
      namespace: shop
    spec:
      rules:
        - {rule}
"""
_LINKERD = """
    apiVersion: policy.linkerd.io/v1alpha1
    kind: AuthorizationPolicy
    metadata:
      name: web
      namespace: shop
    spec:
      targetRef:
        group: policy.linkerd.io
        kind: Server
        name: web
      requiredAuthenticationRefs:
        - name: network  # ! every address will do
          kind: NetworkAuthentication
          group: policy.linkerd.io
"""
_NETWORK = """
    apiVersion: policy.linkerd.io/v1alpha1
    kind: NetworkAuthentication
    metadata:
      name: network
      namespace: shop
    spec:
      networks:
        - cidr: {cidr}
"""

RULES = (
    Row(
        "network/mesh-plaintext-allowed",
        MeshPolicy,
        "Mesh takes connections without encryption.\n\n"
        "Whoever is on the path reads and changes what is sent, and a client without a certificate is nobody in\n"
        "particular: authorization by identity does not hold.\n\n"
        "Set the mode to `STRICT` (Istio), or `accessPolicy: all-authenticated` (Linkerd).",
        _plaintext,
        severity=Severity.MEDIUM,
        controls=("NSA/encryption", "MITRE/T1040"),
        bad=(
            manifest(_PEERS.format(mode="DISABLE  # ! without encryption"), fixed=_PEERS.format(mode="STRICT")),
            manifest(_PEERS.format(mode="PERMISSIVE  # ! also takes"), fixed=_PEERS.format(mode="STRICT")),
            manifest(_SERVER.format(policy="all-unauthenticated  # ! do not authenticate")),
            manifest(_NAMESPACE),
        ),
        good=(
            manifest(_PEERS.format(mode="STRICT")),
            manifest(_SERVER.format(policy="all-authenticated")),
        ),
    ),
    Row(
        "network/mesh-allow-all-authorization",
        Bundle,
        "Authorization policy of the mesh allows every request.\n\n"
        "Allows add up: one rule that matches everything lets everybody in, whatever the other policies of the\n"
        "namespace ask for.\n\n"
        "Name the principals, namespaces or paths that are meant.",
        _allow_all,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        bad=(
            manifest(_REQUESTS.format(rule="{}  # ! the rule is empty")),
            manifest(_REQUESTS.format(rule='from: [{source: {namespaces: ["*"]}}]  # ! every namespace')),
            several(_LINKERD, _NETWORK.format(cidr="0.0.0.0/0")),
        ),
        good=(
            manifest(_REQUESTS.format(rule="from: [{source: {namespaces: [edge]}}]")),
            several(_LINKERD.replace("  # ! every address will do", ""), _NETWORK.format(cidr="10.0.0.0/8")),
        ),
    ),
)
