"""Endpoints of APISIX: ApisixRoute, with its plugins.

https://apisix.apache.org/docs/ingress-controller/reference/api-reference/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import OFF, Control, Controls, either, off, on, unknown
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Backend, Endpoint, backend, port_value
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT
from hullmark.linter.model.exposure.ingresses import covers

GROUP = "apisix.apache.org"
_AUTH = frozenset(
    {"key-auth", "jwt-auth", "basic-auth", "hmac-auth", "openid-connect", "forward-auth", "ldap-auth", "opa"}
    | {"authz-keycloak", "cas-auth", "multi-auth"}
)
_RATE = frozenset({"limit-req", "limit-count", "limit-conn"})
_ALLOW = frozenset({"ip-restriction"})


def apisix_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Every rule of every ApisixRoute."""
    for route in bundle.by_kind(GROUP, "ApisixRoute"):
        namespace = bundle.namespace_of(route).name
        for rule in route.cursor.get("spec", "http").items():
            match = rule.get("match")
            hosts = [item for item in match.get("hosts").items() if item.text] or [match.get("hosts")]
            paths = [item for item in match.get("paths").items() if item.text] or [match.get("paths")]
            for host in hosts:
                for path in paths:
                    yield _endpoint(bundle, route, rule, namespace, host, path)
        for rule in route.cursor.get("spec", "stream").items():
            port = rule.get("match", "ingressPort")
            yield _endpoint(bundle, route, rule, namespace, rule.get("match", "host"), port, http=False)


def _endpoint(
    bundle: Bundle, route: Resource, rule: Cursor, namespace: str, host: Cursor, path: Cursor, http: bool = True
) -> Endpoint:
    text = path.text or "/*"
    return Endpoint(
        bundle,
        "apisix",
        route,
        route,
        namespace,
        host.text or ANY_HOST,
        (text.removesuffix("*") or "/") if http else "/",
        "prefix" if text.endswith("*") else "exact",
        host.place,
        path.place,
        tuple(_backends(bundle, rule, namespace)),
        PUBLIC_BY_DEFAULT,
        _controls(bundle, rule, namespace, host.text or ANY_HOST),
        http=http,
    )


def _backends(bundle: Bundle, rule: Cursor, namespace: str) -> Iterator[Backend]:
    for item in (*rule.get("backends").items(), rule.get("backend")):
        name = item.get("serviceName")
        if name.text:
            yield backend(
                bundle, namespace, name.text, port_value(item.get("servicePort")), name, item.get("servicePort")
            )


def _controls(bundle: Bundle, rule: Cursor, namespace: str, host: str) -> Controls:
    plugins = list(_plugins(bundle, rule, namespace))
    login = rule.get("authentication", "enable")
    auth = on(login) if login.text == "true" else _any(plugins, _AUTH)
    tls = _tls(bundle, host)
    redirect = _any(plugins, frozenset({"redirect"}))
    plain = OFF if redirect.is_on else Control(True)
    return Controls(tls, plain, auth, _any(plugins, _RATE), _any(plugins, _ALLOW), True)


def _tls(bundle: Bundle, host: str) -> Control:
    for each in bundle.by_kind(GROUP, "ApisixTls"):
        for item in each.cursor.get("spec", "hosts").items():
            if item.text and covers(item.text, host):
                return on(item)
    return OFF


def _plugins(bundle: Bundle, rule: Cursor, namespace: str) -> Iterator[Cursor]:
    yield from rule.get("plugins").items()
    named = rule.get("plugin_config_name")
    if named.text:
        space = rule.get("plugin_config_namespace").text or namespace
        found = bundle.find(GROUP, "ApisixPluginConfig", space, named.text)
        yield from found.cursor.get("spec", "plugins").items() if found is not None else (named,)
    for each in bundle.by_kind(GROUP, "ApisixGlobalRule"):
        yield from each.cursor.get("spec", "plugins").items()


def _any(plugins: list[Cursor], wanted: frozenset[str]) -> Control:
    return either(_one(each, wanted) for each in plugins)


def _one(plugin: Cursor, wanted: frozenset[str]) -> Control:
    if not plugin.is_mapping:
        return unknown(plugin, "the plugins are not in the input")
    name, enable = plugin.get("name"), plugin.get("enable")
    if name.text not in wanted:
        return OFF
    return off(enable) if enable.text == "false" else on(name)
