"""What crosses from the processes that judge files to the one that links them."""

from __future__ import annotations

import pickle

from hullmark.linter.manifest.crd import CustomResourceDefinition
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.linkable import linkable, linked
from hullmark.linter.text import Source

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.example.com
spec:
  group: example.com
  names: &names
    plural: things
    kind: Thing
  scope: Cluster
  versions:
@
"""


def resources(text: str) -> tuple[Resource, ...]:
    return read_manifest(Source("a.yaml", text)).resources


def test_definitions_travel_without_their_schemas() -> None:
    versions = "".join(
        f"  - {{name: v{n}, schema: {{openAPIV3Schema: {{type: object, title: s{n}}}}}}}\n" for n in range(2000)
    )
    text = CRD.replace("@\n", versions)
    (short,) = linked(resources(text))
    size = len(pickle.dumps(short)) - len(text)
    assert size < 2000
    (crd,) = CustomResourceDefinition.of(pickle.loads(pickle.dumps(short)))
    assert (crd.api_group.value, crd.defined_kind.value, crd.plural.value) == ("example.com", "Thing", "things")
    assert crd.is_cluster_scoped is True
    assert crd.scope.place.source.slice(crd.scope.place.span) == "Cluster"
    assert crd.place.source.slice(crd.place.span) == "things.example.com"
    assert crd.cursor.get("spec", "versions").absent


def test_scope_of_definitions() -> None:
    old = "{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition, spec: {group: a}}"
    new = "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {group: a, scope: '{{ s }}'}}"
    first, second = resources(f"{old}\n---\n{new}\n")
    assert CustomResourceDefinition.reading(first).is_cluster_scoped is False
    assert CustomResourceDefinition.reading(second).is_cluster_scoped is None


def test_definition_of_another_shape_travels_as_it_is() -> None:
    (crd,) = resources("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: [a]}\n")
    assert list(linked([crd])) == [crd]


def test_what_nobody_asks_about_stays_behind() -> None:
    rule, pod = resources(
        "{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule}\n---\n{apiVersion: v1, kind: Pod}\n"
    )
    assert [linkable(rule), linkable(pod)] == [False, True]
    assert list(linked([rule, pod])) == [pod]
