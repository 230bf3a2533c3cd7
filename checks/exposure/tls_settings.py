"""How gateways speak TLS: too old a version, or without looking at whom they speak to."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.gateway import GatewaySettings
from hullmark.linter.model.exposure.tls_secrets import TlsReference
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Offer, Row, Rule, manifest, rewrite, several

_OLD = frozenset({"TLSV1_0", "TLSV1_1", "v1.0", "v1.1", "1.0", "1.1", "VersionTLS10", "VersionTLS11"})
_NEW = {"TLSV1_0": "TLSV1_2", "TLSV1_1": "TLSV1_2", "v1.0": "v1.2", "v1.1": "v1.2", "1.0": '"1.2"', "1.1": '"1.2"'}
_POLICY = regex(r"ELBSecurityPolicy-(?:2016-08|.*TLS-1-[01]-.*|TLS13-1-[01]-.*)\Z")
_POLICY_KEYS = (
    "alb.ingress.kubernetes.io/ssl-policy",
    "service.beta.kubernetes.io/aws-load-balancer-ssl-negotiation-policy",
)
_PROTOCOLS = regex(r"(?:^|\s)TLSv1(?:\.1)?(?=\s|$)")
_NGINX = "nginx.ingress.kubernetes.io/"


def _versions(settings: GatewaySettings) -> Iterator[Cursor]:
    """Fields that hold the lowest version of TLS."""
    spec = settings.cursor.get("spec")
    match settings.group, settings.kind:
        case "networking.istio.io", "Gateway":
            for server in spec.get("servers").items():
                yield server.get("tls", "minProtocolVersion")
        case "getambassador.io", "Host":
            yield spec.get("tls", "min_tls_version")
        case "getambassador.io", "TLSContext":
            yield spec.get("min_tls_version")
        case "projectcontour.io", "HTTPProxy":
            yield spec.get("virtualhost", "tls", "minimumProtocolVersion")
        case "projectcontour.io", _:
            yield spec.get("envoy", "listener", "tls", "minimumProtocolVersion")
        case (("traefik.io" | "traefik.containo.us"), "TLSOption"):
            yield spec.get("minVersion")
        case "gateway.envoyproxy.io", "ClientTrafficPolicy":
            yield spec.get("tls", "minVersion")
        case (("networking.k8s.io" | "extensions"), "Ingress"):
            yield settings.annotation("projectcontour.io/tls-minimum-protocol-version").cursor


def _weak(rule: Rule[GatewaySettings], settings: GatewaySettings) -> Iterator[Hit]:
    for cursor in _versions(settings):
        if cursor.text in _OLD:
            text = _NEW.get(cursor.text or "", "VersionTLS12")
            yield rule.hit(
                cursor, f"{settings} accepts {cursor.text!r}", fix=rewrite(StrField(cursor), text, safe=True)
            )
    protocols = StrField(settings.cursor.get("data", "ssl-protocols"))
    if settings.kind == "ConfigMap" and _PROTOCOLS.search(protocols.value or ""):
        yield rule.hit(protocols, f"{settings} accepts {protocols.value!r}", fix=_without_old(protocols))
    for field in _policies(settings):
        if _POLICY.match(field.value or ""):
            yield rule.hit(field, f"{settings} chooses the policy {field.value!r}, which accepts TLS before 1.2")


def _policies(settings: GatewaySettings) -> Iterator[StrField]:
    """Names of sets of versions and ciphers that AWS has."""
    for key in _POLICY_KEYS if settings.kind in ("Service", "Ingress") else ():
        yield settings.annotation(key)
    for listener in settings.cursor.get("spec", "listenerConfigurations").items():
        yield StrField(listener.get("sslPolicy"))


def _without_old(field: StrField) -> Offer:
    left = [each for each in (field.value or "").split() if each not in ("TLSv1", "TLSv1.1")]
    return rewrite(field, " ".join(left or ["TLSv1.2", "TLSv1.3"]), safe=True)


def _unverified(rule: Rule[GatewaySettings], settings: GatewaySettings) -> Iterator[Hit]:
    spec = settings.cursor.get("spec")
    match settings.group, settings.kind:
        case (("networking.k8s.io" | "extensions"), "Ingress"):
            protocol, verify = (settings.annotation(_NGINX + key) for key in ("backend-protocol", "proxy-ssl-verify"))
            if (protocol.value or "").upper() in ("HTTPS", "GRPCS") and verify.value != "on":
                shown = verify if verify.present else protocol
                yield _skips(rule, settings, shown.cursor, Severity.LOW)
        case (("traefik.io" | "traefik.containo.us"), "ServersTransport"):
            if spec.get("insecureSkipVerify").text == "true":
                yield _skips(rule, settings, spec.get("insecureSkipVerify"))
        case "networking.istio.io", "DestinationRule":
            for tls in (spec.get("trafficPolicy", "tls"), *_per_port(spec)):
                yield from _destination(rule, settings, tls)
        case "k8s.nginx.org", "Policy":
            mutual = spec.get("egressMTLS")
            if mutual.get("verifyServer").text == "false":
                yield _skips(rule, settings, mutual.get("verifyServer"))


def _per_port(spec: Cursor) -> Iterator[Cursor]:
    for item in spec.get("trafficPolicy", "portLevelSettings").items():
        yield item.get("tls")


def _destination(rule: Rule[GatewaySettings], settings: GatewaySettings, tls: Cursor) -> Iterator[Hit]:
    if tls.get("mode").text != "SIMPLE":
        return
    skip = tls.get("insecureSkipVerify")
    if skip.text == "true":
        yield _skips(rule, settings, skip)
    elif tls.get("caCertificates").absent and tls.get("credentialName").absent:
        yield _skips(rule, settings, tls.get("mode"), Severity.LOW)


def _skips(rule: Rule[GatewaySettings], settings: GatewaySettings, at: Cursor, severity: Severity | None = None) -> Hit:
    return rule.hit(at, f"{settings} does not verify the certificate of its backend", severity=severity)


def _missing(rule: Rule[TlsReference], reference: TlsReference) -> Iterator[Hit]:
    if not reference.is_granted:
        yield rule.hit(
            reference,
            f"{reference.resource} names Secret {reference.name!r} of namespace {reference.namespace!r}, "
            "and no ReferenceGrant lets it",
        )
    elif reference.is_missing:
        yield rule.hit(
            reference,
            f"{reference.resource} names Secret {reference.name!r}, which is not in the input",
            severity=Severity.INFO,
            confidence=Confidence.LOW,
            profile=Profile.ALL,
        )


_OPTION = """
    apiVersion: traefik.io/v1alpha1
    kind: TLSOption
    metadata: {{name: default, namespace: shop}}
    spec:
      minVersion: {version}
"""
_ISTIO = """
    apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: {{name: edge, namespace: shop}}
    spec:
      servers:
        - port: {{number: 443, name: https, protocol: HTTPS}}
          hosts: [shop.example.com]
          tls:
            mode: SIMPLE
            credentialName: shop
            minProtocolVersion: {version}
"""
_NGINX_CONFIG = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {{name: ingress-nginx-controller, namespace: ingress-nginx}}
    data:
      ssl-protocols: {protocols}
"""
_TRANSPORT = """
    apiVersion: traefik.io/v1alpha1
    kind: ServersTransport
    metadata: {{name: web, namespace: shop}}
    spec:
      insecureSkipVerify: {value}
"""
_DESTINATION = """
    apiVersion: networking.istio.io/v1
    kind: DestinationRule
    metadata: {{name: web, namespace: shop}}
    spec:
      host: web.example.com
      trafficPolicy:
        tls:
          mode: SIMPLE{mark}{more}
"""
_GATEWAY = """
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {{name: edge, namespace: shop}}
    spec:
      gatewayClassName: eg
      listeners:
        - name: https
          port: 443
          protocol: HTTPS
          tls:
            certificateRefs:
              - name: {name}
                namespace: certificates
"""
_CERTIFICATE = """
    apiVersion: v1
    kind: Secret
    metadata: {name: shop-tls, namespace: certificates}
    type: kubernetes.io/tls
"""
_GRANT = """
    apiVersion: gateway.networking.k8s.io/v1beta1
    kind: ReferenceGrant
    metadata: {name: edge, namespace: certificates}
    spec:
      from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: shop}]
      to: [{group: "", kind: Secret, name: shop-tls}]
"""

RULES = (
    Row(
        "exposure/weak-tls-version",
        GatewaySettings,
        "Gateway accepts TLS before 1.2.\n\n"
        "TLS 1.0 and 1.1 are broken in known ways; whoever stands between makes both sides agree on the\n"
        "weakest that they accept.\n\n"
        "Set the lowest version to 1.2, or remove the setting: the default is 1.2 or newer.",
        _weak,
        severity=Severity.MEDIUM,
        mentions=(
            *("minProtocolVersion", "min_tls_version", "minimumProtocolVersion", "tls-minimum-protocol-version"),
            *("minVersion", "ssl-protocols", "ssl-policy", "ssl-negotiation-policy", "sslPolicy"),
        ),
        controls=("NSA/network-separation-and-hardening",),
        bad=(
            manifest(_OPTION.format(version="VersionTLS10  # !"), fixed=_OPTION.format(version="VersionTLS12")),
            manifest(_ISTIO.format(version="TLSV1_1  # !"), fixed=_ISTIO.format(version="TLSV1_2")),
            manifest(
                _NGINX_CONFIG.format(protocols="TLSv1 TLSv1.1 TLSv1.2  # ! accepts"),
                fixed=_NGINX_CONFIG.format(protocols="TLSv1.2"),
            ),
        ),
        good=(manifest(_OPTION.format(version="VersionTLS12")), manifest(_NGINX_CONFIG.format(protocols="TLSv1.3"))),
    ),
    Row(
        "exposure/backend-tls-unverified",
        GatewaySettings,
        "Gateway does not verify its backend.\n\n"
        "The way from the gateway to the pods is encrypted towards whoever answers: a neighbour that takes\n"
        "the address reads everything.\n\n"
        "Turn verification on and name the certificate authority of the backend.",
        _unverified,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        controls=("MITRE/T1557",),
        bad=(
            manifest(_TRANSPORT.format(value="true  # ! does not verify")),
            manifest(_DESTINATION.format(mark="  # ! does not verify", more="")),
        ),
        good=(
            manifest(_TRANSPORT.format(value="false")),
            manifest(_DESTINATION.format(mark="", more="\n          caCertificates: system")),
        ),
    ),
    Row(
        "exposure/missing-tls-secret",
        TlsReference,
        "Certificate of a gateway cannot be used.\n\n"
        "Without the Secret the gateway answers with a certificate of its own, or not at all, and callers\n"
        "learn to go on in spite of warnings.\n\n"
        "Define the Secret, or what makes it; across namespaces add a ReferenceGrant beside it.",
        _missing,
        severity=Severity.MEDIUM,
        bad=(
            several(_GATEWAY.format(name="shop-tls  # ! no ReferenceGrant"), _CERTIFICATE),
            several(
                _GATEWAY.format(name="web-tls  # ! not in the input"),
                _CERTIFICATE,
                _GRANT.replace(", name: shop-tls", ""),
            ),
        ),
        good=(several(_GATEWAY.format(name="shop-tls"), _CERTIFICATE, _GRANT),),
    ),
)
