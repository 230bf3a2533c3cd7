"""Whether something of a resource may be open to the outside, told without the modules that find out how."""

from __future__ import annotations

from hullmark.linter.manifest.mentions import may_mention
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.exposure.gateway_kinds import ROUTE_KINDS

_SERVICE = ("", "Service")


def may_open(resource: Resource) -> bool:
    """False for workloads that open no port on their node: somebody else has to open theirs."""
    if resource.gk == _SERVICE or resource.gk in ROUTE_KINDS:
        return True
    if not (
        may_mention(resource, ("hostPort", "hostNetwork")) and may_mention(resource, ("hostPort", "containerPort"))
    ):
        return False
    return any(
        port.host_port.present or (pod.host_network.present and port.container_port.present)
        for pod in PodSpec.of(resource)
        for each in pod.containers
        for port in each.ports
    )


def may_administrate(resource: Resource) -> bool:
    """Whether it may show the administration of a gateway: by what it opens, or by an argument of Traefik."""
    return may_open(resource) or may_mention(resource, ("--api.insecure",), any_case=True)


def may_run_kubectl(resource: Resource) -> bool:
    """Whether some container may run kubectl."""
    return may_mention(resource, ("kubectl",))


def may_trust_headers(resource: Resource) -> bool:
    """Whether it may set whom a gateway believes: arguments of Traefik, entries for nginx, a Module of Emissary."""
    words = ("--entrypoints.", "use-forwarded-headers", "use-proxy-protocol", "xff_num_trusted_hops")
    return may_mention(resource, words, any_case=True)
