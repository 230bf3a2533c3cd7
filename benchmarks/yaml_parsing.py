"""What reading YAML costs, in multiples of libyaml's own event scan: the C composer with lazy views, or own nodes.

    python benchmarks/yaml_parsing.py [FOLDER]...

Without a folder it reads what it makes up: workloads, a custom resource definition and a dashboard in a ConfigMap. With
folders it reads every .yaml, .yml and .json file below them, templates excepted. Garbage collection is off, as it is in
the engine; every figure is the best of several runs on one core.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import _ruamel_yaml
from ruamel.yaml.error import YAMLError

from hullmark.linter.text import Source
from hullmark.linter.yaml import compose
from hullmark.linter.yaml.decode import decode
from hullmark.linter.yaml.documents import Document, documents
from hullmark.linter.yaml.events import Composer
from hullmark.linter.yaml.nodes import Mapping, Node
from hullmark.linter.yaml.trees import walk

RUNS = 5

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{n}
  namespace: team-{n}
  labels: {{app.kubernetes.io/name: web, app.kubernetes.io/instance: "{n}"}}
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: web
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web
    spec:
      serviceAccountName: web
      securityContext:
        runAsNonRoot: true   # uid of the image
      containers:
        - name: web
          image: registry.example.com/web:1.{n}
          args: ["--port=8080", "--verbose"]
          ports:
            - containerPort: 8080
          resources:
            limits: {{cpu: 500m, memory: 256Mi}}
          readinessProbe:
            httpGet:
              path: /healthz
              port: 8080
"""


class StockParser(_ruamel_yaml.CParser):  # type: ignore[misc]  # an untyped base
    """The C composer as it comes, with tag resolution switched off."""

    def descend_resolver(self, parent: object, position: object) -> None: ...

    def ascend_resolver(self) -> None: ...

    def resolve(self, kind: object, value: object, implicit: object) -> None: ...


def made_up() -> list[bytes]:
    """Files of some megabytes in realistic proportion: most bytes are nothing that a rule looks into."""
    schema: dict[str, Any] = {"type": "object", "properties": {"phase": {"type": "string"}}}
    for level in range(9):
        long = "Describes what this field is for, in the one long sentence that generators copy into every level. " * 3
        schema = {"type": "object", "description": long, "properties": {f"level{level}{k}": schema for k in "ab"}}
    definition = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": schema}
    dashboard = json.dumps(
        {"panels": [{"id": n, "targets": [{"expr": "sum(rate(x[5m]))"}]} for n in range(4000)]}, indent=2
    )
    config = "kind: ConfigMap\ndata:\n  dashboard.json: |\n" + "".join(
        f"    {line}\n" for line in dashboard.splitlines()
    )
    workloads = "---\n".join(DEPLOYMENT.format(n=n) for n in range(1500))
    return [workloads.encode(), "\n".join(_lines(definition)).encode(), config.encode()]


def _lines(value: Any, indent: str = "") -> Iterator[str]:
    for key, below in value.items():
        if isinstance(below, dict):
            yield f"{indent}{key}:"
            yield from _lines(below, indent + "  ")
        else:
            yield f"{indent}{key}: {below}"


def read(folders: list[Path]) -> list[bytes]:
    """Contents of the files below some folders."""
    found = sorted(p for f in folders for p in f.rglob("*") if p.suffix in (".yaml", ".yml", ".json") and p.is_file())
    contents = [path.read_bytes() for path in found]
    return [data for data in contents if b"{{" not in data]


def best(action: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def each_document(files: list[bytes]) -> Iterator[Document]:
    """Documents of all files."""
    for data in files:
        decoded = decode(data)
        yield from documents(Source("x.yaml", decoded.text), decoded.problems)


def scan(files: list[bytes]) -> None:
    """The floor: libyaml's events, thrown away."""
    for data in files:
        parser = _ruamel_yaml.CParser(data)
        try:
            while parser.check_event():
                parser.get_event()
        except YAMLError:
            continue


def compose_with(files: list[bytes], composed: Callable[[str], object]) -> None:
    """Raw nodes, thrown away."""
    for document in each_document(files):
        try:
            composed(document.text)
        except (YAMLError, RecursionError):
            continue


def stock(text: str) -> object:
    """Nodes of ruamel.yaml."""
    parser = StockParser(text)
    return parser.get_node() if parser.check_node() else None


def own_nodes(files: list[bytes]) -> None:
    """Own nodes from events."""
    for document in each_document(files):
        try:
            parser = compose.border().parser(document.text, 0)
            Composer(parser, document.text, 0, str).root()
        except YAMLError:
            continue


def look(files: list[bytes], action: Callable[[Node], object], keep: bool = False) -> None:
    """Located documents, and something done with each root, which is then released or kept until the file is done."""
    for document in each_document(files):
        if document.root is not None:
            action(document.root)
        if not keep:
            document.release()


def identity(root: Node) -> None:
    """What decides whether anybody looks further."""
    if isinstance(root, Mapping):
        root.get("apiVersion"), root.get("kind")
        metadata = root.get("metadata")
        if isinstance(metadata, Mapping):
            metadata.get("name"), metadata.get("namespace")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    folders: list[Path] = parser.parse_args().folders
    files = read(folders) if folders else made_up()
    size = sum(map(len, files)) / 1e6
    gc.disable()
    floor = best(lambda: scan(files))
    ours = compose.border().parser
    rows: list[tuple[str, Callable[[], object]]] = [
        ("split into documents, nothing composed", lambda: list(each_document(files))),
        ("C composer as it comes", lambda: compose_with(files, stock)),
        ("C composer with nodes of our own", lambda: compose_with(files, lambda text: ours(text, 0).root())),
        ("events into own nodes", lambda: own_nodes(files)),
        ("located documents: root", lambda: look(files, lambda root: None)),
        ("located documents: root, never released", lambda: look(files, lambda root: None, keep=True)),
        ("located documents: kind and name", lambda: look(files, identity)),
        ("located documents: every node", lambda: look(files, lambda root: sum(1 for _ in walk(root)))),
    ]
    print(f"{len(files)} files, {size:.1f} MB")
    print(f"{'libyaml event scan':42} {floor:7.3f} s  1.00 x  {size / floor:6.1f} MB/s")
    for name, action in rows:
        seconds = best(action)
        print(f"{name:42} {seconds:7.3f} s  {seconds / floor:.2f} x  {size / seconds:6.1f} MB/s")


if __name__ == "__main__":
    main()
