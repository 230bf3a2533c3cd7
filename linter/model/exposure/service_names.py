"""Names of Services as configurations of programs write them: `http://web.shop.svc.cluster.local:8080/path`."""

from __future__ import annotations

from hullmark.linter.named_tuple import NamedTuple

_PORTS = {"http": 80, "https": 443, "ssh": 22, "rdp": 3389, "smb": 445}


class Address(NamedTuple):
    """A Service of the cluster, and its port where that is known."""

    namespace: str
    name: str
    port: int | str | None


def service_address(text: str, namespace: str, ports: dict[str, int] | None = None) -> Address | None:
    """The Service that an address means to somebody in `namespace`; None for hosts outside, and for no address.

    `ports` are ports of schemes where none is written, the one under an empty name for everything else.
    """
    scheme, found, rest = text.strip().rpartition("://")
    host, _, port = rest.partition("/")[0].partition(":")
    name, *more = host.rstrip(".").split(".")
    if not name or (len(more) > 1 and more[1] != "svc") or not name.replace("-", "").isalnum() or name.isdecimal():
        return None
    known = _PORTS if ports is None else ports
    default = known.get(scheme if found else "", known.get(""))
    number: int | str | None = int(port) if port.isdecimal() else port or default
    return Address(more[0] if more else namespace, name, number)
