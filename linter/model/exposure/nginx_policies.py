"""Controls of NGINX Ingress Controller by F5: annotations, and Policy objects that routes name.

https://docs.nginx.com/nginx-ingress-controller/configuration/policy-resource/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.place import Place
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.controls import OFF, Control, Controls, either, off, on, unknown
from hullmark.linter.named_tuple import NamedTuple

GROUP = "k8s.nginx.org"
_AUTH = ("jwt", "basicAuth", "oidc", "apiKey")


class PolicyRef(NamedTuple):
    """A reference to a Policy: where it stands, and what it names."""

    place: Place
    namespace: str
    name: str


def nginx_inc_controls(bundle: Bundle, ingress: Ingress, tls: Control) -> Controls:
    """The controls of every path of an Ingress of this class."""
    namespace = bundle.namespace_of(ingress).name
    policies = list(_named(ingress, namespace))
    own = [ingress.annotation(key) for key in ("nginx.org/basic-auth-secret", "nginx.com/jwt-key")]
    auth = either([*(on(field) for field in own if field.present), auth_of(bundle, policies)])
    limit = ingress.annotation("nginx.org/limit-req-rate")
    rate = on(limit) if limit.present else rate_of(bundle, policies)
    redirects = [ingress.annotation(key) for key in ("nginx.org/ssl-redirect", "ingress.kubernetes.io/ssl-redirect")]
    forced = ingress.annotation("nginx.org/redirect-to-https").value == "true"
    plain = Control(None if tls.is_unknown else True, tls.place)
    if tls.is_on:
        plain = next((on(field) for field in redirects if field.value == "false" and not forced), OFF)
    return Controls(tls, plain, auth, rate, allow_of(bundle, policies), True)


def _named(ingress: Ingress, namespace: str) -> Iterator[PolicyRef]:
    field = ingress.annotation("nginx.org/policies")
    for name in (field.value or "").split(","):
        if name.strip():
            space, slash, bare = name.strip().partition("/")
            yield PolicyRef(field.place, space if slash else namespace, bare if slash else space)


def policy_refs(written: Cursor, namespace: str) -> Iterator[PolicyRef]:
    """References in a list `policies`."""
    for item in written.items():
        name = item.get("name")
        if name.text:
            yield PolicyRef(name.place, item.get("namespace").text or namespace, name.text)


def _specs(bundle: Bundle, policies: Iterable[PolicyRef]) -> Iterator[tuple[PolicyRef, Cursor | None]]:
    for each in policies:
        found = bundle.find(GROUP, "Policy", each.namespace, each.name)
        yield each, None if found is None else found.cursor.get("spec")


def auth_of(bundle: Bundle, policies: Iterable[PolicyRef]) -> Control:
    """Whether one of the policies asks who is there."""
    return either(_auth(each, spec) for each, spec in _specs(bundle, policies))


def _auth(reference: PolicyRef, spec: Cursor | None) -> Control:
    if spec is None:
        return unknown(reference.place, "the policy is not in the input")
    for key in _AUTH:
        if spec.get(key).present:
            return on(spec.get(key))
    mutual = spec.get("ingressMTLS")
    if mutual.present:
        verify = mutual.get("verifyClient")
        return on(mutual) if verify.text in (None, "on") else off(verify)
    return OFF


def rate_of(bundle: Bundle, policies: Iterable[PolicyRef]) -> Control:
    """Whether one of the policies limits requests; a dry run limits nothing."""
    return either(_rate(each, spec) for each, spec in _specs(bundle, policies))


def _rate(reference: PolicyRef, spec: Cursor | None) -> Control:
    if spec is None:
        return unknown(reference.place)
    limit = spec.get("rateLimit")
    if limit.absent:
        return OFF
    dry = limit.get("dryRun")
    return off(dry) if dry.text == "true" else on(limit)


def allow_of(bundle: Bundle, policies: Iterable[PolicyRef]) -> Control:
    """Whether one of the policies lists the addresses that may come."""
    return either(_allow(each, spec) for each, spec in _specs(bundle, policies))


def _allow(reference: PolicyRef, spec: Cursor | None) -> Control:
    if spec is None:
        return unknown(reference.place)
    allowed = spec.get("accessControl", "allow")
    if allowed.absent:
        return OFF
    return off(allowed) if is_everything(item.text or "" for item in allowed.items()) else on(allowed)
