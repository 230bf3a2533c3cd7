"""Every control of every framework has a verdict; none is left out in silence."""

import pytest

from hullmark.linter.manifest.facts import table
from hullmark.linter.rule.coverage import Decidable, coverage, frameworks
from hullmark.linter.rule.registry import Registry

FAMILIES = {
    "admission",
    "apiserver",
    "audit",
    "controller-manager",
    "encryption",
    "etcd",
    "kube-proxy",
    "kubeadm",
    "kubeconfig",
    "kubelet",
    "provider",
    "scheduler",
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.packaged()


@pytest.mark.parametrize("version", list(table("cis_benchmarks")["benchmarks"]))
def test_every_number_of_a_benchmark_has_a_verdict(registry: Registry, version: str) -> None:
    row = table("cis_benchmarks")["benchmarks"][version]
    found = coverage(f"cis-{version}", registry.infos)
    assert [each.number for each in found] == list(row["ids"])
    assert len(found) == row["count"]
    assert all(each.title and each.verdict for each in found)


@pytest.mark.parametrize("version", ["1.12", "2.1"])
def test_files_decide_the_control_plane_and_the_nodes(registry: Registry, version: str) -> None:
    """Sections 1 to 4: every control has a rule of ours, and every rule that the table names exists."""
    found = [each for each in coverage(f"cis-{version}", registry.infos) if each.number[0] in "1234"]
    assert [each.number for each in found if not each.rules] == []
    assert [each.number for each in found if each.verdict not in (Decidable.DECIDED, Decidable.PARTLY)] == []
    assert [each.awaited for each in found if {rule.partition("/")[0] for rule in each.awaited} & FAMILIES] == []


def test_rules_of_the_table_exist(registry: Registry) -> None:
    named = {rule for row in table("cis_benchmarks")["controls"].values() for rule in row.get("rules", ())}
    assert {rule for rule in named if rule.partition("/")[0] in FAMILIES} - set(registry.ids) == set()


@pytest.mark.parametrize("name", frameworks())
def test_every_framework_is_covered(registry: Registry, name: str) -> None:
    assert coverage(name, registry.infos)


def test_variants_say_what_the_product_makes_moot(registry: Registry) -> None:
    found = {each.number: each.verdict for each in coverage("cis-k3s-1.12", registry.infos)}
    assert found["1.1.1"] is Decidable.MOOT
    assert found["1.2.1"] is Decidable.DECIDED


def test_unknown_frameworks_have_no_controls(registry: Registry) -> None:
    assert coverage("cis-9.9", registry.infos) == ()
