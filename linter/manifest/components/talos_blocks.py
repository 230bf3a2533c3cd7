"""Kubernetes documents that stand as plain mappings in configurations of Talos: audit policies, plugins, providers.

https://docs.siderolabs.com/talos/v1.12/reference/configuration/v1alpha1/config
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Envelope, KindSet, Resource

TALOS = "Talos machine configuration"
_POLICY = Envelope("audit.k8s.io/v1", "Policy")
_SERVER = "apiserver.config.k8s.io/v1"
# What Talos takes without apiVersion and kind, by kind of its document and the field that holds it.
_HELD = {
    "KubeAuditPolicyConfig": ("configuration", _POLICY),
    "KubeAuthenticationConfig": ("configuration", Envelope(_SERVER, "AuthenticationConfiguration")),
    "KubeEtcdEncryptionConfig": ("config", Envelope(_SERVER, "EncryptionConfiguration")),
}
_PLUGIN = "KubeAdmissionControlConfig"
_PLUGINS = {
    "PodSecurity": Envelope("pod-security.admission.config.k8s.io/v1", "PodSecurityConfiguration"),
    "EventRateLimit": Envelope("eventratelimit.admission.k8s.io/v1alpha1", "Configuration"),
}
HOLDERS: KindSet = frozenset({("", name) for name in (TALOS, _PLUGIN, *_HELD)})
"""Kinds of documents that hold others."""


def blocks(resource: Resource) -> Iterator[Resource]:
    """Documents that stand in a document of Talos."""
    cursor = resource.cursor
    if resource.gk == ("", TALOS):
        server = cursor.get("cluster", "apiServer")
        yield from _made(server.get("auditPolicy"), _POLICY, resource)
        for plugin in server.get("admissionControl").items():
            yield from _plugin(plugin, resource)
    elif resource.gk == ("", _PLUGIN):
        yield from _plugin(cursor, resource)
    elif resource.gk in HOLDERS:
        field, form = _HELD[resource.kind]
        yield from _made(cursor.get(field), form, resource)


def _plugin(entry: Cursor, resource: Resource) -> Iterator[Resource]:
    form = _PLUGINS.get(entry.get("name").text or "")
    if form is not None:
        yield from _made(entry.get("configuration"), form, resource)


def _made(block: Cursor, form: Envelope, resource: Resource) -> Iterator[Resource]:
    if block.is_mapping and not templated(block.get("kind").text or ""):
        yield Resource(block, resource.context, form)
