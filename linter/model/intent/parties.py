"""Who talks: pods of the input, pods that only their labels describe, and addresses outside."""

from __future__ import annotations

from hullmark.linter.manifest.place import Place
from hullmark.linter.model.network.ports import PortRange
from hullmark.linter.model.network.units import Unit
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import record

METADATA_SERVICE = ("169.254.169.254/32", "fd00:ec2::254/128")
"""Where clouds hand out the credentials of the node: left out of everything that is opened widely."""


@record
class Pods:
    """A unit of the input."""

    unit: Unit


@record
class Labelled:
    """Pods that the input does not hold: in one namespace, or (empty) in any; each label has one of the values."""

    namespace: str
    labels: tuple[tuple[str, tuple[str, ...]], ...]


@record
class Spaces:
    """Every pod of the named namespaces; of all namespaces where none is named."""

    names: tuple[str, ...] = ()


@record
class Blocks:
    """Addresses; none of the exceptions."""

    cidrs: tuple[str, ...]
    exceptions: tuple[str, ...] = ()


Party = Pods | Labelled | Spaces | Blocks


class Reason(NamedTuple):
    """Why a connection is wanted: an object or a line of it. `caution` is what the owner should look at."""

    text: str
    place: Place
    caution: str = ""


@record(eq=False)
class Demand:
    """A connection that something in the input declares. `ports` are those of the target's pods; None is all."""

    source: Party
    target: Party
    ports: tuple[PortRange, ...] | None
    reason: Reason


@record(eq=False)
class Remark:
    """What the owner has to know, since no policy can say it.

    `unit`: whose policy it belongs to, None for nobody's. `answer` is what can be done about it and others like it.
    """

    text: str
    place: Place
    unit: Unit | None = None
    answer: str = ""


ANYWHERE = Blocks(("0.0.0.0/0", "::/0"))
PRIVATE = Blocks(("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
"""Addresses that are not routed on the internet, save loopback and link-local ones: RFC 1918, 6598 and 4193."""
