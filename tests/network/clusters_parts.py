"""Small clusters at random, as plain data: namespaces, pods, and policies of every kind that is understood."""

from __future__ import annotations

from typing import Any

from tests.network import dice as st

Object = dict[str, Any]

NAMESPACES = ("shop", "billing", "edge")
PORTS = (80, 443, 8080)
BLOCKS = ("0.0.0.0/0", "203.0.113.0/24", "203.0.113.128/25", "10.0.0.0/8", "::/0", "2001:db8::/32")
NAMES = ("http", "admin")


def metadata_of(name: str, namespace: str = "", labels: dict[str, str] | None = None) -> Object:
    found: Object = {"name": name}
    if namespace:
        found["namespace"] = namespace
    if labels:
        found["labels"] = labels
    return found


_pod_labels = st.fixed_dictionaries(
    {}, optional={"app": st.sampled_from(("web", "db")), "tier": st.sampled_from(("front", "back"))}
)
_space_labels = st.fixed_dictionaries({}, optional={"team": st.sampled_from(("a", "b"))})
_container_ports = st.lists(
    st.builds(
        lambda number, protocol, name: (
            {"containerPort": number, "protocol": protocol} | ({"name": name} if name else {})
        ),
        st.sampled_from(PORTS),
        st.sampled_from(("TCP", "TCP", "UDP")),
        st.sampled_from(("", "http", "admin")),
    ),
    max_size=2,
)


@st.composite
def pods(draw: st.Draw) -> list[Object]:
    found = []
    for number in range(draw(st.integers(2, 4))):
        spec: Object = {"containers": [{"name": "app", "image": "app:1", "ports": draw(_container_ports)}]}
        if draw(st.integers(0, 7)) == 0:
            spec["hostNetwork"] = True
        if draw(st.booleans()):
            spec["serviceAccountName"] = "robot"
        metadata = metadata_of(f"pod{number}", draw(st.sampled_from(NAMESPACES[:2])), draw(_pod_labels))
        found.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    return found


@st.composite
def spaces(draw: st.Draw) -> list[Object]:
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata_of(name, "", draw(_space_labels))}
        for name in NAMESPACES
    ]


def _expressions(pairs: tuple[tuple[str, str], ...]) -> st.Dice[Object]:
    keys = tuple(dict.fromkeys(key for key, _ in pairs))
    return st.one_of(
        st.builds(
            lambda key, operator, values: {"key": key, "operator": operator, "values": values},
            st.sampled_from(keys),
            st.sampled_from(("In", "NotIn")),
            st.lists(st.sampled_from([value for _, value in pairs]), min_size=1, max_size=2, unique=True),
        ),
        st.builds(
            lambda key, operator: {"key": key, "operator": operator},
            st.sampled_from(keys),
            st.sampled_from(("Exists", "DoesNotExist")),
        ),
    )


def _selector(pairs: tuple[tuple[str, str], ...]) -> st.Dice[Object]:
    return st.one_of(
        st.just({}),
        st.builds(lambda pair: {"matchLabels": dict([pair])}, st.sampled_from(pairs)),
        st.builds(lambda one: {"matchExpressions": [one]}, _expressions(pairs)),
        st.builds(
            lambda pair, one: {"matchLabels": dict([pair]), "matchExpressions": [one]},
            st.sampled_from(pairs),
            _expressions(pairs),
        ),
    )


POD_PAIRS = (("app", "web"), ("app", "db"), ("tier", "front"), ("tier", "back"))
SPACE_PAIRS = (("team", "a"), ("team", "b"), ("kubernetes.io/metadata.name", "shop"))
pod_selector = _selector(POD_PAIRS)
space_selector = _selector(SPACE_PAIRS)

_np_peer = st.one_of(
    st.builds(lambda pods: {"podSelector": pods}, pod_selector),
    st.builds(lambda spaces: {"namespaceSelector": spaces}, space_selector),
    st.builds(lambda pods, spaces: {"podSelector": pods, "namespaceSelector": spaces}, pod_selector, space_selector),
    st.builds(lambda spaces: {"podSelector": None, "namespaceSelector": spaces}, space_selector),
    st.builds(lambda cidr: {"ipBlock": {"cidr": cidr}}, st.sampled_from(BLOCKS)),
    st.just({"ipBlock": {"cidr": "203.0.113.0/24", "except": ["203.0.113.128/25"]}}),
)
_protocol = st.sampled_from(("TCP", "TCP", "UDP", "SCTP"))
_np_port = st.one_of(
    st.builds(lambda port, protocol: {"port": port, "protocol": protocol}, st.sampled_from(PORTS), _protocol),
    st.builds(lambda port: {"port": port}, st.sampled_from(PORTS)),
    st.builds(
        lambda port, end: {"port": port, "endPort": end},
        st.sampled_from((79, 80, 400)),
        st.sampled_from((80, 500, 9000)),
    ),
    st.builds(
        lambda name, protocol: {"port": name, "protocol": protocol},
        st.sampled_from(NAMES),
        st.sampled_from(("TCP", "UDP")),
    ),
    st.builds(lambda protocol: {"protocol": protocol}, _protocol),
)


def _some(items: st.Dice[Object], most: int = 2) -> st.Dice[list[Object] | None]:
    return st.one_of(
        st.none(), st.just([]), st.lists(items, min_size=1, max_size=most), st.lists(items, min_size=1, max_size=most)
    )


def _np_rule(side: str) -> st.Dice[Object]:
    return st.builds(
        lambda peers, ports: {name: value for name, value in ((side, peers), ("ports", ports)) if value is not None},
        _some(_np_peer),
        _some(_np_port),
    )


@st.composite
def network_policy(draw: st.Draw, name: str) -> Object:
    spec: Object = {"podSelector": draw(pod_selector)}
    types = draw(st.sampled_from((None, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"])))
    if types is not None:
        spec["policyTypes"] = types
    for field, side in (("ingress", "from"), ("egress", "to")):
        rules = draw(_some(_np_rule(side)))
        if rules is not None:
            spec[field] = rules
    metadata = metadata_of(name, draw(st.sampled_from(NAMESPACES[:2])))
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


_subject = st.one_of(
    st.builds(lambda spaces: {"namespaces": spaces}, space_selector),
    st.builds(
        lambda pods, spaces: {"pods": {"podSelector": pods, "namespaceSelector": spaces}}, pod_selector, space_selector
    ),
)
_unknown_peer: st.Dice[Object] = st.just({"planets": {}})
_networks = st.builds(lambda cidr: {"networks": [cidr]}, st.sampled_from(BLOCKS))
_old_port = st.one_of(
    st.builds(
        lambda port, protocol: {"portNumber": {"port": port, "protocol": protocol}}, st.sampled_from(PORTS), _protocol
    ),
    st.just({"portRange": {"start": 100, "end": 9000, "protocol": "TCP"}}),
    st.builds(lambda name: {"namedPort": name}, st.sampled_from(NAMES)),
)
_new_port = st.one_of(
    st.builds(
        lambda port, protocol: {protocol: {"destinationPort": {"number": port}}},
        st.sampled_from(PORTS),
        st.sampled_from(("tcp", "udp", "sctp")),
    ),
    st.just({"tcp": {"destinationPort": {"range": {"start": 100, "end": 9000}}}}),
    st.just({"udp": {}}),
    st.builds(lambda name: {"destinationNamedPort": name}, st.sampled_from(NAMES)),
)


@st.composite
def _tier_rule(draw: st.Draw, egress: bool, actions: tuple[str, ...], new: bool) -> Object:
    # What is decided by order shows only where several rules mean the same peers.
    everybody: st.Dice[Object] = st.just({"namespaces": {}})
    several = (_subject, _subject, everybody, everybody, _unknown_peer)
    peer = st.one_of(*several, _networks) if egress else st.one_of(*several)
    rule: Object = {"action": draw(st.sampled_from(actions))}
    rule["to" if egress else "from"] = draw(st.lists(peer, min_size=1, max_size=2))
    ports = draw(st.one_of(st.none(), st.lists(_new_port if new else _old_port, min_size=1, max_size=2)))
    if ports is not None:
        rule["protocols" if new else "ports"] = ports
    return rule


@st.composite
def tier_policy(draw: st.Draw, kind: str, name: str) -> Object:
    new = kind == "ClusterNetworkPolicy"
    spec: Object = {"subject": draw(_subject)}
    actions: tuple[str, ...] = ("Accept" if new else "Allow", "Deny", "Deny", "Pass")
    if kind == "BaselineAdminNetworkPolicy":
        actions = actions[:3]
    else:
        # Equal priorities are undefined: each policy of a cluster has its own.
        spec["priority"] = int(name[-1]) * 7 % 5
    if new:
        spec["tier"] = draw(st.sampled_from(("Admin", "Baseline")))
    for field in ("ingress", "egress"):
        rules = draw(
            st.one_of(st.none(), st.lists(_tier_rule(field == "egress", actions, new), min_size=1, max_size=3))
        )
        if rules is not None:
            spec[field] = rules
    version = "v1alpha2" if new else "v1alpha1"
    return {
        "apiVersion": f"policy.networking.k8s.io/{version}",
        "kind": kind,
        "metadata": metadata_of(name),
        "spec": spec,
    }


_cilium_selector = st.one_of(
    pod_selector,
    pod_selector,
    st.sampled_from(
        (
            {"matchLabels": {"k8s:app": "web"}},
            {"matchLabels": {"any:tier": "back"}},
            {"matchLabels": {"k8s:io.kubernetes.pod.namespace": "shop"}},
            {"matchLabels": {"app": "db", "io.kubernetes.pod.namespace": "billing"}},
            {"matchLabels": {"io.cilium.k8s.namespace.labels.team": "a"}},
            {"matchLabels": {"io.cilium.k8s.policy.serviceaccount": "robot"}},
            {"matchExpressions": [{"key": "k8s:io.kubernetes.pod.namespace", "operator": "Exists"}]},
        )
    ),
)
_cilium_port = st.one_of(
    st.builds(
        lambda port, protocol: {"port": str(port)} | ({"protocol": protocol} if protocol else {}),
        st.sampled_from((0, *PORTS)),
        st.sampled_from(("", "ANY", "TCP", "UDP")),
    ),
    st.just({"port": "79", "endPort": 500, "protocol": "TCP"}),
    st.builds(lambda name: {"port": name, "protocol": "TCP"}, st.sampled_from(NAMES)),
)


@st.composite
def _cilium_rule(draw: st.Draw, side: str) -> Object:
    rule: Object = {}
    match draw(st.sampled_from(("none", "endpoints", "endpoints", "endpoints", "entities", "cidr", "set", "empty"))):
        case "endpoints":
            rule[f"{side}Endpoints"] = draw(st.lists(_cilium_selector, min_size=1, max_size=2))
        case "entities":
            rule[f"{side}Entities"] = [draw(st.sampled_from(("all", "cluster", "world", "world-ipv4", "host", "none")))]
        case "cidr":
            rule[f"{side}CIDR"] = [draw(st.sampled_from(BLOCKS))]
        case "set":
            rule[f"{side}CIDRSet"] = [{"cidr": "203.0.113.0/24", "except": ["203.0.113.128/25"]}]
        case "empty":
            rule[f"{side}Endpoints"] = []
    if draw(st.booleans()):
        rule["toPorts"] = [{"ports": draw(st.lists(_cilium_port, min_size=1, max_size=2))}]
    return rule


@st.composite
def cilium_policy(draw: st.Draw, name: str) -> Object:
    wide = draw(st.integers(0, 2)) == 0
    spec: Object = {"endpointSelector": draw(pod_selector)}
    for field, side in (("ingress", "from"), ("egress", "to"), ("ingressDeny", "from"), ("egressDeny", "to")):
        if draw(st.integers(0, 3 if field.endswith("Deny") else 1)) == 0:
            spec[field] = draw(st.lists(_cilium_rule(side), max_size=2))
    if draw(st.integers(0, 4)) == 0:
        spec["enableDefaultDeny"] = {draw(st.sampled_from(("ingress", "egress"))): draw(st.booleans())}
    kind = "CiliumClusterwideNetworkPolicy" if wide else "CiliumNetworkPolicy"
    metadata = metadata_of(name, "" if wide else draw(st.sampled_from(NAMESPACES[:2])))
    body = {"specs": [spec]} if draw(st.integers(0, 4)) == 0 else {"spec": spec}
    return {"apiVersion": "cilium.io/v2", "kind": kind, "metadata": metadata, **body}
