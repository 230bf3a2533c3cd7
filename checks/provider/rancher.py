"""Rules about configuration files of k3s and RKE2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.manifest.components.literals import literal
from hullmark.linter.manifest.components.products import RancherConfig
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.rule import Fix, Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, removed, replaced, told

_OTHERS = 0o077
_PASSWORD = re.compile(r"://[^/@:]*:[^/@]+@")


def _readable(config: RancherConfig) -> Iterator[Hit]:
    field = config.cursor.get("write-kubeconfig-mode")
    text = field.text or ""
    if re.fullmatch(r"0?o?[0-7]{3,4}", text) and int(text.replace("o", ""), 8) & _OTHERS:
        quoted = field.source.text[field.span.start] in "\"'"
        note = "" if quoted else ": write it in quotes, so that it stays octal"
        yield at(
            field, f"the administrator's kubeconfig gets mode {text}{note}", fix=_private(field) if quoted else None
        )


def _private(field: Cursor) -> Fix | None:
    return replaced(field, "0600", "let only root read it")


def _tokens(config: RancherConfig) -> Iterator[Hit]:
    for key in ("token", "agent-token"):
        field = config.cursor.get(key)
        # The products accept any text as a token, so a weak word works too.
        if literal(field.text):
            yield at(field, f"{key} is written in the file", secret=True)
    endpoint = config.cursor.get("datastore-endpoint")
    if _PASSWORD.search(endpoint.text or "") and not templated(endpoint.text or ""):
        yield at(endpoint, "datastore-endpoint contains a password", secret=True)


def _without_profile(config: RancherConfig) -> Iterator[Hit]:
    if not config.rke2 or not config.server or config.cursor.get("pod-security-admission-config-file").text:
        return
    profile = config.cursor.get("profile")
    if not (profile.text or "").startswith("cis"):
        place = profile if profile.present else config.first.key_place
        yield at(place, "RKE2 lets namespaces run any pod: profile is not cis")


def _profiler(config: RancherConfig) -> Iterator[Hit]:
    field = config.cursor.get("enable-pprof")
    if field.text == "true":
        yield at(field, "the supervisor port serves the profiler", fix=removed(field, "do not serve the profiler"))


def _config(*lines: str) -> str:
    return "\n".join(lines)


_K3S, _RKE2 = "etc/rancher/k3s/config.yaml", "etc/rancher/rke2/config.yaml"
_PRIVATE = manifest(_config('write-kubeconfig-mode: "0600"', "cluster-init: true"), path=_K3S)

RULES = told(
    "provider",
    RancherConfig,
    {
        "k3s-kubeconfig-readable": Told(
            "Every local user may become cluster administrator.",
            _readable,
            (
                manifest(
                    _config('write-kubeconfig-mode: "0644"  # !'), _config('write-kubeconfig-mode: "0600"'), path=_K3S
                ),
                manifest(_config("write-kubeconfig-mode: 0644  # ! in quotes"), path=_K3S),
            ),
            (_PRIVATE,),
        ),
        "join-token-in-file": Told(
            "A token that joins nodes is in the file.",
            _tokens,
            (
                manifest(_config("server: https://10.0.0.5:6443", "token: changeme  # !"), path=_K3S),
                manifest(_config("datastore-endpoint: postgres://k3s:f81kx02m@db.example/k3s  # !"), path=_K3S),
            ),
            (manifest(_config("server: https://10.0.0.5:6443", "token-file: /run/secrets/token"), path=_K3S),),
        ),
        "rke2-without-cis-profile": Told(
            "RKE2 lets namespaces run any pod.",
            _without_profile,
            (
                manifest(_config("tls-san:  # !", "  - shop.example"), path=_RKE2),
                manifest(_config("tls-san: [shop.example]", "profile: none  # !"), path=_RKE2),
            ),
            (manifest(_config("tls-san: [shop.example]", "profile: cis"), path=_RKE2), _PRIVATE),
        ),
        "k3s-profiling-enabled": Told(
            "The supervisor serves its profiler.",
            _profiler,
            (
                manifest(
                    _config("enable-pprof: true  # !", "cluster-init: true"), _config("cluster-init: true"), path=_K3S
                ),
            ),
            (_PRIVATE,),
        ),
    },
)
