"""Rule about admission plugins that are configured and not enabled."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.catalogue import named_list
from hullmark.linter.manifest.components.documents import AdmissionConfiguration
from hullmark.linter.model.cluster import Cluster
from hullmark.linter.rule import Hit, because, manifest
from hullmark.linter.rule.settings.told import Told, at, told


def _idle(cluster: Cluster) -> Iterator[Hit]:
    off = frozenset(named_list("admission_plugins.default_off"))
    for resource, server in cluster.named("kube-apiserver"):
        path, enabled = server.explicit("admission-control-config-file"), server.effective("enable-admission-plugins")
        document = cluster.file(path.text, AdmissionConfiguration.forms, resource) if path is not None else None
        if document is None or not enabled.known or not (enabled.explicit or enabled.proof):
            continue
        value = enabled.values[0]
        names = set(value) if isinstance(value, tuple) else set()
        for plugin in AdmissionConfiguration(document).plugins:
            name = plugin.get("name")
            if name.text in off and name.text not in names:
                why = because(enabled.place, "the plugins that the API server enables")
                yield at(name, f"plugin {name.text!r} is configured and not enabled", why)


_FILE = """
    apiVersion: apiserver.config.k8s.io/v1
    kind: AdmissionConfiguration
    plugins:
      - name: EventRateLimit{}
        path: limits.yaml
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

RULES = told(
    "admission",
    Cluster,
    {
        "configured-plugin-not-enabled": Told(
            "An admission plugin is configured and does not run.",
            _idle,
            (
                manifest(
                    _FILE.format("  # !"), path="admission.yaml", others={"pod.yaml": _SERVER.format("NodeRestriction")}
                ),
            ),
            (manifest(_FILE.format(""), path="admission.yaml", others={"pod.yaml": _SERVER.format("EventRateLimit")}),),
        ),
    },
)
