"""Controls of ingress-nginx: annotations, and the ConfigMap that speaks for all of them.

https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.data import ConfigMap
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_everything
from hullmark.linter.model.exposure.controls import OFF, Control, Controls, either, off, on, optional, removed, unknown

PREFIX = "nginx.ingress.kubernetes.io/"
_LABEL = "app.kubernetes.io/name"
_CONFIGURATIONS = ("nginx-configuration", "ingress-nginx-controller", "nginx-load-balancer-conf")
_SNIPPETS = ("configuration-snippet", "server-snippet", "auth-snippet")
_REDIRECTS = ("ssl-redirect", "force-ssl-redirect")


def nginx_controls(bundle: Bundle, ingress: Ingress, tls: Control) -> Controls:
    """The controls of every path of an Ingress of this class."""
    config = configuration(bundle)
    allow = _allowed(ingress, config)
    auth = _auth(ingress, config)
    if ingress.annotation(PREFIX + "satisfy").value == "any" and auth.is_on and not allow.is_on:
        # Either suffices, and the list of addresses lets everybody through.
        auth = removed(ingress.annotation(PREFIX + "satisfy")) if allow.place is not None else auth
    forced = ingress.annotation(PREFIX + "force-ssl-redirect")
    if tls.is_off and forced.value == "true":
        tls = unknown(forced, "TLS seems to end before the gateway")
    keys = ("limit-rps", "limit-rpm", "limit-connections")
    rate = either(on(field) for key in keys if (field := ingress.annotation(PREFIX + key)).present)
    return Controls(tls, _plain(ingress, config, tls), auth, rate, allow, True)


def configuration(bundle: Bundle) -> ConfigMap | None:
    """The ConfigMap of the controller, if the input has it."""
    return bundle.derived(_configuration)


def _configuration(bundle: Bundle) -> ConfigMap | None:
    named = set(_named(bundle))
    for found in bundle.each(ConfigMap):
        if found.name in named or found.name in _CONFIGURATIONS:
            return found
    for found in bundle.each(ConfigMap):
        labelled = found.label(_LABEL).value == "ingress-nginx" and found.label("app.kubernetes.io/component").value
        if labelled in ("controller", None) and found.label(_LABEL).value == "ingress-nginx":
            return found
    return None


def _named(bundle: Bundle) -> Iterator[str]:
    for pod in bundle.pods:
        for container in pod.containers:
            for item in container.args.items:
                if (item.text or "").startswith("--configmap="):
                    yield (item.text or "").rpartition("/")[2]


def setting(config: ConfigMap | None, key: str) -> StrField | None:
    """A key of the ConfigMap, if it is written."""
    if config is None:
        return None
    field = config.data.get(key)
    return field if field.present else None


def _plain(ingress: Ingress, config: ConfigMap | None, tls: Control) -> Control:
    if not tls.is_on:
        return Control(None if tls.is_unknown else True, tls.place)
    own = [ingress.annotation(PREFIX + key) for key in _REDIRECTS]
    if any(field.value == "true" for field in own):
        return OFF
    if own[0].present:
        return on(own[0]) if own[0].value == "false" else OFF if own[0].value else unknown(own[0])
    common = setting(config, "ssl-redirect")
    return on(common) if common is not None and common.value == "false" else OFF


def _auth(ingress: Ingress, config: ConfigMap | None) -> Control:
    url = ingress.annotation(PREFIX + "auth-url")
    kind, secret = ingress.annotation(PREFIX + "auth-type"), ingress.annotation(PREFIX + "auth-secret")
    if url.text:
        return on(url)
    if kind.present and secret.present:
        return on(kind)
    certificates = ingress.annotation(PREFIX + "auth-tls-secret")
    verify = ingress.annotation(PREFIX + "auth-tls-verify-client")
    if certificates.present:
        return on(certificates) if verify.absent or verify.value == "on" else optional(verify)
    for key in _SNIPPETS:
        field = ingress.annotation(PREFIX + key)
        if "auth" in (field.text or ""):
            return unknown(field)
    common = setting(config, "global-auth-url")
    if common is not None and common.text:
        switch = ingress.annotation(PREFIX + "enable-global-auth")
        return removed(switch) if switch.value == "false" else on(common)
    return OFF


def _allowed(ingress: Ingress, config: ConfigMap | None) -> Control:
    fields = [ingress.annotation(PREFIX + key) for key in ("whitelist-source-range", "allowlist-source-range")]
    common = setting(config, "whitelist-source-range")
    for field in (*fields, *([] if common is None else [common])):
        if field.present:
            ranges = [part.strip() for part in (field.value or "").split(",")]
            return off(field) if is_everything(ranges) else on(field)
    return OFF
