"""Controls of Ingresses by annotation, product by product."""

from __future__ import annotations

from collections.abc import Callable

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.apisix import ingress_controls as apisix_controls
from hullmark.linter.model.exposure.controls import OFF, UNKNOWN, Control, Controls, either, off, on, removed, unknown
from hullmark.linter.model.exposure.endpoint import Backend
from hullmark.linter.model.exposure.gateways import gateway_services
from hullmark.linter.model.exposure.kong_plugins import kong_controls
from hullmark.linter.model.exposure.nginx import nginx_controls
from hullmark.linter.model.exposure.nginx_policies import nginx_inc_controls
from hullmark.linter.model.exposure.traefik_middlewares import annotated_controls
from hullmark.linter.named_tuple import NamedTuple

_ALB = "alb.ingress.kubernetes.io/"
_GCE = "networking.gke.io/"
_BACKEND_CONFIG = "cloud.google.com/backend-config"
_AGIC = "appgw.ingress.kubernetes.io/"
_LB_CERTIFICATES = (
    "service.beta.kubernetes.io/aws-load-balancer-ssl-cert",
    "service.beta.kubernetes.io/do-loadbalancer-certificate-id",
    "load-balancer.hetzner.cloud/http-certificates",
    "service.beta.kubernetes.io/oci-load-balancer-ssl-ports",
)


class Site(NamedTuple):
    """An Ingress with what its controls depend on."""

    bundle: Bundle
    ingress: Ingress
    product: str
    namespace: str

    def annotation(self, name: str) -> StrField:
        """One annotation of the Ingress."""
        return self.ingress.annotation(name)


def controls(site: Site, tls: Control, backends: tuple[Backend, ...]) -> Controls:
    """The controls of a host of an Ingress; `tls` is what its own `spec.tls` says of it."""
    tls = _at_load_balancer(site, tls)
    match site.product:
        case "nginx":
            return nginx_controls(site.bundle, site.ingress, tls)
        case "nginx-inc":
            return nginx_inc_controls(site.bundle, site.ingress, tls)
        case "traefik":
            return annotated_controls(site.bundle, site.ingress, tls)
        case "kong":
            return kong_controls(site.bundle, site.ingress, site.namespace, tls, backends)
        case "gce":
            return _gce(site, tls, backends)
    make = _BY_ANNOTATION.get(site.product)
    if make is not None:
        return make(site, tls)
    return _plain_kind(site, tls if tls.is_on else _certificate_elsewhere(site))


def _at_load_balancer(site: Site, tls: Control) -> Control:
    """TLS that ends before the gateway cannot be seen on the Ingress."""
    if tls.is_on:
        return tls
    for linked in gateway_services(site.product, site.bundle):
        for key in _LB_CERTIFICATES:
            field = linked.service.annotation(key)
            if field.present:
                return unknown(field, "TLS may end at the load balancer")
    return tls


def _certificate_elsewhere(site: Site) -> Control:
    """Some classes keep certificates in annotations: where nobody knows the class, any of them may."""
    words = ("cert", "ssl", "tls", "https")
    for name, field in site.ingress.annotations.fields():
        if any(word in name.rpartition("/")[2] for word in words) and "cert-manager" not in name:
            return unknown(field)
    return OFF


def present(site: Site, *keys: str) -> Control:
    """On where one of the annotations is written."""
    return either(on(field) for key in keys if (field := site.annotation(key)).present)


def allowed(*fields: StrField) -> Control:
    """On where one of the lists of addresses limits anybody."""
    for field in fields:
        if field.present:
            ranges = [part.strip() for part in (field.value or "").split(",")]
            return off(field) if is_everything(ranges) else on(field)
    return OFF


def _haproxy(site: Site, tls: Control) -> Controls:
    first = "haproxy.org/" if site.product == "haproxy" else "haproxy-ingress.github.io/"
    prefixes = (first, "haproxy.org/", "haproxy-ingress.github.io/", "ingress.kubernetes.io/")
    keys = ("auth-secret", "auth-url", "auth-tls-secret", "oauth")
    auth = present(site, *(prefix + key for prefix in prefixes for key in keys))
    rates = ("rate-limit-requests", "limit-rps", "limit-connections")
    lists = ("allow-list", "whitelist", "allowlist-source-range", "whitelist-source-range")
    redirects = [site.annotation(prefix + "ssl-redirect") for prefix in prefixes]
    plain = next((on(field) for field in redirects if field.value == "false"), OFF) if tls.is_on else tls_plain(tls)
    return Controls(
        tls,
        plain,
        auth,
        present(site, *(prefix + key for prefix in prefixes for key in rates)),
        allowed(*(site.annotation(prefix + key) for prefix in prefixes for key in lists)),
        True,
    )


def tls_plain(tls: Control) -> Control:
    """Plain HTTP is all there is where TLS is off."""
    return Control(None if tls.is_unknown else tls.is_off, tls.place)


def _alb(site: Site, tls: Control) -> Controls:
    certificate = site.annotation(_ALB + "certificate-arn")
    ports = site.annotation(_ALB + "listen-ports")
    listens = (ports.text or "").upper()
    policy = site.annotation(_ALB + "ssl-policy")
    tls = either(
        [*(on(each) for each in (certificate, policy) if each.present)]
        + ([on(ports)] if "HTTPS" in listens else [])
        + ([unknown(tls.place, "certificate discovery")] if tls.is_on and tls.place is not None else [])
        + ([unknown(ports)] if ports.templated else [])
    )
    both = '"HTTP"' in listens.replace("'", '"').replace(" ", "").replace(":", ":") or not listens
    redirect = site.annotation(_ALB + "ssl-redirect")
    plain = on(ports) if '"HTTP"' in listens else Control(True)
    if not tls.is_on:
        plain = tls_plain(tls)
    elif redirect.present or not both or _redirect_action(site):
        plain = OFF
    elif not listens:
        plain = OFF  # a certificate without listen-ports opens 443 alone
    return Controls(
        tls, plain, _alb_auth(site), _unknown_if(site, "wafv2-acl-arn", "waf-acl-id"), _alb_allow(site), True
    )


def _redirect_action(site: Site) -> bool:
    return any(
        name.startswith(_ALB + "actions.") and '"HTTPS"' in (field.text or "") and "redirect" in (field.text or "")
        for name, field in site.ingress.annotations.fields()
    )


def _unknown_if(site: Site, *keys: str) -> Control:
    return either(unknown(field) for key in keys if (field := site.annotation(_ALB + key)).present)


def _alb_auth(site: Site) -> Control:
    kind = site.annotation(_ALB + "auth-type")
    missing = site.annotation(_ALB + "auth-on-unauthenticated-request")
    if kind.among(("cognito", "oidc")):
        return removed(missing) if missing.value == "allow" else on(kind)
    mutual = site.annotation(_ALB + "mutual-authentication")
    if '"verify"' in (mutual.text or ""):
        return on(mutual)
    token = site.annotation(_ALB + "jwt-validation")
    if token.present:
        return on(token)
    for name, field in site.ingress.annotations.fields():
        if name.startswith(_ALB + "actions.") and '"authenticate-' in (field.text or ""):
            return on(field)
    return unknown(kind) if kind.unknown else OFF


def _alb_allow(site: Site) -> Control:
    groups = site.annotation(_ALB + "security-groups")
    return unknown(groups) if groups.present else allowed(site.annotation(_ALB + "inbound-cidrs"))


def _gce(site: Site, tls: Control, backends: tuple[Backend, ...]) -> Controls:
    certificates = ("ingress.gcp.kubernetes.io/pre-shared-cert", _GCE + "managed-certificates", _GCE + "certmap")
    tls = tls if tls.is_on else present(site, *certificates)
    allow_http = site.annotation("kubernetes.io/ingress.allow-http")
    frontend = site.annotation(_GCE + "v1beta1.FrontendConfig")
    if not tls.is_on:
        plain = tls_plain(tls)
    elif allow_http.value == "false":
        plain = OFF
    elif frontend.present:
        plain = _frontend(site, frontend)
    else:
        plain = on(allow_http) if allow_http.present else Control(True)
    return Controls(tls, plain, _iap(site, backends), UNKNOWN, UNKNOWN, True)


def _frontend(site: Site, name: StrField) -> Control:
    found = site.bundle.find("networking.gke.io", "FrontendConfig", site.namespace, name.value or "")
    if found is None:
        return unknown(name)
    enabled = found.cursor.get("spec", "redirectToHttps", "enabled")
    return OFF if enabled.text == "true" else on(enabled)


def _iap(site: Site, backends: tuple[Backend, ...]) -> Control:
    """Identity-Aware Proxy is asked for by a BackendConfig that an annotation of each Service names."""
    found = [_config_of(site, each) for each in backends]
    return next((each for each in found if not each.is_on), found[0]) if found else OFF


def _config_of(site: Site, behind: Backend) -> Control:
    if behind.service is None:
        return UNKNOWN
    field = behind.service.service.annotation(_BACKEND_CONFIG)
    if field.absent:
        return OFF
    for config in site.bundle.by_kind("cloud.google.com", "BackendConfig"):
        if site.bundle.namespace_of(config).name == behind.namespace and f'"{config.name}"' in (field.text or ""):
            enabled = config.cursor.get("spec", "iap", "enabled")
            return on(enabled) if enabled.text == "true" else OFF
    return unknown(field, "the BackendConfig is not in the input")


def _agic(site: Site, tls: Control) -> Controls:
    tls = tls if tls.is_on else present(site, _AGIC + "appgw-ssl-certificate")
    redirect = site.annotation(_AGIC + "ssl-redirect")
    plain = tls_plain(tls)
    if tls.is_on:
        plain = OFF if redirect.value == "true" else on(redirect) if redirect.present else Control(True)
    firewall = site.annotation(_AGIC + "waf-policy-for-path")
    other = unknown(firewall) if firewall.present else OFF
    return Controls(tls, plain, UNKNOWN, other, other, False)


def _contour(site: Site, tls: Control) -> Controls:
    """An Ingress with a certificate answers plain HTTP too, unless an annotation says otherwise.

    Everything else an Ingress of Contour gets from the configuration of Contour.
    https://projectcontour.io/docs/main/config/annotations/
    """
    forced = site.annotation("ingress.kubernetes.io/force-ssl-redirect")
    allowed_http = site.annotation("kubernetes.io/ingress.allow-http")
    plain = tls_plain(tls)
    if tls.is_on:
        written = next((field for field in (allowed_http, forced) if field.present), None)
        plain = Control(True) if written is None else on(written)
        if forced.value == "true" or allowed_http.value == "false":
            plain = OFF
    return Controls(tls, plain)


def _plain_kind(site: Site, tls: Control) -> Controls:
    return Controls(tls, tls_plain(tls) if tls.is_off else UNKNOWN)


_BY_ANNOTATION: dict[str, Callable[[Site, Control], Controls]] = {
    "haproxy": _haproxy,
    "haproxy-ingress": _haproxy,
    "alb": _alb,
    "agic": _agic,
    "contour": _contour,
    "emissary": _plain_kind,
    "istio": _plain_kind,
    "cilium": _plain_kind,
    "apisix": lambda site, tls: apisix_controls(site.bundle, site.ingress, site.namespace, tls),
    "openshift": lambda site, tls: Controls(),
    "tailscale": lambda site, tls: Controls(),
    "ngrok": lambda site, tls: Controls(),
    "cloudflare": lambda site, tls: Controls(),
}
