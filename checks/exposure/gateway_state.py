"""Gateways that do less than their manifests read, or show more."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.fields import AnyField
from hullmark.linter.model.exposure.admin_apis import AdminApi, EmissaryInstallation
from hullmark.linter.model.exposure.gateway_objects import PolicyReference, RateSetting
from hullmark.linter.model.exposure.token_checks import TokenCheck
from hullmark.linter.rule import Because, Hit, Offer, Row, Rule, insert, manifest, rewrite, several


def _not_required(rule: Rule[TokenCheck], check: TokenCheck) -> Iterator[Hit]:
    if not check.required:
        yield rule.hit(check, f"{check.resource} checks tokens or certificates, and lets callers without any in")


def _not_enforced(rule: Rule[RateSetting], setting: RateSetting) -> Iterator[Hit]:
    if setting.idle:
        yield rule.hit(setting, f"{setting.resource} limits nobody: {setting.idle}")


def _nothing(rule: Rule[PolicyReference], reference: PolicyReference) -> Iterator[Hit]:
    if reference.missing:
        yield rule.hit(
            reference,
            f"{reference.resource} does not find {reference.missing}",
            severity=None if reference.guards else Severity.LOW,
            profile=None if reference.guards else Profile.STRICT,
        )


def _diagnostics(rule: Rule[EmissaryInstallation], installation: EmissaryInstallation) -> Iterator[Hit]:
    if installation.is_public and installation.shows_diagnostics:
        yield rule.hit(
            installation,
            f"every Host routes /ambassador/v0/, among them {installation.hosts[0].name!r}",
            fix=_switched_off(installation),
        )


def _switched_off(installation: EmissaryInstallation) -> Offer:
    found = installation.module
    if found is None:
        return None
    field = AnyField(found.spec.get("config", "diagnostics", "enabled"))
    return (
        rewrite(field, "false") if field.present else insert(found.resource, "spec.config.diagnostics.enabled", False)
    )


def _admin(rule: Rule[AdminApi], api: AdminApi) -> Iterator[Hit]:
    if not api.guarded:
        yield rule.hit(
            api,
            f"{api.what} is {'open to the outside' if api.is_open else 'open to every pod'}",
            *(Because(step.place, step.note) for step in api.steps),
            severity=None if api.is_open else Severity.MEDIUM,
            confidence=api.confidence,
            flow=bool(api.steps),
        )


_CHECK = """
    apiVersion: security.istio.io/v1
    kind: RequestAuthentication
    metadata: {{name: login, namespace: istio-system}}
    spec:
      selector: {{matchLabels: {{istio: ingressgateway}}}}
      jwtRules:{mark}
        - issuer: https://login.example.com
"""
_DEMAND = """
    apiVersion: security.istio.io/v1
    kind: AuthorizationPolicy
    metadata: {name: login, namespace: istio-system}
    spec:
      selector: {matchLabels: {istio: ingressgateway}}
      rules: [{from: [{source: {requestPrincipals: ["*"]}}]}]
"""
_EDGE = """
    apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: {name: edge, namespace: istio-system}
    spec:
      selector: {istio: ingressgateway}
      servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}]
    ---
    apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: web, namespace: shop}
    spec: {hosts: [shop.example.com], gateways: [istio-system/edge], http: [{route: [{destination: {host: web}}]}]}
"""
_NGINX = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: web
      namespace: shop
      annotations:
        nginx.ingress.kubernetes.io/auth-tls-secret: shop/clients
        nginx.ingress.kubernetes.io/auth-tls-verify-client: {value}
    spec:
      ingressClassName: nginx
      defaultBackend: {{service: {{name: web, port: {{number: 80}}}}}}
"""
_LIMIT = """
    apiVersion: k8s.nginx.org/v1
    kind: Policy
    metadata: {{name: limit, namespace: shop}}
    spec:
      rateLimit:
        rate: 10r/s
        zoneSize: 10M
        key: ${{binary_remote_addr}}
        dryRun: {value}
"""
_POLICY = """
    apiVersion: gateway.envoyproxy.io/v1alpha1
    kind: SecurityPolicy
    metadata: {{name: login, namespace: shop}}
    spec:
      targetRefs:
        - group: gateway.networking.k8s.io
          kind: HTTPRoute
          name: {name}
      basicAuth: {{users: {{name: users}}}}
"""
_ROUTE = """
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: web, namespace: shop}
    spec:
      parentRefs: [{name: edge}]
      rules: [{backendRefs: [{name: web, port: 80}]}]
"""
_HOST = """
    apiVersion: getambassador.io/v3alpha1
    kind: Host
    metadata:
      name: shop{mark}
    spec: {{hostname: shop.example.com, tlsSecret: {{name: shop}}}}
"""
_MODULE = """
    apiVersion: getambassador.io/v3alpha1
    kind: Module
    metadata: {{name: ambassador}}
    spec:
      config:
        diagnostics:
          enabled: {value}
"""
_TRAEFIK = """
    apiVersion: v1
    kind: Pod
    metadata: {{name: traefik, namespace: traefik}}
    spec:
      containers:
        - name: traefik
          image: docker.io/library/traefik:v3.5
          args:
            - --api.insecure={value}
"""


def _diagnosed(value: str) -> str:
    return "    ---\n".join((_HOST.format(mark=""), _MODULE.format(value=value)))


RULES = (
    Row(
        "exposure/token-check-not-required",
        TokenCheck,
        "Gateway checks tokens and lets in who has none.\n\n"
        "A wrong token is refused, and no token at all is not: whoever leaves it out is in.\n\n"
        "Demand it: an AuthorizationPolicy with `requestPrincipals`, a provider that is the default, `on` and\n"
        "not `optional`.",
        _not_required,
        severity=Severity.MEDIUM,
        controls=("NSA/authentication-and-authorization",),
        bad=(
            several(_CHECK.format(mark="  # ! without any"), _EDGE),
            manifest(_NGINX.format(value="optional  # ! without any")),
        ),
        good=(several(_CHECK.format(mark=""), _DEMAND, _EDGE), manifest(_NGINX.format(value='"on"'))),
    ),
    Row(
        "exposure/rate-limit-not-enforced",
        RateSetting,
        "Limit of requests limits nobody.\n\n"
        "Whoever reads the manifests believes that passwords cannot be tried by the thousand, and they can.\n\n"
        "Turn the dry run off, give requests the labels of the domain, or correct the target.",
        _not_enforced,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        controls=("MITRE/T1499",),
        bad=(manifest(_LIMIT.format(value="true  # ! a dry run")),),
        good=(manifest(_LIMIT.format(value="false")),),
    ),
    Row(
        "exposure/policy-targets-nothing",
        PolicyReference,
        "Policy of a gateway attaches to nothing.\n\n"
        "The endpoint that it was to protect is there without it, and nobody is told.\n\n"
        "Correct the name, the namespace or the section that it refers to.",
        _nothing,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        bad=(several(_POLICY.format(name="wep  # ! HTTPRoute 'wep'"), _ROUTE),),
        good=(several(_POLICY.format(name="web"), _ROUTE),),
    ),
    Row(
        "exposure/emissary-diagnostics-exposed",
        EmissaryInstallation,
        "Diagnostics of Emissary are public.\n\n"
        "The page lists every route, host and backend of the gateway for whoever opens it.\n\n"
        "Set `diagnostics.enabled: false` in the Module `ambassador`.",
        _diagnostics,
        severity=Severity.MEDIUM,
        controls=("MITRE/T1613",),
        bad=(
            manifest(_HOST.format(mark="  # ! /ambassador/v0/")),
            manifest(_diagnosed("true  # ! /ambassador/v0/"), fixed=_diagnosed("false")),
        ),
        good=(manifest(_diagnosed("false")),),
    ),
    Row(
        "exposure/gateway-admin-api-exposed",
        AdminApi,
        "Administration of a gateway is open.\n\n"
        "Whoever reaches it reads every route and certificate, and on most gateways adds routes of their\n"
        "own.\n\n"
        "Bind it to the loopback, or put a login before it.",
        _admin,
        severity=Severity.HIGH,
        mentions=("raefik", "kong", "envoy", "proxyv2", "emissary", "apisix", "haproxy", "kubernetes-ingress", "pilot"),
        controls=("MITRE/T1133", "MITRE/T1613"),
        bad=(manifest(_TRAEFIK.format(value="true  # ! without a login")),),
        good=(manifest(_TRAEFIK.format(value="false")),),
    ),
)
