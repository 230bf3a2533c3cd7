"""Values of settings: which host is the machine itself."""

import ipaddress
import itertools

from hullmark.linter.manifest.components.values import loopback


def _reference(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def test_loopback_addresses_are_those_of_ipaddress() -> None:
    parts = ("0", "1", "00", "01", "99", "199", "249", "255", "256", "1000", "", "-1", " 1", "1\n", "0x1", "\u0661")
    hosts = [".".join(found) for found in itertools.product(("127", "128", "0127"), parts, parts, parts)]
    hosts += [
        "::1",
        "::ffff:127.0.0.1",
        "::2",
        "::1%lo",
        "127.0.0.1%lo",
        "127",
        "127.0.0",
        "127.0.0.0.1",
        "127.0.0.1/8",
    ]
    hosts += ["2130706433", "", ":", "etcd.example"]
    assert [host for host in hosts if loopback(host) != _reference(host)] == []


def test_names_of_the_machine_itself() -> None:
    assert all(map(loopback, ("localhost", "LOCALHOST", "localhost.")))
    assert not any(map(loopback, ("localhost.example", "0.0.0.0", "")))
