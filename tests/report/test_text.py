"""The report for people: what stands where, and what is never left unsaid."""

import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from hullmark.linter.finding import Finding, Location, Problem, ProblemKind, Report, Severity, Summary
from hullmark.linter.report.cells import width
from hullmark.linter.report.text import render
from hullmark.linter.report.view import Detail, View

QUIET = View(detail=Detail.QUIET)
VERBOSE = View(detail=Detail.VERBOSE)


def test_marks_stand_under_the_offending_span(sample: Report) -> None:
    lines = render(sample, View()).splitlines()
    at = next(n for n, line in enumerate(lines) if "securityContext: {privileged" in line)
    source, marks = lines[at], lines[at + 1]
    first, last = marks.index("^"), marks.rindex("^") + 1
    assert source[first:last] == "true"
    assert source.startswith("   15 | ")


def test_columns_count_cells_not_code_points(sample: Report) -> None:
    lines = render(sample, View()).splitlines()
    at = next(n for n, line in enumerate(lines) if "args:" in line)
    source, marks = lines[at], lines[at + 1]
    assert width(source[: source.index('"--insecure"')]) == marks.index("^")
    assert marks.count("^") == len('"--insecure"')


def test_places_are_links_for_editors(sample: Report) -> None:
    output = render(sample, View())
    assert "deploy/web server.yaml:15:41: critical workload/privileged-container\n" in output
    assert "deploy/rbac.yaml:7:5 which is a subject of this binding\n" in output


def test_remedy_is_told_once_a_rule(sample: Report, view: View) -> None:
    twice = replace(sample, findings=(*sample.findings, *sample.findings))
    assert render(twice, view).count("Remove `hostNetwork`.") == 1
    assert render(twice, replace(view, detail=Detail.VERBOSE)).count("Remove `hostNetwork`.") == 2


def test_lines_fit_the_terminal_save_for_words(sample: Report, view: View) -> None:
    long = replace(sample.findings[2], message="container 'app' says " + "so much " * 30)
    for columns in (60, 80, 120):
        output = render(replace(sample, findings=(*sample.findings, long)), replace(view, width=columns))
        long_lines = [line for line in output.splitlines() if width(line) > columns]
        # Places are not broken: they could not be clicked any more.
        assert [line for line in long_lines if not re.match(r"(  )?\S.*\.yaml:\d+:\d+: ", line)] == []


def test_most_severe_rules_close_a_long_report(many: Callable[[int], Report]) -> None:
    lines = render(many(40), View()).splitlines()
    at = lines.index("Most severe:")
    assert "critical  workload/privileged-container" in lines[at + 1]
    assert "high" in lines[at + 2]
    assert "medium" in lines[at + 4]
    assert any(line.startswith("40 findings in 2 files: 10 critical, 20 high, 10 medium") for line in lines[at:])


def test_short_report_needs_no_digest(sample: Report) -> None:
    assert "Most severe:" not in render(sample, View())


def test_statistics_count_by_rule(many: Callable[[int], Report], view: View) -> None:
    output = render(many(10), replace(view, statistics=True))
    assert "  3  high      rbac/cluster-admin-binding     Subject is bound to cluster-admin.\n" in output
    assert "  2  critical  workload/privileged-container  Container runs privileged.\n" in output
    assert "Most severe:" not in output


def test_statistics_in_quiet_detail(many: Callable[[int], Report]) -> None:
    output = render(many(2), replace(QUIET, statistics=True))
    assert "Findings by rule:" in output
    assert "Checked" not in output


def test_quiet_is_one_line_a_finding_and_a_problem(sample: Report) -> None:
    lines = render(sample, QUIET).splitlines()
    assert len(lines) == len(sample.findings) + 2
    assert lines[3] == (
        "deploy/web server.yaml:15:41: critical workload/privileged-container: "
        "container 'app' runs privileged (Deployment shop/web)"
    )
    assert lines[-1] == "deploy/secret.yaml: unreadable: permission denied"


def test_quiet_says_nothing_when_all_is_well(clean: Report) -> None:
    assert render(clean, QUIET) == ""


def test_clean_run(clean: Report) -> None:
    assert render(clean, View()).splitlines()[0] == "No findings"


def test_clean_run_that_is_incomplete_is_not_called_clean(clean: Report) -> None:
    problem = Problem(ProblemKind.CRASH, "rule x failed", "a.yaml")
    output = render(replace(clean, problems=(problem,)), replace(View(), color=True))
    assert "The analysis is incomplete: 1 problem left parts unjudged" in output
    assert "\x1b[32m" not in output
    assert "a.yaml: crash: rule x failed" in output


def test_run_that_judged_nothing_is_not_called_clean(clean: Report) -> None:
    output = render(replace(clean, summary=Summary(4, 0, 0, 0, (("not a manifest", 4),))), View())
    assert "No findings" not in output
    assert "Nothing was judged" in output
    assert "4 not a manifest" in output


def test_suppressed_and_skipped_are_counted_and_listed_on_demand(sample: Report) -> None:
    output, verbose = render(sample, View()), render(sample, VERBOSE)
    assert "Suppressed  1 by comment" in output
    assert "1 not a manifest, 1 not rendered, 2 broken" in output
    assert "values.yaml" not in output
    assert "values.yaml: not a manifest" in verbose
    assert "    by comment at deploy/web server.yaml:14:11 until 2027-01-31: started behind" in verbose


def test_problems_beyond_fifty_are_counted(clean: Report) -> None:
    problems = tuple(Problem(ProblemKind.BROKEN, "x", f"{n}.yaml") for n in range(60))
    report = replace(clean, problems=problems)
    assert "and 10 more (--verbose lists them)" in render(report, View())
    assert render(report, VERBOSE).count("broken: x") == 60
    assert len(render(report, QUIET).splitlines()) == 60


def test_colour_only_when_told(sample: Report) -> None:
    assert "\x1b" not in render(sample, VERBOSE)
    assert "\x1b[1;97;41mcritical\x1b[0m" in render(sample, View(color=True))


def test_colour_changes_nothing_else(many: Callable[[int], Report], view: View) -> None:
    for detail in Detail:
        plain = replace(view, detail=detail, statistics=True)
        painted = render(many(20), replace(plain, color=True))
        assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == render(many(20), plain)


def test_masked_or_missing_source_line_is_left_out(sample: Report) -> None:
    finding = sample.findings[0]
    for snippet in ("", "   "):
        place = replace(finding.location, snippet=snippet)
        assert " | " not in render(replace(sample, findings=(replace(finding, location=place),)), View())


@pytest.mark.parametrize("column", [1, 60, 121, 239])
def test_part_of_a_very_long_line(sample: Report, column: int) -> None:
    snippet = "x" * (column - 1) + "VALUE" + "y" * 300
    place = Location("a.json", 1, 5000 + column, 1, 5005 + column, 1, 2, snippet, 5001)
    output = render(replace(sample, findings=(replace(sample.findings[0], location=place),)), View())
    lines = output.splitlines()
    at = next(n for n, line in enumerate(lines) if "VALUE" in line)
    first = lines[at + 1].index("^")
    assert lines[at][first : first + 5] == "VALUE"
    assert lines[at + 1].count("^") == 5
    assert len(lines[at]) <= 80


def test_span_over_several_lines_is_marked_to_the_end_of_its_first(sample: Report) -> None:
    place = Location("a.yaml", 3, 3, 9, 2, 3, 2, "a: |2-")
    lines = render(replace(sample, findings=(replace(sample.findings[0], location=place),)), View()).splitlines()
    at = next(n for n, line in enumerate(lines) if "a: |2-" in line)
    assert lines[at + 1].count("^") == 4


def test_container_is_named_where_the_message_does_not(sample: Report) -> None:
    finding: Finding = replace(sample.findings[2], message="program is told to be insecure")
    output = render(replace(sample, findings=(finding,)), View())
    assert "program is told to be insecure (Deployment shop/web, container app)" in output


def test_every_severity_has_a_style(sample: Report) -> None:
    findings = tuple(replace(sample.findings[0], severity=severity) for severity in Severity)
    assert render(replace(sample, findings=findings), View(color=True))


def test_ten_thousand_findings_take_less_than_two_seconds(many: Callable[[int], Report], view: View) -> None:
    report = many(10_000)
    start = time.process_time()
    output = render(report, replace(view, color=True))
    assert time.process_time() - start < 2
    assert output.count("critical") >= 2_500
