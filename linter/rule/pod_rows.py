"""Rules about pods as rows: what all of them have in common.

One bad value is one hit, whoever inherits it; what is ordinary for known infrastructure weighs less; and when a run
judges by the Pod Security Standards, the standard speaks and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from hullmark.linter.finding import About, Confidence, Profile, Severity
from hullmark.linter.manifest.known import expected
from hullmark.linter.manifest.place import Placed
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.hit import Because, Hit, Offer
from hullmark.linter.rule.rule import Option, Row, Rule
from hullmark.linter.text import Span

F = TypeVar("F", bound=Placed)
Judge = Callable[[Rule[PodSpec], PodSpec], Iterable[Hit]]


class PodRow(Row[PodSpec]):
    """One rule about pods. `linux`: pods of Windows are left alone. `power`: what known infrastructure may need."""

    def __init__(
        self,
        rule_id: str,
        title: str,
        why: str,
        remedy: str,
        judge: Judge,
        *,
        severity: Severity,
        bad: tuple[Example, ...],
        good: tuple[Example, ...],
        confidence: Confidence = Confidence.HIGH,
        profile: Profile = Profile.DEFAULT,
        controls: tuple[str, ...] = (),
        options: tuple[Option, ...] = (),
        linux: bool = False,
        mentions: tuple[str, ...] = (),
    ) -> None:
        super().__init__(
            rule_id,
            PodSpec,
            f"{title}\n\n{why}\n\n{remedy}",
            judge,
            severity=severity,
            confidence=confidence,
            profile=profile,
            controls=controls,
            bad=bad,
            good=good,
            options=options,
            mentions=mentions,
        )
        self._linux = linux
        self._standard = any(control.startswith("PSS/") and control.count("/") > 1 for control in controls)

    def check(self, subject: PodSpec) -> Iterator[Hit]:
        """Every offence of one pod."""
        if self._standard and subject.resource.context.standard is not None:
            return by_standard(self, subject)
        if self._linux and subject.is_windows:
            return iter(())
        return iter(self._judge(self, subject))


def by_standard(rule: Rule[Any], pod: PodSpec) -> Iterator[Hit]:
    """What the Pod Security Standards say under the name of `rule`."""
    from hullmark.linter.model.pod_security import refused  # only runs that ask for it pay for it

    name = rule.id.partition("/")[2]
    for found in pod.derived(refused):
        if found.rule == name:
            # The level surely refuses the pod, whatever the rule alone weighs and knows.
            yield pod_hit(
                rule,
                pod,
                found.place,
                found.message,
                container=found.container,
                severity=max(rule.severity, Severity.MEDIUM),
                confidence=Confidence.HIGH,
                subject_name=found.check,
            )


def pod_hit(
    rule: Rule[Any],
    pod: PodSpec,
    thing: Placed,
    message: str,
    *why: Because,
    container: Container | None = None,
    containers: Iterable[Container] = (),
    volume: str | None = None,
    detail: str = "",
    power: str = "",
    fix: Offer = None,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    profile: Profile | None = None,
    subject_name: str = "",
    unless: str = "",
) -> Hit:
    """A hit about a pod, one or several of its containers, or a volume of it."""
    severity = rule.severity if severity is None else severity
    profile = rule.profile if profile is None else profile
    known = "" if not power or pod.resource.context.standard else expected(pod, container, power)
    if known:
        message += f" (expected for {known})"
        severity = Severity(max(severity - 1, Severity.INFO))
        profile = Profile(min(profile + 1, Profile.ALL)) if profile < Profile.ALL else profile
    return Hit(
        thing.place,
        message,
        why,
        fix,
        severity,
        min(rule.confidence if confidence is None else confidence, pod.confidence_cap),
        profile,
        subject_name,
        about=about(pod, container, containers, volume, detail),
        unless=unless,
    )


def about(
    pod: PodSpec,
    container: Container | None = None,
    containers: Iterable[Container] = (),
    volume: str | None = None,
    detail: str = "",
) -> tuple[About, ...]:
    """The pod, the containers, or the volume with the containers that mount it."""
    key = pod.key
    if volume is not None:
        mounting = [each.name for each in pod.containers if any(m.name.text == volume for m in each.volume_mounts)]
        return tuple(About(key, name, volume, detail) for name in mounting) or (About(key, "", volume, detail),)
    named = (container,) if container is not None else tuple(containers)
    return tuple(About(key, each.name, "", detail) for each in named) or (About(key, detail=detail),)


def named(containers: Iterable[Container]) -> str:
    """Containers for messages: `container 'app'`, `containers 'app', 'proxy'`."""
    found = tuple(containers)
    if len(found) == 1:
        return str(found[0])
    names = ", ".join(repr(each.name) for each in found[:4])
    return f"containers {names}" + (f" and {len(found) - 4} more" if len(found) > 4 else "")


def by_value(containers: Iterable[Container], field: Callable[[Container], F]) -> Iterator[tuple[F, list[Container]]]:
    """What `field` gives for each container, once for every place: a value of the pod with all that inherit it."""
    found: dict[Span, tuple[F, list[Container]]] = {}
    for container in containers:
        value = field(container)
        found.setdefault(value.place.span, (value, []))[1].append(container)
    yield from found.values()


def by_absence(pod: PodSpec, lacking: list[Container]) -> Iterator[tuple[Placed, list[Container]]]:
    """Where to show what containers lack and the pod could give: once at the pod's spec if all of them lack it."""
    if lacking and len(lacking) == len(pod.containers):
        yield pod, lacking
        return
    for container in lacking:
        yield container, [container]
