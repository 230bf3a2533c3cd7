"""OpenShift's KubeletConfig: fields of a KubeletConfiguration that the machine config operator puts over its own.

https://github.com/openshift/machine-config-operator/blob/main/docs/KubeletConfigDesign.md
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components import catalogue, inserting
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.components.written import Written, deepest, fields, meant, unknown
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

# https://github.com/openshift/api/blob/master/config/v1/types_tlssecurityprofile.go
_LOWEST = {"Old": "VersionTLS10", "Intermediate": "VersionTLS12", "Modern": "VersionTLS13"}


def kubelet_config(resource: Resource) -> Iterator[Component]:
    """The kubelets of a machine config pool: what they do not get from here, the operator decides."""
    spec = resource.cursor.get("spec")
    fragment = spec.get("kubeletConfig")
    written = fields("kubelet", fragment, "kubelet_config")
    present = {name for name, _ in written}
    # What the fragment says itself wins over the profile.
    written += (each for each in _profile(spec.get("tlsSecurityProfile")) if each[0] not in present)
    if not written:
        return
    paths = catalogue.fields("kubelet", "kubelet_config")
    holder = fragment if fragment.present else spec
    place = Place(holder.source, holder.span, holder.path, holder.owner)
    traits = Traits("openshift", False, minors(resource.context))
    adder = inserting.field("kubelet", fragment, paths)
    yield Component("kubelet", written, deepest(fragment, paths, place), place, traits, resource.context, adder=adder)


def _profile(profile: Cursor) -> Iterator[Written]:
    """Settings that a TLS profile stands for; its cipher suites have names of OpenSSL and are not judged."""
    custom = profile.get("custom", "minTLSVersion")
    chosen = profile.get("type")
    if chosen.text == "Custom":
        if custom.text is not None:
            yield "tls-min-version", meant(custom, custom.text)
    elif chosen.text in _LOWEST:
        yield "tls-min-version", meant(chosen, _LOWEST[chosen.text])
    elif templated(chosen.text or ""):
        yield "tls-min-version", unknown(chosen)
