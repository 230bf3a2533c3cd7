"""Gateways of every product with nothing set, and one setting after the other that changes one of their controls.

The table of the specification, row by row: what a setting does to which control, `True` on, `False` off, None unknown.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Object = dict[str, Any]
Path = tuple[str | int, ...]
NAMES = ("tls", "plain", "auth", "rate", "allow")
HOST = "shop.example.com"


class Setting(NamedTuple):
    """Edits of the objects of a gateway (number of the object, path, value), objects beside them, and the effect."""

    control: str
    state: bool | None
    edits: tuple[tuple[int, Path, Any], ...] = ()
    objects: tuple[Object, ...] = ()


class Product(NamedTuple):
    """Objects with nothing set, what its controls are then, and settings."""

    objects: tuple[Object, ...]
    states: tuple[bool | None, ...]
    settings: dict[str, Setting]


def made(api: str, kind: str, name: str = "web", spec: Any = None, /, **more: Any) -> Object:
    meta = {"name": name, "namespace": more.pop("namespace", "shop"), "annotations": {"example.com/owner": "shop"}}
    content = {"spec": spec} if spec is not None else {}
    return {"apiVersion": api, "kind": kind, "metadata": meta, **content, **more}


def ingress(name: str) -> Object:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    rule = {"host": HOST, "http": {"paths": [{"path": "/cart", "pathType": "Prefix", "backend": backend}]}}
    return made("networking.k8s.io/v1", "Ingress", "web", {"ingressClassName": name, "rules": [rule]})


def note(control: str, state: bool | None, key: str, value: str, *others: tuple[str, str]) -> Setting:
    pairs = ((key, value), *others)
    return Setting(control, state, tuple((0, ("metadata", "annotations", name), text) for name, text in pairs))


def put(control: str, state: bool | None, path: str, value: Any, at: int = 0) -> Setting:
    parts = tuple(int(part) if part.isdecimal() else part for part in path.split("."))
    return Setting(control, state, ((at, parts, value),))


def beside(control: str, state: bool | None, *objects: Object) -> Setting:
    return Setting(control, state, (), objects)


CERTIFICATE = put("tls", True, "spec.tls", [{"hosts": [HOST], "secretName": "shop"}])
DEFAULT_CERTIFICATE = put("tls", True, "spec.tls", [{"secretName": "shop"}])
WILDCARD = put("tls", True, "spec.tls", [{"hosts": ["*.example.com"], "secretName": "shop"}])
OTHER_HOST = put("tls", False, "spec.tls", [{"hosts": ["blog.example.com"], "secretName": "blog"}])
SECURE = {
    "certificate": CERTIFICATE,
    "default certificate": DEFAULT_CERTIFICATE,
    "wildcard": WILDCARD,
    "certificate of another host": OTHER_HOST,
}
N = "nginx.ingress.kubernetes.io/"
CONFIG = "ingress-nginx-controller"


def config(**data: str) -> Object:
    pairs = {key.replace("_", "-"): value for key, value in data.items()}
    return made("v1", "ConfigMap", CONFIG, namespace="ingress-nginx", data=pairs)


NGINX = Product(
    (ingress("nginx"),),
    (False, True, False, False, False),
    {
        **SECURE,
        "force-ssl-redirect": note("tls", None, N + "force-ssl-redirect", "true"),
        "auth-url": note("auth", True, N + "auth-url", "https://login.example.com/check"),
        "auth-type": note("auth", True, N + "auth-type", "basic", (N + "auth-secret", "users")),
        "auth-type alone": note("auth", False, N + "auth-type", "basic"),
        "auth-tls-secret": note("auth", True, N + "auth-tls-secret", "shop/clients"),
        "verify on": note("auth", True, N + "auth-tls-secret", "shop/clients", (N + "auth-tls-verify-client", "on")),
        "verify off": note("auth", False, N + "auth-tls-secret", "shop/clients", (N + "auth-tls-verify-client", "off")),
        "optional": note("auth", False, N + "auth-tls-secret", "a/b", (N + "auth-tls-verify-client", "optional_no_ca")),
        "snippet": note("auth", None, N + "configuration-snippet", "auth_request /check;"),
        "global": beside("auth", True, config(global_auth_url="https://login.example.com/check")),
        "limit-rps": note("rate", True, N + "limit-rps", "10"),
        "limit-rpm": note("rate", True, N + "limit-rpm", "10"),
        "limit-connections": note("rate", True, N + "limit-connections", "10"),
        "whitelist": note("allow", True, N + "whitelist-source-range", "192.0.2.0/24"),
        "allowlist": note("allow", True, N + "allowlist-source-range", "192.0.2.0/24"),
        "list of everybody": note("allow", False, N + "allowlist-source-range", "0.0.0.0/0"),
        "global list": beside("allow", True, config(whitelist_source_range="192.0.2.0/24")),
    },
)
INC = "nginx.org/"


def inc_policy(spec: Object) -> Object:
    return made("k8s.nginx.org/v1", "Policy", "guard", spec)


def inc(control: str, state: bool | None, spec: Object) -> Setting:
    named = (0, ("metadata", "annotations", INC + "policies"), "guard")
    return Setting(control, state, (named,), (inc_policy(spec),))


NGINX_INC = Product(
    (
        ingress("nginx-inc"),
        made("networking.k8s.io/v1", "IngressClass", "nginx-inc", {"controller": "nginx.org/ingress-controller"}),
    ),
    (False, True, False, False, False),
    {
        **SECURE,
        "basic": note("auth", True, INC + "basic-auth-secret", "users"),
        "token": note("auth", True, "nginx.com/jwt-key", "key"),
        "rate": note("rate", True, INC + "limit-req-rate", "10r/s"),
        "jwt": inc("auth", True, {"jwt": {"realm": "shop", "secret": "key"}}),
        "oidc": inc("auth", True, {"oidc": {"clientID": "shop"}}),
        "apiKey": inc("auth", True, {"apiKey": {"clientSecret": "keys"}}),
        "mutual": inc("auth", True, {"ingressMTLS": {"clientCertSecret": "clients"}}),
        "mutual off": inc("auth", False, {"ingressMTLS": {"clientCertSecret": "clients", "verifyClient": "off"}}),
        "limit": inc("rate", True, {"rateLimit": {"rate": "10r/s"}}),
        "dry run": inc("rate", False, {"rateLimit": {"rate": "10r/s", "dryRun": True}}),
        "list": inc("allow", True, {"accessControl": {"allow": ["192.0.2.0/24"]}}),
        "policy elsewhere": note("auth", None, INC + "policies", "guard"),
    },
)
HA = "haproxy.org/"
HAPROXY = Product(
    (ingress("haproxy"),),
    (False, True, False, False, False),
    {
        **SECURE,
        "auth": note("auth", True, HA + "auth-secret", "users", (HA + "auth-type", "basic-auth")),
        "rate": note("rate", True, HA + "rate-limit-requests", "10"),
        "list": note("allow", True, HA + "allow-list", "192.0.2.0/24"),
        "old list": note("allow", True, HA + "whitelist", "192.0.2.0/24"),
    },
)
HI = "haproxy-ingress.github.io/"
HAPROXY_INGRESS = Product(
    (ingress("haproxy-ingress"),),
    (False, True, False, False, False),
    {
        **SECURE,
        "url": note("auth", True, HI + "auth-url", "http://login/check"),
        "certificates": note("auth", True, HI + "auth-tls-secret", "clients"),
        "oauth": note("auth", True, HI + "oauth", "oauth2_proxy"),
        "rps": note("rate", True, HI + "limit-rps", "10"),
        "list": note("allow", True, HI + "allowlist-source-range", "192.0.2.0/24"),
    },
)


def middleware(name: str, spec: Object) -> Object:
    return made("traefik.io/v1alpha1", "Middleware", name, spec)


def through(control: str, state: bool | None, spec: Object, *more: Object) -> Setting:
    used = (0, ("spec", "routes", 0, "middlewares"), [{"name": "guard"}])
    return Setting(control, state, (used,), (middleware("guard", spec), *more))


ROUTE = {"match": f"Host(`{HOST}`) && PathPrefix(`/cart`)", "services": [{"name": "web", "port": 80}]}


def clients(state: bool, kind: str) -> Setting:
    option = made("traefik.io/v1alpha1", "TLSOption", "clients", {"clientAuth": {"clientAuthType": kind}})
    return Setting("auth", state, ((0, ("spec", "tls"), {"options": {"name": "clients"}}),), (option,))


TRAEFIK = Product(
    (made("traefik.io/v1alpha1", "IngressRoute", "web", {"entryPoints": ["web"], "routes": [ROUTE]}),),
    (False, True, False, False, False),
    {
        "empty tls": put("tls", True, "spec.tls", {}),
        "basicAuth": through("auth", True, {"basicAuth": {"secret": "users"}}),
        "digestAuth": through("auth", True, {"digestAuth": {"secret": "users"}}),
        "forwardAuth": through("auth", True, {"forwardAuth": {"address": "http://login"}}),
        "plugin": through("auth", None, {"plugin": {"guard": {}}}),
        "headers": through("auth", False, {"headers": {"frameDeny": True}}),
        "chain": through(
            "auth",
            True,
            {"chain": {"middlewares": [{"name": "login"}]}},
            middleware("login", {"basicAuth": {"secret": "users"}}),
        ),
        "demanded certificates": clients(True, "RequireAndVerifyClientCert"),
        "offered certificates": clients(False, "VerifyClientCertIfGiven"),
        "rateLimit": through("rate", True, {"rateLimit": {"average": 10}}),
        "inFlightReq": through("rate", True, {"inFlightReq": {"amount": 10}}),
        "ipAllowList": through("allow", True, {"ipAllowList": {"sourceRange": ["192.0.2.0/24"]}}),
        "ipWhiteList": through("allow", True, {"ipWhiteList": {"sourceRange": ["192.0.2.0/24"]}}),
        "redirect": through("plain", False, {"redirectScheme": {"scheme": "https"}}),
    },
)
CONTOUR = Product(
    (
        made(
            "projectcontour.io/v1",
            "HTTPProxy",
            "web",
            {
                "virtualhost": {"fqdn": HOST},
                "routes": [{"conditions": [{"prefix": "/cart"}], "services": [{"name": "web", "port": 80}]}],
            },
        ),
    ),
    (False, True, False, False, False),
    {
        "certificate": put("tls", True, "spec.virtualhost.tls", {"secretName": "shop"}),
        "parameters alone": put("tls", False, "spec.virtualhost.tls", {"minimumProtocolVersion": "1.3"}),
        "authorization": put("auth", True, "spec.virtualhost.authorization", {"extensionRef": {"name": "login"}}),
        "default provider": put("auth", True, "spec.virtualhost.jwtProviders", [{"name": "a", "default": True}]),
        "provider": put("auth", False, "spec.virtualhost.jwtProviders", [{"name": "a"}]),
        "verification": put("auth", True, "spec.routes.0.jwtVerificationPolicy", {"require": "a"}),
        "client certificates": put(
            "auth", True, "spec.virtualhost.tls", {"secretName": "a", "clientValidation": {"caSecret": "b"}}
        ),
        "skipped": put(
            "auth",
            False,
            "spec.virtualhost.tls",
            {"secretName": "a", "clientValidation": {"skipClientCertValidation": True}},
        ),
        "global": beside(
            "auth", True, made("projectcontour.io/v1alpha1", "ContourConfiguration", "all", {"globalExtAuth": {"a": 1}})
        ),
        "local rate": put("rate", True, "spec.routes.0.rateLimitPolicy", {"local": {"requests": 10, "unit": "second"}}),
        "rate of the host": put("rate", True, "spec.virtualhost.rateLimitPolicy", {"global": {"descriptors": []}}),
        "list": put("allow", True, "spec.routes.0.ipAllowPolicy", [{"source": "Peer", "cidr": "192.0.2.0/24"}]),
        "list of the host": put("allow", True, "spec.virtualhost.ipAllowPolicy", [{"cidr": "192.0.2.0/24"}]),
    },
)


def plugin(control: str, state: bool | None, kind: str, **more: Any) -> Setting:
    named = (0, ("metadata", "annotations", "konghq.com/plugins"), "guard")
    found = made("configuration.konghq.com/v1", "KongPlugin", "guard", plugin=kind, **more)
    return Setting(control, state, (named,), (found,))


KONG_AUTH = ("key-auth", "jwt", "basic-auth", "oauth2", "openid-connect", "hmac-auth", "ldap-auth", "mtls-auth")
KONG = Product(
    (ingress("kong"),),
    (False, True, False, False, False),
    {
        **SECURE,
        **{kind: plugin("auth", True, kind) for kind in KONG_AUTH},
        "disabled": plugin("auth", False, "jwt", disabled=True),
        "plugin elsewhere": note("auth", None, "konghq.com/plugins", "guard"),
        "rate-limiting": plugin("rate", True, "rate-limiting"),
        "rate-limiting-advanced": plugin("rate", True, "rate-limiting-advanced"),
        "ip-restriction": plugin("allow", True, "ip-restriction", config={"allow": ["192.0.2.0/24"]}),
        "ip-restriction that denies": plugin("allow", False, "ip-restriction", config={"deny": ["192.0.2.0/24"]}),
    },
)
