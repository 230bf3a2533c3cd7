"""The oracle for plain policies and for Calico: first match in ordered tiers, by the letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar

from tests.network.oracle_terms import (
    EGRESS,
    INGRESS,
    TIER_KINDS,
    Call,
    Object,
    Place,
    calico_ports,
    calico_types,
    is_plain,
    labels,
    labels_match,
    name,
    named,
    selector_matches,
)

T = TypeVar("T")


class PlainOracle:
    """Policies of Kubernetes itself, and blocks of addresses."""

    def __init__(self, objects: list[Object], hosts_in_blocks: bool = False) -> None:
        self.objects = objects
        self.hosts_in_blocks = hosts_in_blocks
        self.spaces = {
            each["metadata"]["name"]: {
                **each["metadata"].get("labels", {}),
                "kubernetes.io/metadata.name": each["metadata"]["name"],
            }
            for each in objects
            if each["kind"] == "Namespace"
        }
        self.cilium = [each for each in objects if each["apiVersion"].startswith("cilium.io")]
        self.calico = [each for each in objects if "projectcalico.org" in each["apiVersion"]]
        self.known: dict[tuple[object, ...], Any] = {}

    def once(self, find: Callable[..., Iterable[T]], pod: Object, *more: object) -> list[T]:
        """What applies to a pod is looked for once, however many connections are asked about."""
        key = (find.__name__, id(pod), *more)
        if key not in self.known:
            self.known[key] = list(find(pod, *more))
        found: list[T] = self.known[key]
        return found

    def in_block(self, place: Place, cidr: str, excepted: list[str], *, pods: bool) -> bool:
        everything = cidr in ("0.0.0.0/0", "::/0") and not excepted
        if place.is_host:
            return everything or self.hosts_in_blocks
        if place.pod is not None:
            return pods and everything
        address = ip_address(place.address)
        return address in ip_network(cidr) and not any(address in ip_network(each) for each in excepted)

    def plain_policies(self, pod: Object, direction: str) -> Iterator[Object]:
        for policy in self.objects:
            if policy["apiVersion"] != "networking.k8s.io/v1":
                continue
            spec = policy["spec"]
            types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]
            if (
                policy["metadata"]["namespace"] == pod["metadata"]["namespace"]
                and direction.capitalize() in types
                and labels_match(spec.get("podSelector") or {}, labels(pod))
            ):
                yield policy

    def plain_rule(self, policy: Object, rule: Object, direction: str, peer: Place, call: Call) -> bool:
        peers = rule.get("from" if direction == INGRESS else "to")
        if peers and not any(self.plain_peer(policy, each, peer) for each in peers):
            return False
        ports = rule.get("ports")
        return not ports or any(self.plain_port(each, call) for each in ports)

    def plain_peer(self, policy: Object, item: Object, peer: Place) -> bool:
        if item.get("ipBlock") is not None:
            return self.in_block(peer, item["ipBlock"]["cidr"], item["ipBlock"].get("except", []), pods=False)
        if not peer.is_pod:
            return False
        assert peer.pod is not None
        home = peer.pod["metadata"]["namespace"]
        if item.get("namespaceSelector") is None:
            if home != policy["metadata"]["namespace"]:
                return False
        elif not labels_match(item["namespaceSelector"], self.spaces[home]):
            return False
        return item.get("podSelector") is None or labels_match(item["podSelector"], labels(peer.pod))

    def plain_port(self, item: Object, call: Call) -> bool:
        if call.protocol != item.get("protocol", "TCP"):
            return False
        port: Any = item.get("port")
        if port is None:
            return True
        if isinstance(port, str):
            return call.port in named(call.target, port, call.protocol)
        return bool(port <= call.port <= item.get("endPort", port))

    # The tiers above and below.

    def tier_verdict(self, tier: str, direction: str, pod: Object, peer: Place, call: Call) -> str:
        for policy in self.once(self.tier_subjects, pod, tier):
            for rule in policy["spec"].get(direction, []):
                verdict = self.tier_rule(rule, direction, peer, call)
                if verdict == "Pass":
                    return "Pass"
                if verdict:
                    return verdict
        return ""

    def tier_subjects(self, pod: Object, tier: str) -> list[Object]:
        own = [each for each in self.tier_policies(tier) if self.pods_match(each["spec"]["subject"], Place(pod))]
        return sorted(own, key=lambda one: (one["spec"].get("priority", 1000), name(one)))

    def tier_policies(self, tier: str) -> list[Object]:
        return [
            each
            for each in self.objects
            if (each["kind"] == "AdminNetworkPolicy" and tier == "Admin")
            or (each["kind"] == "BaselineAdminNetworkPolicy" and tier == "Baseline")
            or (each["kind"] == "ClusterNetworkPolicy" and each["spec"]["tier"] == tier)
        ]

    def tier_rule(self, rule: Object, direction: str, peer: Place, call: Call) -> str:
        action: str = "Allow" if rule["action"] == "Accept" else rule["action"]
        matched = False
        for item in rule["from" if direction == INGRESS else "to"]:
            if "namespaces" in item or "pods" in item:
                matched = matched or self.pods_match(item, peer)
            elif "networks" in item and direction == EGRESS:
                matched = matched or any(self.in_block(peer, cidr, [], pods=True) for cidr in item["networks"])
            elif action != "Allow":
                # Nobody knows what this peer is: fail closed.
                action, matched = "Deny", True
        ports = [*rule.get("ports", []), *rule.get("protocols", [])]
        if ports and not any(self.tier_port(each, call) for each in ports):
            matched = False
        return action if matched else ""

    def pods_match(self, item: Object, peer: Place) -> bool:
        if not peer.is_pod:
            return False
        assert peer.pod is not None
        space = self.spaces[peer.pod["metadata"]["namespace"]]
        if "namespaces" in item:
            return labels_match(item["namespaces"], space)
        return labels_match(item["pods"]["namespaceSelector"], space) and labels_match(
            item["pods"]["podSelector"], labels(peer.pod)
        )

    def tier_port(self, item: Object, call: Call) -> bool:
        if "portNumber" in item:
            return bool((call.protocol, call.port) == (item["portNumber"]["protocol"], item["portNumber"]["port"]))
        if "portRange" in item:
            span = item["portRange"]
            return bool(call.protocol == span["protocol"] and span["start"] <= call.port <= span["end"])
        port_name = item.get("namedPort") or item.get("destinationNamedPort")
        if port_name:
            return call.port in named(call.target, port_name, call.protocol)
        own: Object | None = item.get(call.protocol.lower())
        if own is None:
            return False
        port = own.get("destinationPort")
        if port is None:
            return True
        if "number" in port:
            return bool(call.port == port["number"])
        return bool(port["range"]["start"] <= call.port <= port["range"]["end"])

    # Cilium.


class CalicoOracle(PlainOracle):
    """Policies of Calico, among which those of Kubernetes are one tier."""

    def by_calico(self, direction: str, pod: Object, peer: Place, call: Call) -> bool:
        for tier, passes in self.calico_tiers():
            applied = decided = False
            for policy in self.once(self.calico_policies, pod, tier, direction):
                applied = applied or policy["kind"] not in TIER_KINDS
                verdict = self.calico_verdict(policy, direction, pod, peer, call)
                if verdict in ("Allow", "Deny"):
                    return verdict == "Allow"
                if verdict == "Pass":
                    decided = True
                    break
            if applied and not decided and not passes:
                return False
        return True

    def calico_tiers(self) -> list[tuple[str, bool]]:
        tiers = [("kube-admin", 1000.0, True), ("default", 1e6, False), ("kube-baseline", 1e7, True)]
        for each in self.calico:
            if each["kind"] == "Tier":
                tiers.append((name(each), each["spec"]["order"], each["spec"].get("defaultAction") == "Pass"))
        return [(tier, passes) for tier, _, passes in sorted(tiers, key=lambda one: one[1])]

    def calico_policies(self, pod: Object, tier: str, direction: str) -> list[Object]:
        if tier in ("kube-admin", "kube-baseline"):
            return self.tier_subjects(pod, "Admin" if tier == "kube-admin" else "Baseline")
        found = [
            each
            for each in self.calico
            if each["kind"] in ("NetworkPolicy", "GlobalNetworkPolicy")
            and each["spec"]["tier"] == tier
            and direction.capitalize() in calico_types(each["spec"])
            and self.calico_applies(each, pod)
        ]
        if tier == "default":
            found += self.plain_policies(pod, direction)
        return sorted(found, key=lambda one: (one["spec"].get("order", 1000 if is_plain(one) else 1e99), name(one)))

    def calico_applies(self, policy: Object, pod: Object) -> bool:
        home = policy["metadata"].get("namespace")
        if home is not None and home != pod["metadata"]["namespace"]:
            return False
        spaces = policy["spec"].get("namespaceSelector")
        if spaces is not None and not self.calico_space(spaces, pod["metadata"]["namespace"]):
            return False
        return selector_matches(policy["spec"].get("selector") or "all()", self.calico_labels(pod))

    def calico_labels(self, pod: Object) -> dict[str, str]:
        return {
            **labels(pod),
            "projectcalico.org/namespace": pod["metadata"]["namespace"],
            "projectcalico.org/serviceaccount": pod["spec"].get("serviceAccountName", "default"),
            "projectcalico.org/orchestrator": "k8s",
        }

    def calico_space(self, selector: str, space: str) -> bool:
        return selector_matches(selector, {**self.spaces[space], "projectcalico.org/name": space})

    def calico_verdict(self, policy: Object, direction: str, pod: Object, peer: Place, call: Call) -> str:
        if policy["kind"] in TIER_KINDS:
            for rule in policy["spec"].get(direction, []):
                verdict = self.tier_rule(rule, direction, peer, call)
                if verdict:
                    return verdict
            return ""
        if is_plain(policy):
            matched = any(
                self.plain_rule(policy, rule, direction, peer, call) for rule in policy["spec"].get(direction) or []
            )
            return "Allow" if matched else ""
        far, near = ("source", "destination") if direction == INGRESS else ("destination", "source")
        for rule in policy["spec"].get(direction) or []:
            home = policy["metadata"].get("namespace")
            if (
                rule["action"] != "Log"
                and self.calico_entity(home, rule.get(far, {}), peer)
                and self.calico_entity(home, rule.get(near, {}), Place(pod))
                and calico_ports(rule, call)
            ):
                return str(rule["action"])
        return ""

    def calico_entity(self, home: str | None, entity: Object, place: Place) -> bool:
        accounts = entity.get("serviceAccounts", {}).get("names")
        selector, spaces = entity.get("selector"), entity.get("namespaceSelector")
        if accounts is not None and not (
            place.pod is not None and place.pod["spec"].get("serviceAccountName", "default") in accounts
        ):
            return False
        excluded = entity.get("notSelector")
        named_something = bool(selector or spaces or accounts) or bool(excluded and home is not None)
        if named_something and not self.calico_object(home, selector or "all()", spaces, place):
            return False
        if excluded and self.calico_object(None, excluded, None, place):
            return False
        if "nets" in entity and not any(self.in_block(place, cidr, [], pods=True) for cidr in entity["nets"]):
            return False
        return "notNets" not in entity or not any(
            self.in_block(place, cidr, [], pods=True) for cidr in entity["notNets"]
        )

    def calico_object(self, home: str | None, selector: str, spaces: str | None, place: Place) -> bool:
        if place.is_host:
            return False
        candidates: list[tuple[str | None, dict[str, str]]] = []
        if place.pod is not None:
            candidates.append((place.pod["metadata"]["namespace"], self.calico_labels(place.pod)))
        else:
            for each in self.calico:
                if each["kind"] in ("NetworkSet", "GlobalNetworkSet") and any(
                    self.in_block(place, cidr, [], pods=False) for cidr in each["spec"]["nets"]
                ):
                    candidates.append((each["metadata"].get("namespace"), each["metadata"]["labels"]))
        for space, own in candidates:
            if spaces == "global()":
                fits = space is None
            elif spaces is not None:
                fits = space is not None and self.calico_space(spaces, space)
            else:
                fits = home is None or space == home
            if fits and selector_matches(selector, own):
                return True
        return False

    # Addresses.
