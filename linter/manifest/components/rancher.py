"""Command lines and variables of k3s and RKE2: the keys of their configuration file, spelled in other ways.

https://docs.k3s.io/cli/server and https://docs.k3s.io/reference/env-variables, https://docs.rke2.io/reference/server_config
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hullmark.linter.manifest.components.catalogue import SET
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.values import Typed
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.components.written import Written, always, from_assignments
from hullmark.linter.manifest.context import Context
from hullmark.linter.named_tuple import NamedTuple

ARGUMENTS = {
    "kube-apiserver-arg": "kube-apiserver",
    "kube-controller-manager-arg": "kube-controller-manager",
    "kube-scheduler-arg": "kube-scheduler",
    "etcd-arg": "etcd",
    "kubelet-arg": "kubelet",
    "kube-proxy-arg": "kube-proxy",
}
# Keys that take no value on a command line.
_SWITCHES = frozenset(
    {
        *("cluster-init", "secrets-encryption", "selinux", "protect-kernel-defaults", "enable-pprof", "rootless"),
        *("etcd-expose-metrics", "disable-network-policy", "disable-kube-proxy", "disable-helm-controller", "debug"),
        *("disable-apiserver", "disable-controller-manager", "disable-scheduler", "disable-etcd", "docker"),
        *("disable-cloud-controller", "embedded-registry", "prefer-bundled-bin", "alsologtostderr", "default-runtime"),
    }
)
_VARIABLES = {
    "TOKEN": "token",
    "AGENT_TOKEN": "agent-token",
    "CLUSTER_SECRET": "token",
    "KUBECONFIG_MODE": "write-kubeconfig-mode",
    "DATASTORE_ENDPOINT": "datastore-endpoint",
    "URL": "server",
    "SELINUX": "selinux",
    "CIS_PROFILE": "profile",
}
_ROLES = ("server", "agent")


class Line(NamedTuple):
    """What one invocation of k3s or RKE2 is told: its keys with their values, in order."""

    rke2: bool
    role: str
    place: Word
    values: Mapping[str, tuple[Word, ...]]

    def last(self, key: str) -> Word | None:
        """The value of a key that takes one; the last one counts."""
        found = self.values.get(key, ())
        return found[-1] if found else None


def command(words: Sequence[Word], product: str = "") -> Line | None:
    """The invocation in the words of a command; `product` is that of the image where the words leave it out."""
    for index, word in enumerate(words):
        name = word.text.rpartition("/")[2]
        following = words[index + 1].text if index + 1 < len(words) else ""
        if name in ("k3s", "rke2") and following in _ROLES:
            return Line(name == "rke2", following, words[index + 1], _keys(words[index + 2 :]))
    if product and words and words[0].text in _ROLES:
        return Line(product == "rke2", words[0].text, words[0], _keys(words[1:]))
    return None


def installation(name: str, words: Sequence[Word]) -> Line | None:
    """The arguments that `INSTALL_K3S_EXEC` (`INSTALL_RKE2_EXEC`) gives to what is installed."""
    if name not in ("INSTALL_K3S_EXEC", "INSTALL_RKE2_EXEC") or not words:
        return None
    first = words[0].text
    rest = words[1:] if first in _ROLES else words
    return Line("RKE2" in name, first if first in _ROLES else "server", words[0], _keys(rest))


def variables(named: Iterable[tuple[str, Word]]) -> Line | None:
    """What `K3S_*` and `RKE2_*` variables say; None where there is none of them."""
    found: dict[str, tuple[Word, ...]] = {}
    rke2 = False
    for name, word in named:
        product, _, key = name.partition("_")
        if product in ("K3S", "RKE2") and key in _VARIABLES:
            found[_VARIABLES[key]] = (word,)
            rke2 = rke2 or product == "RKE2"
    if not found:
        return None
    return Line(rke2, "", next(iter(found.values()))[0], found)


def _keys(words: Sequence[Word]) -> dict[str, tuple[Word, ...]]:
    found: dict[str, tuple[Word, ...]] = {}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if not word.text.startswith("-"):
            continue
        start = len(word.text) - len(word.text.lstrip("-"))
        name, equals, _ = word.text[start:].partition("=")
        if equals:
            value = word.part(start + len(name) + 1, len(word.text))
        elif name in _SWITCHES or at >= len(words) or words[at].text.startswith("-"):
            value = word.renamed("true")
        else:
            value = words[at]
            at += 1
        found[name] = (*found.get(name, ()), value)
    return found


def described(line: Line, context: Context) -> Iterator[Component]:
    """Components that an invocation speaks of. A configuration file may say more: only what is written counts."""
    for key, name in ARGUMENTS.items():
        # A list in one argument is one assignment: its commas belong to the value.
        written = from_assignments(name, [word for word in line.values.get(key, ()) if word.text])
        written += _switches(name, line)
        if written:
            place = written[0][1].place
            traits = Traits("rke2" if line.rke2 else "k3s", False, minors(context))
            yield Component(name, written, always(place), place, traits, context)


def _switches(name: str, line: Line) -> Iterator[Written]:
    match name:
        case "kube-apiserver":
            policy, encrypted = line.last("audit-policy-file"), line.last("secrets-encryption")
            if policy is not None:
                yield "audit-policy-file", _variable(policy, "audit-policy-file")
            if encrypted is not None and encrypted.text in ("true", "false"):
                yield "encryption-provider-config", _meant(encrypted, SET if encrypted.text == "true" else None)
            endpoint = line.last("datastore-endpoint")
            if endpoint is not None and endpoint.text.startswith(("http://", "https://")):
                yield "etcd-servers", _variable(endpoint, "datastore-endpoint")
        case "kubelet":
            protected = line.last("protect-kernel-defaults")
            if protected is not None:
                yield "protect-kernel-defaults", _variable(protected, "protect-kernel-defaults")
        case "etcd":
            metrics = line.last("etcd-expose-metrics")
            if metrics is not None and metrics.text == "true":
                yield "listen-metrics-urls", _meant(metrics, ("http://0.0.0.0:2381",))


def _variable(word: Word, spelled: str) -> Occurrence:
    return Occurrence((word,), word, spelled, Carrier.VARIABLE)


def _meant(word: Word, value: Typed) -> Occurrence:
    said = () if value is None else value if isinstance(value, tuple) else (value,)
    words = tuple(word.renamed(str(each)) for each in said) or (word.renamed(""),)
    return Occurrence(words, word, word.text, Carrier.VARIABLE, word, split=False, forced=value)
