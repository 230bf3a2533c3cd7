"""Manifests in few words, and what is generated for them in fewer: a line for every rule."""

from __future__ import annotations

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.intent.plan import Plan, plan
from hullmark.linter.model.intent.scene import Options
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.report.network_policies import network_policies
from hullmark.linter.text import Source
from tests.generate.worlds import documents
from tests.network.oracle_terms import Object

SPACES = "".join(f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n---\n" for name in ("shop", "other"))
NOWHERE = "0.0.0.0/0 but 169.254.169.254/32, ::/0 but fd00:ec2::254/128"
PRIVATE = "10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fc00::/7"


def workload(name: str, spec: str = "", *, kind: str = "Deployment", space: str = "shop", more: str = "") -> str:
    """A workload with port 8080, named `http`; `spec` are fields of its container in flow style."""
    fields = ", ".join(filter(None, ("name: app, image: app:1, ports: [{name: http, containerPort: 8080}]", spec)))
    return (
        f"---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {space}}}\nspec:\n"
        f"  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n"
        f"    spec: {{{more + ', ' if more else ''}containers: [{{{fields}}}]}}\n"
    )


def service(name: str, spec: str = "", *, space: str = "shop", ports: str = "{port: 80, targetPort: http}") -> str:
    fields = ", ".join(filter(None, (f"selector: {{app: {name}}}", f"ports: [{ports}]", spec)))
    return f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {space}}}\nspec: {{{fields}}}\n"


def planned(text: str, options: Options | None = None) -> Plan:
    (bundle,) = build_workspace(read_manifest(Source("a.yaml", SPACES + text)).resources).bundles
    return plan(bundle, options or Options())


def lines(text: str, options: Options | None = None) -> list[str]:
    """`policy direction peers : ports` for every rule but those of the default policies."""
    found = []
    for policy in documents(network_policies(planned(text, options).policies)):
        if policy["metadata"]["name"] in ("default-deny", "allow-dns"):
            continue
        for direction, side in (("ingress", "from"), ("egress", "to")):
            for rule in policy["spec"].get(direction, []):
                peers = ", ".join(map(_peer, rule[side]))
                ports = ", ".join(f"{port['protocol']} {port['port']}" for port in rule.get("ports", []))
                found.append(f"{policy['metadata']['name']} {direction} {peers} : {ports}")
    return sorted(found)


def _peer(item: Object) -> str:
    if "ipBlock" in item:
        block = item["ipBlock"]
        return " but ".join((block["cidr"], *block.get("except", [])))
    pods, spaces = item.get("podSelector"), item.get("namespaceSelector")
    name = "*" if pods is None else _labels(pods)
    return name if spaces is None else f"{_labels(spaces) or 'any'}/{name}"


def _labels(selector: Object) -> str:
    parts = list(selector.get("matchLabels", {}).values())
    for each in selector.get("matchExpressions", []):
        parts.append(f"{each['operator']}({'|'.join(each['values'])})")
    return "+".join(parts)


BOTH = ["api ingress web : TCP 8080", "web egress api : TCP 8080"]
API = workload("api") + service("api")
CONFIG = "---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: settings, namespace: shop}}\n{field}:\n  key: {value}\n"
