"""The catalogue against the table of bootstrap roles: every role has exactly the powers that the table lists."""

from __future__ import annotations

import pytest

from hullmark.linter.model.rbac.builtin import builtin_roles
from hullmark.linter.model.rbac.catalogue import BUILT_IN_POWERS, Effect
from hullmark.linter.model.rbac.evaluation import role_powers
from hullmark.linter.model.rbac.roles import RoleTable

ROLES = RoleTable([])
# The table was made for powers over the API itself: what third-party controllers add is not in it.
KNOWN = {power.name for power in BUILT_IN_POWERS} | {"full-cluster-control", "read-everything"}
# Listed in the table without these, which their fuller neighbours imply.
IMPLIED = {"config-map-write", "named-secret-read"}


@pytest.mark.parametrize("name", sorted(set(builtin_roles()) - {"cluster-admin"}))
def test_bootstrap_role_has_the_powers_of_the_table(name: str) -> None:
    entry = ROLES.resolve("ClusterRole", name, "")
    assert entry is not None
    listed = {power.removeprefix("rbac/") for power in builtin_roles()[name].powers}
    found = set(role_powers(entry, ROLES)) & KNOWN - IMPLIED
    if "read-everything" in listed:
        # A star covers objects whose names the table does not spell out.
        assert listed <= found
    else:
        assert found == listed


def test_cluster_admin_is_full_control() -> None:
    entry = ROLES.resolve("ClusterRole", "cluster-admin", "")
    assert entry is not None
    assert role_powers(entry, ROLES)["escalate-verb"] is Effect.TAKEOVER
