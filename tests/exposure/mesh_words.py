"""Gateway API with the policies of its products, Istio, and Emissary: nothing set, and one setting after the other."""

from __future__ import annotations

from typing import Any

from tests.exposure.gateway_words import HOST, Object, Product, Setting, beside, made, put

GATEWAY = "gateway.networking.k8s.io/v1"
ROUTE: Object = {
    "parentRefs": [{"name": "edge"}],
    "hostnames": [HOST],
    "rules": [
        {
            "matches": [{"path": {"type": "PathPrefix", "value": "/cart"}}],
            "filters": [],
            "backendRefs": [{"name": "web", "port": 80}],
        }
    ],
}
LISTENER = {"name": "web", "port": 443, "protocol": "HTTP"}
HTTPS = {"name": "web", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "shop"}]}}


def front(name: str) -> tuple[Object, Object]:
    gateway = made(GATEWAY, "Gateway", "edge", {"gatewayClassName": name, "listeners": [LISTENER]})
    return gateway, made(GATEWAY, "HTTPRoute", "web", ROUTE)


def aimed(kind: str, name: str, **spec: Any) -> Object:
    return {"targetRefs": [{"group": "gateway.networking.k8s.io", "kind": kind, "name": name}], **spec}


TERMINATED = put("tls", True, "spec.listeners", [HTTPS])
REDIRECT = put(
    "plain",
    False,
    "spec.rules.0.filters",
    [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}}],
    at=1,
)
FRONTEND = put("auth", True, "spec.tls", {"frontend": {"default": {"validation": {"caCertificateRefs": []}}}})
INSECURE = put("auth", False, "spec.tls", {"frontend": {"default": {"validation": {"mode": "AllowInsecureFallback"}}}})
FILTER = put("auth", True, "spec.rules.0.filters", [{"type": "ExternalAuth", "externalAuth": {}}], at=1)
CORE = {"terminated": TERMINATED, "redirect": REDIRECT, "frontend": FRONTEND, "fallback": INSECURE, "filter": FILTER}
EG = "gateway.envoyproxy.io/v1alpha1"


def security(control: str, state: bool | None, **spec: Any) -> Setting:
    return beside(control, state, made(EG, "SecurityPolicy", "guard", aimed("HTTPRoute", "web", **spec)))


def of_gateway(**spec: Any) -> Object:
    return made(EG, "SecurityPolicy", "all", aimed("Gateway", "edge", **spec))


OIDC = {"provider": {"issuer": "https://login.example.com"}}
CIDR_RULE = {"action": "Allow", "principal": {"clientCIDRs": ["192.0.2.0/24"]}}
JWT_RULE = {"action": "Allow", "principal": {"jwt": {"provider": "a", "claims": [{"name": "sub", "values": ["a"]}]}}}
ENVOY = Product(
    front("eg"),
    (False, True, False, False, False),
    {
        **CORE,
        "jwt": security("auth", True, jwt={"providers": [{"name": "a"}]}),
        "optional jwt": security("auth", False, jwt={"optional": True, "providers": [{"name": "a"}]}),
        "oidc": security("auth", True, oidc=OIDC),
        "basicAuth": security("auth", True, basicAuth={"users": {"name": "users"}}),
        "apiKeyAuth": security("auth", True, apiKeyAuth={"credentialRefs": [{"name": "keys"}]}),
        "extAuth": security("auth", True, extAuth={"http": {"backendRefs": [{"name": "login"}]}}),
        "principals of tokens": security("auth", True, authorization={"defaultAction": "Deny", "rules": [JWT_RULE]}),
        "of the gateway": beside("auth", True, of_gateway(oidc=OIDC)),
        "replaced": beside(
            "auth",
            False,
            of_gateway(oidc=OIDC),
            made(EG, "SecurityPolicy", "own", aimed("HTTPRoute", "web", cors={"allowOrigins": ["https://a.example"]})),
        ),
        "merged": beside(
            "auth",
            True,
            of_gateway(oidc=OIDC),
            made(EG, "SecurityPolicy", "own", aimed("HTTPRoute", "web", mergeType="StrategicMerge", cors={})),
        ),
        "client certificates": beside(
            "auth",
            True,
            made(
                EG,
                "ClientTrafficPolicy",
                "tls",
                aimed("Gateway", "edge", tls={"clientValidation": {"caCertificateRefs": [{"name": "a"}]}}),
            ),
        ),
        "optional certificates": beside(
            "auth",
            False,
            made(
                EG, "ClientTrafficPolicy", "tls", aimed("Gateway", "edge", tls={"clientValidation": {"optional": True}})
            ),
        ),
        "rate": beside(
            "rate",
            True,
            made(EG, "BackendTrafficPolicy", "limit", aimed("HTTPRoute", "web", rateLimit={"type": "Local"})),
        ),
        "rate of the gateway": beside(
            "rate",
            True,
            made(EG, "BackendTrafficPolicy", "limit", aimed("Gateway", "edge", rateLimit={"type": "Global"})),
        ),
        "list": security("allow", True, authorization={"defaultAction": "Deny", "rules": [CIDR_RULE]}),
        "list without deny": security("allow", False, authorization={"defaultAction": "Allow", "rules": [CIDR_RULE]}),
    },
)
KG = "gateway.kgateway.dev/v1alpha1"


def traffic(control: str, state: bool | None, **spec: Any) -> Setting:
    return beside(control, state, made(KG, "TrafficPolicy", "guard", aimed("HTTPRoute", "web", **spec)))


KGATEWAY = Product(
    front("kgateway"),
    (False, True, False, False, False),
    {
        **CORE,
        **{
            key: traffic("auth", True, **{key: {"a": 1}})
            for key in ("extAuth", "jwtAuth", "basicAuth", "apiKeyAuth", "oauth2", "rbac")
        },
        "disabled": traffic("auth", False, extAuth={"disable": {}}),
        "local": traffic("rate", True, rateLimit={"local": {"tokenBucket": {}}}),
        "global": traffic("rate", True, rateLimit={"global": {"descriptors": []}}),
        "acl": traffic("allow", True, acl={"defaultAction": "deny", "rules": []}),
    },
)
GKE = Product(
    front("gke-l7-global-external-managed"),
    (False, True, False, None, False),
    {
        **CORE,
        "iap": beside(
            "auth",
            True,
            made(
                "networking.gke.io/v1",
                "GCPBackendPolicy",
                "iap",
                {"default": {"iap": {"enabled": True}}, "targetRef": {"group": "", "kind": "Service", "name": "web"}},
            ),
        ),
    },
)
LB = "gateway.k8s.aws/v1beta1"
PARAMETERS = {"parametersRef": {"group": "gateway.k8s.aws", "kind": "LoadBalancerConfiguration", "name": "lb"}}


def balancer(control: str, state: bool | None, **spec: Any) -> Setting:
    held = made(LB, "LoadBalancerConfiguration", "lb", {"scheme": "internet-facing", **spec})
    return Setting(control, state, ((0, ("spec", "infrastructure"), PARAMETERS),), (held,))


def rule(state: bool, action: Object) -> Setting:
    ref = {"group": "gateway.k8s.aws", "kind": "ListenerRuleConfiguration", "name": "login"}
    edit = (1, ("spec", "rules", 0, "filters"), [{"type": "ExtensionRef", "extensionRef": ref}])
    return Setting("auth", state, (edit,), (made(LB, "ListenerRuleConfiguration", "login", {"actions": [action]}),))


MUTUAL = [{"protocolPort": "HTTPS:443", "mutualAuthentication": {"mode": "verify", "trustStore": "a"}}]
HANDED_ON = [{"protocolPort": "HTTPS:443", "mutualAuthentication": {"mode": "passthrough"}}]
AWS = Product(
    (*front("aws"), made(GATEWAY, "GatewayClass", "aws", {"controllerName": "gateway.k8s.aws/alb"})),
    (False, True, False, None, False),
    {
        **CORE,
        "verify": balancer("auth", True, listenerConfigurations=MUTUAL),
        "passthrough": balancer("auth", False, listenerConfigurations=HANDED_ON),
        "oidc": rule(True, {"type": "authenticate-oidc", "authenticateOIDCConfig": {"issuer": "a"}}),
        "cognito": rule(True, {"type": "authenticate-cognito", "authenticateCognitoConfig": {"userPoolArn": "a"}}),
        "jwt": rule(True, {"type": "jwt-validation", "jwtValidationConfig": {"issuer": "a"}}),
        "allow": rule(
            False, {"type": "authenticate-oidc", "authenticateOIDCConfig": {"onUnauthenticatedRequest": "allow"}}
        ),
        "sourceRanges": balancer("allow", True, sourceRanges=["192.0.2.0/24"]),
        "everybody": balancer("allow", False, sourceRanges=["0.0.0.0/0"]),
        "groups": balancer("allow", None, securityGroups=["sg-1"]),
    },
)
ISTIO_POD: Object = made(
    "v1",
    "Pod",
    "gateway",
    {"containers": [{"name": "proxy", "image": "docker.io/istio/proxyv2:1.27.0"}]},
    namespace="istio-system",
)
ISTIO_POD["metadata"]["labels"] = {"istio": "ingressgateway"}
SECURITY = "security.istio.io/v1"


def authorization(control: str, state: bool | None, **spec: Any) -> Setting:
    selector = {"matchLabels": {"istio": "ingressgateway"}}
    held = made(SECURITY, "AuthorizationPolicy", "guard", {"selector": selector, **spec}, namespace="istio-system")
    return beside(control, state, held)


def sources(key: str, *values: str) -> list[Object]:
    return [{"from": [{"source": {key: list(values)}}]}]


SERVER = {"port": {"number": 443, "name": "web", "protocol": "HTTP"}, "hosts": ["*.example.com"]}


def server(protocol: str = "HTTPS", **tls: Any) -> list[Object]:
    return [{**SERVER, "port": {"number": 443, "name": "web", "protocol": protocol}, "tls": tls}]


ISTIO = Product(
    (
        made(
            "networking.istio.io/v1", "Gateway", "edge", {"selector": {"istio": "ingressgateway"}, "servers": [SERVER]}
        ),
        made(
            "networking.istio.io/v1",
            "VirtualService",
            "web",
            {
                "hosts": [HOST],
                "gateways": ["edge"],
                "http": [
                    {
                        "match": [{"uri": {"prefix": "/cart"}}],
                        "route": [{"destination": {"host": "web", "port": {"number": 80}}}],
                    }
                ],
            },
        ),
        ISTIO_POD,
    ),
    (False, True, False, False, False),
    {
        **{mode: put("tls", True, "spec.servers", server(mode=mode)) for mode in ("SIMPLE", "OPTIONAL_MUTUAL")},
        "passthrough": put("tls", True, "spec.servers", server("TLS", mode="PASSTHROUGH")),
        "redirect": put("plain", False, "spec.servers", server("HTTP", httpsRedirect=True)),
        "mutual": put("auth", True, "spec.servers", server(mode="MUTUAL", credentialName="shop")),
        "custom": authorization("auth", True, action="CUSTOM", provider={"name": "login"}, rules=[{}]),
        "principals": authorization("auth", True, rules=sources("requestPrincipals", "*")),
        "claims": authorization("auth", True, rules=[{"when": [{"key": "request.auth.claims[a]", "values": ["b"]}]}]),
        "namespaces": authorization("auth", False, rules=sources("namespaces", "shop")),
        "everything": authorization("auth", False, rules=[{}]),
        "deny without principals": authorization(
            "auth", True, action="DENY", rules=sources("notRequestPrincipals", "*")
        ),
        "deny others": authorization("auth", False, action="DENY", rules=sources("notRequestPrincipals", "a/b")),
        "tokens alone": beside(
            "auth",
            False,
            made(
                SECURITY,
                "RequestAuthentication",
                "login",
                {"selector": {"matchLabels": {"istio": "ingressgateway"}}, "jwtRules": [{"issuer": "a"}]},
                namespace="istio-system",
            ),
        ),
        **{
            name: beside(
                "rate",
                True,
                made(
                    "networking.istio.io/v1alpha3",
                    "EnvoyFilter",
                    "limit",
                    {
                        "workloadSelector": {"labels": {"istio": "ingressgateway"}},
                        "configPatches": [{"patch": {"value": {"name": name}}}],
                    },
                    namespace="istio-system",
                ),
            )
            for name in ("envoy.filters.http.local_ratelimit", "envoy.filters.http.ratelimit")
        },
        "ipBlocks": authorization("allow", True, rules=sources("ipBlocks", "192.0.2.0/24")),
        "remoteIpBlocks": authorization("allow", True, rules=sources("remoteIpBlocks", "192.0.2.0/24")),
        "notIpBlocks": authorization("allow", True, action="DENY", rules=sources("notIpBlocks", "192.0.2.0/24")),
        "notRemoteIpBlocks": authorization(
            "allow", True, action="DENY", rules=sources("notRemoteIpBlocks", "192.0.2.0/24")
        ),
        "blocked addresses": authorization("allow", False, action="DENY", rules=sources("ipBlocks", "192.0.2.0/24")),
    },
)
EM = "getambassador.io/v3alpha1"


def emissary(kind: str, name: str, **spec: Any) -> Object:
    return made(EM, kind, name, spec)


def filters(*rules: Object, kind: str = "OAuth2") -> tuple[Object, ...]:
    return emissary("FilterPolicy", "guard", rules=list(rules)), emissary("Filter", "login", **{kind: {"a": 1}})


LOGIN = {"host": "*", "path": "*", "filters": [{"name": "login"}]}
OPEN = {"host": HOST, "path": "/cart*", "filters": None}
COUNTER = emissary("RateLimitService", "counter", service="counter:80")
LABELS = (1, ("spec", "labels"), {"ambassador": [{"a": ["remote_address"]}]})
EMISSARY = Product(
    (
        emissary("Host", "shop", hostname=HOST),
        emissary("Mapping", "web", hostname=HOST, prefix="/cart", service="web:80"),
    ),
    (False, True, False, False, False),
    {
        "tlsSecret": put("tls", True, "spec.tlsSecret", {"name": "shop"}),
        "acme": put("tls", True, "spec.acmeProvider", {"email": "a@example.com"}),
        "no authority": put("tls", False, "spec.acmeProvider", {"authority": "none"}),
        "parameters alone": put("tls", False, "spec.tls", {"min_tls_version": "v1.3"}),
        "context": beside("tls", True, emissary("TLSContext", "shop", hosts=[HOST], secret="shop")),
        "context of others": beside("tls", False, emissary("TLSContext", "shop", hosts=["a.example.org"], secret="a")),
        "AuthService": beside("auth", True, emissary("AuthService", "login", auth_service="login:80")),
        "bypassed": Setting(
            "auth",
            False,
            ((1, ("spec", "bypass_auth"), True),),
            (emissary("AuthService", "login", auth_service="login:80"),),
        ),
        "other installation": beside(
            "auth", False, emissary("AuthService", "login", auth_service="a", ambassador_id=["b"])
        ),
        **{
            kind: Setting("auth", True, (), filters(LOGIN, kind=kind))
            for kind in ("OAuth2", "JWT", "APIKey", "External")
        },
        "first rule is empty": Setting("auth", False, (), filters(OPEN, LOGIN)),
        "last rule is empty": Setting("auth", True, (), filters(LOGIN, OPEN)),
        "rule of another host": Setting("auth", False, (), filters({**LOGIN, "host": "a.example.org"})),
        "filter elsewhere": Setting("auth", None, (), filters(LOGIN)[:1]),
        "client certificates": put("auth", True, "spec.tls", {"cert_required": True}),
        "labels": Setting("rate", True, (LABELS,), (COUNTER,)),
        "labels without counter": Setting("rate", False, (LABELS,)),
        "counter without labels": beside("rate", False, COUNTER),
        "default labels": beside(
            "rate", True, COUNTER, emissary("Module", "ambassador", config={"default_labels": {"ambassador": {"a": 1}}})
        ),
        "log only": Setting(
            "rate",
            False,
            (LABELS,),
            (COUNTER, emissary("RateLimit", "a", domain="ambassador", limits=[{"pattern": [], "action": "LogOnly"}])),
        ),
        "list": beside(
            "allow", True, emissary("Module", "ambassador", config={"ip_allow": [{"peer": "192.0.2.0/24"}]})
        ),
    },
)
