"""Objects that describe pods: built-in workloads and the custom kinds that hold pod specs."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.fields import IntField, StrField
from hullmark.linter.manifest.kinds import WORKLOAD_KINDS, WorkloadKind, workload_kinds
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.manifest.view import Bool, Int, One, Str

_UNLISTED = WorkloadKind("", "", overlay=True, confidence=Confidence.LOW)


class Workload(Resource):
    """An object that holds at least one pod template, or is a pod."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = WORKLOAD_KINDS
    schema = (
        "io.k8s.api.apps.v1.Deployment",
        "io.k8s.api.apps.v1.StatefulSet",
        "io.k8s.api.apps.v1.DaemonSet",
        "io.k8s.api.batch.v1.Job",
        "io.k8s.api.batch.v1.CronJob",
    )

    selector = One(LabelSelector, "spec.selector")
    service_name = Str("spec.serviceName")
    strategy_type = Str("spec.strategy.type")
    update_strategy_type = Str("spec.updateStrategy.type")
    schedule = Str("spec.schedule")
    suspend = Bool("spec.suspend")
    concurrency_policy = Str("spec.concurrencyPolicy")
    ttl_seconds_after_finished = Int("spec.ttlSecondsAfterFinished")

    @cached_property
    def row(self) -> WorkloadKind:
        """What is known about the kind."""
        return workload_kinds().get((self.group, self.kind), _UNLISTED)

    @property
    def confidence_cap(self) -> Confidence:
        """Findings about this object are at most this sure."""
        return min(self.row.confidence, self.envelope.confidence)

    @property
    def is_controlled(self) -> bool:
        """Whether a controller creates and replaces the pods, so that none of them is naked."""
        return self.row.controller

    @property
    def is_batch(self) -> bool:
        """Whether the pods run to completion."""
        return self.row.batch

    @property
    def is_builtin(self) -> bool:
        """Whether Kubernetes itself knows the kind."""
        return self.row.builtin

    @property
    def replicas(self) -> IntField:
        """Wanted number of pods, absent for kinds without a count."""
        path = self.row.replicas or "spec.replicas"
        return IntField(self.cursor.get(*path.split(".")))

    @property
    def helm_hooks(self) -> frozenset[str]:
        """Helm hooks that the object runs in."""
        text: StrField = self.annotation("helm.sh/hook")
        return frozenset(part.strip() for part in (text.text or "").split(",") if part.strip())
