"""Configuration files of k3s, RKE2 and Talos as subjects of rules."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.documents import Document
from hullmark.linter.manifest.components.embedded import TALOS
from hullmark.linter.manifest.components.k3s import K3S, RKE2, SERVER_ONLY
from hullmark.linter.manifest.components.kindless import TALOS_CONFIG, TALOS_SECRETS
from hullmark.linter.manifest.cursor import Cursor

_TALOS_KINDS = (
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


class RancherConfig(Document):
    """A configuration file of k3s or RKE2."""

    forms = frozenset({("", K3S), ("", RKE2)})
    kinds = forms

    @property
    def rke2(self) -> bool:
        """Whether it is RKE2's."""
        return self.resource.kind == RKE2

    @property
    def server(self) -> bool:
        """Whether it configures a server: it has a key that agents do not know."""
        return bool(SERVER_ONLY & {key.rstrip("+") for key, _ in self.cursor.entries()})

    @property
    def first(self) -> Cursor:
        """The first entry: where what has no better place points."""
        return next((value for _, value in self.cursor.entries()), self.cursor)


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
        if self.resource.kind == TALOS_SECRETS:
            for _, pair in self.cursor.get("certs").entries():
                yield pair.get("key")
            for _, value in self.cursor.get("secrets").entries():
                yield value
