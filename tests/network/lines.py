"""Lines of connections read back as a stranger would read them: no name or number comes from anywhere else."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from tests.network.oracle_terms import Call, Object, Place

ADDRESSES = ("203.0.113.5", "203.0.113.200", "198.51.100.7", "10.1.2.3", "2001:db8::1", "2606:4700::1")
PROBES = (("TCP", 80), ("TCP", 443), ("TCP", 8080), ("TCP", 79), ("TCP", 9999), ("UDP", 80), ("SCTP", 80), ("ICMP", 0))
EVERYTHING = "All Connections"


class Lines:
    """The lines of a text that begin with `mark`, and whom its wildcards stand for."""

    def __init__(self, printed: str, mark: str = "", meaning: str = "# ") -> None:
        self.lines: list[tuple[str, str, str, bool]] = []
        self.members: dict[str, list[str]] = {}
        for row in printed.splitlines():
            if row.startswith(meaning) and " = " in row:
                name, _, members = row.removeprefix(meaning).partition(" = ")
                self.members[name] = members.split(", ")
            elif row.startswith(mark) and not row.startswith("#"):
                ends, _, ports = row.removeprefix(mark).partition(" : ")
                source, _, target = ends.partition(" => ")
                self.lines.append((source, target, ports.removesuffix(" (perhaps)"), not ports.endswith(" (perhaps)")))

    def allows(self, call: Call, *, sure: bool) -> bool:
        return any(
            (certain or not sure)
            and _holds(ports, call)
            and self.means(source, call.source)
            and self.means(target, call.target)
            for source, target, ports, certain in self.lines
        )

    def means(self, name: str, place: Place) -> bool:
        if place.pod is None:
            return name == "outside" or ("/" in name and name[0] in "0123456789:" and _in_blocks(name, place.address))
        space, own = place.pod["metadata"]["namespace"], place.pod["metadata"]["name"]
        full = f"{space}/{own}[Pod]"
        if name in self.members:
            return any(member == full or self.means_all(member, place, space) for member in self.members[name])
        return name == full or self.means_all(name, place, space)

    def means_all(self, name: str, place: Place, space: str) -> bool:
        return place.is_pod and name in ("*", f"{space}/*")


def _in_blocks(name: str, address: str) -> bool:
    included, _, excepted = name.partition(" except ")
    holds = [
        any(ip_address(address) in ip_network(each) for each in part.split(",")) if part else False
        for part in (included, excepted)
    ]
    return holds[0] and not holds[1]


def _holds(ports: str, call: Call) -> bool:
    if ports.startswith(EVERYTHING):
        left_out = ports.removeprefix(EVERYTHING).removeprefix(" but ")
        return not left_out or not _holds(left_out, call)
    protocol = ""
    for part in ports.split(","):
        if part == "other protocols":
            if call.protocol == "ICMP":
                return True
            continue
        if " " in part:
            protocol, _, part = part.partition(" ")
        first, _, last = part.partition("-")
        if protocol == call.protocol and int(first) <= call.port <= int(last or first):
            return True
    return False


def calls(objects: Iterable[Object]) -> list[Call]:
    pods = [Place(each) for each in objects if each["kind"] == "Pod"]
    outside = [Place(None, address) for address in ADDRESSES]
    pairs = [(one, other) for one in pods for other in pods if one.pod is not other.pod]
    pairs += [(place, pod) for place in outside for pod in pods if not pod.is_host]
    pairs += [(pod, place) for place in outside for pod in pods]
    return [Call(*pair, protocol, port) for pair in pairs for protocol, port in PROBES]
