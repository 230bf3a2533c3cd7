"""A pod with what its bundle says about it: how many there are, who selects them, what is filled in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.container_parts import Resources
from hullmark.linter.manifest.fields import IntField, integer
from hullmark.linter.manifest.place import Placed
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.service import Service
from hullmark.linter.manifest.structure import POD_KINDS
from hullmark.linter.model.bundle import Bundle

AUTOSCALERS = (("autoscaling", "HorizontalPodAutoscaler"), ("keda.sh", "ScaledObject"))


class BundledPod:
    """A pod that a bundle describes."""

    kinds: ClassVar[KindSet | None] = POD_KINDS

    def __init__(self, bundle: Bundle, pod: PodSpec) -> None:
        self.bundle = bundle
        self.pod = pod

    @property
    def confidence_cap(self) -> Confidence:
        """Findings about this pod are at most this sure."""
        return self.pod.confidence_cap

    @property
    def is_guessed(self) -> bool:
        """Whether only the shape of the text says that it is a pod."""
        return self.pod.is_guessed

    @classmethod
    def among(cls, bundle: Bundle) -> Iterator[BundledPod]:
        """Every pod of the bundle."""
        found = bundle.derived(_bundled)
        yield from found

    @cached_property
    def namespace(self) -> str:
        """Where the pod lives."""
        return self.bundle.namespace_of(self.pod.resource).name

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Services of the bundle that select the pod."""
        labels = (self.pod.labels.value or {}).items()
        return tuple(each for each in self.bundle.derived(_services).get(self.namespace, ()) if _wanted(each) <= labels)

    @cached_property
    def autoscalers(self) -> tuple[Resource, ...]:
        """What changes the number of pods."""
        resource = self.pod.resource
        return self.bundle.derived(scalers).get((self.namespace, resource.kind, resource.name), ())

    @cached_property
    def rollout(self) -> Resource | None:
        """A Rollout that takes the pods over: https://argo-rollouts.readthedocs.io/en/stable/migrating/#reference-deployment-from-rollout"""
        resource = self.pod.resource
        return self.bundle.derived(_rollouts).get((self.namespace, resource.kind, resource.name))

    @property
    def replicas(self) -> tuple[int, int] | None:
        """Least and largest number of pods; None where unknown or where there is no such number."""
        scaled = [bounds for each in self.autoscalers if (bounds := _bounds(each)) is not None]
        if scaled:
            return min(low for low, _ in scaled), max(high for _, high in scaled)
        if not self.pod.resource.row.replicas:
            return (1, 1) if self.pod.resource.gk == ("", "Pod") else None
        field = self.pod.resource.replicas if self.rollout is None else IntField(self.rollout.cursor.get(*_REPLICAS))
        if field.absent:
            return 1, 1
        return None if field.value is None else (field.value, field.value)

    @cached_property
    def _defaults(self) -> tuple[dict[str, Placed], dict[str, Placed]]:
        """Limits and requests that a LimitRange fills in."""
        limits: dict[str, Placed] = {}
        requests: dict[str, Placed] = {}
        for each in self.bundle.derived(_limit_ranges).get(self.namespace, ()):
            for item in each.cursor.get("spec", "limits").items():
                if item.get("type").text == "Container":
                    # The order of SetDefaults_LimitRangeItem: the largest stands in for the default limit, that for
                    # the default request, and so does the smallest.
                    given = dict(item.get("max").entries()) | dict(item.get("default").entries())
                    limits |= given
                    requests |= dict(item.get("min").entries()) | given | dict(item.get("defaultRequest").entries())
        return limits, requests

    @property
    def _whole(self) -> Resources | None:
        """Resources of the whole pod: https://kubernetes.io/docs/concepts/workloads/pods/pod-level-resources/"""
        return self.pod.resources if self.bundle.context.at_least(1, 34) else None

    def has_limit(self, container: Container, name: str) -> bool:
        """Whether something limits a resource: the container, the pod, or a LimitRange."""
        whole = self._whole
        own = container.resources.limit(name).present or (whole is not None and whole.limit(name).present)
        return own or name in self._defaults[0]

    def has_request(self, container: Container, name: str) -> bool:
        """Whether something asks for a resource; a limit stands in for a request."""
        whole = self._whole
        own = container.resources.request(name).present or (whole is not None and whole.request(name).present)
        return own or name in self._defaults[1] or self.has_limit(container, name)


def _bundled(bundle: Bundle) -> tuple[BundledPod, ...]:
    return tuple(BundledPod(bundle, pod) for pod in bundle.pods)


def _services(bundle: Bundle) -> dict[str, list[Service]]:
    found: dict[str, list[Service]] = {}
    for service in bundle.each(Service):
        if service.has_selector:
            found.setdefault(bundle.namespace_of(service).name, []).append(service)
    return found


def _wanted(service: Service) -> frozenset[tuple[str, str]] | set[tuple[str, str]]:
    return set((service.selector.value or {}).items())


def scalers(bundle: Bundle) -> dict[tuple[str, str, str], tuple[Resource, ...]]:
    """Autoscalers by namespace, kind and name of what they scale."""
    found: dict[tuple[str, str, str], tuple[Resource, ...]] = {}
    for group, kind in AUTOSCALERS:
        for each in bundle.by_kind(group, kind):
            target = each.cursor.get("spec", "scaleTargetRef")
            name = target.get("name").text
            if name:
                key = (bundle.namespace_of(each).name, target.get("kind").text or "Deployment", name)
                found[key] = (*found.get(key, ()), each)
    return found


_REPLICAS = ("spec", "replicas")


def _rollouts(bundle: Bundle) -> dict[tuple[str, str, str], Resource]:
    """Rollouts by namespace, kind and name of the workload that they refer to."""
    found: dict[tuple[str, str, str], Resource] = {}
    for each in bundle.by_kind("argoproj.io", "Rollout"):
        target = each.cursor.get("spec", "workloadRef")
        if target.get("name").text:
            name = (
                bundle.namespace_of(each).name,
                target.get("kind").text or "Deployment",
                target.get("name").text or "",
            )
            found[name] = each
    return found


def _bounds(scaler: Resource) -> tuple[int, int] | None:
    spec = scaler.cursor.get("spec")
    keda = scaler.kind == "ScaledObject"
    low, high = (
        spec.get("minReplicaCount" if keda else "minReplicas"),
        spec.get("maxReplicaCount" if keda else "maxReplicas"),
    )
    least = (0 if keda else 1) if low.absent else integer(low)
    most = 100 if high.absent and keda else integer(high)
    return None if least is None or most is None else (least, most)


def _limit_ranges(bundle: Bundle) -> dict[str, list[Resource]]:
    found: dict[str, list[Resource]] = {}
    for each in bundle.by_kind("", "LimitRange"):
        found.setdefault(bundle.namespace_of(each).name, []).append(each)
    return found
