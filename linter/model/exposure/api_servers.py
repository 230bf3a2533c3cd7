"""How objects that make clusters say who reaches the API server: a public switch, a list of addresses, a private one.

Field names are those of eksctl, Cluster API for AWS, Azure and Google Cloud, AWS Controllers for Kubernetes,
Crossplane, Azure Service Operator, Config Connector, kOps, kind, k3d, Gardener and Talos.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.components.talos_blocks import TALOS
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.addresses import is_private
from hullmark.linter.records import record

_CONTROL = "controlplane.cluster.x-k8s.io"
_INFRA = "infrastructure.cluster.x-k8s.io"
_ACTION, _RULE = "NetworkDefaultActionConfig", "NetworkRuleConfig"
_CONTROL_PLANES = ("controlplane", "init")
_API_PORT = 6443
_EVERYBODY = ("*", "any", "internet")
"""https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#security-rules"""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@record(eq=False)
class ApiServerAccess:
    """The access of one cluster. `public` is None where a template decides; `explicit`: the text says so itself.

    `switch` is the field that makes it public, or where it would stand; `listed` the field with the addresses that may
    come, `entries` each of them; `private` the switch of the private endpoint, None where the platform has none.
    `local`: a cluster on somebody's machine, or one whose surroundings no file shows.
    """

    kinds: ClassVar[KindSet | None] = None

    resource: Resource
    public: bool | None
    explicit: bool
    switch: Cursor
    listed: Cursor
    entries: tuple[Cursor, ...]
    private: Cursor | None = None
    local: bool = False

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[ApiServerAccess]:
        """The access to every cluster that the bundle describes."""
        for group, kind in bundle.kinds:
            read = _READERS.get((group, kind.removesuffix("Template")))
            for resource in bundle.by_kind(group, kind) if read is not None else ():
                yield from read(resource) if read is not None else ()
        yield from _talos(bundle)

    @property
    def context(self) -> Context:
        """The circumstances of the run."""
        return self.resource.context

    @property
    def confidence_cap(self) -> Confidence:
        """Findings about it are at most this sure."""
        return self.resource.confidence_cap

    @staticmethod
    def range_of(entry: Cursor) -> str:
        """The addresses that an entry means: firewalls of Azure have words for all of them."""
        text = entry.text or ""
        return "0.0.0.0/0" if text.lower() in _EVERYBODY else text

    @property
    def place(self) -> Place:
        """The switch, else the key of its nearest parent."""
        return self.switch.place


def _spec(resource: Resource) -> Cursor:
    spec = resource.cursor.get("spec")
    return spec.get("template", "spec") if resource.kind.endswith("Template") else spec


def _on_unless(switch: Cursor, closed: str) -> bool | None:
    """Public unless the switch says otherwise; None where a template decides."""
    if templated(switch.text or switch.instead):
        return None
    return (switch.text or "").lower() != closed


def _made(
    resource: Resource, switch: Cursor, closed: str, listed: Cursor, private: Cursor | None = None
) -> ApiServerAccess:
    return ApiServerAccess(
        resource,
        _on_unless(switch, closed),
        switch.present,
        switch,
        listed,
        tuple(listed.items()),
        private,
    )


def _eksctl(resource: Resource) -> Iterator[ApiServerAccess]:
    root = resource.cursor
    if root.get("privateCluster", "enabled").text == "true" or root.get("outpost").present:
        return
    ends = root.get("vpc", "clusterEndpoints")
    listed = root.get("vpc", "publicAccessCIDRs")
    yield _made(resource, ends.get("publicAccess"), "false", listed, ends.get("privateAccess"))


def _capa(resource: Resource) -> Iterator[ApiServerAccess]:
    ends = _spec(resource).get("endpointAccess")
    yield _made(resource, ends.get("public"), "false", ends.get("publicCIDRs"), ends.get("private"))


def _capa_own(resource: Resource) -> Iterator[ApiServerAccess]:
    balancer = _spec(resource).get("controlPlaneLoadBalancer")
    rules = balancer.get("ingressRules")
    entries = tuple(item for rule in rules.items() for item in rule.get("cidrBlocks").items())
    scheme = balancer.get("scheme")
    yield ApiServerAccess(resource, _on_unless(scheme, "internal"), scheme.present, scheme, rules, entries)


def _ack(resource: Resource) -> Iterator[ApiServerAccess]:
    vpc = resource.cursor.get("spec", "resourcesVPCConfig")
    listed = vpc.get("publicAccessCIDRs")
    yield _made(resource, vpc.get("endpointPublicAccess"), "false", listed, vpc.get("endpointPrivateAccess"))


def _crossplane(resource: Resource) -> Iterator[ApiServerAccess]:
    provider = resource.cursor.get("spec", "forProvider")
    for key in ("vpcConfig", "resourcesVpcConfig"):
        block = provider.get(key)
        for each in block.items() if block.is_sequence else (block,):
            if each.present:
                listed = each.get("publicAccessCidrs")
                private = each.get("endpointPrivateAccess")
                yield _made(resource, each.get("endpointPublicAccess"), "false", listed, private)


def _azure(resource: Resource) -> Iterator[ApiServerAccess]:
    profile = _spec(resource).get("apiServerAccessProfile")
    switch = profile.get("enablePrivateCluster")
    yield _made(resource, switch, "true", profile.get("authorizedIPRanges"), switch)


def _azure_own(resource: Resource) -> Iterator[ApiServerAccess]:
    network = _spec(resource).get("networkSpec")
    rules = [
        rule
        for subnet in network.get("subnets").items()
        if subnet.get("role").text == "control-plane"
        for rule in subnet.get("securityGroup", "securityRules").items()
        if "6443" in (rule.get("destinationPorts").text or "")
    ]
    kind = network.get("apiServerLB", "type")
    entries = tuple(rule.get("source") for rule in rules)
    yield ApiServerAccess(resource, _on_unless(kind, "internal"), kind.present, kind, network.get("subnets"), entries)


def _google(resource: Resource) -> Iterator[ApiServerAccess]:
    spec = _spec(resource)
    switch = spec.get("clusterNetwork", "privateCluster", "enablePrivateEndpoint")
    listed = spec.get("master_authorized_networks_config", "cidr_blocks")
    entries = tuple(item.get("cidr_block") for item in listed.items())
    yield ApiServerAccess(resource, _on_unless(switch, "true"), switch.present, switch, listed, entries, switch)


def _connector(resource: Resource) -> Iterator[ApiServerAccess]:
    spec = resource.cursor.get("spec")
    switch = spec.get("privateClusterConfig", "enablePrivateEndpoint")
    listed = spec.get("masterAuthorizedNetworksConfig", "cidrBlocks")
    entries = tuple(item.get("cidrBlock") for item in listed.items())
    yield ApiServerAccess(resource, _on_unless(switch, "true"), switch.present, switch, listed, entries, switch)


def _kops(resource: Resource) -> Iterator[ApiServerAccess]:
    spec = resource.cursor.get("spec")
    kind, topology = spec.get("api", "loadBalancer", "type"), spec.get("topology", "masters")
    by_name = spec.get("api", "dns").present and topology.text in (None, "public")
    public = kind.text == "Public" or by_name
    switch = kind if kind.present else spec.get("api", "dns")
    new = spec.get("api", "access")
    listed = new if new.present else spec.get("kubernetesApiAccess")
    yield ApiServerAccess(resource, public, True, switch, listed, tuple(listed.items()))


def _kind(resource: Resource) -> Iterator[ApiServerAccess]:
    field = resource.cursor.get("networking", "apiServerAddress")
    public = field.text is not None and field.text not in _LOOPBACK
    yield ApiServerAccess(resource, public, True, field, field.get("none"), (), local=True)


def _k3d(resource: Resource) -> Iterator[ApiServerAccess]:
    field = resource.cursor.get("kubeAPI", "hostIP")
    yield ApiServerAccess(
        resource, field.text not in _LOOPBACK, field.present, field, field.get("none"), (), local=True
    )


def _gardener(resource: Resource) -> Iterator[ApiServerAccess]:
    extensions = resource.cursor.get("spec", "extensions")
    listed = extensions.get("none")
    for item in extensions.items():
        if item.get("type").text == "acl":
            listed = item.get("providerConfig", "rule", "cidrs")
    switch = extensions if extensions.present else resource.cursor.get("spec", "extensions")
    yield ApiServerAccess(resource, True, False, switch, listed, tuple(listed.items()))


def _talos(bundle: Bundle) -> Iterator[ApiServerAccess]:
    """Machines of the control plane, each with the firewall of its own file, else with that of files for all of them.

    https://docs.siderolabs.com/talos/v1.13/networking/ingress-firewall: a rule lets only its subnets to its ports;
    ports without a rule are open unless the default action is `block`.
    """
    machines = [
        each for each in bundle.by_kind("", TALOS) if each.cursor.get("machine", "type").text in _CONTROL_PLANES
    ]
    files = {each.cursor.source.path for each in machines}
    for machine in machines:
        own = [each for each in _firewall(bundle) if each.cursor.source.path == machine.cursor.source.path]
        yield _machine(machine, own or [each for each in _firewall(bundle) if each.cursor.source.path not in files])


def _firewall(bundle: Bundle) -> Iterator[Resource]:
    for kind in (_ACTION, _RULE):
        yield from bundle.by_kind("", kind)


def _machine(machine: Resource, firewall: list[Resource]) -> ApiServerAccess:
    end = machine.cursor.get("cluster", "controlPlane", "endpoint")
    switch, listed, public = end, end.get("none"), True
    entries: tuple[Cursor, ...] = ()
    for each in firewall:
        if each.kind == _ACTION:
            switch = each.cursor.get("ingress")
            public = switch.text != "block"
    for each in firewall:
        if each.kind == _RULE and _is_about_api_server(each.cursor.get("portSelector")):
            listed = each.cursor.get("ingress")
            entries += tuple(item.get("subnet") for item in listed.items())
            public = bool(entries)
    host = (end.text or "").rpartition("://")[2].rpartition(":")[0]
    if is_private(host) or "{{" in (end.text or ""):
        public = False  # behind a network of its own
    return ApiServerAccess(machine, public, switch is not end, switch, listed, entries, local=True)


def _is_about_api_server(selector: Cursor) -> bool:
    if selector.get("protocol").text not in (None, "tcp"):
        return False
    for item in selector.get("ports").items():
        first, _, last = (item.text or "").partition("-")
        if first.isdecimal() and int(first) <= _API_PORT <= int(last if last.isdecimal() else first):
            return True
    return False


_READERS: dict[tuple[str, str], Callable[[Resource], Iterator[ApiServerAccess]]] = {
    ("eksctl.io", "ClusterConfig"): _eksctl,
    (_CONTROL, "AWSManagedControlPlane"): _capa,
    (_INFRA, "AWSManagedControlPlane"): _capa,
    (_INFRA, "AWSCluster"): _capa_own,
    ("eks.services.k8s.aws", "Cluster"): _ack,
    ("eks.aws.upbound.io", "Cluster"): _crossplane,
    ("eks.aws.crossplane.io", "Cluster"): _crossplane,
    (_INFRA, "AzureManagedControlPlane"): _azure,
    ("containerservice.azure.com", "ManagedCluster"): _azure,
    (_INFRA, "AzureCluster"): _azure_own,
    (_INFRA, "GCPManagedControlPlane"): _google,
    ("container.cnrm.cloud.google.com", "ContainerCluster"): _connector,
    ("kops.k8s.io", "Cluster"): _kops,
    ("kind.x-k8s.io", "Cluster"): _kind,
    ("k3d.io", "Simple"): _k3d,
    ("core.gardener.cloud", "Shoot"): _gardener,
}
_TEMPLATES = {(group, f"{kind}Template") for group, kind in _READERS if group in (_CONTROL, _INFRA)}
ApiServerAccess.kinds = frozenset({*_READERS, *_TEMPLATES, ("", TALOS)})
