"""The small parts: addresses, host names, controls, zones."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.model.exposure.addresses import is_everything, is_private, zone_of
from hullmark.linter.model.exposure.controls import OFF, UNKNOWN, Control, either
from hullmark.linter.model.exposure.debug_paths import debug_path
from hullmark.linter.model.exposure.emissary_objects import globs_meet
from hullmark.linter.model.exposure.istio import intersect
from hullmark.linter.model.exposure.traefik_routes import matched
from hullmark.linter.model.exposure.zones import INSIDE, Reached, Zone, innermost, outermost

HOSTS = st.sampled_from(["*", "*.example.com", "a.example.com", "*.a.example.com", "b.example.org", "*.org"])
STATES = st.sampled_from([True, False, None])
ZONES = st.sampled_from([None, *Zone])


@given(st.integers(0, 32))
def test_halves_of_everything_are_everything(length: int) -> None:
    parts = [str(each) for each in ip_network("0.0.0.0/0").subnets(new_prefix=min(length, 6))]
    assert is_everything(parts)
    assert not is_everything(parts[1:])


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("10.0.0.1", True),
        ("172.32.0.1", False),
        ("100.64.0.0/10", True),
        ("fd00::1", True),
        ("2001:db8::1", False),
        ("10.0.0.0/7", False),
        ("web", None),
    ],
)
def test_private_addresses(text: str, private: bool | None) -> None:
    assert is_private(text) is private


def test_one_public_address_makes_all_public() -> None:
    assert zone_of(["10.0.0.1", "192.0.2.1"]) is Zone.INTERNET
    assert zone_of(["x"]) is None


@given(HOSTS, HOSTS)
def test_host_names_meet_both_ways(one: str, other: str) -> None:
    assert intersect(one, other) == intersect(other, one)
    assert globs_meet(one, other) == globs_meet(other, one)
    if "*" not in one + other:
        assert intersect(one, other) == (one == other)


@given(st.lists(STATES))
def test_any_of_several_controls(states: list[bool | None]) -> None:
    found = either(Control(state) for state in states)
    expected = True if True in states else None if None in states else False
    assert found.state is expected


def test_no_control_is_off() -> None:
    assert either([]) == OFF
    assert either([OFF, UNKNOWN]).is_unknown


@given(ZONES, ZONES)
def test_chains_and_choices(one: Zone | None, other: Zone | None) -> None:
    first, second = Reached(one), Reached(other)
    if one is not None and other is not None:
        assert innermost(first, second).zone == min(one, other)
        assert outermost(first, second).zone == max(one, other)
    else:
        assert innermost(first, second).zone is None
    assert outermost() == INSIDE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Host(`a.example.com`)", (("a.example.com",), ("/",), "prefix")),
        ("Host(`a.example.com`) && Path(`/x`)", (("a.example.com",), ("/x",), "exact")),
        ("Host(`a`, `b`) && PathPrefix(`/x`)", (("a", "b"), ("/x",), "prefix")),
        ("PathPrefix(`/x`)", (("*",), ("/x",), "prefix")),
        ("HostSNI(`*`)", (("*",), ("/",), "prefix")),
        ("!Host(`a`)", (("*",), ("/",), "prefix")),
        ("", (("*",), ("/",), "prefix")),
    ],
)
def test_matches_of_traefik(text: str, expected: object) -> None:
    assert matched(text) == expected


@pytest.mark.parametrize("path", ["/", "/metricsboard", "/actuator/health", "/debugger", "/environment"])
def test_usual_paths(path: str) -> None:
    assert debug_path(path) is None


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/Actuator/env", "/debug/pprof", "/.git/config"])
def test_telling_paths(path: str) -> None:
    assert debug_path(path) is not None
