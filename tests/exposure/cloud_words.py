"""The gateways of clouds, OpenShift, APISIX and Gloo: nothing set, and one setting after the other."""

from __future__ import annotations

from tests.exposure.gateway_words import HOST, SECURE, Product, Setting, beside, ingress, made, note, put

ALB_PREFIX = "alb.ingress.kubernetes.io/"


def alb(control: str, state: bool | None, key: str, value: str, *others: tuple[str, str]) -> Setting:
    return note(control, state, ALB_PREFIX + key, value, *((ALB_PREFIX + name, text) for name, text in others))


ALB = Product(
    (ingress("alb"),),
    (False, True, False, False, False),
    {
        "certificate-arn": alb("tls", True, "certificate-arn", "arn:aws:acm:eu-central-1:111122223333:certificate/a"),
        "listen-ports": alb("tls", True, "listen-ports", '[{"HTTPS": 443}]'),
        "plain listen-ports": alb("tls", False, "listen-ports", '[{"HTTP": 80}]'),
        "cognito": alb("auth", True, "auth-type", "cognito"),
        "oidc": alb("auth", True, "auth-type", "oidc"),
        "allow": alb("auth", False, "auth-type", "oidc", ("auth-on-unauthenticated-request", "allow")),
        "none": alb("auth", False, "auth-type", "none"),
        "mutual": alb("auth", True, "mutual-authentication", '[{"port": 443, "mode": "verify"}]'),
        "passthrough": alb("auth", False, "mutual-authentication", '[{"port": 443, "mode": "passthrough"}]'),
        "jwt": alb("auth", True, "jwt-validation", '{"jwksEndpoint": "https://login.example.com"}'),
        "action": alb("auth", True, "actions.login", '{"type": "authenticate-oidc"}'),
        "web acl": alb("rate", None, "wafv2-acl-arn", "arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/a"),
        "inbound-cidrs": alb("allow", True, "inbound-cidrs", "192.0.2.0/24"),
        "security-groups": alb("allow", None, "security-groups", "sg-1"),
    },
)
AGIC = Product(
    (ingress("azure-application-gateway"),),
    (False, True, None, False, False),
    {
        **SECURE,
        "certificate of the gateway": note("tls", True, "appgw.ingress.kubernetes.io/appgw-ssl-certificate", "shop"),
        "firewall": note("rate", None, "appgw.ingress.kubernetes.io/waf-policy-for-path", "/subscriptions/a"),
    },
)
GCE = Product(
    (ingress("gce"),),
    (False, True, False, None, None),
    {
        **SECURE,
        "pre-shared": note("tls", True, "ingress.gcp.kubernetes.io/pre-shared-cert", "shop"),
        "managed": note("tls", True, "networking.gke.io/managed-certificates", "shop"),
        "certmap": note("tls", True, "networking.gke.io/certmap", "shop"),
    },
)
R = "haproxy.router.openshift.io/"
OPENSHIFT = Product(
    (
        made(
            "route.openshift.io/v1",
            "Route",
            "web",
            {"host": HOST, "path": "/cart", "to": {"kind": "Service", "name": "web"}, "port": {"targetPort": 8080}},
        ),
    ),
    (False, True, False, False, False),
    {
        "edge": put("tls", True, "spec.tls", {"termination": "edge"}),
        "reencrypt": put("tls", True, "spec.tls", {"termination": "reencrypt"}),
        "allow": put("plain", True, "spec.tls", {"termination": "edge", "insecureEdgeTerminationPolicy": "Allow"}),
        "redirect": put(
            "plain", False, "spec.tls", {"termination": "edge", "insecureEdgeTerminationPolicy": "Redirect"}
        ),
        "none": put("plain", False, "spec.tls", {"termination": "edge", "insecureEdgeTerminationPolicy": "None"}),
        "rate": note("rate", True, R + "rate-limit-connections", "true"),
        "rate off": note("rate", False, R + "rate-limit-connections", "false"),
        "list": note("allow", True, R + "ip_allowlist", "192.0.2.0/24 198.51.100.7"),
        "old list": note("allow", True, R + "ip_whitelist", "192.0.2.0/24"),
    },
)
APISIX_AUTH = (
    "key-auth", "jwt-auth", "basic-auth", "hmac-auth", "openid-connect", "forward-auth", "ldap-auth", "opa",
    "authz-keycloak", "cas-auth", "multi-auth",
)  # fmt: skip


def apisix_plugin(control: str, state: bool | None, name: str, *, enable: bool = True) -> Setting:
    return put(control, state, "spec.http.0.plugins", [{"name": name, "enable": enable}])


APISIX = Product(
    (
        made(
            "apisix.apache.org/v2",
            "ApisixRoute",
            "web",
            {
                "http": [
                    {
                        "name": "web",
                        "match": {"hosts": [HOST], "paths": ["/cart*"]},
                        "backends": [{"serviceName": "web", "servicePort": 80}],
                    }
                ]
            },
        ),
    ),
    (False, True, False, False, False),
    {
        "ApisixTls": beside("tls", True, made("apisix.apache.org/v2", "ApisixTls", "shop", {"hosts": [HOST]})),
        **{name: apisix_plugin("auth", True, name) for name in APISIX_AUTH},
        "not enabled": apisix_plugin("auth", False, "jwt-auth", enable=False),
        "authentication": put("auth", True, "spec.http.0.authentication", {"enable": True, "type": "keyAuth"}),
        "plugin config elsewhere": put("auth", None, "spec.http.0.plugin_config_name", "login"),
        "global": beside(
            "auth",
            True,
            made(
                "apisix.apache.org/v2",
                "ApisixGlobalRule",
                "all",
                {"plugins": [{"name": "openid-connect", "enable": True}]},
            ),
        ),
        **{name: apisix_plugin("rate", True, name) for name in ("limit-req", "limit-count", "limit-conn")},
        "ip-restriction": apisix_plugin("allow", True, "ip-restriction"),
        "redirect": apisix_plugin("plain", False, "redirect"),
    },
)
GLOO = Product(
    (
        made(
            "gateway.solo.io/v1",
            "VirtualService",
            "web",
            {
                "virtualHost": {
                    "domains": [HOST],
                    "routes": [
                        {
                            "matchers": [{"prefix": "/cart"}],
                            "routeAction": {"single": {"upstream": {"name": "web", "namespace": "shop"}}},
                        }
                    ],
                }
            },
        ),
    ),
    (False, True, False, False, False),
    {
        "sslConfig": put("tls", True, "spec.sslConfig", {"secretRef": {"name": "shop"}}),
        "extauth": put("auth", True, "spec.virtualHost.options", {"extauth": {"configRef": {"name": "login"}}}),
        "jwt": put("auth", True, "spec.virtualHost.routes.0.options", {"jwt": {"providers": {}}}),
        "disabled": put("auth", False, "spec.virtualHost.routes.0.options", {"extauth": {"disable": True}}),
        "ratelimit": put("rate", True, "spec.virtualHost.options", {"ratelimitBasic": {"anonymousLimits": {}}}),
    },
)
