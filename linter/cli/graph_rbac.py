"""`hullmark graph rbac`: who can do what, and why."""

from __future__ import annotations

from hullmark.linter.cli.access import gathered
from hullmark.linter.cli.stop import INCOMPLETE
from hullmark.linter.cli.terminal import show
from hullmark.linter.manifest.globs import name_glob
from hullmark.linter.model.rbac.shared import HeldPower
from hullmark.linter.report.graph_rbac import FORMATS, Row, rows


class Wanted:
    """Filters: globs of subjects and powers, names of namespaces; empty ones let everything pass."""

    __slots__ = ("namespace", "power", "subject")

    def __init__(self, *, subject: str, power: str, namespace: str) -> None:
        self.subject = subject
        self.power = power
        self.namespace = namespace

    def matches(self, row: Row) -> bool:
        """Whether an edge passes. A power over the cluster is one over every namespace."""
        if self.subject and not name_glob(f"*{self.subject}*").fullmatch(row.subject):
            return False
        if self.power and not name_glob(self.power.removeprefix("rbac/")).fullmatch(row.power):
            return False
        return not self.namespace or row.scope == "cluster" or self.namespace in row.scope.split(", ")


def graph_rbac(paths: tuple[str, ...], form: str, wanted: Wanted, config: str) -> int:
    """Prints the edges that pass the filters; exit code 3 where a file could not be read."""
    found = gathered(paths, config)
    edges = [row for bundle in found.workspace.bundles for row in rows(HeldPower.among(bundle)) if wanted.matches(row)]
    show(FORMATS[form](edges))
    return INCOMPLETE if any(problem.incomplete for problem in found.problems) else 0
