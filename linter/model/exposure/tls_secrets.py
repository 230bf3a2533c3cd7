"""Secrets with certificates that gateways name, and who makes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.attachment import GROUP, granted
from hullmark.linter.records import record

_MAKERS = (
    ("cert-manager.io", "Certificate", ("spec", "secretName")),
    ("external-secrets.io", "ExternalSecret", ("spec", "target", "name")),
    ("bitnami.com", "SealedSecret", ("spec", "template", "metadata", "name")),
)
_ISSUERS = ("cert-manager.io/", "certmanager.k8s.io/", "kubernetes.io/tls-acme", "acme.cert-manager.io/")
_TLS = "kubernetes.io/tls"


@record(eq=False)
class TlsReference:
    """A name of a Secret with a certificate, where a gateway names it."""

    kinds: ClassVar[KindSet] = frozenset(
        {
            ("networking.k8s.io", "Ingress"),
            ("extensions", "Ingress"),
            (GROUP, "Gateway"),
            ("getambassador.io", "Host"),
        }
    )

    bundle: Bundle
    resource: Resource
    field: Cursor
    namespace: str

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[TlsReference]:
        """Every reference of an Ingress, a Gateway or a Host of Emissary."""
        for ingress in bundle.each(Ingress):
            for entry in ingress.tls:
                if entry.secret_name.value:
                    yield cls(bundle, ingress, entry.secret_name.cursor, bundle.namespace_of(ingress).name)
        for gateway in bundle.by_kind(GROUP, "Gateway"):
            home = bundle.namespace_of(gateway).name
            for listener in gateway.cursor.get("spec", "listeners").items():
                for item in listener.get("tls", "certificateRefs").items():
                    if item.get("name").text and item.get("kind").text in (None, "Secret"):
                        yield cls(bundle, gateway, item.get("name"), item.get("namespace").text or home)
        for host in bundle.by_kind("getambassador.io", "Host"):
            field = host.cursor.get("spec", "tlsSecret", "name")
            if field.text:
                space = host.cursor.get("spec", "tlsSecret", "namespace").text
                yield cls(bundle, host, field, space or bundle.namespace_of(host).name)

    @property
    def name(self) -> str:
        """The name."""
        return self.field.text or ""

    @property
    def place(self) -> Place:
        """The name as written."""
        return self.field.place

    @property
    def is_granted(self) -> bool:
        """Whether the reference stays in its namespace, or a ReferenceGrant lets it go further."""
        home = self.bundle.namespace_of(self.resource).name
        if self.resource.group != GROUP or home == self.namespace:
            return True
        return granted(self.bundle, (GROUP, "Gateway"), home, ("", "Secret", self.namespace, self.name))

    @property
    def is_missing(self) -> bool:
        """Whether the bundle has certificates, and neither this one nor anybody who would make it."""
        secrets = self.bundle.by_kind("", "Secret")
        if not any(each.cursor.get("type").text == _TLS for each in secrets) or "{{" in self.name:
            return False
        if any(name.startswith(_ISSUERS) for name, _ in self.resource.annotations.fields()):
            return False
        if self.resource.cursor.get("spec", "acmeProvider").present:
            return False
        return self.bundle.find("", "Secret", self.namespace, self.name) is None and self.name not in _made(self.bundle)


def _made(bundle: Bundle) -> set[str]:
    return {
        each.cursor.get(*path).text or each.name
        for group, kind, path in _MAKERS
        for each in bundle.by_kind(group, kind)
    }
