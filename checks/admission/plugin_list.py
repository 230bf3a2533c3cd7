"""Rule about lists of admission plugins that stop the API server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from hullmark.linter.manifest.components.catalogue import named_list
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.context import NEWEST_KNOWN
from hullmark.linter.model.processes import ApiServer
from hullmark.linter.rule.settings.judgement import Offence, Outcome, failed
from hullmark.linter.rule.settings.plan import Sample
from hullmark.linter.rule.settings.rows import About, rows

# Plugins that older releases know: family `version` says in which.
_REMOVED = frozenset(
    {
        "PodSecurityPolicy",
        "SecurityContextDeny",
        "PersistentVolumeLabel",
        "DenyEscalatingExec",
        "DenyExecOnPrivileged",
        "Initializers",
        "GenericAdmissionWebhook",
        "NamespaceAutoProvision",
        "InitialResources",
        "PodPreset",
    }
)


@cache
def _known() -> frozenset[str]:
    names = (*named_list("admission_plugins.default_on"), *named_list("admission_plugins.default_off"))
    return frozenset(names) | _REMOVED


def _invalid(component: Component) -> Outcome:
    if max(component.traits.minors, default=0) > NEWEST_KNOWN[1]:
        return failed(())
    return failed(_offences(component))


def _offences(component: Component) -> Iterator[Offence]:
    enabled, disabled = (component.effective(f"{verb}-admission-plugins") for verb in ("enable", "disable"))
    for effective in (enabled, disabled):
        for word in effective.members:
            if word.text not in _known() and not templated(word.text):
                text = f"{component} has an unknown plugin {word.text!r} in {effective.name}{_hint(word.text)}"
                yield Offence(word.place, text, effective.name, True, word)
    both = {word.text for word in enabled.members} & {word.text for word in disabled.members}
    for word in disabled.members:
        if word.text in both and not templated(word.text):
            text = f"{component} both enables and disables plugin {word.text!r}"
            yield Offence(word.place, text, disabled.name, True, word)


def _hint(name: str) -> str:
    from difflib import get_close_matches  # slow to import, and needed only where something is wrong

    near = get_close_matches(name, sorted(_known()), 1, 0.7)
    return f": did you mean {near[0]!r}?" if near else ""


RULES = rows(
    "admission",
    ApiServer,
    {
        "invalid-plugin-list": About(
            "API server does not start with these plugins.",
            judge=_invalid,
            sample=Sample(
                {"enable-admission-plugins": "NodeRestrictions"}, {"enable-admission-plugins": "NodeRestriction"}
            ),
        ),
    },
)
