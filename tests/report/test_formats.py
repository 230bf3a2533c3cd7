"""What the formats for programs and hosts promise."""

import json
import re
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hullmark.linter.finding import Location, Problem, ProblemKind, Report, Severity, Summary
from hullmark.linter.report import formats
from hullmark.linter.report.formats import FORMATS, renderer
from hullmark.linter.report.github import LIMIT as ANNOTATIONS
from hullmark.linter.report.markdown import LIMIT as SUMMARY
from hullmark.linter.report.view import View

STRUCTURED = sorted({*FORMATS} - {"text"})


def test_every_format_has_a_module() -> None:
    assert {name for name in FORMATS if not (Path(formats.__file__).parent / f"{name}.py").is_file()} == set()
    with pytest.raises(KeyError):
        renderer("pdf")


@pytest.mark.parametrize("name", FORMATS)
def test_output_ends_in_one_line_break(name: str, sample: Report, view: View) -> None:
    output = renderer(name)(sample, view)
    assert output.endswith("\n")
    assert not output.endswith("\n\n")
    assert "\r" not in output


@pytest.mark.parametrize("name", STRUCTURED)
def test_time_stays_out_of_formats_that_are_compared(name: str, sample: Report, view: View) -> None:
    render = renderer(name)
    assert render(sample, view) == render(replace(sample, seconds=99.0), view)


@pytest.mark.parametrize("name", FORMATS)
def test_incomplete_analysis_is_never_silent(name: str, clean: Report, view: View) -> None:
    problem = Problem(ProblemKind.CRASH, "rule x/y failed", "a.yaml")
    assert "rule x/y failed" in renderer(name)(replace(clean, problems=(problem,)), view)


@pytest.mark.parametrize("name", FORMATS)
def test_suppressed_findings_are_not_shown_as_open(name: str, sample: Report, view: View) -> None:
    hidden = replace(sample.suppressed[0], message="hidden by a comment")
    assert "hidden by a comment" not in renderer(name)(replace(sample, suppressed=(hidden,)), view)


@pytest.mark.parametrize("name", sorted({*FORMATS} - {"json"}))
def test_enormous_names_are_cut(name: str, sample: Report, view: View) -> None:
    about = sample.findings[0].resource
    assert about is not None
    about = replace(about, name="n" * 1_000_000)
    finding = replace(sample.findings[0], message="m" * 1_000_000, resource=about, field_path="f" * 1_000_000)
    output = renderer(name)(replace(sample, findings=(finding,) * 3), view)
    assert len(output) < 200_000
    assert "..." in output


@pytest.mark.parametrize("name", FORMATS)
def test_big_reports_are_quick(name: str, many: Callable[[int], Report], view: View) -> None:
    report = many(10_000)
    start = time.process_time()
    renderer(name)(report, view)
    assert time.process_time() - start < 2


def test_covered_findings_are_listed_for_those_who_ask(sample: Report, view: View) -> None:
    for name in FORMATS:
        assert "may gain privileges" not in renderer(name)(sample, view)
    asked = replace(view, include_absorbed=True)
    *_, last = json.loads(renderer("json")(sample, asked))["findings"]
    assert (last["message"], last["absorbedBy"]) == (
        "container 'app' may gain privileges",
        "workload/privileged-container",
    )
    text = renderer("text")(sample, asked)
    assert "(covered by" in text
    assert "Covered     1 by stronger findings" in text


def test_suppressed_findings_are_listed_for_those_who_ask(sample: Report, view: View) -> None:
    assert "Suppressed:" not in renderer("text")(sample, view)
    assert "Suppressed:" in renderer("text")(sample, replace(view, include_suppressed=True))


def test_json_contract(sample: Report, view: View) -> None:
    found = json.loads(renderer("json")(sample, replace(view, include_suppressed=True)))
    assert found["schema"] == "hullmark-report/1"
    assert found["tool"] == {"name": "hullmark", "version": "1.2.3", "rules": list(sample.rules)}
    assert {"findings", "problems", "skipped", "summary"} <= set(found)
    fields = "rule severity confidence message location resource related flow controls fingerprint fix suppression"
    fields += " implied absorbedBy"
    for each in found["findings"]:
        assert set(fields.split()) <= set(each)
        assert set(each["location"]) == {"path", "line", "column", "endLine", "endColumn"}
        assert set(each["resource"]) == {"apiVersion", "kind", "namespace", "name", "container"}
    assert [each["suppression"] is None for each in found["findings"]] == [True] * 4 + [False]
    assert found["findings"][4]["suppression"]["kind"] == "comment"
    assert set(found["problems"][0]) == {"kind", "message", "location"}
    assert set(found["skipped"][0]) == {"path", "reason", "detail"}
    assert found["summary"]["bySeverity"] == {"critical": 1, "high": 2, "medium": 1, "low": 0, "info": 0}
    assert found["summary"]["incomplete"] is True


def test_json_columns_count_code_points(sample: Report) -> None:
    found = json.loads(renderer("json")(sample, View()))
    assert found["findings"][2]["location"]["column"] == 24


def test_json_leaves_suppressed_findings_out(sample: Report) -> None:
    assert len(json.loads(renderer("json")(sample, View()))["findings"]) == len(sample.findings)


def test_json_fix_can_be_applied(sample: Report, view: View) -> None:
    source = view.source("deploy/web server.yaml")
    assert source is not None
    (edit,) = json.loads(renderer("json")(sample, view))["findings"][3]["fix"]["files"][0]["edits"]
    text = source.text[: edit["offset"]] + edit["replacement"] + source.text[edit["offset"] + edit["length"] :]
    assert "privileged: false}" in text
    assert source.line(edit["line"])[edit["column"] - 1 : edit["endColumn"] - 1] == "true}"


def _levels(output: str) -> dict[str, int]:
    found = re.findall(r"^::(\w+) ", output, re.MULTILINE)
    return {level: found.count(level) for level in ("error", "warning", "notice")}


def test_annotations_are_capped_for_each_level_and_the_rest_counted(many: Callable[[int], Report]) -> None:
    report = many(200)
    low = tuple(replace(finding, severity=Severity.LOW) for finding in report.findings)
    output = renderer("github")(replace(report, findings=(*report.findings, *low)), View())
    assert _levels(output) == {"error": ANNOTATIONS, "warning": ANNOTATIONS, "notice": ANNOTATIONS}
    last = output.splitlines()[-1]
    # 29 of 402 are shown: the closing notice takes a place itself.
    assert last.startswith("::notice title=hullmark::373 more of 400 findings and 2 problems")


def test_annotations_that_fit_need_no_closing_notice(sample: Report) -> None:
    output = renderer("github")(sample, View())
    assert "more of" not in output
    assert _levels(output) == {"error": 5, "warning": 1, "notice": 0}


def test_worst_annotations_come_first(many: Callable[[int], Report]) -> None:
    titles = re.findall(r"title=\S+ \((\w+)\)", renderer("github")(many(24), View()))
    assert titles[:6] == ["critical"] * 6
    assert titles[6] == "high"


def test_annotation_stays_in_one_line(sample: Report) -> None:
    place = Location("a.yaml", 3, 5, 9, 2, 5, 2)
    output = renderer("github")(replace(sample, findings=(replace(sample.findings[0], location=place),)), View())
    assert "file=a.yaml,line=3,endLine=3,col=5,title=" in output


def test_clean_run_has_no_annotations(clean: Report) -> None:
    assert renderer("github")(clean, View()) == ""


def test_gitlab_fields(sample: Report) -> None:
    issues = json.loads(renderer("gitlab")(sample, View()))
    assert all(set(issue) == {"description", "check_name", "fingerprint", "severity", "location"} for issue in issues)
    assert {issue["severity"] for issue in issues} <= {"info", "minor", "major", "critical", "blocker"}
    assert issues[3]["location"] == {"path": "deploy/web server.yaml", "lines": {"begin": 15}}
    assert issues[3]["severity"] == "blocker"
    assert issues[3]["fingerprint"] == "f" * 32


def test_gitlab_fingerprints_are_unique(sample: Report) -> None:
    blank = tuple(replace(finding, fingerprint="") for finding in sample.findings)
    report = replace(sample, findings=sample.findings * 3 + blank * 2)
    marks = [issue["fingerprint"] for issue in json.loads(renderer("gitlab")(report, View()))]
    assert len(marks) == len(set(marks)) == 22


def test_clean_run_is_an_empty_list_for_gitlab(clean: Report) -> None:
    assert renderer("gitlab")(clean, View()) == "[]\n"


def test_junit_counts_agree_with_the_cases(sample: Report, view: View) -> None:
    root = ElementTree.fromstring(renderer("junit")(sample, view))
    for element in (root, *root.iter("testsuite")):
        assert element.get("tests") == str(len(list(element.iter("testcase"))))
        assert element.get("failures") == str(len(list(element.iter("failure"))))
        assert element.get("errors") == str(len(list(element.iter("error"))))


def test_junit_names_are_unique_and_hold_no_lines(many: Callable[[int], Report], view: View) -> None:
    root = ElementTree.fromstring(renderer("junit")(many(100), view))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names))
    assert not any(re.search(r":\d", name or "") for _, name in names)


def test_junit_of_a_clean_run_has_one_passing_case(clean: Report, view: View) -> None:
    root = ElementTree.fromstring(renderer("junit")(clean, view))
    (case,) = root.iter("testcase")
    assert list(case) == []
    assert case.get("name") == "no findings in 3 files"


def test_summary_counts_and_orders(sample: Report, view: View) -> None:
    output = renderer("markdown")(sample, view)
    assert "| 1 | 2 | 1 | 0 | 0 |" in output
    rows = re.findall(r"^\| (critical|high|medium) \|", output, re.MULTILINE)
    assert rows == ["critical", "critical", "high", "high", "medium"]
    assert output.count("<details>") == output.count("</details>") == 6
    assert "**The analysis is incomplete:** 2 problems" in output


def test_summary_stays_under_the_limit(many: Callable[[int], Report], view: View) -> None:
    report = many(3000)
    findings = tuple(
        replace(finding, message=f"{n} " + "日本|" * 100, rule=f"a/{n}") for n, finding in enumerate(report.findings)
    )
    output = renderer("markdown")(replace(report, findings=findings), view)
    assert 300_000 < len(output.encode()) < SUMMARY
    assert re.search(r"^The [\d,]+ worst of 3,000 findings\.$", output, re.MULTILINE)
    assert re.search(r"^[\d,]+ more sections would not fit here\.$", output, re.MULTILINE)


def test_summary_of_a_run_that_judged_nothing(clean: Report, view: View) -> None:
    output = renderer("markdown")(replace(clean, summary=Summary(0, 0, 0, 0)), view)
    assert "**Nothing was judged:**" in output


def test_summary_links_files(sample: Report) -> None:
    output = renderer("markdown")(sample, View(blob_url="https://host.example/o/r/blob/abc"))
    place = "<code>deploy/web server.yaml:15</code>"
    assert f"[{place}](https://host.example/o/r/blob/abc/deploy/web%20server.yaml#L15)" in output
