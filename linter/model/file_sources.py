"""Files of nodes whose content stands in another object, or nowhere in the input.

https://cluster-api.sigs.k8s.io/tasks/bootstrap/kubeadm-bootstrap/kubelet-config#using-kubeadms-kubeletconfiguration-patch-target
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.components.embedded import CARRIERS, documents
from hullmark.linter.manifest.components.files import DeclaredFile, declared_files
from hullmark.linter.manifest.components.glance import MAPS
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

DECLARING: KindSet = CARRIERS - MAPS
"""Kinds that declare files of nodes."""
# Where components and what starts them are configured; certificates and keys are rightly kept elsewhere.
_CONFIGURATION = regex(
    r"/(?:etc/kubernetes|var/lib/kubelet|etc/rancher|var/lib/rancher|srv/kubernetes|etc/etcd|etc/eks"
    r"|(?:etc|usr/lib|lib)/systemd/system|etc/(?:default|sysconfig))/.*"
)
# https://github.com/rancher/cluster-api-provider-rke2 takes ConfigMaps, too.
_HOLDERS = (("secret", "Secret"), ("configMap", "ConfigMap"))
_NOT = regex(r"(?:^|/)pki/|\.(?:key|crt|pem|pub)$")


class Source(NamedTuple):
    """A file and the entry of a Secret or ConfigMap that holds its content."""

    file: DeclaredFile
    holder: Resource
    kind: str
    name: str
    key: str


def sources(bundle: Bundle) -> Iterator[Source]:
    """Files whose content is said to stand in an object of the cluster."""
    for group, kind in sorted(DECLARING & set(bundle.kinds)):
        for resource in bundle.by_kind(group, kind):
            if not resource.cursor.source.mentions("contentFrom"):
                continue
            for file in declared_files(resource):
                for field, holding in _HOLDERS:
                    entry = (file.elsewhere or file.at).get(field)
                    name, key = entry.get("name").text, entry.get("key").text
                    if name and key:
                        yield Source(file, resource, holding, name, key)


class DeclaredContent:
    """A file that configures a component of a node; `reason` says why its content could not be read, if so."""

    kinds: ClassVar[KindSet | None] = DECLARING

    def __init__(self, path: str, at: Cursor, reason: str) -> None:
        self.path = path
        self.place: Place = at.place
        self.reason = reason

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[DeclaredContent]:
        """Every one of a bundle."""
        found = {id(each.file.at.node) for each in sources(bundle) if _entry(bundle, each)}
        for group, kind in sorted(DECLARING & set(bundle.kinds)):
            for resource in bundle.by_kind(group, kind):
                for document in documents(resource):
                    for file in declared_files(document):
                        if _configures(file.path) and not file.directory:
                            yield cls._of(file, id(file.at.node) in found)

    @classmethod
    def _of(cls, file: DeclaredFile, found: bool) -> DeclaredContent:
        if file.elsewhere is not None:
            return cls(file.path, file.elsewhere, "" if found else "is not in the input")
        unread = file.text is None and bool(file.content.text)
        return cls(file.path, file.content, "cannot be decoded to text" if unread else "")


def _configures(path: str) -> bool:
    return not templated(path) and _CONFIGURATION.fullmatch(path) is not None and _NOT.search(path) is None


def _entry(bundle: Bundle, source: Source) -> bool:
    """Whether the object with the content is in the bundle, and has the entry."""
    return any(
        holder.cursor.get(section, source.key).present
        for holder in bundle.by_kind("", source.kind)
        if holder.name == source.name
        for section in ("data", "stringData")
    )
