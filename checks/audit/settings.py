"""Rules about audit settings of the API server that the table decides."""

from __future__ import annotations

from hullmark.linter.finding import Profile
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.model.processes import ApiServer
from hullmark.linter.rule.settings.judgement import Outcome, Verdict
from hullmark.linter.rule.settings.plan import Repair
from hullmark.linter.rule.settings.refinements import Refine
from hullmark.linter.rule.settings.rows import About, rows

_BACKENDS = ("audit-log-path", "audit-webhook-config-file")


def _half(names: tuple[str, ...], consequence: str) -> Refine:
    """A policy without a backend, or a backend without a policy: worse than nothing, since it looks alive."""

    def refine(component: Component, outcome: Outcome) -> Outcome:
        if outcome.verdict is not Verdict.FAIL:
            return outcome
        for name in names:
            other = component.effective(name)
            if other.explicit and other.given:
                each = outcome.offences[0]
                place = each.place if each.explicit else other.place
                told = f"{each.message}, {consequence} {name}"
                return Outcome(Verdict.FAIL, (each._replace(place=place, message=told, profile=Profile.DEFAULT),))
        return Outcome(Verdict.FAIL, tuple(each._replace(profile=Profile.STRICT) for each in outcome.offences))

    return refine


RULES = rows(
    "audit",
    ApiServer,
    {
        "no-policy": About("API server records no audit events.", refine=_half(_BACKENDS, "so nothing reaches")),
        "no-backend": About(
            "API server writes its audit events nowhere.",
            refine=_half(("audit-policy-file",), "so nothing is written for"),
        ),
        "log-retention-too-short": About("Audit logs are deleted within a month.", Repair.SET, "30"),
        "too-few-log-backups": About("Too few rotated audit logs are kept.", Repair.SET, "10"),
        "log-rotates-too-early": About("Audit logs are rotated too early.", Repair.SET, "100"),
    },
)
