"""Rules about feature gates of components."""

from __future__ import annotations

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.subjects import Process
from hullmark.linter.rule.settings.judgement import Judgement, Offence, Outcome, Verdict, failed
from hullmark.linter.rule.settings.plan import Repair, Sample
from hullmark.linter.rule.settings.rows import About, rows

# Minors in which a gate is on by default and not locked: before, it is off anyway, afterwards setting it to
# false stops the component. From the gate definitions of Kubernetes (pkg/features, Apache-2.0).
_GUARDS = {
    "AnonymousAuthConfigurableEndpoints": (32, 33),
    "AuthorizeWithSelectors": (32, 33),
    "AuthorizeNodeWithSelectors": (32, 33),
    "UnauthenticatedHTTP2DOSMitigation": (29, 99),
    "TokenRequestServiceAccountUIDValidation": (34, 99),
    "KubeletFineGrainedAuthz": (33, 35),
    "ServiceAccountTokenNodeBindingValidation": (30, 31),
    "LegacyServiceAccountTokenNoAutoGeneration": (24, 26),
}
_DISABLED = Judgement(
    {"op": "gates-not-false", "safe": "security_gates", "settings": ["feature-gates"], "unset": "pass"}
)


def _guards(component: Component) -> Outcome:
    outcome = _DISABLED(component)
    if outcome.verdict is not Verdict.FAIL:
        return outcome
    return failed(each for each in outcome.offences if _unlocked(component, each))


def _unlocked(component: Component, offence: Offence) -> bool:
    gate = offence.word.text.partition("=")[0].strip() if offence.word is not None else ""
    first, last = _GUARDS.get(gate, (0, 0))
    return all(first <= minor <= last for minor in component.traits.minors)


_GATE = "UnauthenticatedHTTP2DOSMitigation"

RULES = rows(
    "version",
    Process,
    {
        "all-alpha-features-enabled": About("Every alpha feature is enabled.", Repair.DROP),
        "all-beta-features-enabled": About("Every beta feature is enabled.", Repair.DROP),
        "security-gate-disabled": About(
            "A hardening that is on by default is switched off.",
            Repair.DROP,
            judge=_guards,
            sample=Sample({"feature-gates": f"{_GATE}=false"}, {"feature-gates": f"{_GATE}=true"}),
        ),
    },
)
