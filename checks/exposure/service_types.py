"""Services that open the nodes, or ask a cloud for a public address."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.exposure.ingress_classes import backs_cloud_ingress
from hullmark.linter.model.exposure.openings import is_spoken_of
from hullmark.linter.model.exposure.publicness import NODES_PUBLIC
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.exposure.sources import Limit
from hullmark.linter.rule import Hit, Offer, Option, Row, Rule, because, insert, manifest, remove, rewrite, together

_NODES = Option(NODES_PUBLIC, "auto", "Whether nodes have public addresses: yes, no, or auto to look for evidence.")
_CONTROLS = ("NSA/network-separation-and-hardening", "MITRE/T1133")


def _node_port(rule: Rule[LinkedService], linked: LinkedService) -> Iterator[Hit]:
    service, kind = linked.service, linked.kind
    written = [port.node_port for port in service.ports if (port.node_port.value or 0) > 0]
    if kind == "NodePort":
        place, says = service.type.place, f"{service} opens a port on every node"
    elif kind in ("ClusterIP", "ExternalName") and written:
        place = service.type.place if service.type.present else written[0].place
        says = f"{service} names a node port"
    else:
        return
    if linked.gateway is not None or backs_cloud_ingress(linked) or is_spoken_of(linked):
        return
    closed = linked.context.options.get(NODES_PUBLIC) == "no"
    yield rule.hit(place, says, fix=_as_cluster_ip(linked), severity=Severity.LOW if closed else None)


def _as_cluster_ip(linked: LinkedService) -> Offer:
    service = linked.service
    ports = [remove(port.node_port) for port in service.ports if port.node_port.present]
    changes = [rewrite(service.type, "ClusterIP"), *ports] if service.type.value == "NodePort" else ports
    return together("make the Service ClusterIP", *changes)


def _open(rule: Rule[LinkedService], linked: LinkedService) -> Iterator[Hit]:
    service = linked.service
    if not service.is_load_balancer or linked.gateway is not None or is_spoken_of(linked):
        return
    zone = linked.load_balancer
    if not zone.is_internet or linked.sources.limit is not Limit.ANY:
        return
    place = zone.place if zone.explicit and zone.place is not None else service.type.place
    yield rule.hit(
        place,
        f"{service} opens a load balancer to the internet, for any address: {zone.note}",
        confidence=Confidence.HIGH if zone.explicit else Confidence.MEDIUM,
    )


def _node_ports(rule: Rule[LinkedService], linked: LinkedService) -> Iterator[Hit]:
    service, field = linked.service, linked.service.allocate_load_balancer_node_ports
    if not service.is_load_balancer or service.opens_node_ports is not True:
        return
    if linked.sources.limit is not Limit.LIST or linked.sources.place is None:
        return
    fix = rewrite(field, "false") if field.present else insert(service, f"spec.{_ALLOCATE}", False)
    yield rule.hit(
        field if field.present else service.type,
        f"{service} limits who reaches its load balancer, and its node ports are open beside it",
        because(linked.sources.place, "the limit"),
        fix=fix,
    )


def _external_ips(rule: Rule[LinkedService], linked: LinkedService) -> Iterator[Hit]:
    items = linked.service.external_ips.items
    if items:
        yield rule.hit(items[0], f"{linked.service} claims the address {items[0].text!r} for itself")


_ALLOCATE = "allocateLoadBalancerNodePorts"
_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata:
      name: reports
      namespace: shop
    spec:
      type: {type}
      selector: {{app: reports}}
      ports:
        - port: 443
"""
_LIMITED = _SERVICE + "      loadBalancerSourceRanges: [192.0.2.0/24]\n"
_INTERNAL = """
    apiVersion: v1
    kind: Service
    metadata:
      name: reports
      namespace: shop
      annotations:
        networking.gke.io/load-balancer-type: Internal
    spec:
      type: LoadBalancer
      ports:
        - port: 443
"""
_PUBLIC = """
    apiVersion: v1
    kind: Service
    metadata:
      name: reports
      annotations:
        service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing  # ! to the internet
    spec:
      type: LoadBalancer
      loadBalancerClass: service.k8s.aws/nlb
      ports:
        - port: 443
"""

RULES = (
    Row(
        "exposure/node-port-service",
        LinkedService,
        "Service opens a port on every node.\n\n"
        "Whoever reaches the address of any node reaches the pods, past gateways, load balancers and their\n"
        "address lists.\n\n"
        "Use type `ClusterIP` behind a gateway, or set `exposure.nodes-public: no` when a firewall stands\n"
        "before the nodes.",
        _node_port,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        controls=_CONTROLS,
        options=(_NODES,),
        bad=(
            manifest(
                _SERVICE.format(type="NodePort  # ! opens a port on every node"),
                fixed=_SERVICE.format(type="ClusterIP"),
            ),
        ),
        good=(manifest(_SERVICE.format(type="ClusterIP")),),
    ),
    Row(
        "exposure/load-balancer-open-to-internet",
        LinkedService,
        "Load balancer is open to the whole internet.\n\n"
        "Anybody can talk to the pods directly: no gateway asks who it is, counts requests or speaks TLS\n"
        "on their behalf.\n\n"
        "Publish through a gateway, mark the load balancer as internal, or list the addresses that may\n"
        "come in `spec.loadBalancerSourceRanges`.",
        _open,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        controls=("NSA/network-separation-and-hardening", "MITRE/T1190"),
        bad=(manifest(_SERVICE.format(type="LoadBalancer  # ! for any address")), manifest(_PUBLIC)),
        good=(manifest(_INTERNAL), manifest(_LIMITED.format(type="LoadBalancer"))),
    ),
    Row(
        "exposure/load-balancer-node-ports",
        LinkedService,
        "Node ports stay open beside a limited load balancer.\n\n"
        "Source ranges hold for the load balancer alone. The same pods answer on a port of every node, to\n"
        "anybody who reaches a node.\n\n"
        "Set `spec.allocateLoadBalancerNodePorts: false`, if the load balancer reaches pods without node\n"
        "ports.",
        _node_ports,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        controls=("NSA/network-separation-and-hardening",),
        bad=(
            manifest(
                _LIMITED.format(type="LoadBalancer  # ! node ports are open"),
                fixed=_LIMITED.format(type="LoadBalancer") + f"      {_ALLOCATE}: false\n",
            ),
        ),
        good=(manifest(_LIMITED.format(type="LoadBalancer") + f"      {_ALLOCATE}: false\n"),),
    ),
    Row(
        "exposure/external-ips",
        LinkedService,
        "Service claims addresses of its own choice.\n\n"
        "Nodes send every packet for these addresses to the pods of the Service, whoever the addresses\n"
        "belong to: whoever may write Services can take the traffic of others (CVE-2020-8554). The field is\n"
        "deprecated since Kubernetes 1.36.\n\n"
        "Remove `spec.externalIPs` and let a load balancer or gateway give the address.",
        _external_ips,
        severity=Severity.HIGH,
        controls=("CVE-2020-8554", "CIS-1.12/1.2.3", "MITRE/T1557"),
        bad=(manifest(_SERVICE.format(type="ClusterIP") + "      externalIPs: [192.0.2.7]  # ! '192.0.2.7'\n"),),
        good=(manifest(_SERVICE.format(type="ClusterIP")),),
    ),
)
