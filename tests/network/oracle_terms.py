"""Words that the oracle is written in: places, calls, labels, ports and selectors, on plain data."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

Object = dict[str, Any]
INGRESS, EGRESS = "ingress", "egress"
TIER_KINDS = ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")


class Place(NamedTuple):
    """Who speaks: a pod, or an address outside."""

    pod: Object | None
    address: str = ""

    @property
    def is_host(self) -> bool:
        return self.pod is not None and bool(self.pod["spec"].get("hostNetwork"))

    @property
    def is_pod(self) -> bool:
        return self.pod is not None and not self.is_host


class Call(NamedTuple):
    """One connection. `port` is the destination's, 0 for protocols without ports."""

    source: Place
    target: Place
    protocol: str
    port: int


def name(thing: Object) -> str:
    return str(thing["metadata"]["name"])


def is_plain(policy: Object) -> bool:
    return bool(policy["apiVersion"] == "networking.k8s.io/v1")


def labels(pod: Object) -> dict[str, str]:
    return dict(pod["metadata"].get("labels", {}))


def strip(key: str) -> str:
    return re.sub(r"^(k8s|any):", "", key)


def named(target: Place, port_name: str, protocol: str) -> set[int]:
    if target.pod is None:
        return set()
    return {
        port["containerPort"]
        for container in target.pod["spec"]["containers"]
        for port in container.get("ports", [])
        if port.get("name") == port_name and port["protocol"] == protocol
    }


def labels_match(selector: Object, own: dict[str, str]) -> bool:
    for key, value in selector.get("matchLabels", {}).items():
        if own.get(key) != value:
            return False
    for each in selector.get("matchExpressions", []):
        key, values = each["key"], each.get("values", [])
        verdict = {
            "In": key in own and own[key] in values,
            "NotIn": key not in own or own[key] not in values,
            "Exists": key in own,
            "DoesNotExist": key not in own,
        }[each["operator"]]
        if not verdict:
            return False
    return True


def calico_types(spec: Object) -> list[str]:
    if spec.get("types"):
        return list(spec["types"])
    found = [word.capitalize() for word in (INGRESS, EGRESS) if spec.get(word)]
    return found or ["Ingress"]


def calico_ports(rule: Object, call: Call) -> bool:
    numbers = {6: "TCP"}
    protocol = rule.get("protocol")
    if protocol is not None and call.protocol != numbers.get(protocol, protocol):
        return False
    if rule.get("notProtocol") == call.protocol:
        return False
    target = rule.get("destination", {})
    if "ports" in target and not any(calico_port(each, call) for each in target["ports"]):
        return False
    return not any(calico_port(each, call) for each in target.get("notPorts", []))


def calico_port(port: int | str, call: Call) -> bool:
    if isinstance(port, int):
        return call.port == port
    if ":" in port:
        first, last = port.split(":")
        return int(first) <= call.port <= int(last)
    return call.port in named(call.target, port, call.protocol)


def selector_matches(selector: str, own: dict[str, str]) -> bool:
    """The selectors of the generator, translated into Python and evaluated: no parser of ours takes part."""
    key = r"([\w./-]+)"
    text = re.sub(rf"!\s*has\({key}\)", r" (not has('\1')) ", selector)
    text = re.sub(rf"(?<![\w'(])has\({key}\)", r" has('\1') ", text)
    text = re.sub(r"\{([^}]*)\}", r"(\1,)", text)
    text = re.sub(rf"{key}\s+not in\s+(\([^)]*\))", r"(get('\1') not in \2)", text)
    text = re.sub(rf"\b(?!not\b){key}\s+in\s+(\('[^)]*\))", r"(get('\1') in \2)", text)
    text = re.sub(rf"{key}\s*(==|!=)\s*", r"get('\1') \2 ", text)
    for word, method in (("contains", "__contains__"), ("starts with", "startswith"), ("ends with", "endswith")):
        text = re.sub(rf"{key}\s+{word}\s+('[^']*')", rf"(has('\1') and get('\1').{method}(\2))", text)
    text = text.replace("all()", "True").replace("global()", "False").replace("&&", " and ").replace("||", " or ")
    return bool(eval(text, {"__builtins__": {}}, {"has": own.__contains__, "get": own.get}))
