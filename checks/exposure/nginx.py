"""What whoever may write an Ingress can make ingress-nginx do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.model.exposure.nginx_site import NginxConfiguration, NginxIngress
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Row, Rule, because, manifest, rewrite

_PREFIX = "nginx.ingress.kubernetes.io/"
_WORDS = ("lua", "proxy_pass", "alias", "root", "include", "serviceaccount", "kubernetes.io")
_INJECTED = (
    "auth-url",
    "auth-signin",
    "auth-tls-match-cn",
    "mirror-target",
    "mirror-host",
    "rewrite-target",
    "app-root",
    "permanent-redirect",
    "temporal-redirect",
    "server-alias",
    "proxy-redirect-from",
    "proxy-redirect-to",
    "upstream-vhost",
    "backend-protocol",
    "x-forwarded-prefix",
    "denylist-source-range",
    "whitelist-source-range",
    "allowlist-source-range",
)
_BREAKS = regex(r"[\n\r;#{}]|\"")
_REGEX = regex(r"\{\d+(?:,\d*)?\}|\$\{?\w+\}?")
_COMMON_NAME = regex(r"CN=.+")
_FILES = ("/etc", "/root", "/var/run/secrets", "/proc")
_STRANGE = regex(r"\.\.|_by_lua|[;\s]|\{(?!\d+(?:,\d*)?\})")


def _snippet(rule: Rule[NginxIngress], site: NginxIngress) -> Iterator[Hit]:
    for name, field in site.ingress.annotations.fields():
        if not name.startswith(_PREFIX) or not name.endswith("-snippet"):
            continue
        text = (field.text or "").lower()
        word = next((word for word in _WORDS if re.search(rf"\b{re.escape(word)}", text)), "")
        yield rule.hit(
            field.cursor.key_place,
            f"{site.ingress} writes its own nginx configuration in {name.removeprefix(_PREFIX)}"
            + (f", with {word!r} in it" if word else ""),
            severity=Severity.HIGH if word else None,
        )


def _injection(rule: Rule[NginxIngress], site: NginxIngress) -> Iterator[Hit]:
    for key in _INJECTED:
        field = site.ingress.annotation(_PREFIX + key)
        text = field.value
        if text is None:
            continue
        rest = _REGEX.sub("", text)
        found = _BREAKS.search(rest)
        if found is not None:
            yield rule.hit(field, f"{key} of {site.ingress} holds {found.group()!r}, which leaves its directive")
        elif key == "auth-tls-match-cn" and not _COMMON_NAME.match(text):
            yield rule.hit(field, f"{key} of {site.ingress} does not begin with CN=")


def _enabled(rule: Rule[NginxConfiguration], config: NginxConfiguration) -> Iterator[Hit]:
    allow, level = config.data.get("allow-snippet-annotations"), config.data.get("annotations-risk-level")
    if allow.value == "true":
        fix = rewrite(allow, '"false"', safe=True)
        yield rule.hit(allow, f"{config} lets every Ingress write nginx configuration", fix=fix)
    elif allow.absent and config.snippets_by_default is not None:
        yield rule.hit(
            config,
            f"{config} does not forbid Ingresses to write nginx configuration, which this controller allows",
            because(config.snippets_by_default, "the controller, before 1.9"),
        )
    if level.value == "Critical":
        yield rule.hit(level, f"{config} accepts annotations of every risk")


def _path(rule: Rule[NginxIngress], site: NginxIngress) -> Iterator[Hit]:
    ingress = site.ingress
    regex = ingress.annotation(_PREFIX + "use-regex").value == "true"
    for each in ingress.rules:
        for path in each.paths:
            if path.path_type.value in (None, "ImplementationSpecific") or regex:
                yield from _suspicious(rule, ingress, path.path, "path")
    for key in ("rewrite-target", "server-alias"):
        yield from _suspicious(rule, ingress, ingress.annotation(_PREFIX + key), key)


def _suspicious(rule: Rule[NginxIngress], ingress: Ingress, field: StrField, what: str) -> Iterator[Hit]:
    text = field.value or ""
    file = next((each for each in _FILES if re.search(rf"{each}(?:/|$|\b)", text)), "")
    if file:
        yield rule.hit(field, f"{what} of {ingress} leads to {file}", severity=Severity.HIGH)
    elif (found := _STRANGE.search(text)) is not None and what != "server-alias":
        yield rule.hit(field, f"{what} of {ingress} holds {found.group()!r}")


_INGRESS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: web
      namespace: shop
      annotations:
        nginx.ingress.kubernetes.io/{annotation}
    spec:
      ingressClassName: nginx
      rules:
        - host: shop.example.com
          http:
            paths:
              - path: {path}
                pathType: ImplementationSpecific
                backend: {{service: {{name: web, port: {{number: 80}}}}}}
"""
_CONFIG = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {{name: ingress-nginx-controller, namespace: ingress-nginx}}
    data:
      allow-snippet-annotations: {value}
"""
_PLAIN = _INGRESS.format(annotation='ssl-redirect: "true"', path="/")

RULES = (
    Row(
        "exposure/nginx-snippet-annotation",
        NginxIngress,
        "Ingress writes nginx configuration of its own.\n\n"
        "A snippet runs in the gateway, with the gateway's token, which reads every Secret of the cluster:\n"
        "whoever may write Ingresses in one namespace has them all (CVE-2021-25742).\n\n"
        "Use the annotation that does what the snippet does, and turn snippets off in the controller.",
        _snippet,
        severity=Severity.MEDIUM,
        controls=("CVE-2021-25742", "MITRE/T1552.007"),
        bad=(
            manifest(_INGRESS.format(annotation="configuration-snippet: add_header A b;  # !", path="/")),
            manifest(_INGRESS.format(annotation="server-snippet: include /etc/x;  # ! 'include'", path="/")),
        ),
        good=(manifest(_PLAIN),),
    ),
    Row(
        "exposure/nginx-annotation-injection",
        NginxIngress,
        "Annotation breaks out of its nginx directive.\n\n"
        "Values go into the configuration of the gateway as they are. What ends a directive begins another\n"
        "one, up to code that runs in the gateway (CVE-2025-1097, CVE-2025-1098, CVE-2025-24514).\n\n"
        "Remove the characters; update the controller.",
        _injection,
        severity=Severity.HIGH,
        controls=("CVE-2025-1097", "CVE-2025-1098", "CVE-2025-24514", "MITRE/T1190"),
        bad=(
            manifest(_INGRESS.format(annotation='auth-url: "http://x/#;load_module y"  # ! leaves its', path="/")),
            manifest(_INGRESS.format(annotation="auth-tls-match-cn: shop  # ! CN=", path="/")),
        ),
        good=(
            manifest(_PLAIN),
            manifest(_INGRESS.format(annotation='rewrite-target: "/$2"', path="/a{2}")),
        ),
    ),
    Row(
        "exposure/nginx-snippets-enabled",
        NginxConfiguration,
        "ingress-nginx accepts snippets of everybody.\n\n"
        "Whoever may write an Ingress in some namespace writes configuration of the gateway, and reads with\n"
        "its token every Secret of the cluster (CVE-2021-25742).\n\n"
        'Set `allow-snippet-annotations: "false"` and keep `annotations-risk-level` at High.',
        _enabled,
        severity=Severity.HIGH,
        mentions=("nginx", "snippet", "annotations-risk-level"),
        controls=("CVE-2021-25742",),
        bad=(manifest(_CONFIG.format(value='"true"  # ! every Ingress'), fixed=_CONFIG.format(value='"false"')),),
        good=(manifest(_CONFIG.format(value='"false"')),),
    ),
    Row(
        "exposure/nginx-suspicious-path",
        NginxIngress,
        "Path of an Ingress looks like an attack on the gateway.\n\n"
        "Old controllers copy the path into their configuration: what ends a location, or names files of the\n"
        "gateway, gives its files and its token away (CVE-2021-25745, CVE-2021-25746).\n\n"
        "Write the path of the application, with `pathType: Prefix` or `Exact`.",
        _path,
        severity=Severity.MEDIUM,
        controls=("CVE-2021-25745", "CVE-2021-25746"),
        bad=(
            manifest(_INGRESS.format(annotation='ssl-redirect: "true"', path="/var/run/secrets  # ! leads to")),
            manifest(_INGRESS.format(annotation='ssl-redirect: "true"', path='"/a {"  # ! holds')),
        ),
        good=(manifest(_PLAIN),),
    ),
)
