"""Which containers and ports of pods a port of a Service leads to."""

from __future__ import annotations

from hullmark.linter.manifest.container_parts import Port
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.service import ServicePort
from hullmark.linter.model.exposure.steps import Step
from hullmark.linter.named_tuple import NamedTuple


class Target(NamedTuple):
    """A port of a pod. `container` and `declared` are None where no container declares it; the kernel minds neither.

    `detour` is what lies between the Service and the pod where no selector leads there.
    """

    pod: PodSpec
    container: Container | None
    number: int | None
    protocol: str
    declared: Port | None
    detour: tuple[Step, ...] = ()


def target(port: ServicePort, pod: PodSpec) -> Target | None:
    """Where a port of a Service leads in one pod; None for a name that the pod does not know, and where unknown."""
    wanted, protocol = port.target, port.transport
    return None if wanted is None or protocol is None else target_at(wanted, protocol, pod)


def target_at(wanted: int | str, protocol: str, pod: PodSpec) -> Target | None:
    """Where a number leads in one pod, or the name of a port; None for a name that the pod does not know."""
    # Kubernetes looks a name up by name and protocol: FindPort in pkg/api/v1/pod of Kubernetes.
    for container in pod.containers:
        if not container.is_long_running:
            continue
        for declared in container.ports:
            same = declared.name.value == wanted if isinstance(wanted, str) else declared.container_port.value == wanted
            if same and declared.transport == protocol:
                return Target(pod, container, declared.container_port.value, protocol, declared)
    if isinstance(wanted, str):
        added = pod.given_ports.get(wanted)
        return None if added is None or protocol != "TCP" else Target(pod, None, added, protocol, None)
    listening = [each for each in pod.containers if each.is_long_running]
    return Target(pod, listening[0] if len(listening) == 1 else None, wanted, protocol, None)
