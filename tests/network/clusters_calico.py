"""Calico policies at random, as plain data."""

from __future__ import annotations

from tests.network import dice as st
from tests.network.clusters_parts import BLOCKS, NAMESPACES, Object, metadata_of

CALICO_SELECTORS = (
    "all()",
    "",
    "app == 'web'",
    "app != 'web'",
    "tier in {'front', 'back'}",
    "tier not in {'front'}",
    "has(app)",
    '!has(app) || tier == "back"',
    "app == 'web' && (tier == 'front' || !has(tier))",
    "app contains 'e'",
    "app starts with 'd'",
    "tier ends with 'ck'",
    "projectcalico.org/namespace == 'shop'",
    "projectcalico.org/serviceaccount == 'robot'",
    "zone == 'outside'",
)
CALICO_SPACES = ("all()", "team == 'a'", "has(team)", "projectcalico.org/name == 'shop'", "global()")
_calico_ports = st.lists(st.sampled_from((80, 443, "79:500", "http", "admin")), min_size=1, max_size=2)


@st.composite
def _calico_entity(draw: st.Draw) -> Object:
    found: Object = {}
    match draw(
        st.sampled_from(("all", "all", "all", *("selector", "spaces", "both", "nets", "not nets", "not", "account")))
    ):
        case "selector":
            found["selector"] = draw(st.sampled_from(CALICO_SELECTORS))
        case "spaces":
            found["namespaceSelector"] = draw(st.sampled_from(CALICO_SPACES))
        case "both":
            found["selector"] = draw(st.sampled_from(CALICO_SELECTORS))
            found["namespaceSelector"] = draw(st.sampled_from(CALICO_SPACES))
        case "nets":
            found["nets"] = [draw(st.sampled_from(BLOCKS))]
        case "not nets":
            found["notNets"] = [draw(st.sampled_from(BLOCKS[1:]))]
        case "not":
            found["notSelector"] = draw(st.sampled_from(CALICO_SELECTORS[2:]))
        case "account":
            found["serviceAccounts"] = {"names": ["robot"]}
    return found


@st.composite
def _calico_rule(draw: st.Draw, egress: bool) -> Object:
    far, near = ("destination", "source") if egress else ("source", "destination")
    rule: Object = {"action": draw(st.sampled_from(("Allow", "Allow", "Deny", "Pass", "Log")))}
    entity = draw(_calico_entity())
    if entity:
        rule[far] = entity
    if draw(st.integers(0, 5)) == 0:
        rule[near] = {"selector": draw(st.sampled_from(CALICO_SELECTORS))}
    match draw(st.sampled_from(("none", "none", "none", "protocol", "ports", "not", "not ports"))):
        case "protocol":
            rule["protocol"] = draw(st.sampled_from(("TCP", "UDP", 6, "ICMP")))
        case "ports":
            rule["protocol"] = draw(st.sampled_from(("TCP", "UDP")))
            rule.setdefault("destination", {})["ports"] = draw(_calico_ports)
        case "not":
            rule["notProtocol"] = draw(st.sampled_from(("TCP", "UDP")))
        case "not ports":
            rule["protocol"] = "TCP"
            rule.setdefault("destination", {})["notPorts"] = [draw(st.sampled_from((80, "79:500")))]
    return rule


@st.composite
def calico_policy(draw: st.Draw, name: str) -> Object:
    wide = draw(st.booleans())
    # What is decided by order shows only where several policies mean the same pods.
    spec: Object = {"selector": draw(st.sampled_from(("all()",) * 8 + CALICO_SELECTORS))}
    if wide and draw(st.booleans()):
        spec["namespaceSelector"] = draw(st.sampled_from(CALICO_SPACES[:4]))
    spec["tier"] = draw(st.sampled_from(("default", "default", "platform", "last")))
    if draw(st.booleans()):
        spec["order"] = draw(st.sampled_from((10, 500.5, 1000, 2000)))
    for field in ("ingress", "egress"):
        rules = draw(st.one_of(st.none(), st.lists(_calico_rule(field == "egress"), max_size=3)))
        if rules is not None:
            spec[field] = rules
    types = draw(st.sampled_from((None, None, ["Ingress"], ["Egress"], ["Ingress", "Egress"])))
    if types is not None:
        spec["types"] = types
    metadata = metadata_of(name, "" if wide else draw(st.sampled_from(NAMESPACES[:2])))
    kind = "GlobalNetworkPolicy" if wide else "NetworkPolicy"
    version = draw(st.sampled_from(("projectcalico.org/v3", "crd.projectcalico.org/v1")))
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def calico_world(passes: bool) -> list[Object]:
    action = {"defaultAction": "Pass"} if passes else {}
    return [
        {
            "apiVersion": "projectcalico.org/v3",
            "kind": "Tier",
            "metadata": {"name": "platform"},
            "spec": {"order": 100} | action,
        },
        {
            "apiVersion": "projectcalico.org/v3",
            "kind": "Tier",
            "metadata": {"name": "last"},
            "spec": {"order": 2000000},
        },
        {
            "apiVersion": "projectcalico.org/v3",
            "kind": "GlobalNetworkSet",
            "metadata": {"name": "outside", "labels": {"zone": "outside"}},
            "spec": {"nets": ["203.0.113.0/24"]},
        },
        {
            "apiVersion": "projectcalico.org/v3",
            "kind": "NetworkSet",
            "metadata": {"name": "office", "namespace": "shop", "labels": {"zone": "outside"}},
            "spec": {"nets": ["198.51.100.0/24"]},
        },
    ]
