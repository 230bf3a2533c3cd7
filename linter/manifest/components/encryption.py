"""Encryption at rest: which provider writes a resource, in the order that the API server looks entries up.

https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/ and
staging/src/k8s.io/apiserver/pkg/server/options/encryptionconfig/config.go
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Self

from hullmark.linter.manifest.components.documents import Document
from hullmark.linter.manifest.components.embedded import CARRIERS, KUBESPRAY
from hullmark.linter.manifest.components.forms import APISERVER, K3S, RKE2
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

_VARIABLES = {
    KUBESPRAY: "kube_encryption_algorithm",
    K3S: "secrets-encryption-provider",
    RKE2: "secrets-encryption-provider",
}
KEYED = ("aescbc", "aesgcm", "secretbox")
PROVIDERS = frozenset({*KEYED, "kms", "identity"})


class Entry:
    """One entry of `resources`: names, and providers of which the first one writes."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor

    @cached_property
    def names(self) -> tuple[Cursor, ...]:
        """Items of `resources`."""
        return tuple(item for item in self.cursor.get("resources").items() if item.text is not None)

    @cached_property
    def providers(self) -> tuple[Cursor, ...]:
        """Items of `providers`, each a mapping with one key."""
        return tuple(self.cursor.get("providers").items())

    @property
    def writer(self) -> tuple[str, Cursor] | None:
        """Name and place of the provider that encrypts what is written."""
        return provider(self.providers[0]) if self.providers else None

    def covers(self, resource: str) -> bool:
        """Whether an item names `resource` (`secrets`, `deployments.apps`), itself or by a wildcard."""
        return any(covers(item.text or "", resource) for item in self.names)


class EncryptionConfiguration(Document):
    """What is encrypted in etcd, and with what."""

    forms = frozenset({(APISERVER, "EncryptionConfiguration"), ("", "EncryptionConfig")})

    @classmethod
    def fits(cls, document: Resource) -> bool:
        """Not while a template has to write the entries, or what they are about."""
        resources = document.cursor.get("resources")
        named = (
            name.text for item in resources.items() for name in (item, item.get("resources"), item.get("providers"))
        )
        return not any(templated(text) for text in (resources.text, *named) if text)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Entries in order."""
        return tuple(Entry(item) for item in self.cursor.get("resources").items() if item.is_mapping)

    @property
    def secrets_writer(self) -> tuple[str, Cursor] | None:
        """The provider that writes Secrets: the first one of the first entry that covers them."""
        for entry in self.entries:
            if entry.covers("secrets"):
                return entry.writer
            if any(templated(name.text or "") for name in entry.names):
                return None  # it may cover them
        return None

    @property
    def providers(self) -> Iterator[tuple[str, Cursor]]:
        """Every provider by name, with its settings."""
        for entry in self.entries:
            for item in entry.providers:
                found = provider(item)
                if found is not None:
                    yield found


class SecretsProvider(EncryptionConfiguration):
    """What encrypts Secrets: in a configuration, or in the variable with which an installer is told to write one.

    https://github.com/kubernetes-sigs/kubespray/blob/master/docs/operations/encrypting-secret-data-at-rest.md and
    https://docs.k3s.io/security/secrets-encryption
    """

    kinds = EncryptionConfiguration.forms | CARRIERS | {("", name) for name in _VARIABLES}

    @classmethod
    def _of(cls, resource: Resource) -> Iterator[Self]:
        yield from super()._of(resource)
        if resource.gk in cls.kinds and resource.kind in _VARIABLES:
            yield cls(resource)

    @property
    def named(self) -> tuple[str, Place] | None:
        """Its name, and where that stands."""
        variable = _VARIABLES.get(self.resource.kind)
        if variable is not None:
            value = self.cursor.get(variable)
            return (value.text, value.place) if value.text in PROVIDERS else None
        found = self.secrets_writer
        return None if found is None else (found[0], found[1].key_place)


def provider(item: Cursor) -> tuple[str, Cursor] | None:
    """The provider that an item of `providers` names; `{}` is a value, an empty one is none."""
    for name, value in item.entries():
        if name in PROVIDERS:
            return name, value
    return None


def covers(name: str, resource: str) -> bool:
    """Whether a name of the configuration stands for `resource`: `secrets.` too, `*.` is every core resource."""
    plural, _, group = resource.partition(".")
    wanted, dot, wanted_group = name.partition(".")
    if wanted == "*":
        return bool(dot) and wanted_group in ("*", group)
    return wanted == plural and wanted_group == group
