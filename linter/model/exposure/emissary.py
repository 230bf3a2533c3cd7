"""Endpoints of Emissary and Ambassador Edge Stack: Listener, Host, Mapping.

Listeners usually live with the installation. Where the input has the installation and no Listener, nothing is exposed;
where it has neither, somebody else has both.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import OFF, UNKNOWN, Control, Controls, on
from hullmark.linter.model.exposure.emissary_objects import (
    Thing,
    attaches,
    globs_meet,
    hostname_field,
    listens_for,
    module,
    things,
)
from hullmark.linter.model.exposure.emissary_policies import auth_of, cert_required, rate_of
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Backend, Endpoint, backend
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT, gateway_pods, own_zone
from hullmark.linter.model.exposure.service_names import service_address
from hullmark.linter.model.exposure.zones import Reached


def emissary_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Every Mapping by every Host that takes it, and Mappings whose Hosts are elsewhere."""
    mappings = list(things(bundle, "Mapping"))
    tunnels = list(things(bundle, "TCPMapping"))
    if not mappings and not tunnels:
        return
    zone = own_zone("emissary", bundle) or PUBLIC_BY_DEFAULT
    hosts = list(things(bundle, "Host"))
    listened = [host for host in hosts if is_listened(bundle, host)]
    for tunnel in tunnels:
        yield _tcp(bundle, tunnel, zone)
    for mapping in mappings:
        if not hosts:
            yield _hostless(bundle, mapping, zone)
        for host in listened:
            if attaches(mapping, host):
                yield _of(bundle, mapping, host, zone)


def is_listened(bundle: Bundle, host: Thing) -> bool:
    """Whether some Listener takes the Host, for all that is known."""
    listeners = list(things(bundle, "Listener"))
    if listeners:
        return any(listens_for(each, host) for each in listeners)
    old = all(each.is_old for kind in ("Host", "Mapping") for each in things(bundle, kind))
    return old or not gateway_pods("emissary", bundle)


def _of(bundle: Bundle, mapping: Thing, host: Thing, zone: Reached) -> Endpoint:
    field = host.spec.get("hostname")
    named = hostname_field(mapping)
    name = field.text or ANY_HOST
    # The narrower of both names: a Mapping for one name below a Host for all of them.
    if named.text and (name == ANY_HOST or ("*" in name and "*" not in named.text)):
        name, field = named.text, named
    tls = host_tls(bundle, host)
    controls = Controls(
        tls,
        _plain(bundle, host, tls),
        _auth(bundle, mapping, host, name),
        rate_of(bundle, mapping),
        _allow(bundle, mapping),
        True,
    )
    place = field.place if field.present else host.resource.place
    return _endpoint(bundle, mapping, host.resource, name, place, zone, controls)


def _auth(bundle: Bundle, mapping: Thing, host: Thing, name: str) -> Control:
    found = auth_of(bundle, mapping, name)
    return found if found.is_on else cert_required(bundle, host) or found


def _hostless(bundle: Bundle, mapping: Thing, zone: Reached) -> Endpoint:
    named = hostname_field(mapping)
    name = named.text or ANY_HOST
    auth = auth_of(bundle, mapping, name)
    controls = Controls(UNKNOWN, UNKNOWN, auth if auth.place is not None else UNKNOWN, rate_of(bundle, mapping))
    place = named.place if named.present else mapping.resource.place
    return _endpoint(bundle, mapping, mapping.resource, name, place, zone, controls)


def _tcp(bundle: Bundle, mapping: Thing, zone: Reached) -> Endpoint:
    host = mapping.spec.get("host")
    place = host.place if host.present else mapping.spec.get("port").place
    return _endpoint(bundle, mapping, mapping.resource, host.text or ANY_HOST, place, zone, Controls(), http=False)


def _endpoint(
    bundle: Bundle,
    mapping: Thing,
    gateway: Resource,
    host: str,
    host_place: Place,
    zone: Reached,
    controls: Controls,
    http: bool = True,
) -> Endpoint:
    prefix = mapping.spec.get("prefix")
    kind = "regex" if mapping.spec.get("prefix_regex").text == "true" else "prefix"
    kind = "exact" if mapping.spec.get("prefix_exact").text == "true" else kind
    return Endpoint(
        bundle,
        "emissary",
        gateway,
        mapping.resource,
        mapping.namespace,
        host,
        prefix.text or "/",
        kind,
        host_place,
        prefix.place if prefix.present else mapping.resource.place,
        tuple(_backends(bundle, mapping)),
        zone,
        controls,
        http=http,
        redirects=mapping.spec.get("host_redirect").text == "true",
        canary=mapping.spec.get("weight").present or mapping.spec.get("precedence").present,
    )


def _backends(bundle: Bundle, mapping: Thing) -> Iterator[Backend]:
    field = mapping.spec.get("service")
    if not field.text:
        return
    found = service_address(field.text, mapping.namespace, {"https": 443, "": 80})
    if found is not None:
        yield backend(bundle, found.namespace, found.name, found.port, field)


def host_tls(bundle: Bundle, host: Thing) -> Control:
    """Whether a Host has a certificate: its own, of ACME, or of a TLSContext that lists its name."""
    secret = host.spec.get("tlsSecret", "name")
    if secret.text:
        return on(secret)
    acme = host.spec.get("acmeProvider")
    authority = acme.get("authority")
    if acme.present and (authority.text or "").lower() != "none":
        return on(acme)
    for context in things(bundle, "TLSContext"):
        if not context.with_(host):
            continue
        for item in context.spec.get("hosts").items():
            if item.text and globs_meet(item.text, host.spec.get("hostname").text or "*"):
                return on(item)
    return OFF


def _plain(bundle: Bundle, host: Thing, tls: Control) -> Control:
    insecure = host.spec.get("requestPolicy", "insecure")
    action = insecure.get("action")
    if tls.is_off:
        return Control(True)
    if action.text == "Route":
        return on(action)
    for listener in things(bundle, "Listener"):
        model = listener.spec.get("securityModel")
        if model.text == "SECURE" and listener.spec.get("protocol").text == "HTTP" and listens_for(listener, host):
            return on(model)
    return OFF if action.text in (None, "Redirect", "Reject") else UNKNOWN


def _allow(bundle: Bundle, mapping: Thing) -> Control:
    found = module(bundle, mapping.ids)
    field: Cursor | None = None if found is None else found.spec.get("config", "ip_allow")
    return on(field) if field is not None and field.present else OFF
