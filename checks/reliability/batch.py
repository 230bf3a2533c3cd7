"""Jobs and schedules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.batch import Batch
from hullmark.linter.manifest.fields import IntField
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.time_zones import meant_zone, time_zones
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Row, Rule, manifest
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_Judge = Callable[[Rule[Batch], Batch], Iterator[Hit]]
_ALWAYS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"})
_MACROS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# Sunday is 0 and never 7: https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_LAST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DURATION = regex(r"(?:\d+(?:\.\d+)?(?:h|m|s|ms|us|ns))+")


def _restart(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    resource, field = pod.resource, pod.restart_policy
    if not resource.is_builtin or pod.overlay or field.unknown:
        return
    if resource.kind in ("Job", "CronJob"):
        if field.absent or field.value == "Always":
            said = "which is the default" if field.absent else "as it says"
            yield pod_hit(rule, pod, field, f"{pod} restarts its containers always, {said}: no job may")
    elif resource.kind in _ALWAYS and field.value in ("OnFailure", "Never"):
        yield pod_hit(rule, pod, field, f"{pod} must always restart its containers, not {field.value!r}")


def _schedule(rule: Rule[Batch], batch: Batch) -> Iterator[Hit]:
    for field in batch.schedules:
        # CronWorkflows have always had a zone in their schedule.
        fault = "" if field.value is None else _fault(field.value, batch.group == "batch" and _refuses_zones(batch))
        if fault:
            yield rule.hit(field, f"{batch} never runs at {field.value!r}: {fault}")
    zone = batch.time_zone
    if zone.value is not None and zone.value not in time_zones():
        near = meant_zone(zone.value)
        hint = f"; there is {near!r}" if near else ""
        yield rule.hit(zone, f"{batch} names {zone.value!r}, which is no time zone{hint}")


def _refuses_zones(batch: Batch) -> bool:
    """https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#unsupported-timezone-specification"""
    return batch.context.at_least(1, 29)


def _fault(text: str, refuses_zones: bool) -> str:
    """What is wrong with a schedule: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax"""
    words = text.split()
    if words and words[0].startswith(("TZ=", "CRON_TZ=")):
        if refuses_zones:
            return "a time zone has a field of its own"
        words = words[1:]
    if len(words) == 1 and words[0] in _MACROS:
        return ""
    if words[:1] == ["@every"]:
        return "" if len(words) == 2 and _DURATION.fullmatch(words[1]) else "@every needs a duration such as 1h30m"
    if len(words) != 5:
        return f"it has {len(words)} fields, not 5"
    values = [_values(word.lower(), number) for number, word in enumerate(words)]
    for number, found in enumerate(values):
        if found is None:
            return f"field {number + 1} is out of range"
    days, months = values[2] or set(), values[3] or set()
    if words[4] in ("*", "?") and days and months and all(min(days) > _LAST[month - 1] for month in months):
        return "there is no such date"
    return ""


def _values(word: str, number: int) -> set[int] | None:
    """Numbers that a field stands for, None where it is malformed."""
    low, high = _RANGES[number]
    found: set[int] = set()
    for part in word.split(","):
        body, slash, step = part.partition("/")
        if slash and not (step.isdigit() and int(step)):
            return None
        if body in ("*", "?"):
            first, last = low, high
        else:
            start, dash, end = body.partition("-")
            begin, finish = _number(start, number), _number(end, number) if dash else None
            if begin is None or (dash and finish is None):
                return None
            first = begin
            last = finish if finish is not None else high if slash else begin
        if not low <= first <= last <= high:
            return None
        found |= set(range(first, last + 1, int(step) if slash else 1))
    return found


def _number(text: str, number: int) -> int | None:
    names = _MONTHS if number == 3 else _DAYS if number == 4 else ()
    if text in names:
        return names.index(text) + (1 if number == 3 else 0)
    return int(text) if text.isdigit() and len(text) < 4 else None


def _no_deadline(rule: Rule[Batch], batch: Batch) -> Iterator[Hit]:
    if batch.kind == "CronJob" and batch.starting_deadline.absent:
        yield rule.hit(batch.starting_deadline, f"{batch} stops for good once it has missed a hundred starts")


def _short_deadline(rule: Rule[Batch], batch: Batch) -> Iterator[Hit]:
    field = batch.starting_deadline
    if field.value is not None and field.value < 10:
        yield rule.hit(field, f"{batch} gives the controller {field.value} s, which looks every 10 s")


def _suspended(rule: Rule[Batch], batch: Batch) -> Iterator[Hit]:
    if batch.suspend.is_true:
        yield rule.hit(batch.suspend, f"{batch} is suspended")


def _no_ttl(rule: Rule[Batch], batch: Batch) -> Iterator[Hit]:
    hooks = ("helm.sh/hook", "argocd.argoproj.io/hook")
    if batch.kind != "Job" or any(batch.annotation(name).present for name in hooks):
        return
    if batch.ttl.absent:
        yield rule.hit(batch.ttl, f"{batch} and its pods stay when it is done")


def _endless(rule: Rule[Batch], batch: Batch) -> Iterator[Hit]:
    job = batch.job
    backoff, deadline = IntField(job.get("backoffLimit")), job.get("activeDeadlineSeconds")
    pod_deadline = job.get("template", "spec", "activeDeadlineSeconds")
    if job.present and deadline.absent and pod_deadline.absent and (backoff.value or 0) > 100:
        yield rule.hit(backoff, f"{batch} tries {backoff.value} times, and without an end")


def _job(*lines: str, kind: str = "CronJob") -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return f"apiVersion: batch/v1\nkind: {kind}\nmetadata: {{name: trim, namespace: shop}}\nspec:\n{body}"


_RUNS = ("jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}}",)
_GOOD = manifest(_job("schedule: '*/5 2-4 1,15 jan-mar mon'", "startingDeadlineSeconds: 300", *_RUNS))


def _row(
    name: str,
    text: str,
    judge: _Judge,
    bad: tuple[str, ...],
    severity: Severity,
    profile: Profile = Profile.ALL,
    confidence: Confidence = Confidence.HIGH,
) -> Row[Batch]:
    return Row(
        f"reliability/{name}",
        Batch,
        text,
        judge,
        severity=severity,
        profile=profile,
        confidence=confidence,
        bad=tuple(map(manifest, bad)),
        good=(_GOOD,),
    )


RULES = (
    PodRow(
        "reliability/restart-policy-not-allowed",
        "Kind of workload does not allow the restart policy.",
        "The API server refuses the object: jobs have to end, and the others must not.",
        "Use `OnFailure` or `Never` in jobs, nothing in other workloads.",
        _restart,
        severity=Severity.MEDIUM,
        bad=(
            manifest(
                _job(
                    "template:",
                    "  spec:  # ! always, which is the default",
                    "    containers: [{name: a, image: 'a:1'}]",
                    kind="Job",
                )
            ),
            manifest(
                "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n"
                "      restartPolicy: Never  # ! must always restart\n      containers: [{name: a, image: 'a:1'}]"
            ),
        ),
        good=(_GOOD,),
    ),
    _row(
        "invalid-cron-schedule",
        "Schedule names no time.\n\nThe job never runs, or the API server refuses it: backups, "
        "rotations and cleanups stop.\n\n"
        "Write five fields (`0 3 * * *`) or a macro (`@daily`), and the time zone in `timeZone`.",
        _schedule,
        (
            _job("schedule: '0 3 * *'  # ! it has 4 fields", *_RUNS),
            _job("schedule: '61 3 * * *'  # ! field 1 is out of range", *_RUNS),
            _job("schedule: '0 3 31 2 *'  # ! there is no such date", *_RUNS),
            _job("schedule: 'TZ=UTC 0 3 * * *'  # ! a field of its own", *_RUNS),
            _job("schedule: '0 3 * * 7'  # ! field 5 is out of range", *_RUNS),
            _job("schedule: '@daily'", "timeZone: europe/berlin  # ! there is 'Europe/Berlin'", *_RUNS),
        ),
        Severity.MEDIUM,
        Profile.DEFAULT,
    ),
    _row(
        "cron-job-without-deadline",
        "Schedule stops for good after a long outage.\n\n"
        "A controller that finds more than a hundred missed starts gives up on the job.\n\n"
        "Set `startingDeadlineSeconds`.",
        _no_deadline,
        (_job("schedule: '@daily'", *_RUNS).replace("spec:\n", "spec:  # ! stops for good\n", 1),),
        Severity.INFO,
    ),
    _row(
        "cron-job-deadline-too-short",
        "Schedule may miss all of its starts.\n\n"
        "The controller looks every ten seconds: a shorter deadline has often passed by then.\n\n"
        "Set `startingDeadlineSeconds` to 10 or more.",
        _short_deadline,
        (_job("schedule: '@daily'", "startingDeadlineSeconds: 5  # ! gives the controller 5 s", *_RUNS),),
        Severity.LOW,
        Profile.STRICT,
    ),
    _row(
        "cron-job-suspended",
        "Job is suspended.\n\nIt does nothing, and nobody is told.\n\nRemove `suspend`, or the job.",
        _suspended,
        (_job("suspend: true  # ! is suspended", "schedule: '@daily'", *_RUNS),),
        Severity.INFO,
    ),
    _row(
        "job-without-ttl",
        "Job stays when it is done.\n\n"
        "Finished jobs keep their pods and what these hold until somebody removes them.\n\n"
        "Set `ttlSecondsAfterFinished`.",
        _no_ttl,
        (
            _job("template: {spec: {restartPolicy: Never, containers: []}}", kind="Job").replace(
                "spec:\n", "spec:  # ! stay when\n", 1
            ),
        ),
        Severity.INFO,
    ),
    _row(
        "job-never-ends",
        "Job is tried without an end.\n\n"
        "A job that cannot succeed uses nodes for days, and nobody is told.\n\n"
        "Set `activeDeadlineSeconds`, or a lower `backoffLimit`.",
        _endless,
        (_job("backoffLimit: 100000  # ! tries 100000 times", "template: {spec: {restartPolicy: Never}}", kind="Job"),),
        Severity.INFO,
        confidence=Confidence.MEDIUM,
    ),
)
