"""Policies of vendors that attach to gateways and routes of Gateway API."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.attachment import Listener
from hullmark.linter.model.exposure.aws_gateways import allowed, client_certificates, counted
from hullmark.linter.model.exposure.controls import OFF, UNKNOWN, Control, either, off, on, optional, removed, unknown
from hullmark.linter.model.exposure.istio_policies import SECURITY, policy_allow, policy_auth
from hullmark.linter.model.exposure.kong_plugins import AUTH as KONG_AUTH
from hullmark.linter.model.exposure.kong_plugins import RATE as KONG_RATE
from hullmark.linter.model.exposure.kong_plugins import route_plugins
from hullmark.linter.model.exposure.targeting import targets
from hullmark.linter.model.exposure.traefik_middlewares import GROUPS as TRAEFIK
from hullmark.linter.model.exposure.traefik_middlewares import Middleware, find
from hullmark.linter.model.exposure.traefik_middlewares import allow as traefik_allow
from hullmark.linter.model.exposure.traefik_middlewares import auth as traefik_auth
from hullmark.linter.model.exposure.traefik_middlewares import rate as traefik_rate
from hullmark.linter.named_tuple import NamedTuple

ENVOY = "gateway.envoyproxy.io"
KGATEWAY = ("gateway.kgateway.dev", "gateway.gloo.solo.io")
_AUTHENTICATING = frozenset({"envoy-gateway", "kgateway", "istio", "gke", "aws", "traefik", "kong"})
_KGATEWAY_AUTH = ("extAuth", "jwtAuth", "jwt", "basicAuth", "apiKeyAuth", "oauth2", "rbac")


class Aim(NamedTuple):
    """What a policy may be about: a rule of a route on a listener of a gateway."""

    bundle: Bundle
    product: str
    gateway: Resource
    listener: Listener
    route: Resource
    rule: Cursor

    def policies(self, group: str, kind: str, *, of_route: bool) -> Iterator[Resource]:
        """Policies of a kind that name the route, or the gateway or listener."""
        aimed = self.route if of_route else self.gateway
        section = self.rule.get("name").text if of_route else self.listener.cursor.get("name").text
        for policy in self.bundle.by_kind(group, kind):
            if targets(self.bundle, policy, aimed, section or ""):
                yield policy


def can_authenticate(product: str) -> bool:
    """Whether the product could ask who is there."""
    return product in _AUTHENTICATING


def auth_of(aim: Aim) -> Control:
    """Whether somebody asks who sends requests."""
    found = [_envoy(aim), _frontend(aim), _kgateway(aim), _istio(aim), _gke(aim)]
    if aim.product == "aws":
        found.append(client_certificates(aim.bundle, aim.gateway, aim.listener.cursor))
    found += [_filter_auth(aim, item) for item in aim.rule.get("filters").items()]
    if aim.product == "kong":
        found.append(route_plugins(aim.bundle, aim.route, KONG_AUTH))
    best = either(found)
    return UNKNOWN if best == OFF and not can_authenticate(aim.product) else best


def rate_of(aim: Aim) -> Control:
    """Whether requests are counted."""
    found = _by_filters(aim, "rate", counted)
    for of_route in (True, False):
        for policy in aim.policies(ENVOY, "BackendTrafficPolicy", of_route=of_route):
            limit = policy.cursor.get("spec", "rateLimit")
            found.append(on(limit) if limit.present else OFF)
        for group in KGATEWAY:
            for policy in aim.policies(group, "TrafficPolicy", of_route=of_route):
                limit = policy.cursor.get("spec", "rateLimit")
                found.append(on(limit) if limit.get("local").present or limit.get("global").present else OFF)
    if aim.product == "kong":
        found.append(route_plugins(aim.bundle, aim.route, KONG_RATE))
    best = either(found)
    counts = ("envoy-gateway", "kgateway", "traefik", "kong")
    return UNKNOWN if best == OFF and aim.product not in counts else best


def allow_of(aim: Aim) -> Control:
    """Whether addresses are listed that may come."""
    found = _by_filters(aim, "allow", allowed)
    for of_route in (True, False):
        for policy in aim.policies(ENVOY, "SecurityPolicy", of_route=of_route):
            found.append(_envoy_allow(policy.cursor.get("spec", "authorization")))
        for group in KGATEWAY:
            for policy in aim.policies(group, "TrafficPolicy", of_route=of_route):
                default = policy.cursor.get("spec", "acl", "defaultAction")
                found.append(on(default) if (default.text or "").lower() == "deny" else OFF)
    for policy in aim.policies(SECURITY, "AuthorizationPolicy", of_route=False):
        found.append(policy_allow(policy))
    return either(found)


def _by_filters(aim: Aim, what: str, of_aws: Callable[[Bundle, Resource], Control]) -> list[Control]:
    """What filters of the rule add, and parameters of a load balancer of AWS."""
    found = [_extension(aim, item, what) for item in aim.rule.get("filters").items()]
    return [*found, of_aws(aim.bundle, aim.gateway)] if aim.product == "aws" else found


def envoy_auth(policy: Resource) -> Control:
    """Whether a SecurityPolicy of Envoy Gateway asks who is there."""
    spec = policy.cursor.get("spec")
    demanded = _demanded_tokens(spec.get("authorization"))
    if demanded.is_on:
        return demanded
    token = spec.get("jwt")
    if token.present:
        if token.get("optional").text == "true":
            return optional(token.get("optional"))
        return on(token)
    for key in ("oidc", "basicAuth", "apiKeyAuth", "extAuth"):
        if spec.get(key).present:
            return on(spec.get(key))
    return OFF


def _envoy(aim: Aim) -> Control:
    """A policy of the route replaces that of the gateway, unless it says that both shall be merged."""
    for policy in aim.policies(ENVOY, "SecurityPolicy", of_route=True):
        found = envoy_auth(policy)
        if found.is_on or policy.cursor.get("spec", "mergeType").absent:
            if found.place is not None:
                return found
            above = [envoy_auth(each) for each in aim.policies(ENVOY, "SecurityPolicy", of_route=False)]
            return removed(policy) if any(each.is_on for each in above) else OFF
    for policy in aim.policies(ENVOY, "SecurityPolicy", of_route=False):
        found = envoy_auth(policy)
        if found.place is not None:
            return found
    for policy in aim.policies(ENVOY, "ClientTrafficPolicy", of_route=False):
        client = policy.cursor.get("spec", "tls", "clientValidation")
        if client.present:
            return optional(client.get("optional")) if client.get("optional").text == "true" else on(client)
    return OFF


def _demanded_tokens(authorization: Cursor) -> Control:
    """Whether nobody is let in but holders of tokens: denied by default, and every exception names some."""
    allowing = [rule for rule in authorization.get("rules").items() if rule.get("action").text == "Allow"]
    if authorization.get("defaultAction").text != "Deny" or not allowing:
        return OFF
    return on(authorization) if all(rule.get("principal", "jwt").present for rule in allowing) else OFF


def _envoy_allow(authorization: Cursor) -> Control:
    if authorization.get("defaultAction").text != "Deny":
        return OFF
    for rule in authorization.get("rules").items():
        ranges = rule.get("principal", "clientCIDRs")
        if ranges.present and rule.get("action").text == "Allow":
            return off(ranges) if is_everything(item.text or "" for item in ranges.items()) else on(ranges)
    return OFF


def _frontend(aim: Aim) -> Control:
    for path in (("default", "validation"), ("validation",)):
        field = aim.gateway.cursor.get("spec", "tls", "frontend", *path)
        if field.present:
            mode = field.get("mode")
            return off(mode) if mode.text == "AllowInsecureFallback" else on(field)
    field = aim.listener.cursor.get("tls", "frontendValidation")
    return on(field) if field.present else OFF


def kgateway_auth(policy: Resource) -> Control:
    """Whether a TrafficPolicy of kgateway asks who is there; `disable` takes away what holds above."""
    for key in _KGATEWAY_AUTH:
        field = policy.cursor.get("spec", key)
        if field.get("disable").present:
            return removed(field.get("disable"))
        if field.present:
            return on(field)
    return OFF


def _kgateway(aim: Aim) -> Control:
    for of_route in (True, False):
        for group in KGATEWAY:
            for policy in aim.policies(group, "TrafficPolicy", of_route=of_route):
                found = kgateway_auth(policy)
                if found.place is not None:
                    return found
    return OFF


def _istio(aim: Aim) -> Control:
    found = [policy_auth(each) for each in aim.policies(SECURITY, "AuthorizationPolicy", of_route=False)]
    return either(found)


def _gke(aim: Aim) -> Control:
    names = {item.get("name").text for item in aim.rule.get("backendRefs").items()}
    for policy in aim.bundle.by_kind("networking.gke.io", "GCPBackendPolicy"):
        enabled = policy.cursor.get("spec", "default", "iap", "enabled")
        if policy.cursor.get("spec", "targetRef", "name").text in names and enabled.text == "true":
            return on(enabled)
    return OFF


def _filter_auth(aim: Aim, item: Cursor) -> Control:
    if item.get("type").text == "ExternalAuth":
        return on(item.get("type"))
    return _extension(aim, item, "auth")


def _extension(aim: Aim, item: Cursor, what: str) -> Control:
    """What an ExtensionRef adds; objects that nobody here knows may do anything."""
    reference = item.get("extensionRef")
    if item.get("type").text != "ExtensionRef" or not reference.get("name").text:
        return OFF
    group, kind, name = (reference.get(key).text or "" for key in ("group", "kind", "name"))
    space = aim.bundle.namespace_of(aim.route).name
    if group in TRAEFIK and kind == "Middleware":
        middleware = Middleware(reference.get("name").place, space, name, find(aim.bundle, kind, space, name))
        judge = {"auth": traefik_auth, "rate": traefik_rate, "allow": traefik_allow}[what]
        return judge([middleware])
    found = aim.bundle.find(group, kind, space, name)
    if found is not None and group in KGATEWAY and what == "auth":
        return kgateway_auth(found)
    if found is not None and (group, kind) == ("gateway.k8s.aws", "ListenerRuleConfiguration") and what == "auth":
        return _aws_rule(found)
    return unknown(reference.get("name"), "what it refers to is not known here")


def _aws_rule(rule: Resource) -> Control:
    for action in rule.cursor.get("spec", "actions").items():
        kind = action.get("type").text or ""
        if kind.startswith("authenticate-") or kind == "jwt-validation":
            for entry, config in action.entries():
                missing = config.get("onUnauthenticatedRequest")
                if entry != "type" and missing.text == "allow":
                    return removed(missing)
            return on(action.get("type"))
    return OFF
