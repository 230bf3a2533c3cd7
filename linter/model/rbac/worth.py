"""What a satisfied power is worth: rows of the catalogue that one column cannot say.

Each function answers for one power: an effect, or None where what is held amounts to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hullmark.linter.model.rbac.atoms import Atom, Hold, expression
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.identity import MASTERS, Identity, account, group
from hullmark.linter.model.rbac.policy import CLUSTER
from hullmark.linter.model.rbac.powers import Satisfied
from hullmark.linter.model.rbac.surroundings import Surroundings
from hullmark.linter.named_tuple import NamedTuple

POD_CREATE_LINE = frozenset(
    {"pod-create", "workload-create", "custom-workload-create", "workload-modify", "pod-modify"}
)
HARMLESS = frozenset({Effect.NONE, Effect.INFORMATION, Effect.INTEGRITY})


class Situation(NamedTuple):
    """What else is known when a power is judged.

    `effects` is what identities were found to be worth before anything was raised; `role_effect`
    gives the worth of a role by kind and name, None where it is not known. `around` is what the
    input says besides; `roots` are the scopes at which the identity holds an aggregating role.
    """

    who: Identity
    held: Mapping[Atom, list[Hold]]
    names: Mapping[str, frozenset[str]]
    effects: Mapping[Identity, Effect]
    role_effect: Callable[[str, str, str], Effect | None]
    around: Surroundings
    roots: frozenset[str]

    def holds(self, atom: str, scope: str) -> bool:
        """Whether an atom, written as in the catalogue, is held at `scope` for any name."""
        (alternative,) = expression(atom)
        found = self.held.get(alternative.atoms[0], [])
        return any(hold.scope in (scope, CLUSTER) and hold.names is None for hold in found)

    def satisfies(self, power: str, scope: str) -> bool:
        """Whether the identity has another power at `scope`."""
        scopes = self.names.get(power, frozenset())
        return scope in scopes or CLUSTER in scopes


Worth = Callable[[Satisfied, Situation], "Effect | None"]


def worth(found: Satisfied, situation: Situation) -> Effect | None:
    """Effect of a satisfied power before it is raised, or None where it is not worth a finding."""
    special = _SPECIAL.get(found.power.name)
    if special is not None:
        return special(found, situation)
    return _plain(found)


def _plain(found: Satisfied) -> Effect | None:
    power = found.power
    full = power.cluster if found.scope == CLUSTER else power.namespace
    if found.names is not None:
        if power.named is None:
            return None
        return min(power.named, full) if full is not Effect.NONE else None
    return full if full is not Effect.NONE else None


def _escalate(found: Satisfied, situation: Situation) -> Effect | None:
    if found.names is not None and not _intersects(found):
        return None
    return found.power.cluster if found.scope == CLUSTER else found.power.namespace


def _intersects(found: Satisfied) -> bool:
    sets = [hold.names for hold in found.holds if hold.names is not None]
    return bool(frozenset.intersection(*sets)) if sets else True


def _bind(found: Satisfied, situation: Situation) -> Effect | None:
    full = found.power.cluster if found.scope == CLUSTER else found.power.namespace
    bind = found.holds[0]
    if bind.names is None:
        return full
    kind = "ClusterRole" if bind.key[1] == "clusterroles" else "Role"
    known = [situation.role_effect(kind, name, found.scope) for name in sorted(bind.names)]
    strongest = max((Effect.NAMESPACE if effect is None else effect for effect in known), default=Effect.NONE)
    return None if strongest in HARMLESS else min(strongest, full)


def _latent(found: Satisfied, situation: Situation) -> Effect | None:
    if situation.satisfies("bind-verb", found.scope) or situation.satisfies("escalate-verb", found.scope):
        return None
    creates = situation.holds("create rbac/clusterroles", found.scope)
    if (
        found.scope == CLUSTER
        and situation.roots
        and creates
        and situation.holds("escalate rbac/clusterroles", CLUSTER)
    ):
        # A new role that carries the label of one that the identity holds becomes part of it.
        return Effect.TAKEOVER if situation.roots & {CLUSTER, "kube-system"} else Effect.NAMESPACE
    return Effect.INTEGRITY


def _binding_write(found: Satisfied, situation: Situation) -> Effect | None:
    if situation.holds("bind rbac/clusterroles", found.scope) or situation.holds("bind rbac/roles", found.scope):
        return None
    return _plain(found)


def _role_write(found: Satisfied, situation: Situation) -> Effect | None:
    if situation.holds("escalate rbac/clusterroles", found.scope) or situation.holds(
        "escalate rbac/roles", found.scope
    ):
        return None
    return _plain(found)


def _impersonate_users(found: Satisfied, situation: Situation) -> Effect | None:
    if found.names is None:
        return _plain(found)
    kind = "Group" if found.holds[0].key[1] == "groups" else "User"
    if kind == "Group" and MASTERS in found.names:
        return Effect.TAKEOVER
    worths = [situation.effects.get(group(name) if kind == "Group" else Identity("User", name)) for name in found.names]
    return max((Effect.WORKLOAD if effect is None else effect for effect in worths), default=Effect.WORKLOAD)


def _named_account(silent: bool) -> Worth:
    def judge(found: Satisfied, situation: Situation) -> Effect | None:
        if found.names is None:
            return _plain(found)
        spaces = {who.namespace for who in situation.effects} if found.scope == CLUSTER else {found.scope}
        strongest = max(
            (situation.effects.get(account(space, name), Effect.NONE) for space in spaces for name in found.names),
            default=Effect.NONE,
        )
        if strongest is Effect.NONE:
            return None if silent else Effect.WORKLOAD
        return strongest

    return judge


def _extras(found: Satisfied, situation: Situation) -> Effect | None:
    for power in ("impersonate-users-or-groups", "impersonate-service-accounts"):
        if situation.satisfies(power, found.scope):
            return None
    return _plain(found)


def _named_secret(found: Satisfied, situation: Situation) -> Effect | None:
    if found.names is None:
        return None
    telling = ("kubeconfig", "admin", "root", "ca-key", "bootstrap-token-")
    if any(word in name.lower() for name in found.names for word in telling):
        return Effect.WORKLOAD
    tokens = (situation.around.account_of_secret(found.scope, name) for name in found.names)
    strongest = max((situation.effects.get(who, Effect.NONE) for who in tokens if who), default=Effect.NONE)
    return Effect.INFORMATION if strongest in HARMLESS else Effect.WORKLOAD


def _secret_forge(found: Satisfied, situation: Situation) -> Effect | None:
    # The attacker chooses the name of the Secret, so that a named read will do: if there is none of that name yet, or
    # it can be deleted. To create freely and to read by name is how a controller keeps to its own Secret.
    if found.holds[0].names is not None:
        return None
    full = found.power.cluster if found.scope == CLUSTER else found.power.namespace
    read = found.holds[1]
    if read.names is None or read.key[1] != "secrets":
        return full
    (alternative,) = expression("W|D core/secrets")
    frees = any(
        hold.policy.has_verb("delete") and (hold.names is None or hold.names & read.names)
        for hold in situation.held.get(alternative.atoms[0], [])
        if hold.scope in (found.scope, CLUSTER)
    )
    return full if frees else min(full, Effect.WORKLOAD)


_STRONG_SIGNERS = frozenset(
    {
        "kubernetes.io/kube-apiserver-client",
        "kubernetes.io/kube-apiserver-client-kubelet",
        "kubernetes.io/*",
    }
)


def _approve(found: Satisfied, situation: Situation) -> Effect | None:
    signers = found.holds[1].names
    if found.holds[0].names is not None:
        return None
    if signers is not None and not signers & _STRONG_SIGNERS:
        return Effect.WORKLOAD if any(name.startswith("kubernetes.io/") for name in signers) else None
    create = situation.holds("create certs/certificatesigningrequests", CLUSTER)
    return Effect.TAKEOVER if create else Effect.NAMESPACE


def _sign(found: Satisfied, situation: Situation) -> Effect | None:
    signers = found.holds[1].names
    if signers is None or any(name.startswith("kubernetes.io/") for name in signers):
        return Effect.WORKLOAD
    return None


def _kubelet_data(found: Satisfied, situation: Situation) -> Effect | None:
    if found.names is not None or found.scope != CLUSTER:
        return None
    quiet = {"nodes/configz", "nodes/pods", "nodes/spec"}
    return Effect.INFORMATION if found.holds[0].key[1] in quiet else Effect.WORKLOAD


def _volume(found: Satisfied, situation: Situation) -> Effect | None:
    plain = _plain(found)
    if plain is None:
        return None
    runs = any(situation.satisfies(power, CLUSTER) for power in POD_CREATE_LINE)
    return Effect.NODE if runs and situation.holds("create core/persistentvolumeclaims", CLUSTER) else plain


def _webhook(found: Satisfied, situation: Situation) -> Effect | None:
    hold = found.holds[0]
    if hold.verb in ("delete", "deletecollection"):
        return Effect.NAMESPACE
    return Effect.TAKEOVER if hold.key[1].startswith("mutating") else Effect.SECRETS


def _admission_policy(found: Satisfied, situation: Situation) -> Effect | None:
    if found.names is not None:
        return None
    return Effect.TAKEOVER if found.holds[0].key[1].startswith("mutating") else Effect.NAMESPACE


def _account_write(found: Satisfied, situation: Situation) -> Effect | None:
    """Changing an account with a cloud identity changes whose; creating one that a binding waits for is being it."""
    if found.names is not None:
        return None
    if found.holds[0].verb != "create":
        return Effect.WORKLOAD if situation.around.has_cloud_account(found.scope) else None
    waiting = [
        effect
        for who, effect in situation.effects.items()
        if found.scope in (CLUSTER, who.namespace) and who != situation.who and situation.around.is_dangling(who)
    ]
    strongest = max(waiting, default=Effect.NONE)
    return None if strongest is Effect.NONE else strongest


def _session(found: Satisfied, situation: Situation) -> Effect | None:
    """Since Kubernetes 1.35 a websocket needs `create` besides `get`, which is then inert."""
    if found.holds[0].verb == "get" and situation.around.context.at_least(1, 35):
        return Effect.INFORMATION
    return _plain(found)


def _workload_modify(found: Satisfied, situation: Situation) -> Effect | None:
    if found.names is None:
        return _plain(found)
    accounts = situation.around.accounts_of_workloads(found.scope, found.names)
    worths = [situation.effects.get(who, Effect.NONE) for who in accounts if who != situation.who]
    return max([Effect.WORKLOAD, *worths])


def _devices(found: Satisfied, situation: Situation) -> Effect | None:
    if found.names is not None:
        return None
    if found.holds[0].key[1] == "deviceclasses":
        return Effect.WORKLOAD if found.scope == CLUSTER else None
    return Effect.WORKLOAD if situation.around.allows_admin_devices(found.scope) else None


_CONFIG_MAPS = frozenset({"coredns", "kube-proxy", "kubeadm-config", "extension-apiserver-authentication"})


def _config_map(found: Satisfied, situation: Situation) -> Effect | None:
    system = found.scope in (CLUSTER, "kube-system")
    if found.names is None:
        if not system:
            return None
        return Effect.TAKEOVER if situation.around.is_eks else Effect.NAMESPACE
    if system and "aws-auth" in found.names:
        return Effect.TAKEOVER
    if "cluster-info" in found.names and found.scope in (CLUSTER, "kube-public"):
        return Effect.NAMESPACE
    if system and any(name in _CONFIG_MAPS or name.startswith("kubelet-config") for name in found.names):
        return Effect.NAMESPACE
    return Effect.WORKLOAD if situation.around.steers_guard(found.scope, found.names) else None


def _ordinary_config_map(found: Satisfied, situation: Situation) -> Effect | None:
    if found.names is not None or found.scope in (CLUSTER, "kube-system"):
        return None
    return Effect.INFORMATION if situation.around.mounts_config_maps(found.scope) else None


def _lease(found: Satisfied, situation: Situation) -> Effect | None:
    if found.names is not None or found.scope not in (CLUSTER, "kube-system", "kube-node-lease"):
        return None
    return Effect.INTEGRITY


def _at_cluster_scope(found: Satisfied, situation: Situation) -> Effect | None:
    return found.power.cluster if found.scope == CLUSTER else None


_SPECIAL: dict[str, Worth] = {
    "escalate-verb": _escalate,
    "bind-verb": _bind,
    "latent-bind-or-escalate": _latent,
    "binding-write-without-bind": _binding_write,
    "role-write-without-escalate": _role_write,
    "impersonate-users-or-groups": _impersonate_users,
    "impersonate-service-accounts": _named_account(silent=False),
    "impersonate-extras": _extras,
    "service-account-token-create": _named_account(silent=True),
    "named-secret-read": _named_secret,
    "service-account-write": _account_write,
    "token-secret-forge": _secret_forge,
    "certificate-approve": _approve,
    "certificate-sign": _sign,
    "workload-modify": _workload_modify,
    "pod-exec": _session,
    "pod-attach": _session,
    "pod-port-forward": _session,
    "device-admin-access": _devices,
    "kubelet-data-read": _kubelet_data,
    "persistent-volume-create": _volume,
    "admission-webhook-write": _webhook,
    "admission-policy-write": _admission_policy,
    "critical-config-map-write": _config_map,
    "config-map-write": _ordinary_config_map,
    "lease-write": _lease,
    "kubelet-api-proxy": _at_cluster_scope,
}
