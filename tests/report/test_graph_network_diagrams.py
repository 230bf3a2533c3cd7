"""Mermaid and Graphviz sources of the network."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from hullmark.linter.cli.graph_network import graph_of
from hullmark.linter.cli.graph_network_options import GraphOptions
from hullmark.linter.report.graph_network import Graph
from hullmark.linter.report.graph_network_diagrams import dot, mermaid
from tests.network.oracle_terms import Object
from tests.one_bundle import bundle_of, pod
from tests.report.test_graph_network_svg import crowd, policy, service


def graphs(objects: list[Object]) -> list[Graph]:
    return [graph_of(bundle_of(objects), GraphOptions(form="dot"))]


SHOP = [pod("web", "shop"), pod("db", "data"), service("web", "shop"), policy("db", "data", ["shop/web"])]


def test_mermaid() -> None:
    assert mermaid(graphs(SHOP)).splitlines() == [
        "flowchart LR",
        '  n0_1(["Internet"])',
        '  subgraph s0_0["data<br/>to anywhere"]',
        '    n0_0["db"]',
        "  end",
        '  subgraph s0_1["shop<br/>from any pod<br/>to anywhere"]',
        '    n0_2["web"]',
        "  end",
        '  n0_1 ==>|"TCP 8080"| n0_2',
        '  n0_2 -->|"TCP 8080"| n0_0',
        "  linkStyle 0 stroke:#c62828,color:#c62828",
    ]


def test_dot() -> None:
    printed = dot(graphs(SHOP))
    assert '  n0_1 -> n0_2 [label="TCP 8080", color=red, fontcolor=red, penwidth=2];' in printed.splitlines()
    assert '    label="shop\\nfrom any pod\\nto anywhere";' in printed.splitlines()
    assert printed.count("{") == printed.count("}") == 3


def test_lines_that_nobody_could_follow_are_said_in_words() -> None:
    printed = mermaid(graphs(crowd()))
    assert [line for line in printed.splitlines() if "-->" in line] == []
    assert printed.count("==>") == 1
    assert "TCP 8080 from 4 others" in printed
    assert 'tooltip="TCP 8080 from space4, space5, space6, space7' in dot(graphs(crowd()))


@pytest.mark.parametrize("name", ['a"] click b', "a\\", "a\nb", "<b>x</b>", "%%{init}%%", "]]", "end"])
def test_hostile_names_end_no_label(name: str) -> None:
    found = graphs([pod(name, name), pod("db", "data"), policy("db", "data", [f"{name}/{name}"])])
    labels = re.findall(r'"([^"\n]*)"', mermaid(found))
    assert all(re.fullmatch(r"(?:[\w .:,@/-]|#\d+;|<br/>)*", label) for label in labels)
    for line in dot(found).splitlines():
        assert len(re.findall(r'(?<!\\)(?:\\\\)*"', line)) % 2 == 0, line


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_reads_it() -> None:
    done = subprocess.run(["dot", "-Tplain"], input=dot(graphs(SHOP)), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
