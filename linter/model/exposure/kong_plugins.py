"""Controls of Kong: plugins that routes and Services name, and those that hold for everything.

https://developer.konghq.com/kubernetes-ingress-controller/reference/annotations/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import OFF, Control, Controls, either, off, on, unknown
from hullmark.linter.model.exposure.endpoint import Backend

ANNOTATION = "konghq.com/plugins"
GROUP = "configuration.konghq.com"
AUTH = frozenset(
    {"key-auth", "jwt", "basic-auth", "oauth2", "openid-connect", "hmac-auth", "ldap-auth", "mtls-auth", "session"}
    | {"key-auth-enc", "ldap-auth-advanced", "oauth2-introspection", "header-cert-auth", "saml", "jwt-signer"}
)
RATE = frozenset({"rate-limiting", "rate-limiting-advanced"})


def kong_controls(
    bundle: Bundle, route: Resource, namespace: str, tls: Control, backends: tuple[Backend, ...]
) -> Controls:
    """The controls of a route of Kong."""
    plugins = list(_plugins(bundle, route, namespace))
    for backend in backends:
        if backend.service is not None:
            plugins += _plugins(bundle, backend.service.service, backend.namespace)
    plugins += [(each.name_field, each) for each in _everywhere(bundle)]
    protocols = route.annotation("konghq.com/protocols")
    plain = Control(None if tls.is_unknown else True, tls.place)
    if tls.is_on:
        plain = on(protocols) if "http" in (protocols.value or "http").split(",") else OFF
        plain = plain if protocols.present or plain.is_off else Control(True)
    return Controls(tls, plain, _any(plugins, AUTH), _any(plugins, RATE), _ip(plugins), True)


def references(route: Resource) -> Iterator[tuple[str, StrField]]:
    """Names of plugins that an object names, with the field."""
    field = route.annotation(ANNOTATION)
    for name in (field.value or "").split(","):
        if name.strip():
            yield name.strip(), field


def plugin(bundle: Bundle, namespace: str, name: str) -> Resource | None:
    """The plugin of this name, of the namespace or of the cluster."""
    if ":" in name:
        namespace, _, name = name.partition(":")
    found = bundle.find(GROUP, "KongPlugin", namespace, name)
    if found is not None:
        return found
    return next((each for each in bundle.by_kind(GROUP, "KongClusterPlugin") if each.name == name), None)


def _plugins(bundle: Bundle, route: Resource, namespace: str) -> Iterator[tuple[StrField, Resource | None]]:
    for name, field in references(route):
        yield field, plugin(bundle, namespace, name)


def _everywhere(bundle: Bundle) -> Iterator[Resource]:
    for each in bundle.by_kind(GROUP, "KongClusterPlugin"):
        if each.label("global").value == "true":
            yield each


def _any(plugins: list[tuple[StrField, Resource | None]], wanted: frozenset[str]) -> Control:
    return either(_one(field, found, wanted) for field, found in plugins)


def _one(field: StrField, found: Resource | None, wanted: frozenset[str]) -> Control:
    if found is None:
        return unknown(field, "the plugin is not in the input")
    disabled = found.cursor.get("disabled")
    if disabled.text == "true":
        return off(disabled)
    kind = found.cursor.get("plugin")
    return on(kind) if kind.text in wanted else OFF


def _ip(plugins: list[tuple[StrField, Resource | None]]) -> Control:
    found = [
        _one(field, each, frozenset({"ip-restriction"}))
        for field, each in plugins
        if each is None or each.cursor.get("config", "allow").present or each.cursor.get("config", "whitelist").present
    ]
    return either(found)


def route_plugins(bundle: Bundle, route: Resource, wanted: frozenset[str]) -> Control:
    """Whether one of the plugins of a route is one of these, or one that holds everywhere."""
    plugins = list(_plugins(bundle, route, bundle.namespace_of(route).name))
    plugins += [(each.name_field, each) for each in _everywhere(bundle)]
    return _any(plugins, wanted)
