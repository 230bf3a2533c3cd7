"""Rule about settings of etcd that count for nothing beside a configuration file."""

from __future__ import annotations

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.model.processes import Etcd
from hullmark.linter.rule.settings.judgement import PASSED, Offence, Outcome, failed
from hullmark.linter.rule.settings.plan import Sample
from hullmark.linter.rule.settings.rows import About, rows


def _shadowed(component: Component) -> Outcome:
    file = component.effective("config-file")
    if not file.explicit or not file.given:
        return PASSED
    dead = [setting for name, setting in component.settings.items() if name != "config-file"]
    if not dead:
        return PASSED
    text = f"{component} ignores {dead[0].name}, since config-file is set"
    return failed([Offence(dead[0].place, text, dead[0].name, True)])


RULES = rows(
    "etcd",
    Etcd,
    {
        "flags-shadowed-by-config-file": About(
            "Settings of etcd have no effect beside its file.",
            judge=_shadowed,
            sample=Sample({"client-cert-auth": "true"}, {}, beside={"config-file": "/etc/etcd/etcd.yaml"}),
        ),
    },
)
