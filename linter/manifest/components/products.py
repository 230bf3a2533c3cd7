"""Configuration files of k3s, RKE2 and Talos as subjects of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar, Self

from hullmark.linter.manifest.components.documents import Document
from hullmark.linter.manifest.components.embedded import CARRIERS, inside
from hullmark.linter.manifest.components.foreign import foreign_kind
from hullmark.linter.manifest.components.forms import ENVIRONMENT, RANCHER, UNIT
from hullmark.linter.manifest.components.glance import WORKLOADS, containers, may_hold_rancher
from hullmark.linter.manifest.components.host_files import rancher_lines
from hullmark.linter.manifest.components.k3s import Layers, configurations
from hullmark.linter.manifest.components.kindless import TALOS_CONFIG, TALOS_SECRETS
from hullmark.linter.manifest.components.node_texts import host_texts
from hullmark.linter.manifest.components.rancher import Line, command, variables
from hullmark.linter.manifest.components.talos_blocks import TALOS
from hullmark.linter.manifest.components.units import command_words, environment, unit
from hullmark.linter.manifest.components.word import Word, scalar_word
from hullmark.linter.manifest.components.workload import invocation
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource

_ENCRYPTION = "KubeEtcdEncryptionConfig"
_TALOS_KINDS = (
    _ENCRYPTION,
    "KubeTalosAPIAccessConfig",
    "KubeAPIServerCAConfig",
    "KubeAggregatorCAConfig",
    "KubeServiceAccountConfig",
    "RegistryTLSConfig",
)
_SECRET_PATHS = (
    "cluster.token",
    "cluster.secret",
    "cluster.ca.key",
    "cluster.aggregatorCA.key",
    "cluster.serviceAccount.key",
    "cluster.secretboxEncryptionSecret",
    "cluster.aescbcEncryptionSecret",
    "cluster.etcd.ca.key",
    "machine.token",
    "machine.ca.key",
    "issuingCA.key",
    "issuer.privateKey",
    "trustdinfo.token",
)


FILES: KindSet = RANCHER
"""Configuration files of the products."""


class RancherConfig:
    """What k3s or RKE2 is told: a configuration file, a command line, or variables.

    `server`: it configures a server, and what it leaves out is left out. `place` is where that points, `get` gives
    the value of a key, and `find` its field in a file; command lines have none.
    """

    kinds: ClassVar[KindSet | None] = CARRIERS | WORKLOADS | FILES | {("", name) for name in (UNIT, ENVIRONMENT)}
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_hold_rancher)

    def __init__(
        self,
        rke2: bool,
        server: bool,
        place: Place,
        get: Callable[[str], Word | None],
        find: Callable[[str], Cursor] | None = None,
    ) -> None:
        self.rke2 = rke2
        self.server = server
        self.place = place
        self.get = get
        self.find = find

    @classmethod
    def of(cls, resource: Resource) -> Iterable[Self]:
        """Every one that the resource holds."""
        files = [(resource.cursor.source.path, resource)] if resource.gk in FILES else []
        files += [(each.path, each.resource) for each in inside(resource) if each.resource.gk in FILES]
        for merged in configurations(files):
            yield cls.of_files(merged)
        for line in _lines(resource):
            yield cls(line.rke2, False, line.place.place, line.last)

    @classmethod
    def of_files(cls, files: Sequence[tuple[str, Resource]]) -> Self:
        """A configuration file with its fragments."""
        layers = Layers(files)
        return cls(layers.rke2, layers.server, layers.place, lambda key: scalar_word(layers.get(key)), layers.get)


def _lines(resource: Resource) -> Iterator[Line]:
    """Command lines and variables of a resource."""
    if resource.gk in WORKLOADS:
        for container in containers(resource):
            found = invocation(container)
            if found is not None:
                yield found
            named = [
                (item.get("name").text or "", scalar_word(item.get("value"))) for item in container.get("env").items()
            ]
            yield from _said((name, word) for name, word in named if word is not None)
        return
    for word, path in host_texts(resource):
        kind = foreign_kind(path, word.text) if path else None
        if kind == UNIT:
            found_unit = unit(word)
            line = command(command_words(found_unit)[0])
            if line is not None:
                yield line
            yield from _said(found_unit.variables.items())
        elif kind == ENVIRONMENT:
            yield from _said(environment(word).items())
        elif not path or path.endswith(".sh"):
            yield from rancher_lines(word)


def _said(named: Iterable[tuple[str, Word]]) -> Iterator[Line]:
    line = variables(named)
    if line is not None:
        yield line


class TalosConfig(Document):
    """A machine configuration, one of Talos's separate documents, a client configuration or a secrets bundle."""

    forms = frozenset({("", name) for name in (TALOS, TALOS_CONFIG, TALOS_SECRETS, *_TALOS_KINDS)})
    kinds = forms

    @property
    def secrets(self) -> Iterator[Cursor]:
        """Fields that hold keys and tokens of the cluster."""
        for path in _SECRET_PATHS:
            yield self.cursor.get(*path.split("."))
        if self.resource.kind == TALOS_CONFIG:
            for _, context in self.cursor.get("contexts").entries():
                yield context.get("key")
        if self.resource.kind == _ENCRYPTION:
            for entry in self.cursor.get("config", "resources").items():
                for item in entry.get("providers").items():
                    for _, provider in item.entries():
                        yield from (key.get("secret") for key in provider.get("keys").items())
        if self.resource.kind == TALOS_SECRETS:
            for _, pair in self.cursor.get("certs").entries():
                yield pair.get("key")
            for _, value in self.cursor.get("secrets").entries():
                yield value
