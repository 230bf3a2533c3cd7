"""Fingerprints stay when the file around them changes, and differ where findings do."""

from collections.abc import Callable, Iterator

import pytest

from hullmark.linter.engine.api import lint_texts
from hullmark.linter.engine.fingerprint import fingerprint
from hullmark.linter.finding import ResourceRef, Severity
from hullmark.linter.manifest.pod import Container
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.rule.hit import Hit
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule
from tests.engine.conftest import DOC


def _tty(rule: Rule[Container], container: Container) -> Iterator[Hit]:
    field = container.cursor.get("tty")
    if field.present:
        yield rule.hit(field, "tty is on")


def _ports(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    for port in resource.cursor.get("spec", "ports").items():
        yield rule.hit(port, "there is a port", subject_name="one")
        yield rule.hit(port, "there is a port again", subject_name="two")


REGISTRY = Registry.of(
    [
        Row("a/tty", Container, DOC, _tty, severity=Severity.LOW),
        Row("a/ports", Resource, DOC, _ports, severity=Severity.LOW),
    ]
)

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - name: app
      tty: true
    - name: side
      tty: true
"""

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports:
    - port: 80
    - port: 81
"""


def prints(text: str, path: str = "a.yaml") -> dict[str, str]:
    """Containers by the fingerprint of the finding about them."""
    report = lint_texts({path: text}, REGISTRY)
    return {f.fingerprint: f.resource.container if f.resource else "" for f in report.findings}


CHANGES: dict[str, Callable[[str], str]] = {
    "lines move": lambda text: "# header\n\n" + text,
    "containers change places": lambda text: text.replace("app", "x").replace("side", "app").replace("x", "side"),
    "style changes": lambda text: text.replace("{name: web, namespace: shop}", "\n  name: web\n  namespace: shop"),
    "another field": lambda text: text.replace("spec:\n", "spec:\n  hostNetwork: false\n"),
    "a version of the API": lambda text: text.replace("apiVersion: v1", "apiVersion: v2"),
    "another value": lambda text: text.replace("true", "yes"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_fingerprint_survives(change: Callable[[str], str]) -> None:
    assert prints(change(POD)) == prints(POD)


def test_fingerprint_survives_the_renaming_of_the_file() -> None:
    assert prints(POD, "z/other.yaml") == prints(POD)


def test_fingerprint_survives_other_rules() -> None:
    one = {f.fingerprint for f in lint_texts({"a.yaml": POD + "---\n" + SERVICE}, REGISTRY, select=["a/tty"]).findings}
    all_ = {f.fingerprint for f in lint_texts({"a.yaml": POD + "---\n" + SERVICE}, REGISTRY).findings}
    assert one < all_


@pytest.mark.parametrize("change", ["kind: Pod->kind: ReplicationController", "shop->other", "web->db", "app->main"])
def test_fingerprint_differs_for_another_object(change: str) -> None:
    old, new = change.split("->")
    assert prints(POD.replace(old, new)) != prints(POD)


def test_items_without_name_differ_by_occurrence_and_by_what_is_said_of_them() -> None:
    found = lint_texts({"a.yaml": SERVICE}, REGISTRY).findings
    assert len({f.fingerprint for f in found}) == 4
    assert [f.field_path for f in found] == ["spec.ports[0]", "spec.ports[0]", "spec.ports[1]", "spec.ports[1]"]


def test_first_of_two_unnamed_items_can_go_without_changing_the_other() -> None:
    """One finding is closed, and one stays: which of two equal ones nobody can say."""
    before = {f.fingerprint for f in lint_texts({"a.yaml": SERVICE}, REGISTRY).findings}
    after = {f.fingerprint for f in lint_texts({"a.yaml": SERVICE.replace("    - port: 80\n", "")}, REGISTRY).findings}
    assert after < before


def test_parts_cannot_be_moved_from_one_to_the_next() -> None:
    one = fingerprint("a/b", ResourceRef("v1", "Pod", "x", "y"), ("spec",), "")
    assert one != fingerprint("a/b", ResourceRef("v1", "Pod", "", "xy"), ("spec",), "")
    assert one != fingerprint("a/b", ResourceRef("v1", "Pod", "x", "y"), (), "spec")
    assert len(one) == 32
