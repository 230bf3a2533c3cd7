"""What the collectors of demands look things up in: units, Services and the addresses of the API server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.service import ServicePort
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.endpoint import services_by_name
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.exposure.targets import target
from hullmark.linter.model.intent.parties import ANYWHERE, METADATA_SERVICE, PRIVATE, Blocks, Labelled, Party, Pods
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.analysis import Network, network
from hullmark.linter.model.network.ports import TCP, WITH_PORTS, PortRange
from hullmark.linter.model.network.units import Unit
from hullmark.linter.records import record

_API_PORTS = (443, 6443)
_TUNNEL = Labelled("kube-system", (("k8s-app", ("konnectivity-agent",)),))


@record
class Options:
    """What the owner says that no manifest does: blocks of the API server, namespaces of gateways."""

    api_servers: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()


@record(eq=False)
class Destination:
    """Pods behind one port of a Service. `party` is a unit, or what the selector says of pods not in the input."""

    party: Party
    port: PortRange


@record
class ApiServer:
    """Where the API server is: called at `calls`, and coming from `comes`. `known`: the input or the owner says so."""

    calls: Blocks
    ports: tuple[PortRange, ...]
    comes: tuple[Party, ...]
    known: bool


class Scene:
    """One bundle, its network without judgement, and what the owner added."""

    def __init__(self, bundle: Bundle, options: Options) -> None:
        self.bundle = bundle
        self.options = options
        self.network: Network = network(bundle)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """Units in file order."""
        return tuple(sorted(self.network.units, key=self.network.order))

    @cached_property
    def services(self) -> dict[tuple[str, str], LinkedService]:
        """Services by namespace and name."""
        return self.bundle.derived(services_by_name)

    @cached_property
    def _ports(self) -> dict[tuple[str, str], frozenset[int]]:
        return {
            key: frozenset(port.port.value for port in linked.service.ports if port.port.value is not None)
            for key, linked in self.services.items()
        }

    def is_service(self, namespace: str, name: str) -> bool:
        """Whether the bundle has such a Service."""
        return (namespace, name) in self.services

    def service_ports(self, namespace: str, name: str) -> frozenset[int]:
        """Numbers of the ports of a Service."""
        return self._ports.get((namespace, name), frozenset())

    def unit_of(self, pod: PodSpec) -> Unit | None:
        """The unit of a pod."""
        return self.network.by_pod.get(id(pod))

    def destinations(self, linked: LinkedService, port: int | str | None) -> Iterator[Destination]:
        """Where a port of a Service leads; every port where none is named.

        A headless Service is only a name: whoever uses it speaks to the port of the pod.
        """
        wanted = [each for each in linked.service.ports if port is None or port in (each.port.value, each.name.value)]
        for each in wanted:
            yield from self._behind(linked, each)
        if not wanted and isinstance(port, int) and linked.service.is_headless:
            for pod in linked.pods:
                unit = self.unit_of(pod)
                if unit is not None:
                    yield Destination(Pods(unit), PortRange(TCP, port, port))

    def _behind(self, linked: LinkedService, port: ServicePort) -> Iterator[Destination]:
        for pod in linked.pods:
            found, unit = target(port, pod), self.unit_of(pod)
            if found is not None and unit is not None and found.number is not None and found.protocol in WITH_PORTS:
                yield Destination(Pods(unit), PortRange(found.protocol, found.number, found.number))
        number, protocol = port.target, port.transport
        if linked.pods or not isinstance(number, int) or protocol not in WITH_PORTS:
            return
        labels = linked.service.selector.value
        if labels and linked.service.has_selector:
            pairs = tuple((key, (value,)) for key, value in sorted(labels.items()))
            yield Destination(Labelled(linked.namespace.name, pairs), PortRange(protocol, number, number))

    @cached_property
    def api_server(self) -> ApiServer:
        """Addresses of the API server: as the owner says, else as its own manifest does, else anywhere outside."""
        said = tuple(text for text in self.options.api_servers if block(text) is not None)
        if said:
            return ApiServer(Blocks(said), _tcp(*_API_PORTS), (Blocks(said),), True)
        found = dict(self._advertised())
        if found:
            addresses = Blocks(tuple(sorted(found)))
            return ApiServer(addresses, _tcp(*sorted(set(found.values()))), (addresses,), True)
        comes: tuple[Party, ...] = (PRIVATE,)
        if not any(unit.namespace == "kube-system" for unit in self.units):
            comes = (PRIVATE, _TUNNEL)
        return ApiServer(Blocks(ANYWHERE.cidrs, METADATA_SERVICE), _tcp(*_API_PORTS), comes, False)

    def _advertised(self) -> Iterator[tuple[str, int]]:
        """Blocks and ports that static pods of the API server name."""
        for unit in self.units:
            for container in unit.pod.containers:
                words = (*container.command.texts, *container.args.texts)
                if not any(word.rpartition("/")[2] == "kube-apiserver" for word in words):
                    continue
                flags = dict(word.split("=", 1) for word in words if word.startswith("--") and "=" in word)
                address = block(flags.get("--advertise-address", ""))
                port = flags.get("--secure-port", "6443")
                if address is not None and port.isdecimal():
                    size = 32 if address.family == 4 else 128
                    yield f"{flags['--advertise-address'].strip()}/{size}", int(port)


def _tcp(*numbers: int) -> tuple[PortRange, ...]:
    return tuple(PortRange(TCP, number, number) for number in numbers)
