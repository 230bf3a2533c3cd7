"""Aggregating roles whose selector leaves nothing out."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import Role
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.model.rbac.builtin import builtin_roles
from hullmark.linter.rule import Hit, Rule, Severity, manifest

_BOOTSTRAP = "kubernetes.io/bootstrapping: rbac-defaults"
_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: monitoring
    aggregationRule:
      clusterRoleSelectors:
        - {selector}
    rules: []
"""


class AggregationSelectsEverything(Rule[Role]):
    """Aggregating role collects every ClusterRole.

    The controller copies the rules of cluster-admin into the role: whoever
    is bound to it has everything.

    Select by a label of your own, such as
    `rbac.example.com/aggregate-to-monitoring: "true"`.
    """

    severity = Severity.CRITICAL
    controls = ("CIS-1.12/5.1.1",)
    bad = (
        manifest(_ROLE.format(selector="{}  # ! every ClusterRole")),
        manifest(
            _ROLE.format(
                selector="matchLabels:  # ! cluster-admin\n            kubernetes.io/bootstrapping: rbac-defaults"
            )
        ),
    )
    good = (manifest(_ROLE.format(selector='matchLabels: {rbac.example.com/aggregate-to-monitoring: "true"}')),)

    def check(self, role: Role) -> Iterator[Hit]:
        """A hit for every selector that matches the labels of cluster-admin or admin."""
        if not role.is_aggregated:
            return
        for selector in role.aggregation_selectors:
            caught = _caught(selector)
            if caught:
                what = "every ClusterRole" if selector.is_empty else f"{caught} among others"
                yield self.hit(selector, f"{role} collects the rules of {what}")


def _caught(selector: LabelSelector) -> str:
    """The first of the two roles that the selector takes in without naming an aggregation label."""
    for name in ("cluster-admin", "admin"):
        # Every bootstrap role carries this label besides those of the table.
        labels = {"kubernetes.io/bootstrapping": "rbac-defaults", **builtin_roles()[name].labels}
        if selector.matches(labels) is True and not _names_aggregation(selector):
            return name
    return ""


def _names_aggregation(selector: LabelSelector) -> bool:
    return any("aggregate-to-" in key for key in selector.match_labels.value or {})
