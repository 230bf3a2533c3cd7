"""What Istio's policies demand of requests at a gateway.

https://istio.io/latest/docs/reference/config/security/authorization-policy/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.controls import OFF, Control, either, off, on

SECURITY = "security.istio.io"
_NETWORKING = "networking.istio.io"
_LIMITERS = ("envoy.filters.http.local_ratelimit", "envoy.filters.http.ratelimit")
_MESH = "istio-system"


def applies(bundle: Bundle, policy: Resource, pods: tuple[PodSpec, ...], labels: Mapping[str, str]) -> bool:
    """Whether a policy holds for the pods of a gateway; without them, for what the gateway selects."""
    wanted = {key: item.text for key, item in policy.cursor.get("spec", "selector", "matchLabels").entries()}
    wanted |= {key: item.text for key, item in policy.cursor.get("spec", "workloadSelector", "labels").entries()}
    space = bundle.namespace_of(policy).name
    if pods:
        return any(
            space in (bundle.namespace_of(pod.resource).name, _MESH)
            and all((pod.labels.value or {}).get(key) == value for key, value in wanted.items())
            for pod in pods
        )
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def policies(bundle: Bundle, pods: tuple[PodSpec, ...], labels: Mapping[str, str]) -> Iterator[Resource]:
    """AuthorizationPolicies of a gateway."""
    for policy in bundle.by_kind(SECURITY, "AuthorizationPolicy"):
        if applies(bundle, policy, pods, labels):
            yield policy


def action(policy: Resource) -> str:
    """What the policy does with requests that match, ALLOW where it does not say."""
    return policy.cursor.get("spec", "action").text or "ALLOW"


def auth_of(bundle: Bundle, pods: tuple[PodSpec, ...], labels: Mapping[str, str]) -> Control:
    """Whether a policy demands to know who is there. A RequestAuthentication alone lets requests without token pass."""
    every = list(policies(bundle, pods, labels))
    allows = [each for each in every if action(each) == "ALLOW"]
    found = [policy_auth(each) for each in every if action(each) != "ALLOW"]
    if allows and all(_demands(each).is_on for each in allows):
        found.append(_demands(allows[0]))
    return either(found)


def policy_auth(policy: Resource) -> Control:
    """Whether one policy demands to know who is there."""
    match action(policy):
        case "CUSTOM":
            return _custom(policy)
        case "DENY":
            return _denies(policy)
    return _demands(policy)


def _custom(policy: Resource) -> Control:
    return on(policy.cursor.get("spec", "action"))


def _rules(policy: Resource) -> list[Cursor]:
    return list(policy.cursor.get("spec", "rules").items())


def _demands(policy: Resource) -> Control:
    """An ALLOW of which every rule names principals of tokens; one without rules allows nothing."""
    rules = _rules(policy)
    if not rules:
        return on(policy) if policy.cursor.get("spec", "rules").absent else OFF
    return on(policy) if all(_names_principals(rule) for rule in rules) else OFF


def _names_principals(rule: Cursor) -> bool:
    sources = [item.get("source") for item in rule.get("from").items()]
    if sources and all(each.get("requestPrincipals").present for each in sources):
        return True
    return any(
        (item.get("key").text or "").startswith("request.auth.") and item.get("values").present
        for item in rule.get("when").items()
    )


def _denies(policy: Resource) -> Control:
    for rule in _rules(policy):
        if rule.get("to").present:
            continue  # some requests only
        for source in rule.get("from").items():
            names = source.get("source", "notRequestPrincipals")
            if any(item.text == "*" for item in names.items()):
                return on(names)
    return OFF


def rate_of(bundle: Bundle, pods: tuple[PodSpec, ...], labels: Mapping[str, str]) -> Control:
    """Whether an EnvoyFilter puts a limiter before the routes."""
    for each in bundle.by_kind(_NETWORKING, "EnvoyFilter"):
        if not applies(bundle, each, pods, labels):
            continue
        for patch in each.cursor.get("spec", "configPatches").items():
            name = patch.get("patch", "value", "name")
            if name.text in _LIMITERS:
                return on(name)
    return OFF


def allow_of(bundle: Bundle, pods: tuple[PodSpec, ...], labels: Mapping[str, str]) -> Control:
    """Whether a policy lists the addresses that may come, or those that may not be outside of."""
    return either(policy_allow(each) for each in policies(bundle, pods, labels))


def policy_allow(policy: Resource) -> Control:
    """Whether one policy lists addresses."""
    keys = {"ALLOW": ("ipBlocks", "remoteIpBlocks"), "DENY": ("notIpBlocks", "notRemoteIpBlocks")}
    found = []
    for rule in _rules(policy):
        for source in rule.get("from").items():
            for key in keys.get(action(policy), ()):
                ranges = source.get("source", key)
                if ranges.present:
                    every = is_everything(item.text or "" for item in ranges.items())
                    found.append(off(ranges) if every else on(ranges))
    return either(found)
