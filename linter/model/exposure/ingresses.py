"""Endpoints of Ingresses, whatever product serves them."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.ingress import Ingress, IngressBackend, IngressRule, IngressTls
from hullmark.linter.manifest.place import Place
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.certificates import covers
from hullmark.linter.model.exposure.controls import OFF, Control, on
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Backend, Endpoint, backend
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT, class_zone, own_zone
from hullmark.linter.model.exposure.ingress_classes import class_field, class_object, gateway_kind
from hullmark.linter.model.exposure.ingress_controls import Site, controls
from hullmark.linter.model.exposure.markers import facts
from hullmark.linter.model.exposure.zones import ZONES, Reached

_TYPES = {"Exact": "exact", "Prefix": "prefix", "ImplementationSpecific": "prefix"}
_TABLE = {
    "alb": "alb",
    "agic": "azure-application-gateway",
    "tailscale": "tailscale",
    "cloudflare": "cloudflare-tunnel",
}


def ingress_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Every host and path of every Ingress, and the default backends."""
    for ingress in bundle.each(Ingress):
        if ingress.rules or ingress.default_backend.present:
            yield from _of(bundle, ingress)


def _of(bundle: Bundle, ingress: Ingress) -> Iterator[Endpoint]:
    site = Site(bundle, ingress, gateway_kind(ingress, bundle), bundle.namespace_of(ingress).name)
    zone = ingress_zone(bundle, ingress, site.product)
    default = ingress.default_backend
    if default.present:
        place = default.service_name.place if default.service_name.present else default.place
        backends = _backends(bundle, site.namespace, default)
        yield _endpoint(site, zone, ANY_HOST, "/", "prefix", (default.cursor.key_place, place), backends)
    for rule in ingress.rules:
        host = rule.host.value or (ANY_HOST if not rule.host.text else rule.host.text)
        host_place = rule.host.place if rule.host.present else rule.place
        if not rule.paths and rule.cursor.get("http").absent and default.present:
            yield _endpoint(
                site, zone, host, "/", "prefix", (host_place, host_place), _backends(bundle, site.namespace, default)
            )
        for path in rule.paths:
            kind = _TYPES.get(path.path_type.value or "", "prefix")
            if site.ingress.annotation("nginx.ingress.kubernetes.io/use-regex").value == "true":
                kind = "regex"
            place = path.path.place if path.path.present else path.place
            backends = _backends(bundle, site.namespace, path.backend)
            yield _endpoint(site, zone, host, path.path.value or "/", kind, (host_place, place), backends)


def _endpoint(
    site: Site,
    zone: Reached,
    host: str,
    path: str,
    kind: str,
    places: tuple[Place, Place],
    backends: tuple[Backend, ...],
) -> Endpoint:
    ingress = site.ingress
    return Endpoint(
        site.bundle,
        site.product,
        ingress,
        ingress,
        site.namespace,
        host,
        path,
        kind,
        places[0],
        places[1],
        backends,
        zone,
        controls(site, _tls(ingress, host), backends),
        canary=ingress.annotation("nginx.ingress.kubernetes.io/canary").value == "true",
        redirects=_redirects(site),
    )


def _redirects(site: Site) -> bool:
    keys = ("permanent-redirect", "temporal-redirect")
    return any(site.ingress.annotation(f"nginx.ingress.kubernetes.io/{key}").present for key in keys)


def _backends(bundle: Bundle, namespace: str, written: IngressBackend) -> tuple[Backend, ...]:
    name = written.service_name.value
    if name is None:
        return ()
    port = written.service_port
    return (backend(bundle, namespace, name, port.value, written.service_name, port),)


def _tls(ingress: Ingress, host: str) -> Control:
    """TLS by the Ingress itself: its host is listed, or an entry without hosts gives the default certificate."""
    for entry in ingress.tls:
        found = entry_for(entry, host)
        if found is not None:
            return found
    return OFF


def entry_for(entry: IngressTls, host: str) -> Control | None:
    """That an entry is about the host, or None."""
    if entry.hosts.absent or entry.hosts.empty:
        return on(entry, "certificate for every host")
    for item in entry.hosts.items:
        if item.value is None or covers(item.value, host):
            return Control(True, item.place, "certificate of the host", entry.cursor)
    return None


def hosts_without_tls(ingress: Ingress) -> Iterator[IngressRule]:
    """Rules whose host no entry of `spec.tls` covers, where there are entries."""
    if not ingress.tls:
        return
    for rule in ingress.rules:
        host = rule.host.value
        if host and all(entry_for(entry, host) is None for entry in ingress.tls):
            yield rule


def ingress_zone(bundle: Bundle, ingress: Ingress, product: str) -> Reached:
    """Where the gateway of an Ingress opens to: its parameters, its own Services, its class, else the usual."""
    field = class_field(ingress, bundle)
    name = None if field is None else field.value
    found = None if name is None else _by_parameters(bundle, name)
    if found is None and product not in _TABLE:
        found = own_zone(product, bundle)
    if found is None:
        found = class_zone("ingress", _TABLE.get(product, name or product), ingress)
    if found is None and name is not None:
        found = class_zone("ingress", name, ingress)
    if found is not None:
        return found
    if field is not None and name is None:
        return Reached(None, Confidence.LOW, field.place, "its class is unknown")
    return PUBLIC_BY_DEFAULT


def _by_parameters(bundle: Bundle, name: str) -> Reached | None:
    defined = class_object(name, bundle)
    parameters = None if defined is None else defined.cursor.get("spec", "parameters")
    if parameters is None or parameters.absent:
        return None
    for row in facts()["ingress_class_parameters"]:
        group, _, kind = row["kind"].partition("/")
        if parameters.get("kind").text != kind:
            continue
        # Kinds that the program does not know may live in no namespace: the name alone decides.
        named = parameters.get("name").text
        found = next((each for each in bundle.by_kind(group, kind) if each.name == named), None)
        field = None if found is None else found.cursor.get(*row["path"].split("."))
        if field is not None and field.text in row["equals"]:
            confidence = Confidence.HIGH if row.get("verified") is not False else Confidence.LOW
            return Reached(ZONES[row["zone"]], confidence, field.place, f"parameters of class {name}", True)
    return None
