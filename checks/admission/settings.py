"""Rules about admission plugins of the API server that the table decides."""

from __future__ import annotations

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.subjects import ApiServer
from hullmark.linter.rule.settings.judgement import Judge, Judgement, Offence, Outcome, Verdict, failed
from hullmark.linter.rule.settings.plan import Repair
from hullmark.linter.rule.settings.rows import About, rows


def _enabled(plugin: str, versions: str = "") -> Judge:
    """The effective set lacks a plugin that is off by default: not enabled, or disabled by name."""
    wanted = Judgement(
        {
            "op": "contains",
            "safe": plugin,
            "settings": ["enable-admission-plugins"],
            "unset": "default",
            "versions": versions,
        }
    )

    def judge(component: Component) -> Outcome:
        disabled = component.effective("disable-admission-plugins")
        for word in disabled.members:
            if word.text == plugin and wanted(component).verdict is Verdict.PASS:
                text = f"{component} has {plugin!r} in disable-admission-plugins"
                return failed([Offence(word.place, text, disabled.name, True, word)])
        return wanted(component)

    return judge


RULES = rows(
    "admission",
    ApiServer,
    {
        "node-restriction-off": About(
            "A kubelet may change the labels and pods of other nodes.",
            Repair.ADD,
            "NodeRestriction",
            judge=_enabled("NodeRestriction"),
        ),
        "event-rate-limit-off": About("Events are not limited in rate.", judge=_enabled("EventRateLimit")),
        "always-pull-images-off": About(
            "Pods may use private images that a node has cached.", judge=_enabled("AlwaysPullImages")
        ),
        "external-ips-allowed": About(
            "Services may claim any external address.", judge=_enabled("DenyServiceExternalIPs", ">=1.21")
        ),
        "always-admit-on": About("Admission lets everything through.", Repair.DROP),
        "service-account-plugin-disabled": About("Pods may name service accounts without a check.", Repair.DROP),
        "namespace-lifecycle-disabled": About("Objects may be made in namespaces that end.", Repair.DROP),
        "guard-plugin-disabled": About("A plugin that guards the cluster is disabled.", Repair.DROP),
    },
)
