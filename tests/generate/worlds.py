"""Clusters as plain data, and every connection that could be tried in them, put to the engine and to the oracle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from ruamel.yaml import YAML

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source
from tests.network.oracle import Oracle
from tests.network.oracle_terms import Call, Object, Place

DNS: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "coredns", "namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}},
    "spec": {"containers": [{"name": "coredns", "image": "registry.k8s.io/coredns/coredns:v1.12.0"}]},
}
KUBE_SYSTEM: Object = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system"}}
Edge = tuple[str, str, str, int]
"""Source, target, protocol and port: pods as `namespace/name`, addresses as they are."""


def documents(text: str) -> list[Object]:
    """Objects of a stream, read by a parser that is not ours."""
    return [each for each in YAML(typ="safe", pure=True).load_all(text) if each]


def objects_in(folder: Path) -> list[Object]:
    return [each for path in sorted(folder.rglob("*.yaml")) for each in documents(path.read_text()) if "kind" in each]


def namespace_of(thing: Object) -> str:
    return str(thing["metadata"].get("namespace", "default"))


def title(pod: Object) -> str:
    return f"{namespace_of(pod)}/{pod['metadata']['name']}"


def pods(objects: Iterable[Object]) -> list[Object]:
    """A pod for every workload, with the defaults that the oracle wants to see."""
    return [found for each in objects if (found := _pod(each)) is not None]


def _pod(thing: Object) -> Object | None:
    spec = thing.get("spec", {})
    template: Object = {"metadata": thing["metadata"], "spec": spec} if thing["kind"] == "Pod" else {}
    if thing["kind"] in ("Deployment", "StatefulSet", "DaemonSet", "Job"):
        template = spec["template"]
    if thing["kind"] == "CronJob":
        template = spec["jobTemplate"]["spec"]["template"]
    if not template:
        return None
    labels = dict(template.get("metadata", {}).get("labels", {}))
    if thing["kind"] == "Job":
        labels["batch.kubernetes.io/job-name"] = labels["job-name"] = thing["metadata"]["name"]
    inner = json.loads(json.dumps(template["spec"]))
    for container in inner["containers"]:
        for port in container.get("ports", []):
            port.setdefault("protocol", "TCP")
    metadata = {"name": thing["metadata"]["name"], "namespace": namespace_of(thing), "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": inner}


class World:
    """Pods under policies, and nothing else: what applying the policies makes of a cluster."""

    def __init__(self, objects: Iterable[Object], policies: Iterable[Object]) -> None:
        self.pods = pods(objects)
        names = dict.fromkeys(namespace_of(each) for each in self.pods)
        written = {each["metadata"]["name"]: each for each in objects if each["kind"] == "Namespace"}
        spaces = [written.get(name, {**KUBE_SYSTEM, "metadata": {"name": name}}) for name in names]
        self.objects = [*spaces, *self.pods, *policies]
        self.oracle = Oracle(self.objects)
        self.network = _analysed(self.objects)
        self._numbers = {f"{unit.namespace}/{unit.name}": self.network.number(unit) for unit in self.network.units}

    def calls(self, addresses: Iterable[str], ports: Iterable[tuple[str, int]]) -> Iterator[tuple[Edge, bool, bool]]:
        """Every connection but those to oneself, with the answers of the oracle and of the engine."""
        inside = [(title(each), Place(each)) for each in self.pods]
        outside = [(each, Place(None, each)) for each in addresses]
        pairs = [(one, other) for one in inside for other in inside if one is not other]
        pairs += [pair for one in inside for other in outside for pair in ((one, other), (other, one))]
        for (source, start), (target, end) in pairs:
            for protocol, port in ports:
                edge = (source, target, protocol, port)
                yield edge, self.oracle.allowed(Call(start, end, protocol, port)), self._engine(edge)

    def _engine(self, edge: Edge) -> bool:
        source, target, protocol, port = edge
        atom = self.network.universe.atoms.at(protocol, port)
        heard = self._side(Direction.INGRESS, target, source, atom)
        return heard and self._side(Direction.EGRESS, source, target, atom)

    def _side(self, direction: Direction, own: str, peer: str, atom: int) -> bool:
        if own not in self._numbers:
            return True
        return bool(self.network.side(direction).of(self._numbers[own]).peers(atom) & self._bit(peer, direction))

    def _bit(self, name: str, direction: Direction) -> int:
        if name in self._numbers:
            return 1 << self._numbers[name]
        address = block(name)
        assert address is not None
        return self.network.universe.outside[direction].holding(address)


def _analysed(objects: list[Object]) -> Network:
    text = "\n---\n".join(json.dumps(each) for each in objects)
    (bundle,) = build_workspace(read_manifest(Source("cluster.yaml", text)).resources).bundles
    return network(bundle)
