"""Endpoints of Gateway API: listeners, and the routes that attach to them."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.attachment import (
    GROUP,
    Attachment,
    Listener,
    Parent,
    attachments,
    granted,
    has_namespace,
    parents,
    routes,
)
from hullmark.linter.model.exposure.aws_gateways import certificate
from hullmark.linter.model.exposure.controls import OFF, Control, Controls, on, unknown
from hullmark.linter.model.exposure.endpoint import Backend, Endpoint, backend, port_value
from hullmark.linter.model.exposure.gateway_classes import gateway_zone, product_of
from hullmark.linter.model.exposure.gateway_policies import Aim, allow_of, auth_of, can_authenticate, rate_of
from hullmark.linter.model.exposure.zones import Reached

_PATHS = {"Exact": "exact", "PathPrefix": "prefix", "RegularExpression": "regex"}


def gateway_api_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Every rule of every route, under every name that a gateway takes it by."""
    for route in routes(bundle):
        for parent in parents(bundle, route):
            found = list(attachments(bundle, route, parent))
            if found:
                yield from _attached(bundle, route, parent, found)


def _attached(bundle: Bundle, route: Resource, parent: Parent, found: list[Attachment]) -> Iterator[Endpoint]:
    gateway = found[0].listener.gateway
    product, zone = product_of(bundle, gateway), gateway_zone(bundle, gateway)
    names: dict[str, tuple[Cursor, list[Listener]]] = {}
    for attachment in found:
        for name, field in attachment.hosts:
            names.setdefault(name, (field, []))[1].append(attachment.listener)
    for name, (field, members) in names.items():
        place = field.place if field.present else parent.cursor.get("name").place
        for rule in route.cursor.get("spec", "rules").items():
            yield from _rule(bundle, route, rule, (gateway, product, zone), (name, place), members, parent)


def _rule(
    bundle: Bundle,
    route: Resource,
    rule: Cursor,
    behind: tuple[Resource, str, Reached],
    host: tuple[str, Place],
    members: list[Listener],
    parent: Parent,
) -> Iterator[Endpoint]:
    gateway, product, zone = behind
    namespace = bundle.namespace_of(route).name
    controls = _controls(Aim(bundle, product, gateway, members[0], route, rule), members)
    for path, kind, place in _paths(rule, parent):
        yield Endpoint(
            bundle,
            product or "gateway-api",
            gateway,
            route,
            namespace,
            host[0],
            path,
            kind,
            host[1],
            place,
            tuple(_backends(bundle, route, rule, namespace)),
            zone,
            controls,
            http=route.kind in ("HTTPRoute", "GRPCRoute"),
            redirects=is_redirect(rule),
        )


def _controls(aim: Aim, members: list[Listener]) -> Controls:
    plain = next((on(each.cursor.get("protocol")) for each in members if each.protocol == "HTTP"), OFF)
    return Controls(
        _tls(aim, members),
        OFF if is_redirect(aim.rule) else plain,
        auth_of(aim),
        rate_of(aim),
        allow_of(aim),
        can_authenticate(aim.product),
    )


def is_redirect(rule: Cursor) -> bool:
    """Whether a rule does nothing but send callers to https."""
    return any(
        item.get("type").text == "RequestRedirect" and item.get("requestRedirect", "scheme").text == "https"
        for item in rule.get("filters").items()
    )


def _tls(aim: Aim, members: list[Listener]) -> Control:
    for each in members:
        if not each.is_secure:
            continue
        tls = each.cursor.get("tls")
        given = certificate(aim.bundle, aim.gateway, each.cursor) if aim.product == "aws" else OFF
        if given.is_on:
            return given
        if each.protocol == "HTTPS" or tls.get("mode").text == "Passthrough" or tls.get("certificateRefs").present:
            return on(each.cursor.get("protocol"))
        return unknown(each.cursor.get("protocol"))
    return OFF


def _paths(rule: Cursor, parent: Parent) -> Iterator[tuple[str, str, Place]]:
    found = False
    for match in rule.get("matches").items():
        path = match.get("path")
        if path.get("value").text:
            found = True
            kind = _PATHS.get(path.get("type").text or "PathPrefix", "prefix")
            yield path.get("value").text or "/", kind, path.get("value").place
    if not found:
        yield "/", "prefix", parent.cursor.get("name").place


def backend_refs(rule: Cursor) -> Iterator[Cursor]:
    """References of a rule to Services."""
    for item in rule.get("backendRefs").items():
        if item.get("kind").text in (None, "Service") and not item.get("group").text and item.get("name").text:
            yield item


def _backends(bundle: Bundle, route: Resource, rule: Cursor, namespace: str) -> Iterator[Backend]:
    for item in backend_refs(rule):
        space, name = item.get("namespace").text or namespace, item.get("name").text or ""
        target = ("", "Service", space, name)
        if has_namespace(bundle, space) and not granted(bundle, (GROUP, route.kind), namespace, target):
            continue  # inert: the controller answers 500
        transport = "UDP" if route.kind == "UDPRoute" else "TCP"
        yield backend(bundle, space, name, port_value(item.get("port")), item.get("name"), item.get("port"), transport)
