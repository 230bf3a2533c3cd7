"""Rule about admission plugins that are configured and not enabled, or whose configuration lies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname, join, normpath

from hullmark.linter.manifest.components.catalogue import named_list
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.documents import PLUGIN_FORMS, AdmissionConfiguration
from hullmark.linter.manifest.components.files import declared_files
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.cluster import Cluster
from hullmark.linter.rule import Hit, because, manifest
from hullmark.linter.rule.settings.told import Told, at, told

_FILE_FLAG = "admission-control-config-file"


def _idle(cluster: Cluster) -> Iterator[Hit]:
    off = frozenset(named_list("admission_plugins.default_off"))
    for _, server in cluster.named("kube-apiserver"):
        document, enabled = server.documents.get(_FILE_FLAG), server.effective("enable-admission-plugins")
        if document is None or not enabled.known or not (enabled.explicit or enabled.proof):
            continue
        value = enabled.values[0]
        names = set(value) if isinstance(value, tuple) else set()
        for plugin in AdmissionConfiguration(document).plugins:
            name = plugin.get("name")
            if name.text in off and name.text not in names:
                why = because(enabled.place, "the plugins that the API server enables")
                yield at(name, f"plugin {name.text!r} is configured and not enabled", why)


def _elsewhere(cluster: Cluster) -> Iterator[Hit]:
    readers = {
        id(document): server for _, server in cluster.named("kube-apiserver") for document in server.documents.values()
    }
    for holder, document, home in cluster.documents(AdmissionConfiguration.forms):
        for plugin in AdmissionConfiguration(document).plugins:
            path, name = plugin.get("path"), plugin.get("name").text or ""
            if not path.text or plugin.get("configuration").present or templated(path.text):
                continue
            # A relative path starts at the directory of the file that holds it.
            wanted = normpath(join(dirname(home), path.text))
            if not _is_there(cluster, wanted, name, holder, readers.get(id(document))):
                yield at(path, f"the configuration of {name!r} is in {path.text!r}, which is not in the input")


def _is_there(cluster: Cluster, path: str, plugin: str, holder: Resource, reader: Component | None) -> bool:
    if cluster.file(path, PLUGIN_FORMS.get(plugin, frozenset()), holder, reader) is not None:
        return True
    return any(file.path == path and file.text is not None for file in declared_files(holder))


_FILE = """
    apiVersion: apiserver.config.k8s.io/v1
    kind: AdmissionConfiguration
    plugins:
      - name: EventRateLimit{}
        path: limits.yaml{}
"""
_LIMITS = """
    apiVersion: eventratelimit.admission.k8s.io/v1alpha1
    kind: Configuration
    limits: [{type: Server, qps: 50, burst: 100}]
"""
_SERVER = """
    apiVersion: v1
    kind: Pod
    metadata: {{name: kube-apiserver}}
    spec:
      containers:
        - name: kube-apiserver
          command:
            - kube-apiserver
            - --admission-control-config-file=/etc/kubernetes/admission.yaml
            - --enable-admission-plugins={}
"""


_MACHINES = """
    apiVersion: controlplane.cluster.x-k8s.io/v1beta1
    kind: KubeadmControlPlane
    metadata: {{name: shop}}
    spec:
      kubeadmConfigSpec:
        clusterConfiguration:
          apiServer:
            extraArgs:
              admission-control-config-file: /etc/kubernetes/admission.yaml
              enable-admission-plugins: {}
        files:
          - path: /etc/kubernetes/admission.yaml
            content: |
              apiVersion: apiserver.config.k8s.io/v1
              kind: AdmissionConfiguration
              plugins:
                - name: EventRateLimit{}
                  configuration: {{}}
"""
_MAP = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {{name: admission}}
    data:
      admission.yaml: |
        apiVersion: apiserver.config.k8s.io/v1
        kind: AdmissionConfiguration
        plugins:
          - name: EventRateLimit
            {}
"""


def _beside(plugins: str) -> dict[str, str]:
    return {"pod.yaml": _SERVER.format(plugins)}


RULES = told(
    "admission",
    Cluster,
    {
        "configured-plugin-not-enabled": Told(
            "An admission plugin is configured and does not run.",
            _idle,
            (
                manifest(_FILE.format("  # !", ""), path="admission.yaml", others=_beside("NodeRestriction")),
                manifest(_MACHINES.format("NodeRestriction", "  # !")),
            ),
            (
                manifest(_FILE.format("", ""), path="admission.yaml", others=_beside("EventRateLimit")),
                manifest(_MACHINES.format("EventRateLimit", "")),
            ),
        ),
        "plugin-config-not-in-input": Told(
            "The configuration of an admission plugin was not judged.",
            _elsewhere,
            (
                manifest(_FILE.format("", "  # ! not in the input"), path="admission.yaml"),
                manifest(_FILE.format("", "  # !"), path="admission.yaml", others={"other.yaml": _LIMITS}),
                manifest(_MAP.format("path: limits.yaml  # !")),
            ),
            (
                manifest(_FILE.format("", ""), path="admission.yaml", others={"limits.yaml": _LIMITS}),
                manifest(_MAP.format("configuration: {}")),
            ),
        ),
    },
)
