"""Elements of roles that can never match a request."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.model.rbac.dead import Dead, dead_elements
from hullmark.linter.model.rbac.written_rules import WrittenRule
from hullmark.linter.rule import Hit, Rule, manifest
from hullmark.linter.rule.hit import Offer
from hullmark.linter.rule.repair import remove, rewrite

_RULE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: reader
    rules:
      - apiGroups: {groups}
        resources: {resources}
        verbs: {verbs}
"""


def _rule(groups: str, resources: str, verbs: str) -> str:
    return _RULE.format(groups=groups, resources=resources, verbs=verbs)


class DeadRule(Rule[WrittenRule]):
    """Role holds an element that can never match.

    The author meant to allow something that the role does not allow: what
    fails for want of it is usually repaired with a star.

    Name resources by their lower-case plural, subresources as
    `resource/subresource`, groups without a version (the core group is the
    empty string), and verbs as the API spells them.
    """

    severity = Severity.MEDIUM
    bad = (
        manifest(
            _rule('[""]', "[pods, pod  # ! there is no resource 'pod'\n          ]", "[get]"),
            fixed=_rule('[""]', "[pods\n          ]", "[get]"),
        ),
        manifest(_rule('[""]', '["pods/*"]  # ! matches nothing', "[get]")),
        manifest(
            _rule("[apps/v1]  # ! without a version", "[deployments]", "[get]"),
            fixed=_rule("[apps]", "[deployments]", "[get]"),
        ),
        manifest(_rule('[""]', "[deployments]  # ! belongs to apps", "[get]")),
        manifest(
            _rule('[""]', "[pods]", "[get, fetch]  # ! verb 'fetch'"),
            fixed=_rule('[""]', "[pods]", "[get]"),
        ),
        manifest(
            _rule("[core]  # ! the core group is the empty string", "[pods]", "[get]"),
            fixed=_rule('[""]', "[pods]", "[get]"),
        ),
    )
    good = (
        manifest(_rule('[""]', '[pods, pods/log, "*/status"]', "[get, list]")),
        manifest(_rule('["", apps]', "[pods, deployments]", "[get, list, watch]")),
        manifest(_rule("[widgets.example.com]", "[widget]", "[paint]")),
    )

    def check(self, written: WrittenRule) -> Iterator[Hit]:
        """A hit for every dead element, with the reason."""
        for dead in dead_elements(written):
            yield self.hit(
                dead.element,
                f"{written.role}: {dead.reason}",
                fix=_fix(written, dead),
                severity=Severity.MEDIUM if dead.grave else Severity.LOW,
                profile=Profile.ALL if dead.removed else Profile.STRICT if dead.depends else Profile.DEFAULT,
            )


def _fix(written: WrittenRule, dead: Dead) -> Offer:
    """What was meant in its place; where nothing is known to be, or it is there already, the element goes."""
    rule, here = written.rule, dead.element.place.span
    for each in (rule.verbs, rule.api_groups, rule.resources, rule.resource_names):
        others = [item.text for item in each.items if item.place.span != here]
        if len(others) == len(each.items):
            continue
        if dead.meant and dead.meant.strip('"') not in others:
            return rewrite(dead.element, dead.meant)
        return remove(dead.element) if others and not dead.depends else None
    return None
