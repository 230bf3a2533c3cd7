"""The picture of a network: whether it can be looked at, whatever the input is called and however much there is."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from hullmark.linter.cli.graph_network import graph_of
from hullmark.linter.cli.graph_network_options import GraphOptions
from hullmark.linter.report.graph_network_svg import svg
from tests.network.clusters import clusters
from tests.network.oracle_terms import Object
from tests.one_bundle import bundle_of, network_policy, pod
from tests.report.picture import SVG, assert_legible

_SETTINGS = settings(database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))


def drawn(objects: list[Object]) -> str:
    return svg([graph_of(bundle_of(objects), GraphOptions(form="svg"))])


NAMES = st.one_of(
    st.sampled_from(("a", "web", "db", "payments-api", "W" * 40)),
    st.text("abcmwWiIl-09.", min_size=1, max_size=63),
    st.text(min_size=1, max_size=20),
)


@st.composite
def towns(draw: st.DrawFn) -> list[Object]:
    """Larger clusters than those of the oracle, with names of every length, policies between them, and ways in."""
    spaces = draw(st.lists(NAMES, min_size=1, max_size=7, unique=True))
    found: list[Object] = []
    pods = draw(st.lists(st.tuples(st.integers(0, 6), NAMES), min_size=1, max_size=40, unique=True))
    for number, (space, name) in enumerate(pods):
        meta = {"name": name, "namespace": spaces[space % len(spaces)], "labels": {"n": str(number)}}
        ports = [{"containerPort": 8000 + number % 3}]
        spec: Object = {"containers": [{"name": "main", "image": "a", "ports": ports}]}
        if draw(st.integers(0, 9)) == 0:
            spec["hostNetwork"] = True
        found.append({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})
        if draw(st.integers(0, 5)) == 0:
            found.append(
                {
                    "apiVersion": "v1",
                    "kind": "Service",
                    "metadata": {"name": f"s{number}", "namespace": meta["namespace"]},
                    "spec": {
                        "type": draw(st.sampled_from(("LoadBalancer", "NodePort"))),
                        "selector": {"n": str(number)},
                        "ports": [{"port": 8000 + number % 3}],
                    },
                }
            )
    for number in range(draw(st.integers(0, 2 * len(pods)))):
        target, source = draw(st.integers(0, len(pods) - 1)), draw(st.integers(0, len(pods) - 1))
        peer: Object = draw(
            st.sampled_from(
                (
                    {"namespaceSelector": {}, "podSelector": {"matchLabels": {"n": str(source)}}},
                    {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": spaces[0]}}},
                    {"ipBlock": {"cidr": "203.0.113.0/24"}},
                    {"podSelector": {}},
                )
            )
        )
        direction = draw(st.sampled_from(("ingress", "egress")))
        rule = {"from" if direction == "ingress" else "to": [peer], "ports": [{"port": 8000 + number % 3}]}
        home = spaces[pods[target][0] % len(spaces)]
        selector = draw(st.sampled_from(({"matchLabels": {"n": str(target)}}, {})))
        found.append(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": f"p{number}", "namespace": home},
                "spec": {"podSelector": selector, "policyTypes": [direction.capitalize()], direction: [rule]},
            }
        )
    return found


@given(towns())
@settings(_SETTINGS, max_examples=80)
@seed(1)
def test_nothing_overlaps_and_no_line_crosses_a_word(objects: list[Object]) -> None:
    assert_legible(drawn(objects))


@given(clusters())
@settings(_SETTINGS, max_examples=40)
@seed(2)
def test_policies_of_every_kind_make_a_picture(objects: list[Object]) -> None:
    assert_legible(drawn(objects))


@given(towns())
@settings(_SETTINGS, max_examples=15)
@seed(3)
def test_the_order_of_the_input_changes_no_byte(objects: list[Object]) -> None:
    assert drawn(objects) == drawn(list(reversed(objects)))


def policy(name: str, space: str, callers: list[str]) -> Object:
    peers = [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": each.partition("/")[0]}},
         "podSelector": {"matchLabels": {"app": each.partition("/")[2]}}}
        for each in callers
    ]  # fmt: skip
    spec = {"podSelector": {"matchLabels": {"app": name}}, "ingress": [{"from": peers, "ports": [{"port": 8080}]}]}
    return network_policy(name, space, spec)


def service(name: str, space: str) -> Object:
    spec = {"type": "LoadBalancer", "selector": {"app": name}, "ports": [{"port": 8080}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": space}, "spec": spec}


def edges(source: str) -> list[str]:
    root = ET.fromstring(source)
    paths = (each for each in root.iter(f"{SVG}path") if each.get("class", "").startswith("e "))
    titles = [(each.get("class", "").split(" ")[1], each.find(f"{SVG}title")) for each in paths]
    return sorted(f"{look}: {title.text}" for look, title in titles if title is not None)


def test_an_edge_says_what_it_is() -> None:
    objects = [
        pod("web", "shop"),
        pod("db", "data"),
        service("web", "shop"),
        policy("db", "data", ["shop/web"]),
    ]
    assert edges(drawn(objects)) == ["allowed: web to db: TCP 8080", "exposed: Internet to web: TCP 8080"]
    words = {text for text, _ in assert_legible(drawn(objects)).words}
    assert {"Internet", "shop", "web", "data", "db", "from any pod", "to anywhere"} <= words


def test_what_policies_turn_away_is_not_drawn_as_open() -> None:
    objects = [pod("web", "shop"), service("web", "shop"), policy("web", "shop", ["shop/none"])]
    assert edges(drawn(objects)) == []


def test_outside_stands_on_the_left_and_every_edge_to_a_deeper_node_leads_right() -> None:
    chain = [pod(name, "shop") for name in "abcd"]
    rules = [policy(name, "shop", [f"shop/{before}"]) for before, name in ("ab", "bc", "cd")]
    picture = assert_legible(drawn([*chain, service("a", "shop"), *rules]))
    at = {text: where.left for text, where in picture.words}
    assert at["Internet"] < at["a"] < at["b"] < at["c"] < at["d"]


def test_without_policies_there_is_a_box_and_not_a_line_for_each_pair() -> None:
    objects = [pod(f"pod{number}", f"space{number % 6}") for number in range(150)]
    source = drawn(objects)
    picture = assert_legible(source)
    assert edges(source) == []
    assert len(picture.nodes) == 6
    assert source.count("from any pod</text>") == 6
    shown = {title.text for title in ET.fromstring(source).iter(f"{SVG}title")}
    assert any("pod149" in (text or "") for text in shown)  # no name is lost, though not all are in sight


def test_many_workloads_with_policies_of_their_own_are_drawn_by_namespace() -> None:
    objects = [pod(f"pod{number}", f"space{number % 10}") for number in range(150)]
    for number in range(150):
        callers = [f"space{(number + step) % 10}/pod{(number + step) % 150}" for step in (1, 3)]
        objects.append(policy(f"pod{number}", f"space{number % 10}", callers))
    picture = assert_legible(drawn(objects))
    assert len(picture.nodes) == 10
    assert any("--namespace NAME" in text for text, _ in picture.words)
    assert picture.canvas.right < 1600
    assert picture.canvas.bottom < 2000


def crowd() -> list[Object]:
    """Sixty namespaces with many connections, one of which is open to the outside."""
    objects = [service("web", "space0"), policy("web", "space0", ["space1/web"])]
    for number in range(60):
        home = f"space{number}"
        objects += [pod("web", home), pod("db", home)]
        objects.append(policy("db", home, [f"space{(number + step) % 60}/web" for step in range(1, 2 + number % 4)]))
    away = {"to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}], "ports": [{"port": 443}]}
    objects[-1]["spec"] |= {"policyTypes": ["Ingress", "Egress"], "egress": [away]}
    objects[1]["spec"]["ingress"].append({"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]})
    return objects


def test_lines_that_nobody_could_follow_are_said_in_words() -> None:
    source = drawn(crowd())
    picture = assert_legible(source)
    assert {each.partition(":")[0] for each in edges(source)} == {"exposed"}
    words = [text for text, _ in picture.words]
    assert "space0/web" in source  # what is open to the outside has a box of its own
    assert words.count("TCP 8080 from 4 others") == 15
    titles = " ".join(title.text or "" for title in ET.fromstring(source).iter(f"{SVG}title"))
    assert "TCP 8080 from space4, space5, space6, space7" in titles
    assert "to TCP 443 at 192.0.2.0/24" in words
    assert any("open to the outside" in text for text in words)  # the legend
    assert picture.canvas.right < 2000


@pytest.mark.parametrize(
    "name", ["</text><script>alert(1)</script>", "]]>", '"><a href="//x">', "&lt;", "\x00\ud800", "@import"]
)
def test_hostile_names_stay_text(name: str) -> None:
    objects = [pod(name, name), service(name, name), policy(name, name, [f"{name}/{name}"])]
    source = drawn(objects)
    tags = {each.tag.removeprefix(SVG) for each in ET.fromstring(source).iter()}
    assert tags <= {"svg", "style", "rect", "g", "title", "text", "path", "circle"}
    assert "script" not in re.sub(r"<(text|title)[^>]*>[^<]*<", "", source)
    assert not re.search(r"href|url\(|@font-face|on\w+=", re.sub(r"<(text|title)[^>]*>[^<]*<", "", source))


def test_dark_and_light() -> None:
    source = drawn([pod("a", "b")])
    assert "@media(prefers-color-scheme:dark)" in source
    colors = set(re.findall(r"var\((--\w+)", source))
    light, _, dark = source.partition("@media")
    own = {"--c", "--h"}
    for name in colors - own:
        assert f"{name}:#" in light
        assert f"{name}:#" in dark.partition("}}")[0]
