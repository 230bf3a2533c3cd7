"""Every row of the settings table is a rule whose generated examples hold at their exact lines."""

from collections.abc import Iterable
from typing import Any

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.manifest.components.catalogue import facts
from hullmark.linter.manifest.components.embedded import documents
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.hit import made
from hullmark.linter.rule.rule import Rule
from hullmark.linter.text import Source

# Rules that need other files beside the setting: they judge a bundle.
CUSTOM = {"etcd/no-dedicated-ca", "kube-proxy/node-ports-on-all-interfaces"}


def _hits(rule: Rule[Any], example: Example) -> list[Any]:
    manifest = read_manifest(Source(example.path, example.clean))
    return [
        hit for resource in manifest.resources for subject in rule.subject.of(resource) for hit in rule.check(subject)
    ]


def _lines(hits: list[Any]) -> list[int]:
    return sorted(hit.place.source.region(hit.place.span).line for hit in hits)


def test_every_row_of_the_table_is_a_rule(rows: list[Rule[Any]]) -> None:
    wanted = {
        row["id"]
        for row in facts()["rules"]
        if "op" in row and row["id"].partition("/")[0] not in ("version", "schema")
    }
    assert wanted - CUSTOM == {rule.id for rule in rows}


def test_every_row_has_examples_in_two_formats(rows: list[Rule[Any]]) -> None:
    few = {rule.id for rule in rows if len(rule.bad) < 2 or len(rule.good) < 2}
    assert few == set()


# Rules about one product that is configured in one format, about units, which stand in files of their own, and about
# files of credentials: in other objects these are another rule's.
ONE_FORMAT = {
    *("provider/imds-v1-allowed", "provider/pod-access-to-instance-metadata"),
    *("provider/talos-rbac-off", "provider/talos-workloads-on-control-plane"),
    *("provider/kind-api-address-public", "provider/kind-host-directory-mounted"),
    *("kubelet/no-ip-address-filter", "kubeconfig/credentials-in-file"),
}


def test_every_row_of_the_table_has_examples_in_two_formats() -> None:
    rules = {rule.id: rule for rule in shelf().rules}
    few = {
        row["id"]
        for row in facts()["rules"]
        if min(len(_formats(rules[row["id"]].bad)), len(_formats(rules[row["id"]].good))) < 2
    }
    assert few == ONE_FORMAT


def _formats(examples: Iterable[Example]) -> set[str]:
    """What the first files of examples are: versions and kinds, those of documents inside included."""
    return {
        " ".join(
            f"{document.api_version} {document.kind}"
            for resource in read_manifest(Source(example.path, example.clean)).resources
            for document in documents(resource)
        )
        for example in examples
    }


def test_examples_fire_at_their_marks_and_nowhere_else(rows: list[Rule[Any]]) -> None:
    wrong = []
    for rule in rows:
        for example in (*rule.bad, *rule.good):
            due = sorted(mark.line for mark in example.expected)
            if _lines(_hits(rule, example)) != due or (example in rule.bad and not due):
                wrong.append((rule.id, example.clean))
    assert wrong == []


def test_fixes_make_what_the_example_shows(rows: list[Rule[Any]]) -> None:
    wrong = []
    shown = 0
    for rule in rows:
        for example in rule.bad:
            if example.fixed is None:
                continue
            shown += 1
            fixes = [made(hit.fix) for hit in _hits(rule, example)]
            edits = [edit for fix in fixes if fix is not None for _, edit in fix.edits]
            text = example.clean
            for edit in sorted(edits, key=lambda each: -each.span.start):
                text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
            if text != example.fixed:
                wrong.append((rule.id, text, example.fixed))
    assert wrong == []
    assert shown > 100


@pytest.mark.parametrize("part", ["why", "remedy", "title"])
def test_documentation_is_complete(rows: list[Rule[Any]], part: str) -> None:
    assert [rule.id for rule in rows if not getattr(rule, part)] == []


def test_titles_are_one_short_sentence(rows: list[Rule[Any]]) -> None:
    assert [rule.id for rule in rows if len(rule.title) > 60 or not rule.title.endswith(".")] == []
