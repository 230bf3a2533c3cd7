"""Jobs and CronJobs."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.view import Bool, Int


class Batch(Resource):
    """A Job, or what makes Jobs by a schedule."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset(
        {("batch", "Job"), ("batch", "CronJob"), ("argoproj.io", "CronWorkflow")}
    )
    by_content: ClassVar[bool] = True
    schema = ("io.k8s.api.batch.v1.Job", "io.k8s.api.batch.v1.CronJob")

    starting_deadline = Int("spec.startingDeadlineSeconds")
    suspend = Bool("spec.suspend")
    ttl = Int("spec.ttlSecondsAfterFinished")

    @property
    def schedules(self) -> tuple[StrField, ...]:
        """When it runs: a CronWorkflow may have several."""
        spec = self.cursor.get("spec")
        found = [spec.get("schedule")] if spec.get("schedule").present else []
        if self.kind == "CronWorkflow":
            found += spec.get("schedules").items()
        return tuple(map(StrField, found))

    @property
    def time_zone(self) -> StrField:
        """Name of the zone of its schedules."""
        return StrField(self.cursor.get("spec", "timezone" if self.kind == "CronWorkflow" else "timeZone"))

    @property
    def job(self) -> Cursor:
        """The spec of the Job itself, be it in a template."""
        spec = self.cursor.get("spec")
        return spec.get("jobTemplate", "spec") if self.kind == "CronJob" else spec
