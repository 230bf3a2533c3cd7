"""Addresses and ranges, as the question of where an address leads needs them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses, ip_address, ip_network
from typing import Any

from hullmark.linter.manifest.facts import table
from hullmark.linter.model.exposure.zones import Zone

Network = IPv4Network | IPv6Network
_LOOPBACK = ("127.0.0.0/8", "::1/128")
_LINK_LOCAL = ("169.254.0.0/16", "fe80::/10")


@lru_cache(maxsize=4096)
def network(text: str) -> Network | None:
    """The range that a CIDR or an address means, host bits dropped; None where it is none."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that the text means; None where it is none."""
    try:
        return ip_address(text.strip().strip("[]"))
    except ValueError:
        return None


@cache
def _private() -> tuple[Network, ...]:
    facts: Any = table("internal_lb_annotations")
    return _networks(facts["private_ranges"])


def _networks(texts: Iterable[str]) -> tuple[Network, ...]:
    return tuple(found for text in texts if (found := network(text)) is not None)


def within(inner: Network, outer: Network) -> bool:
    """Whether every address of one range is in the other."""
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network):
        return inner.subnet_of(outer)
    return False


def is_private(text: str) -> bool | None:
    """Whether an address or range is not routed on the internet; None where it is neither."""
    found = network(text.strip("[]"))
    return None if found is None else any(within(found, each) for each in _private())


def is_everything(texts: Iterable[str]) -> bool:
    """Whether ranges together are all of IPv4 or all of IPv6: one /0, or two halves."""
    four: list[IPv4Network] = []
    six: list[IPv6Network] = []
    for each in _networks(texts):
        if isinstance(each, IPv4Network):
            four.append(each)
        else:
            six.append(each)
    return any(each.prefixlen == 0 for each in collapse_addresses(four)) or any(
        each.prefixlen == 0 for each in collapse_addresses(six)
    )


def is_loopback(text: str) -> bool:
    """Whether an address is the machine itself."""
    return _inside(text, _LOOPBACK)


def is_link_local(text: str) -> bool:
    """Whether an address is one of the own link, where clouds answer for metadata."""
    return _inside(text, _LINK_LOCAL)


def _inside(text: str, ranges: tuple[str, ...]) -> bool:
    found = address(text)
    if found is None:
        return False
    alone = network(str(found))
    return alone is not None and any(within(alone, each) for each in _networks(ranges))


def zone_of(texts: Iterable[str]) -> Zone | None:
    """Where literal addresses lie: the internet if one of them does; None where none can be read."""
    answers = {is_private(text) for text in texts} - {None}
    if not answers:
        return None
    return Zone.INTERNET if False in answers else Zone.PRIVATE
