"""What workloads reach, and who reaches them, in fact."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.checks.network.samples import CONTROLS, DENY, GUIDANCE, namespace, pod, policy
from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.exposure.published import published
from hullmark.linter.model.network.addresses import block
from hullmark.linter.model.network.analysis import METADATA, Network
from hullmark.linter.model.network.cloud import guards_metadata, provider
from hullmark.linter.model.network.deciding import allowing
from hullmark.linter.model.network.ports import TCP
from hullmark.linter.model.network.sorts import datastore
from hullmark.linter.model.network.subjects import NetworkUnit
from hullmark.linter.model.network.universe import Direction
from hullmark.linter.rule import Because, Hit, Row, Rule, because, several

_HTTP = 80
_AZURE = "168.63.129.16"


def _metadata(rule: Rule[NetworkUnit], unit: NetworkUnit) -> Iterator[Hit]:
    network = unit.network
    bundle = network.bundle
    cloud = provider(bundle)
    if unit.home.name in network.exempt or (cloud and guards_metadata(bundle)):
        return
    address, peers = _reached(unit, cloud)
    if not address:
        return
    atom = network.universe.atoms.at(TCP, _HTTP)
    rules = [] if unit.unit.host_network else list(allowing(network, Direction.EGRESS, unit.number, peers, atom))
    way = published(network, unit.unit).from_internet if cloud else None
    yield rule.hit(
        rules[0] if rules else unit,
        f"{unit} reaches {address}, where {cloud or 'a cloud'} hands out the credentials of the node",
        *(Because(step.place, step.note) for step in (way.steps if way else ())),
        *((because(unit, f"pods of {unit}"),) if rules else ()),
        severity=(Severity.HIGH if way else Severity.MEDIUM) if cloud else Severity.INFO,
        profile=Profile.STRICT if cloud else Profile.ALL,
        flow=way is not None,
    )


def _reached(unit: NetworkUnit, cloud: str) -> tuple[str, int]:
    """The first of the addresses that the unit reaches, and the same as a set of peers; empty where it reaches none."""
    network = unit.network
    addresses = network.derived(_addresses, Direction.EGRESS)
    if unit.unit.host_network:
        return addresses[0]
    said = network.side(Direction.EGRESS).of(unit.number).peers(network.universe.atoms.at(TCP, _HTTP))
    for address, bits in addresses:
        if said & bits and (address != _AZURE or cloud == "Azure"):
            return address, bits
    return "", 0


def _addresses(network: Network, direction: Direction) -> tuple[tuple[str, int], ...]:
    """Addresses of metadata services, each as a set of peers."""
    outside = network.universe.outside[direction]
    return tuple((text, 0 if (found := block(text)) is None else outside.of(found)) for text in METADATA)


def _datastore(rule: Rule[NetworkUnit], unit: NetworkUnit) -> Iterator[Hit]:
    network = unit.network
    store = datastore(unit.unit)
    if store is None or not unit.is_judged or unit.is_uncertain:
        return
    heard = network.side(Direction.INGRESS).of(unit.number)
    for port in store.ports:
        atom = network.universe.atoms.at(TCP, port)
        if not heard.peers(atom) & network.stranger:
            continue
        rules = list(allowing(network, Direction.INGRESS, unit.number, network.stranger, atom))
        yield rule.hit(
            rules[0] if rules else unit,
            f"{unit} is a datastore ({store.name}) and accepts port {port} from pods of every namespace",
            *((because(unit, f"pods of {unit}"),) if rules else ()),
            confidence=Confidence.MEDIUM if store.by_port else None,
        )
        return


_CLOUD = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: disks
provisioner: ebs.csi.aws.com
"""
_STORE = pod("ledger", mark="{mark}", ports="containerPort: 5432").replace("shop/app:1.4.2", "library/postgres:17.2")

RULES = (
    Row(
        "network/metadata-endpoint-reachable",
        NetworkUnit,
        "Workload reaches the metadata service of the cloud.\n\n"
        "The service answers whoever asks from the node, often with credentials of the node's role: one server-side\n"
        "request forgery, and an attacker holds what the node may do in the cloud.\n\n"
        "Deny egress to 169.254.169.254/32 (`except` in the address block), or set the instances' hop limit to 1.",
        _metadata,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        controls=(*GUIDANCE, "MITRE/T1552.005"),
        bad=(
            several(_CLOUD, pod("web", mark="  # ! 169.254.169.254")),
            several(
                _CLOUD,
                pod("web"),
                policy(
                    "web",
                    "podSelector: {}\npolicyTypes: [Egress]\negress:\n  - to:  # ! reaches 169.254.169.254\n"
                    "      - ipBlock:\n          cidr: 0.0.0.0/0",
                ),
            ),
        ),
        good=(
            several(_CLOUD, pod("web"), DENY),
            several(
                _CLOUD,
                pod("web"),
                policy(
                    "web",
                    "podSelector: {}\npolicyTypes: [Egress]\negress:\n  - to:\n      - ipBlock:\n"
                    "          cidr: 0.0.0.0/0\n          except: [169.254.169.254/32]",
                ),
            ),
        ),
    ),
    Row(
        "network/datastore-reachable-from-other-namespaces",
        NetworkUnit,
        "Datastore accepts connections from every namespace.\n\n"
        "Whoever takes over any pod of the cluster may try passwords and known defects of the datastore.\n\n"
        "Allow its port from the pods that use it, and from nobody else.",
        _datastore,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        controls=CONTROLS,
        bad=(
            several(namespace(), _STORE.replace("{mark}", "  # ! port 5432")),
            several(
                _STORE.replace("{mark}", ""),
                policy(
                    "ledger",
                    "podSelector: {}\ningress:\n  - from:  # ! (postgres)\n      - namespaceSelector: {}\n"
                    "    ports:\n      - port: 5432",
                ),
            ),
        ),
        good=(several(_STORE.replace("{mark}", ""), DENY),),
    ),
)
