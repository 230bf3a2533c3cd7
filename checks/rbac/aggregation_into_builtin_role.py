"""Labels that enlarge the roles everybody knows."""

from collections.abc import Iterator

from hullmark.linter.manifest.rbac import ROLE_KINDS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.enlarged import enlarged
from hullmark.linter.rule import Hit, Needs, Profile, Rule, Severity, manifest

_ROLE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: widgets-{name}
      labels:
        rbac.authorization.k8s.io/aggregate-to-{name}: "true"{mark}
    rules:
      - apiGroups: ['{group}']
        resources: [{resource}]
        verbs: [{verbs}]
"""


def _example(name: str, group: str, resource: str, verbs: str, mark: str = "") -> str:
    return _ROLE.format(name=name, group=group, resource=resource, verbs=verbs, mark=mark)


class AggregationIntoBuiltinRole(Rule[Bundle]):
    """Label adds strong rights to a built-in role.

    Everybody who holds `view`, `edit` or `admin` in any namespace has these
    rights from the day the label is applied; nobody who bound those roles
    was asked.

    Take the label off, and bind the role to those who need it.
    """

    severity = Severity.HIGH
    controls = ("CIS-1.12/5.1.3", "MITRE/T1098.006")
    needs = Needs(ROLE_KINDS)
    bad = (
        manifest(_example("view", "", "secrets", "get", "  # ! get secrets to 'view'")),
        manifest(_example("edit", "rbac.authorization.k8s.io", "rolebindings", "create", "  # ! 'edit'")),
    )
    good = (
        manifest(_example("view", "widgets.example.com", "widgets", "get, list, watch")),
        manifest(_example("edit", "widgets.example.com", "widgets", "create, delete")),
    )

    def check(self, bundle: Bundle) -> Iterator[Hit]:
        """A hit for every label by which a role that everybody knows gains what it is not meant to have."""
        for found in enlarged(bundle):
            where = "in the whole cluster" if found.is_cluster_wide else "in every namespace where it is bound"
            viewing = found.level == "view"
            yield self.hit(
                found.label,
                f"{found.role} adds {found.gain} to {found.root!r} {where}",
                severity=Severity.HIGH if viewing else Severity.MEDIUM,
                profile=Profile.DEFAULT if viewing else Profile.STRICT,
            )
