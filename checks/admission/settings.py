"""Rules about admission plugins of the API server that the table decides."""

from __future__ import annotations

from hullmark.linter.manifest.components.authorizers import NO_RATE_LIMIT, RATE_LIMIT
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.model.processes import ApiServer
from hullmark.linter.rule.settings.judgement import UNDECIDED, Judge, Judgement, Offence, Outcome, Verdict, failed
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


_RATE_LIMIT = _enabled(RATE_LIMIT)


def _unlimited(component: Component) -> Outcome:
    """A file without the plugin proves that it does not run, whatever the flags of the server say."""
    if component.form != "AdmissionConfiguration":
        return _RATE_LIMIT(component)
    if NO_RATE_LIMIT not in component.traits.conditions:
        return UNDECIDED
    text = f"{component} has no limits for {RATE_LIMIT!r} in its AdmissionConfiguration, and the plugin needs them"
    return failed([Offence(component.place, text, "enable-admission-plugins", False)])


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
        "event-rate-limit-off": About("Events are not limited in rate.", judge=_unlimited),
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
