"""SARIF as hosts read it: schema, validator, and what GitHub requires beyond both."""

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sarif_om import Message, Result

from hullmark.linter.finding import Finding, Location, Problem, ProblemKind, Report, Severity, Skipped, SkipReason
from hullmark.linter.report import sarif
from hullmark.linter.report.linehash import LineHashes
from hullmark.linter.report.sarif import LIMIT, render
from hullmark.linter.report.sarif_fixes import portable
from hullmark.linter.report.sarif_writer import plain
from hullmark.linter.report.view import LineHash, View
from hullmark.linter.text import Edit, Source, Span

SCHEMAS = Path(__file__).parent / "schemas"


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8")))


def _run(report: Report, view: View | None = None) -> Any:
    return json.loads(render(report, view or View()))["runs"][0]


def _errors(output: str) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in _validator().iter_errors(json.loads(output))]


def _complaints(multitool: Path, folder: Path, output: str) -> list[Any]:
    """Errors and warnings of the SARIF authors' validator; it exits 0 whatever it finds."""
    log, verdict = folder / "out.sarif", folder / "verdict.sarif"
    log.write_text(output, encoding="utf-8")
    command = [str(multitool), "validate", str(log), "-c", str(SCHEMAS / "sarif-validation.xml")]
    command += ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note", "-o", str(verdict)]
    subprocess.run([*command, "--log", "ForceOverwrite"], capture_output=True, check=True, timeout=120)
    log.unlink()  # some are broken on purpose, and what is left is judged at the end
    results = json.loads(verdict.read_text(encoding="utf-8-sig"))["runs"][0]["results"]
    # Notes ask for more than hosts read; their absence would mean that nothing was judged.
    assert results
    return [(each["ruleId"], each["message"]) for each in results if each.get("level", "warning") != "note"]


@pytest.mark.parametrize("options", [{}, {"include_suppressed": True, "category": "a/b"}, {"line_hash": LineHash.NONE}])
def test_schema(sample: Report, view: View, options: dict[str, Any]) -> None:
    assert _errors(render(sample, replace(view, **options))) == []


def test_schema_without_descriptors_and_texts(sample: Report) -> None:
    assert _errors(render(sample, View())) == []


def test_schema_of_hostile_names(hostile: tuple[str, Report], view: View) -> None:
    assert _errors(render(hostile[1], replace(view, include_suppressed=True))) == []


def test_schema_finds_errors(sample: Report) -> None:
    log = json.loads(render(sample, View()))
    log["runs"][0]["results"][0]["level"] = "critical"
    assert len(_errors(json.dumps(log))) == 1


def test_validator(sample: Report, view: View, multitool: Path, tmp_path: Path) -> None:
    assert _complaints(multitool, tmp_path, render(sample, replace(view, include_suppressed=True, category="c"))) == []


def test_validator_on_what_little_is_known(sample: Report, multitool: Path, tmp_path: Path) -> None:
    assert _complaints(multitool, tmp_path, render(sample, View())) == []


def test_validator_on_a_clean_run(clean: Report, view: View, multitool: Path, tmp_path: Path) -> None:
    assert _complaints(multitool, tmp_path, render(clean, view)) == []


def test_validator_on_a_capped_run(
    many: Callable[[int], Report], view: View, multitool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "LIMIT", 50)
    output = render(many(70), view)
    assert "20 results of the lowest severities left out" in output
    assert _complaints(multitool, tmp_path, output) == []


def test_validator_on_hostile_names(all_hostile: Report, view: View, multitool: Path, tmp_path: Path) -> None:
    assert _complaints(multitool, tmp_path, render(all_hostile, view)) == []


def test_validator_finds_errors(sample: Report, multitool: Path, tmp_path: Path) -> None:
    log = json.loads(render(sample, View()))
    del log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert any(rule == "GH1003" for rule, _ in _complaints(multitool, tmp_path, json.dumps(log)))


def test_clean_run_has_an_empty_list_of_results(clean: Report) -> None:
    run = _run(clean)
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True
    assert len(run["tool"]["driver"]["rules"]) == len(clean.rules)


def test_required_of_every_result(sample: Report, view: View) -> None:
    run = _run(sample, view)
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(sample.findings)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] == region["endLine"]
        assert region["startColumn"] < region["endColumn"]
        assert set(result["partialFingerprints"]) == {"hullmark/v1", "primaryLocationLineHash"}


def test_required_of_every_rule(sample: Report) -> None:
    findings = tuple(replace(sample.findings[0], rule=f"a/{each.label}", severity=each) for each in Severity)
    rules = _run(replace(sample, findings=findings, rules=("z/unused",)))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted([*(f"a/{each.label}" for each in Severity), "z/unused"])
    for rule in rules:
        assert rule["name"] != rule["id"]
        for text in ("shortDescription", "fullDescription", "help"):
            assert rule[text]["text"]
        assert rule["help"]["markdown"]
        assert rule["properties"]["tags"][0] == "security"
    scores = {rule["id"]: rule["properties"].get("security-severity") for rule in rules}
    assert scores["a/critical"] == "9.5"
    assert scores["a/high"] == "8.0"
    assert scores["a/medium"] == "5.5"
    assert scores["a/low"] == "2.0"
    assert scores["a/info"] is None


def test_descriptors_are_kept_within_the_limits_of_hosts(sample: Report) -> None:
    given = {
        "name": "x" * 300,
        "shortDescription": {"text": "y" * 2000},
        "help": {"text": "h", "markdown": "**h**"},
        "defaultConfiguration": {"level": "note"},
        "properties": {"tags": [*(f"t{n}" for n in range(20)), "security"], "precision": "low"},
    }
    rule = next(
        each for each in _run(sample, View(descriptors={sample.findings[0].rule: given}))["tool"]["driver"]["rules"]
    )
    assert len(rule["name"]) <= 255
    assert len(rule["shortDescription"]["text"]) == 1024
    assert rule["properties"]["tags"] == ["security", *(f"t{n}" for n in range(9))]
    assert rule["properties"]["precision"] == "low"
    assert rule["help"] == {"text": "h", "markdown": "**h**"}
    assert rule["defaultConfiguration"]["level"] == "note"


def test_message_names_object_container_and_field_in_its_first_sentence(sample: Report) -> None:
    first = _run(sample)["results"][0]["message"]["text"]
    field = "spec.template.spec.containers[app].securityContext.privileged"
    assert first == f"Deployment shop/web: container 'app' runs privileged ({field})."


def test_related_places_are_linked_from_the_message(sample: Report) -> None:
    result = next(each for each in _run(sample)["results"] if each["ruleId"] == "workload/host-network")
    assert result["message"]["text"].endswith(" Because: [and has a service account](1).")
    assert [each["id"] for each in result["relatedLocations"]] == [1]
    assert "codeFlows" not in result


def test_many_related_places_are_counted(sample: Report) -> None:
    finding = replace(sample.findings[1], related=sample.findings[1].related * 200)
    result = _run(replace(sample, findings=(finding,)))["results"][0]
    assert len(result["relatedLocations"]) == 100
    assert result["message"]["text"].endswith("(8), and 192 more.")


def test_path_through_files_is_a_code_flow_with_inline_places(sample: Report) -> None:
    for finding in (sample.findings[0], replace(sample.findings[0], flow=())):
        result = _run(replace(sample, findings=(finding,)))["results"][0]
        places = result["codeFlows"][0]["threadFlows"][0]["locations"]
        lines = [each["location"]["physicalLocation"]["region"]["startLine"] for each in places]
        assert lines == [10, 7, 5]
        assert all(each["location"]["message"]["text"] for each in places)


def test_columns_count_utf16_units(sample: Report) -> None:
    run = _run(sample)
    region = run["results"][3]["locations"][0]["physicalLocation"]["region"]
    assert run["columnKind"] == "utf16CodeUnits"
    # Two rockets before the span: one unit more each than the column of people, 24.
    assert region["startColumn"] == 26
    assert region["endColumn"] == 38


def test_region_of_several_lines_or_none_stays_in_its_line(sample: Report) -> None:
    for place in (Location("a", 3, 5, 9, 2, 5, 2), Location("a", 3, 5, 3, 5, 5, 5)):
        report = replace(sample, findings=(replace(sample.findings[2], location=place),))
        region = _run(report)["results"][0]["locations"][0]["physicalLocation"]["region"]
        assert region == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 6}


def test_line_hash_is_that_of_the_file(sample: Report, view: View) -> None:
    content = view.content("deploy/web server.yaml")
    assert content is not None
    found = _run(sample, view)["results"][0]["partialFingerprints"]
    assert found["primaryLocationLineHash"] == LineHashes(content).line(15)
    assert found["hullmark/v1"] == "f" * 32
    logical = _run(sample, replace(view, line_hash=LineHash.LOGICAL))["results"][0]["partialFingerprints"]
    assert logical["primaryLocationLineHash"] == "f" * 16 + ":1"
    none = _run(sample, replace(view, line_hash=LineHash.NONE))["results"][0]["partialFingerprints"]
    assert set(none) == {"hullmark/v1"}


def test_results_are_capped_with_the_worst_first_and_the_rest_counted(many: Callable[[int], Report]) -> None:
    run = _run(many(7000))
    ranks = [result["rank"] for result in run["results"]]
    assert len(ranks) == LIMIT == 5000
    assert ranks == sorted(ranks, reverse=True)
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert notes[0]["message"]["text"].startswith("2,000 results of the lowest severities left out")
    assert "results-capped" not in json.dumps(_run(many(5000))["invocations"])


def test_order_among_equals_is_that_of_the_report(many: Callable[[int], Report]) -> None:
    lines = [
        result["locations"][0]["physicalLocation"]["region"]["startLine"]
        for result in _run(many(400))["results"]
        if result["level"] == "warning"
    ]
    assert lines == sorted(lines)


def test_problems_and_skipped_files_are_notifications(sample: Report) -> None:
    run = _run(sample)
    invocation = run["invocations"][0]
    assert invocation["executionSuccessful"] is False
    found = {each["descriptor"]["id"]: each for each in invocation["toolExecutionNotifications"]}
    assert found["hullmark/broken"]["level"] == "error"
    assert found["hullmark/note"]["level"] == "note"
    assert found["hullmark/unreadable"]["message"]["text"] == "deploy/secret.yaml: permission denied."
    kinds = run["tool"]["driver"]["notifications"]
    for each in invocation["toolExecutionNotifications"]:
        assert kinds[each["descriptor"]["index"]]["id"] == each["descriptor"]["id"]
    skipped = [
        each for each in invocation["toolExecutionNotifications"] if each["descriptor"]["id"] == "hullmark/skipped"
    ]
    assert [each["message"]["text"] for each in skipped] == [
        "1 file not judged: not a manifest.",
        "1 file not judged: not rendered.",
    ]


@pytest.mark.parametrize("kind", ProblemKind)
def test_every_kind_of_problem_can_be_told(clean: Report, kind: ProblemKind) -> None:
    report = replace(clean, problems=(Problem(kind, "x", ""),), skipped=(Skipped("a", SkipReason.LINK),) * 1500)
    assert _errors(render(report, View())) == []


def test_suppressed_results_only_when_asked_for(sample: Report, view: View) -> None:
    assert all("suppressions" not in result for result in _run(sample, view)["results"])
    results = _run(sample, replace(view, include_suppressed=True))["results"]
    assert [len(result["suppressions"]) for result in results] == [0, 0, 0, 0, 1]
    assert results[-1]["suppressions"][0]["kind"] == "inSource"
    assert results[-1]["suppressions"][0]["justification"] == "started behind a proxy (until 2027-01-31)"


@pytest.mark.parametrize(("given", "expected"), [("prod", "prod/"), ("a/b/", "a/b/")])
def test_category_ends_in_a_slash(sample: Report, given: str, expected: str) -> None:
    assert _run(sample, View(category=given))["automationDetails"] == {"id": expected}
    assert "automationDetails" not in _run(sample)


def test_uris_are_relative_and_encoded(sample: Report) -> None:
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in _run(sample)["results"]]
    assert places[0] == {"uri": "deploy/web%20server.yaml", "uriBaseId": "%SRCROOT%"}


def test_fix_is_left_out_where_its_file_is_not_at_hand(sample: Report, view: View) -> None:
    assert "fixes" not in _run(sample)["results"][0]
    fix = _run(sample, view)["results"][0]["fixes"][0]
    assert fix["description"]["text"] == "set `privileged` to false"
    assert fix["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 15, "startColumn": 41, "endLine": 15, "endColumn": 46},
            "insertedContent": {"text": "false}"},
        }
    ]


TEXT = "a:\n  b: true\n  c: 1\n"


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("deleted", "replacement"),
    [
        ("  b: true\n", ""),
        ("  b: true\n", "  b: false\n"),
        ("  b: true\n", "  x: 1\n  y: 2\n"),
        ("true", "false"),
        ("", "  d: 2\n"),
        ("  b: true\n  c: 1\n", "  c: 1\n"),
        ("  c: 1\n", ""),
        ("a:\n", ""),
    ],
)
def test_portable_edit_makes_the_same_text_and_starts_behind_the_indentation(
    deleted: str, replacement: str, line_break: str
) -> None:
    text, deleted, replacement = (each.replace("\n", line_break) for each in (TEXT, deleted, replacement))
    start = text.index(deleted) if deleted else text.index("  c:")
    edit = Edit(Span(start, start + len(deleted)), replacement)
    source = Source("a.yaml", text)
    found = portable(edit, source)

    def applied(each: Edit) -> str:
        return text[: each.span.start] + each.replacement + text[each.span.end :]

    assert applied(found) == applied(edit)
    at = source.region(found.span)
    assert at.line == 1 or source.line(at.line)[: at.column - 1].strip() or at.column > 1


def test_writer_keeps_levels_and_drops_only_what_is_absent() -> None:
    result = plain(Result(message=Message(text="x"), level="warning", rule_index=-1, rank=0.0))
    assert result == {"message": {"text": "x"}, "kind": "fail", "level": "warning", "rank": 0.0}
    assert plain(Result(message=None, rule_index=0, locations=[]))["ruleIndex"] == 0
    assert plain(Result(message=None, locations=[]))["locations"] == []


def test_rule_level_differs_from_result_level(sample: Report, view: View) -> None:
    """The bug of the usual serializer: a warning of a rule whose default is error was read as an error."""
    finding: Finding = replace(sample.findings[0], severity=Severity.MEDIUM)
    run = _run(replace(sample, findings=(finding,)), view)
    assert run["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] == "error"
    assert run["results"][0]["level"] == "warning"


def test_five_thousand_results_take_less_than_a_second(many: Callable[[int], Report], view: View) -> None:
    report = many(5000)
    assert min(_seconds(report, view) for _ in range(3)) < 1  # the best run: all else on the machine only adds


def _seconds(report: Report, view: View) -> float:
    start = time.process_time()
    render(report, view)
    return time.process_time() - start
