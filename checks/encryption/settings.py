"""Rules about encryption settings of the API server that the table decides."""

from __future__ import annotations

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.model.processes import ApiServer
from hullmark.linter.rule.settings.judgement import Outcome
from hullmark.linter.rule.settings.rows import About, rows


def _guessed_server(component: Component, outcome: Outcome) -> Outcome:
    """That a k3s file is a server's is inferred from its keys."""
    if component.traits.origin != "k3s":
        return outcome
    offences = tuple(
        each if each.explicit else each._replace(confidence=Confidence.MEDIUM) for each in outcome.offences
    )
    return Outcome(outcome.verdict, offences)


RULES = rows(
    "encryption",
    ApiServer,
    {"not-configured": About("Secrets are stored in etcd in clear text.", refine=_guessed_server)},
)
