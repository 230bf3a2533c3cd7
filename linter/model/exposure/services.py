"""Services together with the pods they lead to and the zone they open to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property
from typing import ClassVar

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.globs import name_glob
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.manifest.service import Service, ServicePort
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.controllers import Controller, controller_of, controllers
from hullmark.linter.model.exposure.addresses import zone_of
from hullmark.linter.model.exposure.hand_written import Written, written_addresses
from hullmark.linter.model.exposure.images import containers_by_image
from hullmark.linter.model.exposure.load_balancers import load_balancer_zone
from hullmark.linter.model.exposure.markers import Marker, deciding, reached, service_markers
from hullmark.linter.model.exposure.sources import ANYBODY, Limit, Sources, sources
from hullmark.linter.model.exposure.steps import Step
from hullmark.linter.model.exposure.targets import Target, target, target_at
from hullmark.linter.model.exposure.zones import INSIDE, Reached, Zone, outermost

_NAME = "app.kubernetes.io/name"
# https://kubernetes.io/docs/reference/labels-annotations-taints/
ADDED_BY_CONTROLLERS: dict[str, tuple[str, ...]] = {
    "StatefulSet": ("statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "controller-revision-hash"),
    "DaemonSet": ("controller-revision-hash", "pod-template-generation"),
    "Deployment": ("pod-template-hash",),
    "Job": ("job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid"),
    "CronJob": ("job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid"),
}
"""Labels that pods get when they are made, with values that no manifest shows."""


class LinkedService:
    """One Service of a bundle. Fragments (patches without a type or ports) are Services too: they say little."""

    kinds: ClassVar[KindSet] = frozenset({("", "Service")})

    def __init__(self, bundle: Bundle, service: Service) -> None:
        self.bundle = bundle
        self.service = service
        self.namespace = bundle.namespace_of(service)

    def __str__(self) -> str:
        return str(self.service)

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[LinkedService]:
        """Every Service of the bundle, in file order."""
        yield from linked_services(bundle)

    @property
    def context(self) -> Context:
        """The circumstances of the run."""
        return self.bundle.context

    @property
    def confidence_cap(self) -> Confidence:
        """Findings about this Service are at most this sure."""
        return self.service.confidence_cap

    @property
    def place(self) -> Place:
        """Name of the Service."""
        return self.service.place

    @cached_property
    def pods(self) -> tuple[PodSpec, ...]:
        """Pods that the selector chooses; none where there is no selector, or a part of it is unknown."""
        selector = self.service.selector
        if not self.service.has_selector or any(field.value is None for _, field in selector.fields()):
            return ()
        wanted = selector.value or {}
        added = {key for keys in ADDED_BY_CONTROLLERS.values() for key in keys if key in wanted}
        written = {key: value for key, value in wanted.items() if key not in added}
        found = self.bundle.pods_labelled(self.namespace.name, written if added else wanted)
        return tuple(pod for pod in found if not pod.is_fragment and _gets(pod, added, wanted))

    @cached_property
    def kind(self) -> str | None:
        """Type of the Service, ClusterIP where none is written; None where unknown."""
        return self.service.effective_type

    @cached_property
    def targets(self) -> tuple[tuple[ServicePort, tuple[Target, ...]], ...]:
        """Its ports, and where each leads in the pods that know it: chosen by the selector, else written by hand."""
        written = self.written
        if not written:
            return self.selected
        return tuple((port, (*found, *self._followed(port, written))) for port, found in self.selected)

    @cached_property
    def written(self) -> tuple[Written, ...]:
        """Objects with addresses for it that somebody wrote by hand, and that act."""
        found = written_addresses(self.bundle).get((self.namespace.name, self.service.name), ())
        if self.kind == "ExternalName":
            return ()
        return tuple(each for each in found if each.acts(self.service.has_selector))

    @cached_property
    def selected(self) -> tuple[tuple[ServicePort, tuple[Target, ...]], ...]:
        """Its ports, and where each leads in the pods that the selector chooses."""
        return tuple(
            (port, tuple(found for pod in self.pods if (found := target(port, pod)) is not None))
            for port in self.service.ports
        )

    def _followed(self, port: ServicePort, written: tuple[Written, ...]) -> Iterator[Target]:
        """Where addresses lead that are written by hand: to other Services of the input, and to pods of a dump."""
        services, pods = self.bundle.derived(_by_cluster_ip), self.bundle.derived(_by_pod_ip)
        for each in written:
            for address, number in each.meant(port):
                text, wanted = address.text or "", number.text or ""
                step = Step(address.place, f"{each.resource} sends requests on to {text}, port {wanted}")
                if text in services:
                    inner = services[text]
                    same = (one for at, found in inner.selected if at.port.text == wanted for one in found)
                    detour = (step, Step(inner.place, f"{inner} is at this address"))
                    yield from (one._replace(detour=detour) for one in same if one.protocol == port.transport)
                elif text in pods and wanted.isdecimal():
                    found = target_at(int(wanted), port.transport or "TCP", pods[text])
                    yield from () if found is None else (found._replace(detour=(step,)),)

    @cached_property
    def gateway(self) -> Controller | None:
        """The gateway that the Service publishes, whose job is to be published."""
        known = self.bundle.derived(gateways_by_pod)
        for pod in self.pods:
            found = known.get(id(pod))
            if found is not None:
                return found
        if self.pods:
            return None
        wanted = self.service.selector.value or {}
        names = (self.service.label(_NAME).value, *(wanted.get(key) for key in (_NAME, "app", "k8s-app")))
        return next((found for name in names if name and (found := _gateways_by_label().get(name))), None)

    @cached_property
    def sources(self) -> Sources:
        """Who may come through its load balancer."""
        return sources(self.service, self.bundle) if self.service.is_load_balancer else ANYBODY

    @cached_property
    def load_balancer(self) -> Reached:
        """Zone of its load balancer; inside where it has none."""
        service = self.service
        if self.kind is None:
            return Reached(None, Confidence.LOW, service.type.place, "its type is unknown")
        if not service.is_load_balancer:
            return self._any_type()
        found = load_balancer_zone(service, self.bundle)
        if found.is_internet and self.sources.are_private:
            note = "only private source ranges are let through"
            return Reached(Zone.PRIVATE, found.confidence, self.sources.place, note, found.explicit)
        return found

    def _any_type(self) -> Reached:
        marked = deciding(_of_any_type(), self.service.annotations)
        return INSIDE if marked is None else reached(*marked)

    @cached_property
    def node_ports(self) -> Reached:
        """Zone of its node ports; inside where it opens none."""
        if self.service.opens_node_ports is not True:
            return INSIDE
        note = "every node listens on its node ports"
        return Reached(Zone.NODE, Confidence.HIGH, self.service.type.place, note)

    @cached_property
    def external_ips(self) -> Reached:
        """Zone of its external addresses; inside where it has none."""
        for item in self.service.external_ips.items:
            zone = zone_of([item.value or ""])
            if zone is not None:
                return Reached(zone, Confidence.HIGH, item.place, f"it answers on {item.value}", True)
        return INSIDE

    @cached_property
    def reached(self) -> Reached:
        """The outermost of its zones."""
        if self.kind == "ExternalName":
            return INSIDE
        return outermost(self.load_balancer, self.external_ips, self.node_ports)

    @property
    def opening(self) -> Place:
        """The text that opens it: its type, else the marker that does."""
        reason = self.reached.place
        if self.kind in ("LoadBalancer", "NodePort"):
            return self.service.type.place
        return reason if reason is not None else self.place

    @property
    def is_limited(self) -> bool:
        """Whether ranges, or something that is not in the input, limit who comes through."""
        return self.sources.limit is not Limit.ANY


@cache
def _of_any_type() -> tuple[Marker, ...]:
    return tuple(row for row in service_markers() if row.any_type)


@cache
def _gateway_images() -> re.Pattern[str]:
    """All images of gateways in one pattern: most pods are none, and asking row by row is slow."""
    patterns = (name_glob(image).pattern for each in controllers() if each.gateway for image in each.images)
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.DOTALL)


@cache
def _gateways_by_label() -> dict[str, Controller]:
    """Gateways by their names and labels, the first of each."""
    found: dict[str, Controller] = {}
    for each in controllers():
        for name in (each.name, *each.labels) if each.gateway else ():
            found.setdefault(name, each)
    return found


def gateways_by_pod(bundle: Bundle) -> dict[int, Controller]:
    """Which gateways the pods of a bundle are, by the id of the pod. Only those are asked that may be one."""
    pods = [
        each.pod
        for repository, containers in containers_by_image(bundle).items()
        if _gateway_images().fullmatch(f"/{repository}")
        for each in containers
    ]
    for space in bundle.pod_index.namespaces:
        for label in _gateways_by_label():
            pods += bundle.pods_labelled(space, {_NAME: label})
    found = ((id(pod), _gateway_of(pod)) for pod in pods if not pod.is_fragment)
    return {pod: gateway for pod, gateway in found if gateway is not None}


def _gateway_of(pod: PodSpec) -> Controller | None:
    found = controller_of(pod, pod.account_name or "")
    return found if found is not None and found.gateway else None


def _gets(pod: PodSpec, added: set[str], wanted: dict[str, str]) -> bool:
    """Whether the pod has, or will be given, labels that controllers add."""
    own = ADDED_BY_CONTROLLERS.get(pod.resource.kind, ())
    labels = pod.labels.value or {}
    return all(key in own or labels.get(key) == wanted[key] for key in added)


def linked_services(bundle: Bundle) -> tuple[LinkedService, ...]:
    """Every Service of a bundle, in file order; made once."""
    return bundle.derived(_linked)


def services_by_pod(bundle: Bundle) -> dict[int, list[LinkedService]]:
    """Services that select a pod, by the id of the pod."""
    found: dict[int, list[LinkedService]] = {}
    for linked in linked_services(bundle):
        for pod in linked.pods:
            found.setdefault(id(pod), []).append(linked)
    return found


def _by_cluster_ip(bundle: Bundle) -> dict[str, LinkedService]:
    """Services by the address that their manifest names."""
    found = ((each.service.cluster_ip.value, each) for each in linked_services(bundle))
    return {address: each for address, each in found if address and address != "None"}


def _by_pod_ip(bundle: Bundle) -> dict[str, PodSpec]:
    """Pods by the address that their status names."""
    found = ((pod.resource.cursor.get("status", "podIP").text, pod) for pod in bundle.pods)
    return {address: pod for address, pod in found if address}


def _linked(bundle: Bundle) -> tuple[LinkedService, ...]:
    return tuple(LinkedService(bundle, service) for service in bundle.each(Service))
