"""Rules about a kubelet whose flags, file and unit stand in several files."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.fields import field_document
from hullmark.linter.manifest.components.forms import KUBELET
from hullmark.linter.model.cluster import Cluster
from hullmark.linter.rule import Hit, because, manifest
from hullmark.linter.rule.settings.messages import shown
from hullmark.linter.rule.settings.told import Told, at, told


def _overridden(cluster: Cluster) -> Iterator[Hit]:
    for resource, kubelet in cluster.named("kubelet"):
        path = kubelet.explicit("config")
        document = cluster.file(path.text, KUBELET, resource, kubelet) if path is not None else None
        for linked in field_document(document) if document is not None else ():
            yield from _compared(kubelet, linked)


def _compared(flags: Component, file: Component) -> Iterator[Hit]:
    for name, setting in flags.settings.items():
        other = file.setting(name)
        if other is None or not setting.reading.known or not other.reading.known or setting.known.many:
            continue
        if setting.reading.value != other.reading.value:
            text = f"flag {name} is {shown(setting.text)}, the file says {shown(other.text)}: the flag wins"
            yield at(setting, text, because(other, "the value of the file, which does not count"), subject_name=name)


def _unfiltered(cluster: Cluster) -> Iterator[Hit]:
    for files in cluster.units:
        unit = files.unit
        if not files.whole or unit.service is None or "IPAddressDeny" in unit.keys:
            continue
        if unit.command is not None and "kubelet" in unit.command.text:
            yield at(unit.service, "the unit of the kubelet has no IPAddressDeny")


_UNIT = "[Service]{}\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml{}\n"
_POD = """
    apiVersion: v1
    kind: Pod
    metadata: {{name: kubelet}}
    spec:
      containers:
        - name: kubelet
          command:
            - kubelet
            - --config=/var/lib/kubelet/config.yaml
            - {}
"""
_FILE = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\n"

RULES = told(
    "kubelet",
    Cluster,
    {
        "flag-overrides-config-file": Told(
            "A flag of the kubelet contradicts its file.",
            _overridden,
            (
                manifest(
                    _UNIT.format("", " --read-only-port=0  # !"), path="kubelet.service", others={"config.yaml": _FILE}
                ),
                manifest(_POD.format("--read-only-port=0  # !"), others={"config.yaml": _FILE}),
            ),
            (
                manifest(
                    _UNIT.format("", " --read-only-port=10255"), path="kubelet.service", others={"config.yaml": _FILE}
                ),
                manifest(_POD.format("--read-only-port=10255"), others={"config.yaml": _FILE}),
            ),
        ),
        "no-ip-address-filter": Told(
            "The unit of the kubelet filters no addresses.",
            _unfiltered,
            (manifest(_UNIT.format("  # !", ""), path="kubelet.service"),),
            (manifest(_UNIT.format("", "\nIPAddressDeny=any"), path="kubelet.service"),),
        ),
    },
)
