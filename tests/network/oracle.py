"""One connection at a time, by the letter of each kind's documentation, on plain data: slow, direct, without sets.

A place is a pod (its manifest) or an address. A pod in the network of its node is `host`. Nothing here is shared with
the engine that it judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from tests.network.oracle_calico import CalicoOracle
from tests.network.oracle_terms import (
    EGRESS,
    INGRESS,
    Call,
    Object,
    Place,
    labels,
    labels_match,
    named,
    strip,
)


class Oracle(CalicoOracle):
    """Answers for one cluster. `hosts_in_blocks`: whether nodes have addresses in every narrow block, or in none."""

    def allowed(self, call: Call) -> bool:
        """Whether both sides allow the connection."""
        return self.side(INGRESS, call) and self.side(EGRESS, call)

    def side(self, direction: str, call: Call) -> bool:
        """Whether one side allows it."""
        pod, peer = (call.target, call.source) if direction == INGRESS else (call.source, call.target)
        if not pod.is_pod or (direction == INGRESS and peer.is_host):
            return True
        assert pod.pod is not None
        if any(each["kind"] in ("NetworkPolicy", "GlobalNetworkPolicy") for each in self.calico):
            return self.by_calico(direction, pod.pod, peer, call)
        return self.by_kubernetes(direction, pod.pod, peer, call)

    # The tiers of Kubernetes, with Cilium in the middle.

    def by_kubernetes(self, direction: str, pod: Object, peer: Place, call: Call) -> bool:
        denies = self.once(self.cilium_rules, pod, f"{direction}Deny")
        if any(self.cilium_rule(*rule, direction, peer, call) for rule in denies):
            return False
        verdict = self.tier_verdict("Admin", direction, pod, peer, call)
        if verdict in ("Allow", "Deny"):
            return verdict == "Allow"
        isolated = matched = False
        for policy in self.once(self.plain_policies, pod, direction):
            isolated = True
            matched = matched or any(
                self.plain_rule(policy, rule, direction, peer, call) for rule in policy["spec"].get(direction) or []
            )
        for _, spec in self.once(self.cilium_specs, pod):
            by_default = bool(spec.get(direction) or spec.get(f"{direction}Deny"))
            isolated = isolated or spec.get("enableDefaultDeny", {}).get(direction, by_default)
        if isolated:
            return matched or any(
                self.cilium_rule(*rule, direction, peer, call) for rule in self.once(self.cilium_rules, pod, direction)
            )
        return self.tier_verdict("Baseline", direction, pod, peer, call) != "Deny"

    # NetworkPolicies.

    def cilium_specs(self, pod: Object) -> Iterator[tuple[str, Object]]:
        for policy in self.cilium:
            home = policy["metadata"].get("namespace", "")
            for spec in [*([policy["spec"]] if "spec" in policy else []), *policy.get("specs", [])]:
                if home in ("", pod["metadata"]["namespace"]) and labels_match(spec["endpointSelector"], labels(pod)):
                    yield home, spec

    def cilium_rules(self, pod: Object, field: str) -> Iterator[tuple[str, Object]]:
        for home, spec in self.cilium_specs(pod):
            for rule in spec.get(field, []):
                yield home, rule

    def cilium_rule(self, home: str, rule: Object, direction: str, peer: Place, call: Call) -> bool:
        side = "from" if direction == INGRESS else "to"
        fields = {key: value for key, value in rule.items() if key.startswith(side) and key != "toPorts"}
        if not fields and "toPorts" not in rule:
            return False
        if fields and not self.cilium_peers(home, side, fields, peer):
            return False
        return "toPorts" not in rule or any(
            self.cilium_port(port, call) for item in rule["toPorts"] for port in item["ports"]
        )

    def cilium_peers(self, home: str, side: str, fields: Object, peer: Place) -> bool:
        for field, items in fields.items():
            for item in items:
                match field.removeprefix(side):
                    case "Endpoints":
                        found = self.cilium_endpoint(home, item, peer)
                    case "Entities":
                        found = self.cilium_entity(item, peer)
                    case "CIDR":
                        found = not peer.pod and self.in_block(peer, item, [], pods=False)
                    case _:
                        found = not peer.pod and self.in_block(peer, item["cidr"], item["except"], pods=False)
                if found:
                    return True
        return False

    def cilium_endpoint(self, home: str, selector: Object, peer: Place) -> bool:
        if not peer.is_pod:
            return False
        assert peer.pod is not None
        space = peer.pod["metadata"]["namespace"]
        derived = {
            **labels(peer.pod),
            "io.kubernetes.pod.namespace": space,
            "io.cilium.k8s.policy.serviceaccount": peer.pod["spec"].get("serviceAccountName", "default"),
            **{f"io.cilium.k8s.namespace.labels.{key}": value for key, value in self.spaces[space].items()},
        }
        plain: Object = {
            "matchLabels": {strip(key): value for key, value in selector.get("matchLabels", {}).items()},
            "matchExpressions": [{**each, "key": strip(each["key"])} for each in selector.get("matchExpressions", [])],
        }
        keys = [*plain["matchLabels"], *(each["key"] for each in plain["matchExpressions"])]
        mentioned = any(
            key == "io.kubernetes.pod.namespace" or key.startswith("io.cilium.k8s.namespace") for key in keys
        )
        if home and not mentioned and space != home:
            return False
        return labels_match(plain, derived)

    def cilium_entity(self, entity: str, peer: Place) -> bool:
        match entity:
            case "all":
                return True
            case "cluster":
                return peer.pod is not None
            case "host":
                return peer.is_host
            case "world":
                return peer.pod is None
            case "world-ipv4":
                return peer.pod is None and ip_address(peer.address).version == 4
        return False

    def cilium_port(self, item: Object, call: Call) -> bool:
        protocol = item.get("protocol", "ANY")
        if call.protocol not in ("TCP", "UDP", "SCTP") or protocol not in ("ANY", call.protocol):
            return False
        if not item["port"].isdigit():
            return call.port in named(call.target, item["port"], call.protocol)
        number = int(item["port"])
        return number == 0 or number <= call.port <= item.get("endPort", number)

    # Calico.
