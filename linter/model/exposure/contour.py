"""Endpoints of Contour's HTTPProxy objects: roots, and what they include.

https://projectcontour.io/docs/main/config/api/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.controls import OFF, UNKNOWN, Control, Controls, off, on, optional, removed
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Backend, Endpoint, backend, port_value
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT, own_zone
from hullmark.linter.model.exposure.zones import Reached

GROUP = "projectcontour.io"
_DEPTH = 16


def contour_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Every route of every root, includes followed."""
    zone = own_zone("contour", bundle) or PUBLIC_BY_DEFAULT
    for root in bundle.by_kind(GROUP, "HTTPProxy"):
        fqdn = root.cursor.get("spec", "virtualhost", "fqdn")
        if fqdn.text:
            yield from _tcp(bundle, root, fqdn, zone)
            yield from _routes(bundle, root, root, fqdn, "", zone, ())


def _tcp(bundle: Bundle, root: Resource, fqdn: Cursor, zone: Reached) -> Iterator[Endpoint]:
    proxy = root.cursor.get("spec", "tcpproxy")
    if proxy.absent:
        return
    namespace = bundle.namespace_of(root).name
    backends = tuple(_backends(bundle, proxy, namespace))
    tls = _tls(root)
    controls = Controls(tls, OFF if tls.is_on else Control(True), UNKNOWN, UNKNOWN, UNKNOWN)
    yield Endpoint(
        bundle, "contour", root, root, namespace, fqdn.text or ANY_HOST, "/", "prefix", fqdn.place, fqdn.place,
        backends, zone, controls, http=False,
    )  # fmt: skip


def _routes(
    bundle: Bundle, root: Resource, proxy: Resource, fqdn: Cursor, prefix: str, zone: Reached, above: tuple[str, ...]
) -> Iterator[Endpoint]:
    namespace = bundle.namespace_of(proxy).name
    key = f"{namespace}/{proxy.name}"
    if key in above or len(above) > _DEPTH:
        return
    for route in proxy.cursor.get("spec", "routes").items():
        if route.get("requestRedirectPolicy").present:
            continue
        path, kind, place = _path(route)
        backends = tuple(_backends(bundle, route, namespace))
        yield Endpoint(
            bundle, "contour", root, proxy, namespace, fqdn.text or ANY_HOST, _joined(prefix, path), kind, fqdn.place,
            place, backends, zone, _controls(bundle, root, route),
        )  # fmt: skip
    for include in proxy.cursor.get("spec", "includes").items():
        space = include.get("namespace").text or namespace
        child = bundle.find(GROUP, "HTTPProxy", space, include.get("name").text or "")
        if child is not None and child.cursor.get("spec", "virtualhost").absent:
            under, _, _ = _path(include)
            yield from _routes(bundle, root, child, fqdn, _joined(prefix, under), zone, (*above, key))


def _joined(prefix: str, path: str) -> str:
    return prefix.rstrip("/") + path if prefix.strip("/") else path


def _path(route: Cursor) -> tuple[str, str, Place]:
    """Path of the conditions, how it is meant, and where it stands."""
    for condition in route.get("conditions").items():
        for key, kind in (("prefix", "prefix"), ("exact", "exact"), ("regex", "regex")):
            field = condition.get(key)
            if field.text:
                return field.text, kind, field.place
    services = route.get("services")
    return "/", "prefix", services.place if services.present else route.place


def _backends(bundle: Bundle, route: Cursor, namespace: str) -> Iterator[Backend]:
    for item in route.get("services").items():
        name = item.get("name")
        if name.text and item.get("mirror").text != "true":
            yield backend(bundle, namespace, name.text, port_value(item.get("port")), name, item.get("port"))


def _tls(root: Resource) -> Control:
    tls = root.cursor.get("spec", "virtualhost", "tls")
    if tls.get("secretName").present:
        return on(tls.get("secretName"))
    passthrough = tls.get("passthrough")
    return on(passthrough) if passthrough.text == "true" else off(tls) if tls.present else OFF


def _controls(bundle: Bundle, root: Resource, route: Cursor) -> Controls:
    tls = _tls(root)
    permit = route.get("permitInsecure")
    plain = Control(True) if not tls.is_on else on(permit) if permit.text == "true" else OFF
    host = root.cursor.get("spec", "virtualhost")
    return Controls(tls, plain, _auth(bundle, host, route), _rate(bundle, host, route), _allow(host, route), True)


def _auth(bundle: Bundle, host: Cursor, route: Cursor) -> Control:
    switched = route.get("authPolicy", "disabled")
    extension = host.get("authorization")
    if switched.text == "true":
        if extension.present or _configured(bundle, "globalExtAuth") is not None:
            return removed(switched)
    elif extension.get("extensionRef").present and extension.get("authPolicy", "disabled").text != "true":
        return on(extension)
    elif (common := _configured(bundle, "globalExtAuth")) is not None:
        return on(common)
    verification = route.get("jwtVerificationPolicy")
    defaults = [each for each in host.get("jwtProviders").items() if each.get("default").text == "true"]
    if verification.get("disabled").text == "true" and defaults:
        return removed(verification.get("disabled"))
    if verification.get("require").present:
        return on(verification)
    if defaults and verification.get("disabled").text != "true":
        return on(defaults[0].get("default"))
    client = host.get("tls", "clientValidation")
    if client.present:
        for key in ("skipClientCertValidation", "optionalClientCertificate"):
            if client.get(key).text == "true":
                return optional(client.get(key))
        return on(client)
    return OFF


def _rate(bundle: Bundle, host: Cursor, route: Cursor) -> Control:
    for place in (route.get("rateLimitPolicy"), host.get("rateLimitPolicy")):
        for key in ("local", "global"):
            if place.get(key).present:
                return on(place.get(key))
    common = _configured(bundle, "rateLimitService", "defaultGlobalRateLimitPolicy")
    return OFF if common is None else on(common)


def _allow(host: Cursor, route: Cursor) -> Control:
    for place in (route.get("ipAllowPolicy"), host.get("ipAllowPolicy")):
        if place.present:
            return off(place) if is_everything(item.get("cidr").text or "" for item in place.items()) else on(place)
    return OFF


def _configured(bundle: Bundle, *path: str) -> Cursor | None:
    fields = (each.cursor.get("spec", *path) for each in bundle.by_kind(GROUP, "ContourConfiguration"))
    return next((field for field in fields if field.present), None)
