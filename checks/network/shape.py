"""Namespaces that are closed to others and open inside, and policies that have no power over what they select."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.checks.network.samples import CONTROLS, calico, namespace, pod, policy
from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.network_kinds import SOURCES, STAGED
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.network.analysis import network
from hullmark.linter.model.network.calico import staged
from hullmark.linter.model.network.deciding import allowing
from hullmark.linter.model.network.policy import Family
from hullmark.linter.model.network.subjects import NetworkNamespace, PlacedPolicy
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.rule import Hit, Needs, Row, Rule, because, several

_OWN_ONLY = policy(
    "own",
    """
    podSelector: {}
    ingress:
      - from:{mark}
          - podSelector: {}
    """.replace("{mark}", "  # ! pods of one application reach those of others"),
)
_WEB_ONLY = policy(
    "own",
    """
    podSelector: {}
    ingress:
      - from:
          - podSelector:
              matchLabels:
                app: web
    """,
)


def _flat(rule: Rule[NetworkNamespace], space: NetworkNamespace) -> Iterator[Hit]:
    if not space.denies_ingress or not space.is_flat:
        return
    names = {unit.labels.get("app.kubernetes.io/name") or unit.labels.get("app") for unit in space.units} - {None}
    if len(names) < 2:
        return
    pristine = space.home.pristine
    network = space.network
    for each in allowing(network, Direction.INGRESS, pristine, 1 << pristine, network.some_port):
        yield rule.hit(
            each,
            f"{space} is open inside: pods of one application reach those of others on every port that is not closed",
            *(because(unit, f"{unit} is one of them") for unit in space.units[:3]),
        )
        return


def _on_host_network(rule: Rule[PlacedPolicy], policy: PlacedPolicy) -> Iterator[Hit]:
    network = policy.network
    hosts = network.host_units_selected(policy.policy)
    if policy.policy.selector.absent or not hosts or network.has_units(policy.compiled.selected.possible):
        return
    if policy.selects_whole_namespaces:
        return  # it is about pods to come as well: a default deny is no mistake where no pod needs it yet
    yield rule.hit(
        policy.policy.selector,
        f"{policy} selects only pods that use the network of their node, over which it has no power",
        *(because(unit, f"{unit} runs with hostNetwork") for unit in hosts[:3]),
    )


def _staged_only(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    found = network(bundle)
    for resource in staged(bundle):
        space = "" if "Global" in resource.kind else bundle.namespace_of(resource).name
        pods = found.universe.pods_in(space) if space else found.universe.every_pod
        for direction in _directions(resource):
            if any(
                each.policy.isolates[direction] and each.selected.possible & pods
                for each in found.compiled
                if each.policy.family is Family.CALICO or resource.kind == "StagedKubernetesNetworkPolicy"
            ):
                continue
            where = f"namespace {space!r}" if space else "the cluster"
            yield rule.hit(resource, f"{resource} is only staged, and nothing else closes {where} for {direction.word}")
            break


def _directions(resource: Resource) -> tuple[Direction, ...]:
    spec = resource.cursor.get("spec")
    types = {item.text for name in ("types", "policyTypes") for item in spec.get(name).items()}
    if types:
        return tuple(direction for direction in Direction if direction.word.capitalize() in types)
    written = tuple(direction for direction in Direction if any(True for _ in spec.get(direction.word).items()))
    return written or (Direction.INGRESS,)


RULES = (
    Row(
        "network/flat-namespace",
        NetworkNamespace,
        "Pods of a namespace reach each other without limit.\n\n"
        "The namespace is closed to others, but one policy opens it to itself: whoever takes over one of its\n"
        "applications reaches the others, their databases and their admin ports.\n\n"
        "Allow each pair of applications that talk to each other, on the ports that they use.",
        _flat,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=CONTROLS,
        needs=Needs(SOURCES),
        bad=(several(namespace(), pod("web"), pod("ledger"), _OWN_ONLY),),
        good=(several(namespace(), pod("web"), pod("ledger"), _WEB_ONLY),),
    ),
    Row(
        "network/policy-on-host-network-pod",
        PlacedPolicy,
        "Network policy selects only pods of the host network.\n\n"
        "Such pods speak with the address of their node: no policy applies to them, and what it was meant to close\n"
        "stays open.\n\n"
        "Take the pods off the host network, or filter on the node itself (host endpoints, host policies).",
        _on_host_network,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        bad=(
            several(
                pod("agent", spec="hostNetwork: true"),
                policy("agent", "podSelector:  # ! network of their node\n  matchLabels:\n    app: agent"),
            ),
        ),
        good=(
            several(pod("agent"), policy("agent", "podSelector:\n  matchLabels:\n    app: agent")),
            several(pod("agent", spec="hostNetwork: true"), policy("default-deny", "podSelector: {}")),
        ),
    ),
    Row(
        "network/staged-policy-only",
        Bundle,
        "Network policy is only staged.\n\n"
        "A staged policy is watched and not enforced: until it is, everything that it would close is open.\n\n"
        "Enforce it: change the kind to `NetworkPolicy` or `GlobalNetworkPolicy`.",
        _staged_only,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("CIS-1.12/5.3.2",),
        needs=Needs(STAGED),
        bad=(
            several(
                calico("web  # ! only staged", "selector: app == 'web'\ntypes: [Ingress]").replace(
                    "kind: NetworkPolicy", "kind: StagedNetworkPolicy"
                )
            ),
        ),
        good=(several(calico("web", "selector: app == 'web'\ntypes: [Ingress]")),),
    ),
)
