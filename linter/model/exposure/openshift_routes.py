"""Endpoints of OpenShift Routes.

https://docs.openshift.com/container-platform/latest/networking/routes/route-configuration.html
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.controls import OFF, UNKNOWN, Control, Controls, off, on, unknown
from hullmark.linter.model.exposure.endpoint import Backend, Endpoint, backend, port_value
from hullmark.linter.model.exposure.zones import Reached, Zone

_PREFIX = "haproxy.router.openshift.io/"
_ZONE = Reached(Zone.INTERNET, Confidence.MEDIUM, None, "routers are public unless a shard says otherwise")


def openshift_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Every Route."""
    for route in bundle.by_kind("route.openshift.io", "Route"):
        spec = route.cursor.get("spec")
        host, path = spec.get("host"), spec.get("path")
        name = host.text
        if name and spec.get("wildcardPolicy").text == "Subdomain":
            name = "*." + name.partition(".")[2]
        place = host.place if host.present else route.place
        yield Endpoint(
            bundle,
            "openshift",
            route,
            route,
            bundle.namespace_of(route).name,
            # Without a host the router makes a name up; it is no catch-all.
            name or f"{route.name}-{bundle.namespace_of(route).name}",
            path.text or "/",
            "prefix",
            place,
            path.place if path.present else place,
            tuple(_backends(bundle, route)),
            _ZONE,
            _controls(route),
            http=spec.get("tls", "termination").text != "passthrough",
        )


def _backends(bundle: Bundle, route: Resource) -> Iterator[Backend]:
    spec = route.cursor.get("spec")
    port = spec.get("port", "targetPort")
    namespace = bundle.namespace_of(route).name
    for target in (spec.get("to"), *spec.get("alternateBackends").items()):
        name = target.get("name")
        if name.text and target.get("kind").text in (None, "Service"):
            found = backend(bundle, namespace, name.text, port_value(port), name, port)
            if not found.ports and found.service is not None and port.present:
                yield _by_target(bundle, found, port_value(port))
            else:
                yield found


def _by_target(bundle: Bundle, found: Backend, wanted: int | str | None) -> Backend:
    """`targetPort` may also name a port of the pods: then the port of the Service that leads to it is meant."""
    service = None if found.service is None else found.service.service
    for each in () if service is None else service.ports:
        if each.target == wanted:
            return backend(bundle, found.namespace, found.name, each.port.value, found.place, found.port_place)
    return found


def _controls(route: Resource) -> Controls:
    tls = route.cursor.get("spec", "tls")
    termination, plain = tls.get("termination"), tls.get("insecureEdgeTerminationPolicy")
    secure = on(termination) if termination.text else OFF
    if termination.present and termination.text is not None and "{{" in termination.text:
        secure = unknown(termination)
    if secure.is_on:
        open_too = on(plain) if plain.text == "Allow" else OFF
    else:
        open_too = Control(None if secure.is_unknown else True)
    rate = route.annotation(_PREFIX + "rate-limit-connections")
    return Controls(
        secure,
        open_too,
        UNKNOWN if termination.text == "passthrough" else OFF,
        on(rate) if rate.value == "true" else OFF,
        _allow(route),
        False,
    )


def _allow(route: Resource) -> Control:
    for key in ("ip_whitelist", "ip_allowlist"):
        field = route.annotation(_PREFIX + key)
        if field.present:
            return off(field) if is_everything((field.value or "").split()) else on(field)
    return OFF
