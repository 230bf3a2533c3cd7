"""Small clusters at random in which workloads name Services, with the connections that this declares.

What is declared is worked out here from the drawn values, by Kubernetes' rules for Services: nothing of ours is used.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import NamedTuple

from hypothesis import strategies as st

from tests.generate.worlds import DNS, Edge, namespace_of, pods, title
from tests.network.oracle_terms import Object

NAMESPACES = ("shop", "billing")
ADDRESSES = ("203.0.113.5", "198.51.100.7", "10.1.2.3")
RANGES = ("198.51.100.0/24", "203.0.113.0/25")
PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
NUMBERS = (80, 5432, 8080)
PROBES = (("TCP", 80), ("TCP", 5432), ("TCP", 8080), ("TCP", 31999), ("UDP", 80), ("UDP", 53), ("SCTP", 80))
_KINDS = ("Deployment", "Deployment", "StatefulSet", "DaemonSet", "Job", "Pod")


class Call(NamedTuple):
    """That a workload names a Service, with a port or without."""

    workload: Object
    service: Object
    port: int | None


class DeclaredCluster(NamedTuple):
    """Manifests and what they declare."""

    objects: list[Object]
    calls: list[Call]


_labels = st.fixed_dictionaries(
    {},
    optional={
        "app": st.sampled_from(("web", "db")),
        "tier": st.sampled_from(("front", "back")),
        "version": st.sampled_from(("v1", "v2")),
    },
)
_ports = st.lists(
    st.fixed_dictionaries(
        {"containerPort": st.sampled_from(NUMBERS), "protocol": st.sampled_from(("TCP", "TCP", "UDP"))},
        optional={"name": st.sampled_from(("http", "sql"))},
    ),
    max_size=2,
    unique_by=(lambda port: (port["containerPort"], port["protocol"]), lambda port: port.get("name") or id(port)),
)


@st.composite
def _workload(draw: st.DrawFn, number: int) -> Object:
    kind, labels = draw(st.sampled_from(_KINDS)), draw(_labels)
    spec: Object = {"containers": [{"name": "main", "image": "main:1", "ports": draw(_ports), "env": [], "args": []}]}
    if draw(st.integers(0, 9)) == 0:
        spec["hostNetwork"] = True
    metadata: Object = {"name": f"w{number}", "namespace": draw(st.sampled_from(NAMESPACES))}
    template: Object = {"metadata": {"labels": labels}, "spec": spec}
    if kind == "Pod":
        return {"apiVersion": "v1", "kind": "Pod", "metadata": {**metadata, "labels": labels}, "spec": spec}
    inner: Object = {"template": template}
    if kind != "Job":
        chosen = draw(st.sets(st.sampled_from(sorted(labels)))) if labels else set()
        inner["selector"] = {"matchLabels": {key: labels[key] for key in sorted(chosen)} or labels}
    version = "batch/v1" if kind == "Job" else "apps/v1"
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": inner}


@st.composite
def _service(draw: st.DrawFn, number: int, workloads: list[Object]) -> Object:
    ahead = draw(st.sampled_from(workloads))
    labels = (ahead if ahead["kind"] == "Pod" else ahead["spec"]["template"])["metadata"]["labels"]
    chosen = draw(st.sets(st.sampled_from(sorted(labels)), min_size=1)) if labels else ()
    selector = {key: labels[key] for key in sorted(chosen)} or {"app": "web"}
    ports = []
    for port in sorted(draw(st.sets(st.sampled_from((80, 5432, 9000)), min_size=1, max_size=2))):
        item: Object = {"name": f"p{port}", "port": port}
        wanted = draw(st.sampled_from((None, 80, 8080, "http", "sql")))
        if wanted is not None:
            item["targetPort"] = wanted
        protocol = draw(st.sampled_from((None, "TCP", "UDP")))
        if protocol is not None:
            item["protocol"] = protocol
        ports.append(item)
    spec: Object = {"ports": ports, "selector": selector}
    match draw(st.sampled_from(("cluster", "cluster", "cluster", "headless", "node", "balancer", "ranges"))):
        case "headless":
            spec["clusterIP"] = "None"
        case "node":
            spec["type"] = "NodePort"
        case "balancer":
            spec["type"] = "LoadBalancer"
        case "ranges":
            spec["type"] = "LoadBalancer"
            spec["loadBalancerSourceRanges"] = [draw(st.sampled_from(RANGES))]
            spec["externalTrafficPolicy"] = draw(st.sampled_from(("Local", "Cluster")))
    metadata = {"name": f"s{number}", "namespace": ahead["metadata"]["namespace"]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _pod_spec(workload: Object) -> Object:
    spec: Object = workload["spec"]
    return spec if workload["kind"] == "Pod" else dict(spec["template"])["spec"]


@st.composite
def declared_clusters(draw: st.DrawFn) -> DeclaredCluster:
    """Workloads and Services, and workloads that name Services in each of the ways that are read."""
    found: list[Object] = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in NAMESPACES]
    workloads = [draw(_workload(number)) for number in range(draw(st.integers(2, 5)))]
    services = [draw(_service(number, workloads)) for number in range(draw(st.integers(1, 3)))]
    calls: list[Call] = []
    for number in range(draw(st.integers(1, 5))):
        workload, service = draw(st.sampled_from(workloads)), draw(st.sampled_from(services))
        name, space = service["metadata"]["name"], service["metadata"]["namespace"]
        here = space == workload["metadata"]["namespace"]
        port = draw(st.sampled_from((None, *(each["port"] for each in service["spec"]["ports"]))))
        host = draw(st.sampled_from((f"{name}.{space}.svc", f"{name}.{space}.svc.cluster.local", f"{name}.{space}")))
        if here and draw(st.booleans()):
            host = name
        target = host if port is None else f"{host}:{port}"
        spec = _pod_spec(workload)
        container = spec["containers"][0]
        match draw(st.sampled_from(("host", "url", "argument", "words", "file"))):
            case "host":
                container["env"].append({"name": f"PEER_{number}_HOST", "value": target})
            case "url":
                container["env"].append({"name": f"X{number}", "value": f"tcp://user:secret@{target}/path"})
            case "argument":
                container["args"].append(f"--peer-addr={target}")
            case "words":
                container["args"] += ["--peer-host", target]
            case _:
                text = f'log: info\npeers:\n  - name: x\n    url: "grpc://{target}"\n'
                metadata = {"name": f"c{number}", "namespace": workload["metadata"]["namespace"]}
                found.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a.yaml": text}})
                spec.setdefault("volumes", []).append({"name": f"v{number}", "configMap": {"name": f"c{number}"}})
        calls.append(Call(workload, service, port))
    return DeclaredCluster([*found, *workloads, *services], calls)


def declared(cluster: DeclaredCluster) -> set[Edge]:
    """Every connection that is declared, DNS included: exactly those must be possible under the policies.

    Pods with the same labels are one to every policy; pods without any cannot be named, so that they stay closed.
    """
    every = pods(cluster.objects)
    by_name = {title(each): each for each in every}
    edges: set[Edge] = set()
    for call in cluster.calls:
        source = by_name[title(call.workload)]
        for target, protocol, port in _behind(call.service, call.port, every):
            edges |= _between(source, target, protocol, port, every)
    for service in cluster.objects:
        if service["kind"] == "Service" and service["spec"].get("type") in ("NodePort", "LoadBalancer"):
            for target, protocol, port in _behind(service, None, every):
                for address in ADDRESSES:
                    if _may_come(service, address):
                        edges |= {(address, title(each), protocol, port) for each in _alike(target, every)}
    for pod in every:
        if not pod["spec"].get("hostNetwork"):
            edges |= {(title(pod), title(DNS), protocol, 53) for protocol in ("UDP", "TCP")}
    return edges


def _may_come(service: Object, address: str) -> bool:
    """Ranges are seen by pods only where the address of the client is kept."""
    ranges = service["spec"].get("loadBalancerSourceRanges")
    if not ranges or service["spec"].get("externalTrafficPolicy") != "Local":
        return True
    return any(ip_address(address) in ip_network(each) for each in ranges)


def _behind(service: Object, port: int | None, every: list[Object]) -> list[tuple[Object, str, int]]:
    """Pods behind a Service with the port that each of them is called on."""
    found = []
    for pod in every:
        labels = pod["metadata"]["labels"]
        same = namespace_of(pod) == namespace_of(service)
        if not same or any(labels.get(key) != value for key, value in service["spec"]["selector"].items()):
            continue
        for each in service["spec"]["ports"]:
            if port not in (None, each["port"]):
                continue
            protocol, wanted = each.get("protocol", "TCP"), each.get("targetPort", each["port"])
            if isinstance(wanted, str):
                named = [
                    own["containerPort"]
                    for own in pod["spec"]["containers"][0]["ports"]
                    if own.get("name") == wanted and own["protocol"] == protocol
                ]
                found += [(pod, protocol, number) for number in named[:1]]
            else:
                found.append((pod, protocol, wanted))
    return found


def _alike(pod: Object, every: list[Object]) -> list[Object]:
    """Pods that no policy can tell from this one; none where no policy can name it."""
    if pod["spec"].get("hostNetwork") or not pod["metadata"]["labels"]:
        return []
    return [
        each
        for each in every
        if namespace_of(each) == namespace_of(pod)
        and each["metadata"]["labels"] == pod["metadata"]["labels"]
        and not each["spec"].get("hostNetwork")
    ]


def _between(source: Object, target: Object, protocol: str, port: int, every: list[Object]) -> set[Edge]:
    """The connection between all pods that are alike; a pod in the network of its node is an address to others."""
    starts, ends = _alike(source, every), _alike(target, every)
    inside = [each for each in ADDRESSES if any(ip_address(each) in ip_network(block) for block in PRIVATE)]
    if target["spec"].get("hostNetwork"):
        return {(title(start), address, protocol, port) for start in starts for address in inside}
    if source["spec"].get("hostNetwork"):
        return {(address, title(end), protocol, port) for end in ends for address in inside}
    return {(title(start), title(end), protocol, port) for start in starts for end in ends}
