"""Every rule of the settings table in every format that can carry its setting: one verdict, at the right line."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.aliases import aliases
from hullmark.linter.manifest.components.authorizers import FORMS
from hullmark.linter.manifest.components.detect import ALL
from hullmark.linter.manifest.components.embedded import CARRIERS as TEXTS
from hullmark.linter.manifest.components.embedded import documents
from hullmark.linter.manifest.components.foreign import ARCHIVE
from hullmark.linter.manifest.components.glance import WORKLOADS
from hullmark.linter.manifest.components.talos_blocks import HOLDERS, TALOS
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.rule.examples import marks, without_marks
from hullmark.linter.rule.rule import Rule
from hullmark.linter.rule.settings.formats import Written
from hullmark.linter.rule.settings.plan import Sample
from hullmark.linter.rule.settings.samples import marked, sample
from hullmark.linter.text import Source

ADDED = {"rke2", "talos", "kops"}
# Their condition is that a setting is there at all, whatever its value.
BY_PRESENCE = {"apiserver/conflicting-auth-settings", "etcd/flags-shadowed-by-config-file"}


# What still has to be filled in: envsubst, Helm, Jinja, the kubelet's and systemd's variables, configparser, sed.
TEMPLATES = (
    *("${VALUE}", "$VALUE", "$(VALUE)", "{{ .Values.a }}", "{{ a | default(b) }}", "{% if a %}b{% endif %}"),
    *("<value>", "%(value)s", "@@VALUE@@", "a-${VALUE}", "{{ a }},{{ b }}"),
)
# No rule reads it, and it takes a value in every component.
UNRELATED = Written("log-file", "{{ path }}/$FILE")


class Case(NamedTuple):
    """One generated input with what is due."""

    rule: Rule[Any]
    carrier: Any
    text: str
    due: list[int]


def carries(carrier: Any, component: str, names: list[str]) -> bool:
    if component not in carrier.components:
        return False
    if not carrier.column:
        return all(catalogue.setting(component, name).flags for name in names)
    if carrier.column in ("kops", "kubespray"):
        simple = {
            alias.setting for alias in aliases(component, carrier.column) if not alias.means and len(alias.path) != 2
        }
        return set(names) <= simple
    return set(names) <= set(catalogue.fields(component, carrier.column))


def expected(row: dict[str, Any], carrier: Any, shown: Sample) -> bool:
    """Whether the bad sample fires in this carrier."""
    if row.get("role") and carrier.role != row["role"]:
        return False
    if carrier.origin in row.get("not_origins", ()) or ("flag" in row.get("carriers", ()) and carrier.column):
        return False
    # Another setting would be enough, and nobody knows whether it is set.
    if row["op"] == "any-present" and not carrier.complete:
        return False
    # Ciphers of older versions do not matter to Talos, which demands TLS 1.3.
    if carrier.origin == "talos" and row["op"] == "subset-of" and component_default(row):
        return False
    # An empty text in a typed field is unset, and these origins fill it in or say nothing.
    return not (carrier.column and "" in shown.bad.values())


def component_default(row: dict[str, Any]) -> bool:
    return any("talos" in each.origins for each in catalogue.setting(row["component"], "tls-min-version").defaults)


def cases(rule: Any, carriers: Any) -> Iterator[Case]:
    """The bad sample, the good sample, and the bad one with templates in place of its values."""
    row, shown = rule.row, rule.about.sample or sample(rule.row)
    component = row["component"]
    for carrier in carriers:
        if left_out(rule, carrier):
            continue
        beside = [Written(name, text) for name, text in shown.beside.items()]
        fires = expected(row, carrier, shown)
        wanted = shown.marks if shown.marks is not None else tuple(shown.bad)
        bad = [marked(row, component, name, text, fires and name in wanted) for name, text in shown.bad.items()]
        yield made(rule, carrier, component, [*bad, *beside])
        if not carrier.column and row["id"] not in BY_PRESENCE:
            yield made(rule, carrier, component, [UNRELATED, *bad, *beside, UNRELATED])
        if row["id"] not in BY_PRESENCE:
            yield made(rule, carrier, component, [Written(name, text) for name, text in shown.good.items()] + beside)
            for template in TEMPLATES:
                yield made(rule, carrier, component, [Written(name, template) for name in shown.bad] + beside)


def left_out(rule: Any, carrier: Any) -> str:
    """Why a rule is not asked about a format; empty where it is."""
    row, shown = rule.row, rule.about.sample or sample(rule.row)
    if row["component"] not in carrier.components:
        return "the format does not describe the component"
    if not shown.bad:
        return "only what is not written is bad"
    if not carries(carrier, row["component"], [*shown.bad, *shown.beside, *shown.good]):
        return "the format has no such field"
    if carrier.origin in ADDED and row["op"] == "contains":
        return "the product adds the members to its own"
    if carrier.origin == "kops" and "" in shown.bad.values():
        return "kOps proves that it is unset, where other formats leave that open"
    if carrier.column == "kubespray" and row["op"] in ("contains", "custom"):
        return "findings point at the key of the list"
    return ""


def made(rule: Rule[Any], carrier: Any, component: str, settings: list[Written]) -> Case:
    text = carrier.write(component, settings)
    return Case(rule, carrier, without_marks(text), [mark.line for mark in marks("x", text)])


def lines(case: Case) -> list[int]:
    found = []
    for resource in read_manifest(Source(case.carrier.path, case.text)).resources:
        for subject in case.rule.subject.of(resource):
            for hit in case.rule.check(subject):
                if not hit.message.count("does not"):
                    found.append(hit.place.source.region(hit.place.span).line)
    return sorted(found)


@pytest.fixture(scope="module")
def matrix(rows: list[Any], carriers: Any) -> list[Case]:
    return [case for rule in rows for case in cases(rule, carriers)]


def test_the_matrix_is_large(matrix: list[Case], carriers: Any) -> None:
    assert len(matrix) >= 3000
    assert {case.carrier.name for case in matrix} == {carrier.name for carrier in carriers}


def test_pairs_that_are_left_out(rows: list[Any], carriers: Any) -> None:
    reasons = Counter(left_out(rule, carrier) for rule in rows for carrier in carriers)
    assert reasons[""] > 4_000
    # Each of these is a decision about single rules and formats; more of them would be holes.
    assert reasons["only what is not written is bad"] == sum("kubelet" in each.components for each in carriers)
    assert reasons["the product adds the members to its own"] <= 80
    assert reasons["kOps proves that it is unset, where other formats leave that open"] <= 12
    assert reasons["findings point at the key of the list"] <= 12
    lonely = {rule.id for rule in rows if sum(not left_out(rule, carrier) for carrier in carriers) < 2}
    assert lonely == {"kubelet/self-signed-serving-certificate"}


CARRIED = {gk for gk in TEXTS if gk[0]}
"""Kinds whose texts are read wherever they stand."""
# Kinds that describe components in no way of their own.
ELSEWHERE = {
    *(WORKLOADS - {("", "Pod"), ("apps", "Deployment"), ("apps", "DaemonSet"), ("apps", "StatefulSet")}),
    *FORMS,  # they hold one setting each, and examples of their own
    ("kubescheduler.config.k8s.io", "KubeSchedulerConfiguration"),
    ("kops", "Cluster"),  # the group of old versions, read by the same adapter
    ("kops", "InstanceGroup"),
    ("controlplane.cluster.x-k8s.io", "KubeadmControlPlaneTemplate"),
    *(HOLDERS - {("", TALOS)}),  # they hold documents, and set nothing else
    ("", ARCHIVE),
}


def test_every_kind_that_adapters_read_is_in_the_matrix(carriers: Any) -> None:
    met = set()
    for carrier in carriers:
        for component in carrier.components:
            text = without_marks(carrier.write(component, [Written(harmless(component, carrier), "1")]))
            for resource in read_manifest(Source(carrier.path, text)).resources:
                met |= {document.gk for document in documents(resource)}
    assert sorted(ALL - met - ELSEWHERE - CARRIED) == []


@pytest.mark.parametrize(("group", "kind"), sorted(CARRIED))
def test_every_kind_that_carries_texts_is_read(group: str, kind: str, judge: Any) -> None:
    head = f"apiVersion: {group}/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n  any:\n    - texts: |\n"
    inner = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\n"
    text = head + "".join(f"        {line}\n" for line in inner.splitlines())
    assert ("kubelet/read-only-port-open", 9) in judge(text)


def harmless(component: str, carrier: Any) -> str:
    """A setting that the format has."""
    if carrier.column in ("kops", "kubespray"):
        return next(each.setting for each in aliases(component, carrier.column) if not each.means)
    return next(iter(catalogue.fields(component, carrier.column))) if carrier.column else "v"


def test_same_verdict_at_the_right_line_in_every_format(matrix: list[Case]) -> None:
    wrong = [case for case in matrix if lines(case) != case.due]
    shown = [
        f"{case.rule.id} in {case.carrier.name}: due {case.due}, found {lines(case)}\n{case.text}" for case in wrong
    ]
    assert not shown, f"{len(shown)} of {len(matrix)}\n" + "\n".join(shown[:40])
