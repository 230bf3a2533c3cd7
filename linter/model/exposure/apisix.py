"""Endpoints of APISIX: ApisixRoute, with its plugins.

https://apisix.apache.org/docs/ingress-controller/reference/api-reference/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.certificates import covers
from hullmark.linter.model.exposure.controls import OFF, Control, Controls, either, off, on, unknown
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Backend, Endpoint, backend, port_value
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT

GROUP = "apisix.apache.org"
_AUTH = frozenset(
    {"key-auth", "jwt-auth", "basic-auth", "hmac-auth", "openid-connect", "forward-auth", "ldap-auth", "opa"}
    | {"authz-keycloak", "cas-auth", "multi-auth"}
)
_RATE = frozenset({"limit-req", "limit-count", "limit-conn"})
_ALLOW = frozenset({"ip-restriction"})
_REDIRECT = frozenset({"redirect"})
_PREFIX = "k8s.apisix.apache.org/"


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
    transport = "UDP" if rule.get("protocol").text == "UDP" else "TCP"
    for item in (*rule.get("backends").items(), rule.get("backend")):
        name = item.get("serviceName")
        if name.text:
            port = item.get("servicePort")
            yield backend(bundle, namespace, name.text, port_value(port), name, port, transport)


def ingress_controls(bundle: Bundle, ingress: Ingress, namespace: str, tls: Control) -> Controls:
    """The controls of an Ingress of this class: its annotations, the plugins that it names, and those of all routes.

    https://apisix.apache.org/docs/ingress-controller/reference/apisix-ingress-controller/annotation
    """
    login, listed, closed, named = (
        ingress.annotation(_PREFIX + key)
        for key in ("auth-type", "allowlist-source-range", "http-to-https", "plugin-config-name")
    )
    plugins = [*_configured(bundle, named.cursor, namespace), *_everywhere(bundle)]
    auth = on(login) if login.among(("keyauth", "basicauth")) else unknown(login) if login.present else OFF
    ranges = [part.strip() for part in (listed.value or "").split(",")]
    allow = OFF if listed.absent else off(listed) if is_everything(ranges) else on(listed)
    redirect = either([on(closed) if closed.value == "true" else OFF, _any(plugins, _REDIRECT)])
    plain = OFF if redirect.is_on else unknown(redirect.at) if redirect.is_unknown else Control(True)
    return Controls(
        tls,
        Control(None if tls.is_unknown else True, tls.place) if not tls.is_on else plain,
        either([auth, _any(plugins, _AUTH)]),
        _any(plugins, _RATE),
        either([allow, _any(plugins, _ALLOW)]),
        True,
    )


def _controls(bundle: Bundle, rule: Cursor, namespace: str, host: str) -> Controls:
    plugins = list(_plugins(bundle, rule, namespace))
    login = rule.get("authentication", "enable")
    auth = on(login) if login.text == "true" else _any(plugins, _AUTH)
    tls = _tls(bundle, host)
    redirect = _any(plugins, _REDIRECT)
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
    space = rule.get("plugin_config_namespace").text or namespace
    yield from _configured(bundle, rule.get("plugin_config_name"), space)
    yield from _everywhere(bundle)


def _configured(bundle: Bundle, named: Cursor, namespace: str) -> Iterator[Cursor]:
    """Plugins of the object that a field names; the field itself where the input has no such object."""
    if named.text:
        found = bundle.find(GROUP, "ApisixPluginConfig", namespace, named.text)
        yield from found.cursor.get("spec", "plugins").items() if found is not None else (named,)


def _everywhere(bundle: Bundle) -> Iterator[Cursor]:
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
