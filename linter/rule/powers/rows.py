"""Rows of family `rbac`: what a power is called, why it matters and what to type instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.rbac.catalogue import POWERS, Effect
from hullmark.linter.model.rbac.shared import HeldPower, JudgedPower
from hullmark.linter.records import replace
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.hit import Hit, Offer
from hullmark.linter.rule.powers.message import deciding, places, sentence
from hullmark.linter.rule.powers.samples import bad_example, good_example
from hullmark.linter.rule.rule import Row, Rule

_EFFECTS = {power.name: power for power in POWERS}
_SEVERITY = {
    Effect.TAKEOVER: Severity.CRITICAL,
    Effect.NODE: Severity.CRITICAL,
    Effect.SECRETS: Severity.HIGH,
    Effect.NAMESPACE: Severity.HIGH,
    Effect.WORKLOAD: Severity.MEDIUM,
    Effect.INTEGRITY: Severity.LOW,
    Effect.INFORMATION: Severity.INFO,
    Effect.NONE: Severity.INFO,
}
_PROFILE = {
    Severity.CRITICAL: Profile.DEFAULT,
    Severity.HIGH: Profile.DEFAULT,
    Severity.MEDIUM: Profile.STRICT,
    Severity.LOW: Profile.ALL,
    Severity.INFO: Profile.ALL,
}


class PowerRow(Row[HeldPower]):
    """One power as a rule. `phrase` completes "ServiceAccount 'x' can", `title` (if given) "Subject can".

    `fix` makes the fix of a hit, where there is one.
    """

    def __init__(
        self,
        name: str,
        phrase: str,
        why: str,
        remedy: str,
        controls: tuple[str, ...],
        *,
        confidence: Confidence = Confidence.HIGH,
        severity: Severity | None = None,
        title: str = "",
        bad: tuple[Example, ...] = (),
        good: tuple[Example, ...] = (),
        fix: Callable[[HeldPower], Offer] | None = None,
    ) -> None:
        self.name = name
        self.phrase = phrase
        self.fix = fix
        power = _EFFECTS.get(name)
        base = severity if severity is not None else _SEVERITY[max(power.cluster, power.namespace)] if power else None
        if base is None:
            raise ValueError(f"{name} is no power of the catalogue: say how severe it is")
        super().__init__(
            f"rbac/{name}",
            JudgedPower,
            f"Subject can {title or phrase}.\n\n{why}\n\n{remedy}",
            _judge,
            severity=base,
            confidence=confidence,
            profile=Profile.DEFAULT,
            controls=controls,
            bad=bad or (bad_example(name),),
            good=good or (good_example(name),),
        )


def _judge(rule: Rule[HeldPower], held: HeldPower) -> Iterator[Hit]:
    if not isinstance(rule, PowerRow) or held.power != rule.name:
        return
    hit = rule.hit(
        deciding(held),
        sentence(held, rule.phrase),
        *places(held),
        severity=held.severity,
        confidence=min(held.confidence, rule.confidence),
        profile=profile_of(held),
        fix=rule.fix(held) if rule.fix is not None else None,
        subject_name=str(held.first.who),
        flow=True,
    )
    yield replace(hit, key=held.key, implied_by=held.implied_by)


def profile_of(held: HeldPower) -> Profile:
    """The smallest profile that shows the power: by severity, save for what is usual or nobody holds."""
    if held.is_usual:
        return Profile.ALL
    return Profile.STRICT if held.is_unbound else _PROFILE[held.severity]
