"""What policies and settings of gateways refer to, and whether it is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.attachment import GROUP, routes
from hullmark.linter.model.exposure.emissary_objects import things
from hullmark.linter.model.exposure.emissary_policies import labelled
from hullmark.linter.model.exposure.gateway_policies import ENVOY, KGATEWAY
from hullmark.linter.model.exposure.kong_plugins import AUTH, RATE, plugin, references
from hullmark.linter.model.exposure.kong_plugins import GROUP as KONG
from hullmark.linter.model.exposure.nginx_policies import GROUP as NGINX
from hullmark.linter.model.exposure.targeting import references as targets_of
from hullmark.linter.model.exposure.traefik_middlewares import GROUPS as TRAEFIK
from hullmark.linter.model.exposure.traefik_middlewares import Middleware, annotated, named
from hullmark.linter.records import record

_SECURITY_WORDS = (
    "auth",
    "login",
    "oidc",
    "oauth",
    "jwt",
    "allow",
    "whitelist",
    "ratelimit",
    "rate-limit",
    "sso",
    "acl",
)
_POLICIES = (
    (ENVOY, "SecurityPolicy"),
    (ENVOY, "ClientTrafficPolicy"),
    (ENVOY, "BackendTrafficPolicy"),
    *((group, "TrafficPolicy") for group in KGATEWAY),
    ("networking.gke.io", "GCPBackendPolicy"),
)
_SECURE_FIELDS = ("jwt", "oidc", "basicAuth", "apiKeyAuth", "extAuth", "authorization", "rbac", "jwtAuth", "oauth2")


@record(eq=False)
class PolicyReference:
    """A reference between a gateway's policies and routes. `missing` says what is not there, or is empty.

    `guards`: what is missing would have asked who is there, or limited somebody.
    """

    kinds: ClassVar[KindSet] = (
        frozenset(_POLICIES)
        | {(GROUP, "HTTPRoute"), ("networking.k8s.io", "Ingress"), ("extensions", "Ingress")}
        | {(KONG, "KongPlugin"), ("", "Service")}
        | {(group, "IngressRoute") for group in TRAEFIK}
    )

    resource: Resource
    place: Place
    missing: str
    guards: bool

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[PolicyReference]:
        """Every reference of the bundle."""
        for group, kind in _POLICIES:
            for policy in bundle.by_kind(group, kind):
                if kind not in ("BackendTrafficPolicy",) and policy.cursor.get("spec", "rateLimit").absent:
                    yield from _targets(bundle, policy)
        yield from _middlewares(bundle)
        yield from _plugins(bundle)
        for route in routes(bundle):
            yield from _extensions(bundle, route)


def _targets(bundle: Bundle, policy: Resource) -> Iterator[PolicyReference]:
    guards = any(policy.cursor.get("spec", key).present for key in _SECURE_FIELDS)
    for item in targets_of(policy):
        yield PolicyReference(policy, item.get("name").place, absent_target(bundle, policy, item), guards)


def absent_target(bundle: Bundle, policy: Resource, item: Cursor) -> str:
    """What a reference names, where the bundle has objects of that kind and not this one; else empty."""
    group, kind, name = item.get("group").text or "", item.get("kind").text or "", item.get("name").text or ""
    space = item.get("namespace").text or bundle.namespace_of(policy).name
    if not name or "{{" in name or not bundle.by_kind(group, kind):
        return ""
    return "" if bundle.find(group, kind, space, name) is not None else f"{kind} {name!r}"


def _middlewares(bundle: Bundle) -> Iterator[PolicyReference]:
    known = any(bundle.by_kind(group, "Middleware") for group in TRAEFIK)
    for ingress in bundle.each(Ingress):
        for each in annotated(bundle, ingress):
            yield _middleware(ingress, each, known)
    for group in TRAEFIK:
        for route in bundle.by_kind(group, "IngressRoute"):
            space = bundle.namespace_of(route).name
            for rule in route.cursor.get("spec", "routes").items():
                for each in named(bundle, space, rule.get("middlewares")):
                    yield _middleware(route, each, known)


def _middleware(route: Resource, each: Middleware, known: bool) -> PolicyReference:
    missing = known and each.found is None and "@" not in each.name
    return PolicyReference(route, each.place, f"Middleware {each.name!r}" if missing else "", _sounds(each.name))


def _sounds(name: str) -> bool:
    return any(word in name.lower() for word in _SECURITY_WORDS)


def _plugins(bundle: Bundle) -> Iterator[PolicyReference]:
    plugins = bundle.by_kind(KONG, "KongPlugin")
    if not plugins:
        return  # they are elsewhere
    named_ones: set[tuple[str, str]] = set()
    for resource in bundle.resources:
        for name, field in references(resource):
            space = bundle.namespace_of(resource).name
            named_ones.add((space, name.rpartition(":")[2]))
            missing = plugin(bundle, space, name) is None
            yield PolicyReference(resource, field.place, f"KongPlugin {name!r}" if missing else "", _sounds(name))
    for each in plugins:
        used = (bundle.namespace_of(each).name, each.name) in named_ones or not named_ones
        guards = each.cursor.get("plugin").text in AUTH | RATE | {"ip-restriction", "acl"}
        yield PolicyReference(each, each.place, "" if used else "anything that names it", guards)


def _extensions(bundle: Bundle, route: Resource) -> Iterator[PolicyReference]:
    for rule in route.cursor.get("spec", "rules").items():
        for item in rule.get("filters").items():
            reference = item.get("extensionRef")
            if reference.get("name").text:
                missing = absent_target(bundle, route, reference)
                yield PolicyReference(route, reference.get("name").place, missing, _sounds(missing))


@record(eq=False)
class RateSetting:
    """A setting that limits requests. `idle` says why it limits nobody, or is empty."""

    kinds: ClassVar[KindSet] = frozenset(
        {
            ("getambassador.io", "RateLimit"),
            ("getambassador.io", "RateLimitService"),
            (NGINX, "Policy"),
            (ENVOY, "BackendTrafficPolicy"),
            *((group, "TrafficPolicy") for group in KGATEWAY),
        }
    )

    resource: Resource
    place: Place
    idle: str

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[RateSetting]:
        """Every such setting of the bundle."""
        for limit in things(bundle, "RateLimit"):
            for item in (limit.spec, *limit.spec.get("limits").items()):
                action = item.get("action")
                if action.text or item is limit.spec:
                    yield cls(limit.resource, action.place, "it only logs" if action.text == "LogOnly" else "")
        for policy in bundle.by_kind(NGINX, "Policy"):
            dry = policy.cursor.get("spec", "rateLimit", "dryRun")
            if policy.cursor.get("spec", "rateLimit").present:
                yield cls(policy, dry.place, "it is a dry run" if dry.text == "true" else "")
        for service in things(bundle, "RateLimitService"):
            domain = service.spec.get("domain").text or "ambassador"
            mappings = [each for each in things(bundle, "Mapping") if each.with_(service)]
            idle = bool(mappings) and all(labelled(bundle, each, domain) is None for each in mappings)
            reason = f"no Mapping and no Module labels requests for domain {domain!r}" if idle else ""
            yield cls(service.resource, service.resource.place, reason)
        for group, kind in _POLICIES:
            for policy in bundle.by_kind(group, kind):
                if policy.cursor.get("spec", "rateLimit").present:
                    for item in targets_of(policy):
                        absent = absent_target(bundle, policy, item)
                        reason = f"{absent} is not in the input" if absent else ""
                        yield cls(policy, item.get("name").place, reason)
