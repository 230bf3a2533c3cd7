"""The catalogue of powers: which atoms make one, what it is worth, which others it implies.

Only facts live here; texts, severities and examples live with the rules of family `rbac`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from typing import Any

from hullmark.linter.manifest.facts import table
from hullmark.linter.model.rbac.atoms import Alternative, Atom, AtomIndex, expression
from hullmark.linter.named_tuple import NamedTuple


class Effect(IntEnum):
    """What a power amounts to, weakest first; NONE where it cannot be held at that scope."""

    NONE = 0
    INFORMATION = 1
    INTEGRITY = 2
    WORKLOAD = 3
    NAMESPACE = 4
    SECRETS = 5
    NODE = 6
    TAKEOVER = 7

    @property
    def label(self) -> str:
        """Lower-case name."""
        return self.name.lower()


T, N, S, NS, WL, IN, INFO, NO = (
    Effect.TAKEOVER,
    Effect.NODE,
    Effect.SECRETS,
    Effect.NAMESPACE,
    Effect.WORKLOAD,
    Effect.INTEGRITY,
    Effect.INFORMATION,
    Effect.NONE,
)


class Power(NamedTuple):
    """One row. `acts` marks powers that let the holder act as accounts of the namespace (raised to
    takeover where a powerful account lives); `reads` those that show Secrets; `named` says what a
    power held only for certain names is worth (None: not reported).
    """

    name: str
    when: str
    cluster: Effect
    namespace: Effect
    acts: bool = False
    reads: bool = False
    named: Effect | None = None

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Parsed `when`."""
        return expression(self.when)


WRITE_NETWORK = (
    "net/networkpolicies,polnet/{adminnetworkpolicies,baselineadminnetworkpolicies,clusternetworkpolicies},"
    "cilium.io/{ciliumnetworkpolicies,ciliumclusterwidenetworkpolicies},"
    "projectcalico.org/{networkpolicies,globalnetworkpolicies,tiers},"
    "crd.projectcalico.org/{networkpolicies,globalnetworkpolicies,tiers},"
    "k8s.cni.cncf.io/network-attachment-definitions"
)
ROUTES = (
    "net/ingresses,gateway/{gateways,httproutes,grpcroutes,tlsroutes,tcproutes,listenersets},route.openshift.io/routes,"
    "getambassador.io/{mappings,hosts,tcpmappings,modules},traefik.io/ingressroutes,projectcontour.io/httpproxies,"
    "networking.istio.io/{gateways,virtualservices}"
)
MESH = (
    "networking.istio.io/{envoyfilters,destinationrules,serviceentries,workloadentries},"
    "security.istio.io/{authorizationpolicies,peerauthentications,requestauthentications},policy.linkerd.io/*"
)
CONTROLLERS = "apps/{deployments,daemonsets,statefulsets,replicasets}"
RBAC_OBJECTS = "rbac/{roles,clusterroles,rolebindings,clusterrolebindings}"

BUILT_IN_POWERS: tuple[Power, ...] = (
    Power(
        "escalate-verb",
        "escalate rbac/clusterroles + M rbac/clusterroles or escalate rbac/roles + M rbac/roles",
        T, NS, acts=True, named=NS,
    ),
    Power(
        "bind-verb",
        "bind rbac/clusterroles + W rbac/{clusterrolebindings,rolebindings} or bind rbac/roles + W rbac/rolebindings",
        T, NS, acts=True, named=NS,
    ),
    Power("latent-bind-or-escalate", "bind|escalate rbac/{clusterroles,roles}", IN, IN, named=IN),
    Power("binding-write-without-bind", "W rbac/{clusterrolebindings,rolebindings}", IN, IN),
    Power("role-write-without-escalate", "W rbac/{clusterroles,roles}", IN, IN),
    Power("role-or-binding-delete", f"D {RBAC_OBJECTS}", IN, IN),
    Power(
        "impersonate-users-or-groups",
        "impersonate core/users or impersonate core/groups + impersonate core/{users,serviceaccounts}",
        T, NO, named=WL,
    ),
    Power("impersonate-service-accounts", "impersonate core/serviceaccounts", T, NS, acts=True, named=WL),
    Power("impersonate-extras", "impersonate authn/{userextras/*,uids}", WL, NO),
    Power("service-account-token-create", "create core/serviceaccounts/token", T, NS, acts=True, named=NO),
    Power("secret-read", "R core/secrets", S, WL, reads=True),
    Power("named-secret-read", "R core/secrets", INFO, INFO, named=INFO),
    Power(
        "token-secret-forge",
        "create core/secrets + R core/secrets or create core/secrets + create core/pods",
        T, NS, acts=True,
    ),
    Power("service-account-write", "create core/serviceaccounts or M core/serviceaccounts", WL, WL),
    Power("secret-write", "W|D core/secrets", WL, IN, named=INFO),
    Power(
        "certificate-approve",
        "M certs/certificatesigningrequests/approval + approve certs/signers",
        NS, NO, named=NS,
    ),
    Power("certificate-sign", "M certs/certificatesigningrequests/status + sign certs/signers", WL, NO, named=WL),
    Power("pod-create", "create core/pods", T, NS, acts=True),
    Power(
        "workload-create",
        f"create {CONTROLLERS},batch/{{jobs,cronjobs}},core/replicationcontrollers",
        T, NS, acts=True,
    ),
    Power(
        "workload-modify",
        f"M {CONTROLLERS},batch/{{jobs,cronjobs}},core/replicationcontrollers",
        T, NS, acts=True, named=WL,
    ),
    Power("pod-modify", "M core/pods", T, NS, acts=True, named=WL),
    Power(
        "workload-delete",
        f"D core/{{pods,replicationcontrollers}},{CONTROLLERS},batch/{{jobs,cronjobs}} or create core/pods/eviction",
        WL, IN,
    ),
    Power("pod-exec", "create core/pods/exec or get core/pods/exec", T, NS, acts=True, named=WL),
    Power("pod-attach", "create core/pods/attach or get core/pods/attach", NS, WL, acts=True, named=WL),
    Power("ephemeral-container-write", "M core/pods/ephemeralcontainers", T, NS, acts=True, named=WL),
    Power("pod-port-forward", "create core/pods/portforward or get core/pods/portforward", WL, WL, named=INFO),
    Power(
        "pod-or-service-proxy",
        "get|create|update|patch|delete core/{pods/proxy,services/proxy}",
        WL, WL, named=INFO,
    ),
    Power("kubelet-api-proxy", "get|create core/nodes/proxy", T, NO, named=T),
    Power(
        "kubelet-data-read",
        "get core/nodes/log or create core/{nodes/checkpoint,pods/checkpoint}"
        " or get core/{nodes/configz,nodes/pods,nodes/spec}",
        WL, NO,
    ),
    Power(
        "pod-steal",
        "M core/{nodes,nodes/status} + D core/pods or M core/{nodes,nodes/status} + create core/pods/eviction"
        " or M core/{nodes,nodes/status} + M core/pods/status or delete core/nodes + D core/pods"
        " or delete core/nodes + create core/pods/eviction or delete core/nodes + M core/pods/status",
        WL, NO,
    ),
    Power("pod-placement", "create core/{pods/binding,bindings}", WL, IN),
    Power("node-write", "W core/nodes or M core/nodes/status or delete core/nodes", WL, NO),
    Power("pod-status-write", "M core/pods/status", WL, IN),
    Power("persistent-volume-create", "create core/persistentvolumes", WL, NO),
    Power("storage-driver-write", "W storage/{csidrivers,storageclasses,volumeattachments}", WL, NO),
    Power("runtime-class-write", "W node/runtimeclasses", IN, NO),
    Power(
        "device-admin-access",
        "W dra/deviceclasses or create dra/{resourceclaims,resourceclaimtemplates}",
        WL, WL,
    ),
    Power(
        "admission-webhook-write",
        "W admission/mutatingwebhookconfigurations or W admission/validatingwebhookconfigurations"
        " or D admission/{mutatingwebhookconfigurations,validatingwebhookconfigurations}",
        T, NO, named=T,
    ),
    Power(
        "admission-policy-write",
        "M admission/mutatingadmissionpolicies"
        " or create admission/mutatingadmissionpolicies + create admission/mutatingadmissionpolicybindings"
        " or M|D admission/{validatingadmissionpolicies,validatingadmissionpolicybindings}",
        T, NO,
    ),
    Power("api-service-write", "W apireg/apiservices", NS, NO),
    Power("custom-resource-definition-write", "W|D apiext/customresourcedefinitions", NS, NO, named=INFO),
    Power("namespace-modify", "M core/namespaces", NS, WL, acts=True),
    Power("namespace-delete", "delete core/namespaces", WL, IN),
    Power("network-policy-write", f"W|D {WRITE_NETWORK}", WL, WL),
    Power("quota-write", "W|D core/{resourcequotas,limitranges}", IN, IN),
    Power("critical-config-map-write", "M core/configmaps", NS, WL, named=NS),
    Power("config-map-write", "M core/configmaps", NO, INFO),
    Power("event-delete", "D core/events,events.k8s.io/events", IN, IN),
    Power("pod-log-read", "get core/pods/log", IN, INFO),
    Power("lease-write", "W coord/leases", IN, NO),
    Power("flow-control-write", "W flow/{flowschemas,prioritylevelconfigurations}", IN, NO),
    Power("trust-bundle-write", "W certs/clustertrustbundles", WL, NO),
    Power("service-write", "W core/services", WL, IN),
    Power("service-status-write", "M core/services/status", WL, IN),
    Power("endpoint-write", "W core/endpoints,discovery/endpointslices", WL, WL),
    Power("ingress-or-route-write", f"W {ROUTES}", WL, IN),
    Power("service-mesh-write", f"W {MESH}", NS, WL),
)  # fmt: skip


class Category(NamedTuple):
    """A power over third-party resources that amounts to more than the resources themselves."""

    power: str
    verbs: str
    cluster: Effect
    namespace: Effect
    acts: bool = False


CATEGORIES = {
    "run-code": Category("custom-workload-create", "W", T, NS, acts=True),
    "deployer": Category("deployment-operator-write", "W", T, NS, acts=True),
    "outer-secret": Category("external-secret-create", "W", S, WL),
    "policy-engine": Category("policy-engine-write", "W|D", NS, IN),
    "issuer": Category("certificate-issuer-write", "W", WL, WL),
    "cloud": Category("cloud-resource-write", "W", NS, WL),
    "machine": Category("machine-config-write", "W", N, N),
    "backup": Category("backup-restore-write", "W", S, WL),
    "tenant": Category("tenant-propagation-write", "W", NS, WL),
}


def _third_party() -> Iterator[Power]:
    """A power for each category of the facts table."""
    where: dict[str, list[str]] = {name: [] for name in CATEGORIES}
    entries: Any = table("third_party_powers")
    for row in entries["entries"]:
        where[row["category"]].append(f"{row['group']}/{{{','.join(row['resources'])}}}")
    for name, category in CATEGORIES.items():
        when = f"{category.verbs} {','.join(where[name])}"
        yield Power(category.power, when, category.cluster, category.namespace, category.acts)


POWERS: tuple[Power, ...] = (*BUILT_IN_POWERS, *_third_party())

CHAINS: tuple[tuple[str, ...], ...] = (
    ("pod-create", "workload-create", "custom-workload-create", "workload-modify", "pod-modify"),
    ("pod-exec", "ephemeral-container-write", "pod-attach"),
    ("pod-or-service-proxy", "pod-port-forward"),
    ("token-secret-forge", "secret-write"),
    ("secret-read", "named-secret-read"),
    ("critical-config-map-write", "config-map-write"),
    ("escalate-verb", "latent-bind-or-escalate", "role-write-without-escalate"),
    ("escalate-verb", "latent-bind-or-escalate", "binding-write-without-bind"),
    ("bind-verb", "latent-bind-or-escalate", "role-write-without-escalate"),
    ("bind-verb", "latent-bind-or-escalate", "binding-write-without-bind"),
)
"""Lines of dominance: the first satisfied member hides the others at the same or narrower scope."""


@cache
def power_index() -> AtomIndex:
    """Index over the atoms of the whole catalogue."""
    atoms: set[Atom] = set()
    for power in POWERS:
        for alternative in power.alternatives:
            atoms.update(alternative.atoms)
    return AtomIndex(frozenset(atoms))
