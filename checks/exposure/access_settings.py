"""Settings that let callers in when nobody could ask them, or from every page of the web."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.gateway import GatewaySettings
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Row, Rule, manifest, rewrite

_NGINX = "nginx.ingress.kubernetes.io/"
_ANY_ORIGIN = regex(r"\*|null|\.\*|\.\+|\^?(?:https\?|https?)?(?:://)?\.[*+]\$?|https?://\*")


def _fails_open(rule: Rule[GatewaySettings], settings: GatewaySettings) -> Iterator[Hit]:
    for cursor in _switches(settings):
        if cursor.text == "true":
            yield rule.hit(
                cursor,
                f"{settings} lets requests through when authentication fails",
                fix=rewrite(StrField(cursor), "false", safe=True),
            )


def _switches(settings: GatewaySettings) -> Iterator[Cursor]:
    spec = settings.cursor.get("spec")
    match settings.group, settings.kind:
        case "getambassador.io", "AuthService":
            yield spec.get("failure_mode_allow")
        case "gateway.envoyproxy.io", "SecurityPolicy":
            yield spec.get("extAuth", "failOpen")
        case "projectcontour.io", "HTTPProxy":
            yield spec.get("virtualhost", "authorization", "failOpen")
        case "projectcontour.io", "ContourConfiguration":
            yield spec.get("globalExtAuth", "failOpen")
        case "install.istio.io", "IstioOperator":
            for provider in spec.get("meshConfig", "extensionProviders").items():
                for kind in ("envoyExtAuthzHttp", "envoyExtAuthzGrpc"):
                    yield provider.get(kind, "failOpen")
        case "apisix.apache.org", _:
            lists = [spec.get("plugins"), *(rule.get("plugins") for rule in spec.get("http").items())]
            for plugin in (item for each in lists for item in each.items()):
                if plugin.get("name").text in ("forward-auth", "opa"):
                    yield plugin.get("config", "allow_degradation")


def _cross_origin(rule: Rule[GatewaySettings], settings: GatewaySettings) -> Iterator[Hit]:
    for cursor in _origins(settings):
        yield rule.hit(cursor, f"{settings} lets pages of any origin send requests with credentials")


def _origins(settings: GatewaySettings) -> Iterator[Cursor]:
    """Origins that mean every page, where credentials are allowed with them."""
    spec = settings.cursor.get("spec")
    match settings.group, settings.kind:
        case (("networking.k8s.io" | "extensions"), "Ingress"):
            yield from _nginx(settings)
        case "getambassador.io", ("Mapping" | "Module"):
            cors = spec.get("cors") if settings.kind == "Mapping" else spec.get("config", "cors")
            yield from _listed(cors.get("origins"), cors.get("credentials"))
        case "gateway.envoyproxy.io", "SecurityPolicy":
            yield from _listed(spec.get("cors", "allowOrigins"), spec.get("cors", "allowCredentials"))
        case "projectcontour.io", "HTTPProxy":
            cors = spec.get("virtualhost", "corsPolicy")
            yield from _listed(cors.get("allowOrigin"), cors.get("allowCredentials"))
        case "networking.istio.io", "VirtualService":
            for route in spec.get("http").items():
                cors = route.get("corsPolicy")
                yield from _listed(cors.get("allowOrigins"), cors.get("allowCredentials"))
        case (("traefik.io" | "traefik.containo.us"), "Middleware"):
            headers = spec.get("headers")
            allowed = headers.get("accessControlAllowCredentials")
            for key in ("accessControlAllowOriginList", "accessControlAllowOriginListRegex"):
                yield from _listed(headers.get(key), allowed)
        case "gateway.networking.k8s.io", "HTTPRoute":
            for route in spec.get("rules").items():
                for item in route.get("filters").items():
                    yield from _listed(item.get("cors", "allowOrigins"), item.get("cors", "allowCredentials"))


def _nginx(settings: GatewaySettings) -> Iterator[Cursor]:
    enable, origin, credentials = (
        settings.annotation(_NGINX + key) for key in ("enable-cors", "cors-allow-origin", "cors-allow-credentials")
    )
    if enable.value != "true" or credentials.value == "false":
        return
    if origin.absent:
        yield enable.cursor
    elif any(part.strip() in ("*", "null") for part in (origin.value or "").split(",")):
        yield origin.cursor


def _listed(origins: Cursor, credentials: Cursor) -> Iterator[Cursor]:
    if credentials.text != "true":
        return
    for item in (origins, *origins.items()):
        for text in (item, item.get("exact"), item.get("regex"), item.get("prefix")):
            if text.text is not None and any(_ANY_ORIGIN.fullmatch(part.strip()) for part in text.text.split(",")):
                yield text


_SERVICE = """
    apiVersion: getambassador.io/v3alpha1
    kind: AuthService
    metadata: {{name: login, namespace: shop}}
    spec:
      auth_service: login:3000
      failure_mode_allow: {value}
"""
_POLICY = """
    apiVersion: gateway.envoyproxy.io/v1alpha1
    kind: SecurityPolicy
    metadata: {{name: login, namespace: shop}}
    spec:
      targetRefs: [{{group: gateway.networking.k8s.io, kind: HTTPRoute, name: web}}]
      extAuth:
        failOpen: {value}
        http: {{backendRefs: [{{name: login, port: 3000}}]}}
"""
_CORS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: web
      namespace: shop
      annotations:
        nginx.ingress.kubernetes.io/enable-cors: "true"
        nginx.ingress.kubernetes.io/cors-allow-origin: {origin}
    spec:
      ingressClassName: nginx
      defaultBackend: {{service: {{name: web, port: {{number: 80}}}}}}
"""
_MIDDLEWARE = """
    apiVersion: traefik.io/v1alpha1
    kind: Middleware
    metadata: {{name: cors, namespace: shop}}
    spec:
      headers:
        accessControlAllowCredentials: true
        accessControlAllowOriginListRegex:
          - {origin}
"""

RULES = (
    Row(
        "exposure/authentication-fails-open",
        GatewaySettings,
        "Gateway lets requests in when it cannot ask.\n\n"
        "Whoever overloads the service that checks logins, or waits for it to fail, walks in without one.\n\n"
        "Remove the setting: without it requests are refused while nobody can be asked.",
        _fails_open,
        severity=Severity.MEDIUM,
        mentions=("failure_mode_allow", "failOpen", "allow_degradation"),
        controls=("NSA/authentication-and-authorization",),
        bad=(
            manifest(
                _SERVICE.format(value="true  # ! when authentication fails"), fixed=_SERVICE.format(value="false")
            ),
            manifest(_POLICY.format(value="true  # ! when authentication fails"), fixed=_POLICY.format(value="false")),
        ),
        good=(manifest(_SERVICE.format(value="false")), manifest(_POLICY.format(value="false"))),
    ),
    Row(
        "exposure/cross-origin-any-with-credentials",
        GatewaySettings,
        "Pages of any origin may use the caller's login.\n\n"
        "A page of an attacker that a user has open sends requests with the user's cookies and reads the\n"
        "answers.\n\n"
        "List the origins that need it, or do not allow credentials.",
        _cross_origin,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        controls=("MITRE/T1190",),
        bad=(
            manifest(_CORS.format(origin='"*"  # ! any origin')),
            manifest(_MIDDLEWARE.format(origin='".*"  # ! any origin')),
        ),
        good=(
            manifest(_CORS.format(origin="https://www.example.com")),
            manifest(_MIDDLEWARE.format(origin='"https://[a-z]+\\\\.example\\\\.com"')),
        ),
    ),
)
