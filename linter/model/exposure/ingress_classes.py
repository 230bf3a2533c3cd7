"""Which gateway an Ingress belongs to, by its class."""

from __future__ import annotations

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.services import LinkedService

_DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_CONTROLLERS = {
    "k8s.io/ingress-nginx": "nginx",
    "nginx.org/ingress-controller": "nginx-inc",
    "haproxy.org/ingress-controller": "haproxy",
    "haproxy-ingress.github.io/controller": "haproxy-ingress",
    "traefik.io/ingress-controller": "traefik",
    "ingress-controllers.konghq.com/kong": "kong",
    "projectcontour.io/ingress-controller": "contour",
    "ingress.k8s.aws/alb": "alb",
    "eks.amazonaws.com/alb": "alb",
    "azure/application-gateway": "agic",
    "apisix.apache.org/apisix-ingress": "apisix",
    "getambassador.io/ingress-controller": "emissary",
    "tailscale.com/ts-ingress": "tailscale",
    "openshift.io/ingress-to-route": "openshift",
}
_NAMES = {
    "nginx": "nginx",
    "haproxy": "haproxy",
    "haproxy-ingress": "haproxy-ingress",
    "traefik": "traefik",
    "kong": "kong",
    "contour": "contour",
    "alb": "alb",
    "gce": "gce",
    "gce-internal": "gce",
    "azure-application-gateway": "agic",
    "azure/application-gateway": "agic",
    "apisix": "apisix",
    "ambassador": "emissary",
    "tailscale": "tailscale",
    "ngrok": "ngrok",
    "cloudflare-tunnel": "cloudflare",
    "openshift-default": "openshift",
    "istio": "istio",
    "cilium": "cilium",
}
_PREFIXES = (
    ("nginx.ingress.kubernetes.io/", "nginx"),
    ("alb.ingress.kubernetes.io/", "alb"),
    ("appgw.ingress.kubernetes.io/", "agic"),
    ("traefik.ingress.kubernetes.io/", "traefik"),
    ("konghq.com/", "kong"),
    ("haproxy.org/", "haproxy"),
    ("haproxy-ingress.github.io/", "haproxy-ingress"),
    ("nginx.org/", "nginx-inc"),
    ("nginx.com/", "nginx-inc"),
    ("k8s.apisix.apache.org/", "apisix"),
    ("networking.gke.io/", "gce"),
)
_INSTANCES = ("alb", "gce", "agic")


def class_field(ingress: Ingress, bundle: Bundle) -> StrField | None:
    """Where the class is named: the field, the old annotation, or the default class of the input."""
    field = ingress.class_name
    if field.present:
        return field
    default = bundle.derived(_default_class)
    return None if default is None else default.name_field


def _default_class(bundle: Bundle) -> Resource | None:
    found = [each for each in _classes(bundle) if each.annotation(_DEFAULT).value == "true"]
    return found[0] if len(found) == 1 else None


def _classes(bundle: Bundle) -> tuple[Resource, ...]:
    return (
        *bundle.by_kind("networking.k8s.io", "IngressClass"),
        *bundle.by_kind("networking.k8s.io/v1beta1", "IngressClass"),
    )


def class_object(name: str, bundle: Bundle) -> Resource | None:
    """The IngressClass of this name."""
    return next((each for each in _classes(bundle) if each.name == name), None)


def gateway_kind(ingress: Ingress, bundle: Bundle) -> str:
    """Short name of the gateway product that serves the Ingress; empty where nobody can know."""
    field = class_field(ingress, bundle)
    name = None if field is None else field.value
    if name is not None:
        defined = class_object(name, bundle)
        controller = None if defined is None else defined.cursor.get("spec", "controller").text
        if controller is not None:
            return _CONTROLLERS.get(controller, "")
        return _NAMES.get(name, "") or _by_word(name)
    if field is not None:
        return ""
    return next((kind for prefix, kind in _PREFIXES if _has(ingress, prefix)), "")


def _by_word(name: str) -> str:
    """Class names are free; what people write around the product's name leaves it readable: nginx-internal."""
    words = name.lower().replace("_", "-").split("-")
    return next((kind for word, kind in _NAMES.items() if word in words and word != "gce"), "")


def _has(ingress: Ingress, prefix: str) -> bool:
    return any(name.startswith(prefix) for name, _ in ingress.annotations.fields())


def backs_cloud_ingress(linked: LinkedService) -> bool:
    """Whether the Service is a backend of an Ingress of a cloud, which reaches pods through node ports."""
    return (linked.namespace.name, linked.service.name) in linked.bundle.derived(_cloud_backends)


def _cloud_backends(bundle: Bundle) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for ingress in bundle.each(Ingress):
        if gateway_kind(ingress, bundle) not in _INSTANCES:
            continue
        namespace = bundle.namespace_of(ingress).name
        backends = [path.backend for rule in ingress.rules for path in rule.paths]
        for backend in (ingress.default_backend, *backends):
            if backend.service_name.value:
                found.add((namespace, backend.service_name.value))
    return frozenset(found)
