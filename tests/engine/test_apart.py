"""What is judged in one file because nothing of its bundle is tied to it is what linking would have found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hullmark.linter.dev.cases import cases
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine import link
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.rule.registry import Registry

TESTS = Path(__file__).parents[1]
REGISTRY = Registry.of(shelf().rules)
FAMILIES = ("admission", "apiserver", "audit", "encryption", "etcd", "kube-proxy", "kubeadm", "kubelet", "scheduler")
SERVER = "apiVersion: v1\nkind: Pod\nmetadata: {name: server}\nspec:\n  containers:\n  - name: kube-apiserver\n"
SERVER += "    command: [kube-apiserver, --authorization-config=/etc/kubernetes/authz.yaml]\n"
AUTHORIZATION = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n"
AUTHORIZATION += "- {type: Node, name: node}\n- {type: AlwaysAllow, name: all}\n"


def _inputs() -> Iterator[tuple[str, dict[str, str | bytes]]]:
    for folder in sorted((TESTS.parent / "examples").iterdir()):
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        yield folder.name, dict(files)
    for case in cases(TESTS / "cases"):
        if case.rule.startswith(FAMILIES):
            yield case.label, dict(case.example.files) or {"a.yaml": case.example.clean}


INPUTS = dict(_inputs())


def test_there_are_inputs() -> None:
    assert len(INPUTS) > 200


@pytest.mark.parametrize("name", INPUTS)
def test_nothing_is_lost_or_gained(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = lint_texts(INPUTS[name], REGISTRY)
    monkeypatch.setattr(link, "is_tied", lambda bundle, known: True)
    assert found == lint_texts(INPUTS[name], REGISTRY)


def test_a_file_that_a_component_reads_ties() -> None:
    rule = "apiserver/always-allow-authorization"
    beside = lint_texts({"a/server.yaml": SERVER, "a/authz.yaml": AUTHORIZATION}, REGISTRY)
    assert [finding.location.path for finding in beside.findings if finding.rule == rule] == ["a/authz.yaml"]
    other = lint_texts({"a/server.yaml": SERVER, "a/other.yaml": AUTHORIZATION}, REGISTRY)
    assert rule not in {finding.rule for finding in other.findings if finding.location.path == "a/server.yaml"}


def test_most_files_are_tied_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    between = Dispatch.between

    def watched(*given: object, **said: bool) -> object:
        asked.append(said["tied"])
        return between(*given, **said)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Dispatch, "between", watched)
    lint_texts({"server.yaml": SERVER}, REGISTRY)
    lint_texts({"server.yaml": SERVER, "authz.yaml": AUTHORIZATION}, REGISTRY)
    assert asked == [False, True]
