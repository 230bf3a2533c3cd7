"""Rules about configuration files of k3s and RKE2."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.manifest.components.literals import literal
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.model.rancher import RancherSetup
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Fix, Hit, Offer, manifest
from hullmark.linter.rule.settings.told import Told, at, removed, told
from hullmark.linter.text import Edit

_OTHERS = 0o077
_PASSWORD = regex(r"://[^/@:]*:[^/@]+@")


def _readable(config: RancherSetup) -> Iterator[Hit]:
    field = config.get("write-kubeconfig-mode")
    if field is None or not re.fullmatch(r"0?o?[0-7]{3,4}", field.text):
        return
    if int(field.text.replace("o", ""), 8) & _OTHERS:
        # A number of YAML may be read as a decimal one; words of a command line are texts.
        number = config.find is not None and field.source.text[field.whole.start] not in "\"'"
        note = ": write it in quotes, so that it stays octal" if number else ""
        text = f"the administrator's kubeconfig gets mode {field.text}{note}"
        yield at(field, text, fix=None if number else _private(field))


def _private(field: Word) -> Offer:
    if not field.marks:
        return None
    return Fix("let only root read it", ((field.source, Edit(field.span(0, len(field.text)), "0600")),))


def _tokens(config: RancherSetup) -> Iterator[Hit]:
    for key in ("token", "agent-token"):
        field = config.get(key)
        # The products accept any text as a token, so a weak word works too.
        if field is not None and literal(field.text):
            yield at(field, f"{key} is written in the file", secret=True)
    endpoint = config.get("datastore-endpoint")
    if endpoint is not None and _PASSWORD.search(endpoint.text) and not templated(endpoint.text):
        yield at(endpoint, "datastore-endpoint contains a password", secret=True)


def _without_profile(config: RancherSetup) -> Iterator[Hit]:
    own = config.get("pod-security-admission-config-file")
    if not config.rke2 or not config.server or (own is not None and own.text):
        return
    profile = config.get("profile")
    if profile is None or not (profile.text.startswith("cis") or templated(profile.text)):
        yield at(config if profile is None else profile, "RKE2 lets namespaces run any pod: profile is not cis")


def _profiler(config: RancherSetup) -> Iterator[Hit]:
    field = config.get("enable-pprof")
    if field is not None and field.text == "true":
        fix = None if config.find is None else removed(config.find("enable-pprof"), "do not serve the profiler")
        yield at(field, "the supervisor port serves the profiler", fix=fix)


def _config(*lines: str) -> str:
    return "\n".join(lines)


def _unit(option: str) -> str:
    return f"[Service]\nExecStart=/usr/local/bin/k3s \\\n  server \\\n  {option}\n"


def _script(line: str) -> str:
    return f"#cloud-config\nruncmd:\n  - curl -sfL https://get.k3s.io | {line}\n"


_K3S, _RKE2 = "etc/rancher/k3s/config.yaml", "etc/rancher/rke2/config.yaml"
_PRIVATE = manifest(_config('write-kubeconfig-mode: "0600"', "cluster-init: true"), path=_K3S)

RULES = told(
    "provider",
    RancherSetup,
    {
        "k3s-kubeconfig-readable": Told(
            "Every local user may become cluster administrator.",
            _readable,
            (
                manifest(
                    _config('write-kubeconfig-mode: "0644"  # !'), _config('write-kubeconfig-mode: "0600"'), path=_K3S
                ),
                manifest(_config("write-kubeconfig-mode: 0644  # ! in quotes"), path=_K3S),
                manifest(
                    _unit("--write-kubeconfig-mode=644  # !"), _unit("--write-kubeconfig-mode=0600"), path="k3s.service"
                ),
                manifest(
                    _script("K3S_KUBECONFIG_MODE=0644 sh -  # ! gets mode 0644"),
                    _script("K3S_KUBECONFIG_MODE=0600 sh -"),
                ),
            ),
            (_PRIVATE, manifest(_unit("--write-kubeconfig-mode=0600"), path="k3s.service")),
        ),
        "join-token-in-file": Told(
            "A token that joins nodes is in the file.",
            _tokens,
            (
                manifest(_config("server: https://10.0.0.5:6443", "token: changeme  # !"), path=_K3S),
                manifest(_config("datastore-endpoint: postgres://k3s:f81kx02m@db.example/k3s  # !"), path=_K3S),
                manifest(_unit("--token changeme  # !"), path="k3s.service"),
                manifest(_script("K3S_URL=https://10.0.0.5:6443 K3S_TOKEN=changeme sh -  # !")),
            ),
            (
                manifest(_config("server: https://10.0.0.5:6443", "token-file: /run/secrets/token"), path=_K3S),
                manifest(_script('K3S_URL=https://10.0.0.5:6443 K3S_TOKEN="${TOKEN}" sh -')),
            ),
        ),
        "rke2-without-cis-profile": Told(
            "RKE2 lets namespaces run any pod.",
            _without_profile,
            (
                manifest(_config("tls-san:  # !", "  - shop.example"), path=_RKE2),
                manifest(_config("tls-san: [shop.example]", "profile: none  # !"), path=_RKE2),
                manifest(
                    "#cloud-config\nwrite_files:\n  - path: /etc/rancher/rke2/config.yaml\n    content: |\n"
                    "      tls-san:  # !\n        - shop.example\n"
                ),
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
                manifest(_script('INSTALL_K3S_EXEC="server --enable-pprof" sh -  # !')),
            ),
            (_PRIVATE, manifest(_unit("--enable-pprof=false"), path="k3s.service")),
        ),
    },
)
