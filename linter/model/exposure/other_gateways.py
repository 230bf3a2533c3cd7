"""Endpoints of gateways with few fields: Gloo, Kong's TCP and UDP kinds, Knative."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.controls import OFF, Control, Controls, on
from hullmark.linter.model.exposure.endpoint import ANY_HOST, Backend, Endpoint, backend, port_value
from hullmark.linter.model.exposure.gateways import PUBLIC_BY_DEFAULT, own_zone
from hullmark.linter.model.exposure.targets import Target
from hullmark.linter.model.exposure.zones import Reached, Zone

_KONG = "configuration.konghq.com"
_SERVING = "serving.knative.dev"
_VISIBILITY = "networking.knative.dev/visibility"
_KNATIVE = Reached(Zone.INTERNET, Confidence.MEDIUM, None, "Knative publishes what is not cluster-local")


def other_endpoints(bundle: Bundle) -> Iterator[Endpoint]:
    """Endpoints of all of them."""
    yield from _gloo(bundle)
    yield from _kong(bundle)
    yield from _knative(bundle)


def _made(
    bundle: Bundle,
    product: str,
    route: Resource,
    host: str,
    path: str,
    place: Place,
    backends: tuple[Backend, ...],
    zone: Reached,
    controls: Controls,
    http: bool = True,
) -> Endpoint:
    namespace = bundle.namespace_of(route).name
    return Endpoint(
        bundle,
        product,
        route,
        route,
        namespace,
        host,
        path,
        "prefix",
        place,
        place,
        backends,
        zone,
        controls,
        http=http,
    )


def _gloo(bundle: Bundle) -> Iterator[Endpoint]:
    for service in bundle.by_kind("gateway.solo.io", "VirtualService"):
        host = service.cursor.get("spec", "virtualHost")
        tls = service.cursor.get("spec", "sslConfig")
        secure = on(tls) if tls.present else OFF
        for domain in host.get("domains").items():
            for route in host.get("routes").items():
                yield _made(
                    bundle,
                    "gloo",
                    service,
                    domain.text or ANY_HOST,
                    _gloo_path(route),
                    domain.place,
                    tuple(_gloo_backends(bundle, route)),
                    own_zone("kgateway", bundle) or PUBLIC_BY_DEFAULT,
                    _gloo_controls(secure, host, route),
                )


def _gloo_path(route: Cursor) -> str:
    for match in route.get("matchers").items():
        for key in ("prefix", "exact", "regex"):
            if match.get(key).text:
                return match.get(key).text or "/"
    return "/"


def _gloo_controls(tls: Control, host: Cursor, route: Cursor) -> Controls:
    def option(*names: str) -> Control:
        for where in (route, host):
            for name in names:
                field = where.get("options", name)
                if field.get("disable").text == "true":
                    return Control(False, field.get("disable").place)
                if field.present:
                    return on(field)
        return OFF

    plain = OFF if tls.is_on else Control(True)
    return Controls(tls, plain, option("extauth", "jwt", "jwtStaged"), option("ratelimit", "ratelimitBasic"), OFF, True)


def _gloo_backends(bundle: Bundle, route: Cursor) -> Iterator[Backend]:
    upstream = route.get("routeAction", "single", "upstream")
    found = bundle.find(
        "gloo.solo.io", "Upstream", upstream.get("namespace").text or "", upstream.get("name").text or ""
    )
    kube = None if found is None else found.cursor.get("spec", "kube")
    if kube is not None and kube.get("serviceName").text:
        name, port = kube.get("serviceName"), kube.get("servicePort")
        yield backend(bundle, kube.get("serviceNamespace").text or "", name.text or "", port_value(port), name, port)


def _kong(bundle: Bundle) -> Iterator[Endpoint]:
    zone = own_zone("kong", bundle) or PUBLIC_BY_DEFAULT
    for kind in ("TCPIngress", "UDPIngress"):
        for ingress in bundle.by_kind(_KONG, kind):
            namespace = bundle.namespace_of(ingress).name
            for rule in ingress.cursor.get("spec", "rules").items():
                name, port = rule.get("backend", "serviceName"), rule.get("backend", "servicePort")
                if name.text:
                    behind = (backend(bundle, namespace, name.text, port_value(port), name, port, kind[:3]),)
                    host = rule.get("host").text or ANY_HOST
                    yield _made(
                        bundle, "kong", ingress, host, "/", rule.get("port").place, behind, zone, Controls(), http=False
                    )


def _knative(bundle: Bundle) -> Iterator[Endpoint]:
    for service in bundle.by_kind(_SERVING, "Service"):
        if service.label(_VISIBILITY).value == "cluster-local":
            continue
        behind = _revision(bundle, service, service.place)
        yield _made(bundle, "knative", service, service.name, "/", service.place, behind, _KNATIVE, Controls())
    for mapping in bundle.by_kind(_SERVING, "DomainMapping"):
        named = mapping.cursor.get("spec", "ref", "name")
        found = bundle.find(_SERVING, "Service", bundle.namespace_of(mapping).name, named.text or "")
        behind = () if found is None else _revision(bundle, found, named.place)
        yield _made(bundle, "knative", mapping, mapping.name, "/", mapping.place, behind, _KNATIVE, Controls())


def _revision(bundle: Bundle, service: Resource, place: Place) -> tuple[Backend, ...]:
    """The pods that Knative makes of the template of one of its own Services."""
    # Which container is asked is the one that declares a port, else the first, which is told a port by PORT. What
    # policies see is a port of the queue proxy before it, so that the number says nothing to them:
    # https://github.com/knative/specs/blob/main/specs/serving/runtime-contract.md#inbound-network-connectivity
    pod = next((each for each in bundle.pods if each.resource.cursor.node is service.cursor.node), None)
    if pod is None or not pod.containers:
        return ()
    declaring = next((each for each in pod.containers if each.ports), pod.containers[0])
    port = next(iter(declaring.ports), None)
    target = Target(pod, declaring, None, "TCP", port)
    return (Backend(bundle.namespace_of(service).name, service.name, None, place, place, None, (), (target,)),)
