"""Rules about how far the API server and the nodes of a provider's cluster are reachable."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.components.provider import EVERYWHERE, ProviderSpec, is_off, is_open, is_true
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, told

_MESSAGE = "the API server is reachable from everywhere"


def _public(spec: ProviderSpec) -> Iterator[Hit]:
    root = spec.spec
    match spec.product:
        case "eksctl":
            if not spec.private and root.get("outpost").absent:
                endpoints = root.get("vpc", "clusterEndpoints")
                yield from _open(endpoints.get("publicAccess"), root.get("vpc", "publicAccessCIDRs"), endpoints)
        case "capa":
            access = root.get("endpointAccess")
            yield from _open(access.get("public"), access.get("publicCIDRs"), access)
        case "capz":
            profile = root.get("apiServerAccessProfile")
            if is_off(profile.get("enablePrivateCluster")):
                yield from _unlisted(profile.get("authorizedIPRanges"), profile)
        case "capg":
            if is_off(root.get("clusterNetwork", "privateCluster", "enablePrivateEndpoint")):
                networks = root.get("master_authorized_networks_config")
                blocks = [item.get("cidr_block") for item in networks.get("cidr_blocks").items()]
                if blocks:
                    yield from _blocks(blocks)
                elif not is_open(networks) and not is_open(networks.get("cidr_blocks")):
                    yield at(networks, _MESSAGE)
        # https://kops.sigs.k8s.io/cluster_spec/#api: an internal load balancer has no address of the internet.
        case "kops" if root.get("api", "loadBalancer", "type").text != "Internal":
            for path in (("kubernetesApiAccess",), ("api", "access")):
                yield from _blocks(list(root.get(*path).items()))


def _open(switch: Cursor, ranges: Cursor, block: Cursor) -> Iterator[Hit]:
    """An endpoint that is public unless it is switched off."""
    if switch.text != "false" and not is_open(switch):
        yield from _unlisted(ranges, switch if switch.present else block)


def _unlisted(ranges: Cursor, block: Cursor) -> Iterator[Hit]:
    items = list(ranges.items())
    if items:
        yield from _blocks(items)
    elif not is_open(ranges):
        yield at(block, _MESSAGE)


def _blocks(items: list[Cursor]) -> Iterator[Hit]:
    for item in items:
        if item.text in EVERYWHERE:
            yield at(item, f"{_MESSAGE}: {item.text!r}")


def _private_off(spec: ProviderSpec) -> Iterator[Hit]:
    root = spec.spec
    paths = {
        "eksctl": ("vpc", "clusterEndpoints", "privateAccess"),
        "capa": ("endpointAccess", "private"),
        "capz": ("apiServerAccessProfile", "enablePrivateCluster"),
        "capg": ("clusterNetwork", "privateCluster", "enablePrivateEndpoint"),
    }
    path = paths.get(spec.product)
    if path is None or (spec.product == "eksctl" and (spec.private or root.get("outpost").present)):
        return
    if is_off(root.get(*path)):
        yield at(root.get(*path), "the private endpoint of the API server is off")


def _public_nodes(spec: ProviderSpec) -> Iterator[Hit]:
    root = spec.spec
    match spec.product:
        case "eksctl" if not spec.private:
            for group in spec.node_groups:
                if is_off(group.get("privateNetworking")):
                    name = group.get("name").text or ""
                    yield at(group.get("privateNetworking"), f"nodes of group {name!r} get public addresses")
        case "capg":
            field = root.get("clusterNetwork", "privateCluster", "enablePrivateNodes")
            if is_off(field):
                yield at(field, "nodes get public addresses")
        case "capz" | "capz pool":
            if is_true(root.get("enableNodePublicIP")):
                yield at(root.get("enableNodePublicIP"), "nodes get public addresses")


def _ssh(spec: ProviderSpec) -> Iterator[Hit]:
    if spec.product == "kops":
        for path in (("sshAccess",), ("networking", "sshAccess")):
            for item in spec.spec.get(*path).items():
                if item.text in EVERYWHERE:
                    yield at(item, f"SSH on the nodes is open to {item.text!r}")
        return
    if spec.product != "eksctl":
        return
    for group in spec.node_groups:
        ssh = group.get("ssh")
        allow = ssh.get("allow")
        keys = [ssh.get(key) for key in ("publicKey", "publicKeyPath", "publicKeyName")]
        if any(True for _ in ssh.get("sourceSecurityGroupIds").items()):
            continue
        opened = [allow] if is_true(allow) else []
        opened += [key for key in keys if key.text and allow.text != "false" and not is_open(allow)]
        if opened:
            yield at(opened[0], "SSH on the nodes is open to everywhere", severity=Severity.MEDIUM)


def _eksctl(*lines: str) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"""
    apiVersion: eksctl.io/v1alpha5
    kind: ClusterConfig
    metadata: {{name: shop, region: eu-central-1}}
{body}
    """


def _capi(kind: str, *lines: str, group: str = "infrastructure") -> str:
    body = "\n".join(f"      {line}" for line in lines)
    return f"""
    apiVersion: {group}.cluster.x-k8s.io/v1beta2
    kind: {kind}
    metadata: {{name: shop}}
    spec:
{body}
    """


_CLOSED = manifest(_eksctl("vpc:", "  clusterEndpoints: {publicAccess: false, privateAccess: true}"))
_GROUP = ("managedNodeGroups:", "  - name: web")

RULES = told(
    "provider",
    ProviderSpec,
    {
        "public-api-endpoint": Told(
            "API server is reachable from the whole internet.",
            _public,
            (
                manifest(_eksctl("vpc:", "  clusterEndpoints:", "    publicAccess: true  # !")),
                manifest(_eksctl("vpc:", "  publicAccessCIDRs:", "    - 0.0.0.0/0  # !")),
                manifest(
                    _capi("AzureManagedControlPlane", "apiServerAccessProfile:  # !", "  enablePrivateCluster: false")
                ),
            ),
            (
                _CLOSED,
                manifest(_eksctl("vpc:", "  publicAccessCIDRs: [192.0.2.0/24]")),
                manifest(_capi("AzureManagedControlPlane", "apiServerAccessProfile: {enablePrivateCluster: true}")),
            ),
        ),
        "private-api-endpoint-off": Told(
            "Nodes reach the API server through the internet.",
            _private_off,
            (
                manifest(_eksctl("vpc:", "  clusterEndpoints:  # !", "    publicAccess: true")),
                manifest(
                    _capi("AzureManagedControlPlane", "apiServerAccessProfile:", "  enablePrivateCluster: false  # !")
                ),
            ),
            (
                _CLOSED,
                manifest(_capi("AzureManagedControlPlane", "apiServerAccessProfile: {enablePrivateCluster: true}")),
            ),
        ),
        "nodes-with-public-addresses": Told(
            "Nodes have public addresses.",
            _public_nodes,
            (
                manifest(_eksctl("managedNodeGroups:", "  - name: web  # !")),
                manifest(_capi("AzureManagedMachinePool", "enableNodePublicIP: true  # !")),
            ),
            (
                manifest(_eksctl(*_GROUP, "    privateNetworking: true")),
                manifest(_capi("AzureManagedMachinePool", "enableNodePublicIP: false")),
            ),
        ),
        "node-ssh-open-to-world": Told(
            "SSH on the nodes is open to the internet.",
            _ssh,
            (
                manifest(_eksctl(*_GROUP, "    ssh:", "      allow: true  # !")),
                manifest("""
                    apiVersion: kops.k8s.io/v1alpha2
                    kind: Cluster
                    metadata: {name: shop.example}
                    spec:
                      sshAccess:
                        - 0.0.0.0/0  # !
                """),
            ),
            (
                manifest(_eksctl(*_GROUP, "    ssh: {allow: false}")),
                manifest("""
                    apiVersion: kops.k8s.io/v1alpha2
                    kind: Cluster
                    metadata: {name: shop.example}
                    spec:
                      sshAccess: [192.0.2.0/24]
                """),
            ),
        ),
    },
)
