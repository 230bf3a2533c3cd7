"""Controls that AWS reads from LoadBalancerConfiguration objects: certificates, client certificates, source ranges.

https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/loadbalancerconfig
"""

from __future__ import annotations

from collections.abc import Iterable

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.controls import OFF, Control, off, on, optional, unknown
from hullmark.linter.model.exposure.gateway_classes import parameters

_KIND = ("gateway.k8s.aws", "LoadBalancerConfiguration")


def _configurations(bundle: Bundle, gateway: Resource) -> tuple[Resource, ...]:
    return tuple(each for each in parameters(bundle, gateway) if each.gk == _KIND)


def _listeners(bundle: Bundle, gateway: Resource, listener: Cursor) -> Iterable[Cursor]:
    """Settings of the listener on the same port, of the object that wins first."""
    port = listener.get("port").text
    for each in _configurations(bundle, gateway):
        for item in each.cursor.get("spec", "listenerConfigurations").items():
            if port is not None and (item.get("protocolPort").text or "").rpartition(":")[2] == port:
                yield item


def certificate(bundle: Bundle, gateway: Resource, listener: Cursor) -> Control:
    """Whether a certificate is given for a listener."""
    for item in _listeners(bundle, gateway, listener):
        for key in ("defaultCertificate", "certificates"):
            if item.get(key).present:
                return on(item.get(key))
    return OFF


def client_certificates(bundle: Bundle, gateway: Resource, listener: Cursor) -> Control:
    """Whether a listener verifies certificates of callers; `passthrough` only hands them on."""
    for item in _listeners(bundle, gateway, listener):
        mode = item.get("mutualAuthentication", "mode")
        if mode.text == "verify":
            return on(mode)
        if mode.text == "passthrough":
            return optional(mode)
    return OFF


def allowed(bundle: Bundle, gateway: Resource) -> Control:
    """Whether source ranges limit who comes; security groups of the account may."""
    for each in _configurations(bundle, gateway):
        groups, ranges = each.cursor.get("spec", "securityGroups"), each.cursor.get("spec", "sourceRanges")
        if groups.present:
            return unknown(groups, "security groups of the account decide")
        if ranges.present:
            every = is_everything(item.text or "" for item in ranges.items())
            return off(ranges) if every else on(ranges)
    return OFF


def counted(bundle: Bundle, gateway: Resource) -> Control:
    """Whether a web ACL stands before it, which may limit requests."""
    for each in _configurations(bundle, gateway):
        acl = each.cursor.get("spec", "wafV2")
        if acl.present:
            return unknown(acl, "rules of a web ACL are not in the input")
    return OFF
