"""Services: how a cluster lets traffic in, and to which pods."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.view import Bool, Int, IntOrStr, Many, Str, StrList, StrMap, View


class ServicePort(View):
    """One port of a Service."""

    schema = "io.k8s.api.core.v1.ServicePort"

    name = Str("name")
    port = Int("port")
    target_port = IntOrStr("targetPort")
    node_port = Int("nodePort")
    protocol = Str("protocol")
    app_protocol = Str("appProtocol")

    @property
    def transport(self) -> str | None:
        """Effective protocol, TCP where none is written; None where unknown."""
        return "TCP" if self.protocol.absent else self.protocol.value

    @property
    def target(self) -> int | str | None:
        """Port of the pods, by number or by name: `port` where no target is written; None where unknown."""
        return self.port.value if self.target_port.absent else self.target_port.value


class Service(Resource):
    """A Service of the core group."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset({("", "Service")})
    schema = "io.k8s.api.core.v1.Service"

    type = Str("spec.type")
    selector = StrMap("spec.selector")
    ports = Many(ServicePort, "spec.ports")
    cluster_ip = Str("spec.clusterIP")
    external_ips = StrList("spec.externalIPs")
    external_name = Str("spec.externalName")
    external_traffic_policy = Str("spec.externalTrafficPolicy")
    health_check_node_port = Int("spec.healthCheckNodePort")
    load_balancer_ip = Str("spec.loadBalancerIP")
    load_balancer_class = Str("spec.loadBalancerClass")
    load_balancer_source_ranges = StrList("spec.loadBalancerSourceRanges")
    allocate_load_balancer_node_ports = Bool("spec.allocateLoadBalancerNodePorts")
    publish_not_ready_addresses = Bool("spec.publishNotReadyAddresses")

    @property
    def effective_type(self) -> str | None:
        """`spec.type`, ClusterIP where none is written; None where unknown."""
        return "ClusterIP" if self.type.absent else self.type.value

    @property
    def is_load_balancer(self) -> bool:
        """Whether a cloud is asked for a load balancer."""
        return self.type.value == "LoadBalancer"

    @property
    def opens_node_ports(self) -> bool | None:
        """Whether every node listens for it: NodePort, and LoadBalancer unless switched off; None if unknown."""
        kind = self.effective_type
        if kind == "LoadBalancer":
            allocate = self.allocate_load_balancer_node_ports
            return True if allocate.absent else allocate.value
        return None if kind is None else kind == "NodePort"

    @property
    def is_headless(self) -> bool:
        """Whether the Service is only a name for its pods."""
        return self.cluster_ip.value == "None"

    @property
    def has_selector(self) -> bool:
        """Whether pods are chosen by label; an empty selector chooses none, as an absent one."""
        return self.selector.cursor.is_mapping and any(True for _ in self.selector.fields())
