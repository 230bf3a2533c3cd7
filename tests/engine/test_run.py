"""A run accounts for every file, survives whatever is in them, and says the same however many processes it has."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from hullmark.linter.config.settings import Limits, Settings
from hullmark.linter.engine import link, parallel
from hullmark.linter.engine import run as runs
from hullmark.linter.engine.verdict import CLEAN, FOUND, INCOMPLETE, exit_code
from hullmark.linter.finding import ProblemKind, Report, Severity, SkipReason
from hullmark.linter.load.discover import File
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule
from tests.engine.conftest import CRASHES, DOC, POD_EXISTS, REGISTRY, Lint, pod


def messages(report: Report) -> list[str]:
    return [finding.message for finding in report.findings]


def assert_accounted(report: Report) -> None:
    summary = report.summary
    assert summary.files == summary.linted + sum(count for _, count in summary.skipped)
    assert len(report.skipped) == sum(count for _, count in summary.skipped)


def test_every_file_is_accounted_for(tmp_path: Path, lint: Lint) -> None:
    (tmp_path / "pod.yaml").write_text(pod("web") + "---\n" + pod("db"))
    (tmp_path / "notes.yaml").write_text("replicas: 3\n")
    (tmp_path / "broken.yaml").write_text("apiVersion: v1\nkind: Pod\n  metadata: {\n")
    (tmp_path / "half.yaml").write_text(pod("half") + "---\nkind: [\n")
    (tmp_path / "template.yaml").write_text("apiVersion: v1\nkind: Pod\n{{- if .x }}\nmetadata: {}\n{{- end }}\n")
    (tmp_path / "binary.yaml").write_bytes(b"\x7fELF\0\0\0")
    (tmp_path / "README.md").write_text("# hello\n")
    (tmp_path / "empty.yaml").touch()
    report = lint()
    assert_accounted(report)
    assert (report.summary.linted, report.summary.documents, report.summary.resources) == (2, 4, 3)
    assert {one.path: one.reason for one in report.skipped} == {
        "README.md": SkipReason.NOT_MANIFEST,
        "binary.yaml": SkipReason.BINARY,
        "broken.yaml": SkipReason.BROKEN,
        "empty.yaml": SkipReason.NOT_MANIFEST,
        "template.yaml": SkipReason.NOT_RENDERED,
        "notes.yaml": SkipReason.NOT_MANIFEST,
    }
    assert [(p.path, p.kind) for p in report.problems] == [
        ("binary.yaml", ProblemKind.BROKEN),
        ("broken.yaml", ProblemKind.BROKEN),
        ("half.yaml", ProblemKind.BROKEN),
    ]
    assert [m for m in messages(report) if m.startswith("pod")] == [
        "pod 'half' exists",
        "pod 'web' exists",
        "pod 'db' exists",
    ]


def test_broken_document_does_not_hide_its_neighbours(tmp_path: Path, lint: Lint) -> None:
    (tmp_path / "a.yaml").write_text(pod("first") + "---\nkind: [\n---\n" + pod("last"))
    report = lint(rules=Registry.of([POD_EXISTS]))
    assert messages(report) == ["pod 'first' exists", "pod 'last' exists"]
    assert [p.location and p.location.line for p in report.problems] == [10]
    assert exit_code(report, None) == INCOMPLETE


def test_broken_file_that_is_no_manifest_is_none_of_our_business(tmp_path: Path, lint: Lint) -> None:
    (tmp_path / "mkdocs.yml").write_text("a: b: c\n")
    report = lint()
    assert {one.path: one.reason for one in report.skipped} == {"mkdocs.yml": SkipReason.NOT_MANIFEST}
    assert report.problems == ()


def test_escaped_key_does_not_hide_a_broken_manifest(tmp_path: Path, lint: Lint) -> None:
    (tmp_path / "a.yaml").write_text('"\\u0061piVersion": v1\nkind: Pod\nx: [\n')
    assert [p.kind for p in lint().problems] == [ProblemKind.BROKEN]


def test_standard_input_is_judged_under_its_name(tmp_path: Path, lint: Lint) -> None:
    report = lint("-", stdin=pod("web").encode(), rules=Registry.of([POD_EXISTS]))
    assert [(f.location.path, f.message) for f in report.findings] == [("stdin.yaml", "pod 'web' exists")]
    assert report.summary.files == 1


def test_standard_input_has_the_limit_of_files(tmp_path: Path, lint: Lint) -> None:
    report = lint("-", stdin=b"x" * 11, settings=Settings(limits=Limits(file_size=10)))
    assert [p.kind for p in report.problems] == [ProblemKind.LIMIT]
    assert_accounted(report)


def test_rule_that_raises_is_one_clear_line_and_all_else_is_judged(tmp_path: Path, lint: Lint) -> None:
    (tmp_path / "a.yaml").write_text(pod("victim"))
    (tmp_path / "b.yaml").write_text(pod("other"))
    report = lint(rules=Registry.of([CRASHES, POD_EXISTS]))
    (problem,) = report.problems
    assert (problem.kind, problem.path) == (ProblemKind.CRASH, "a.yaml")
    assert problem.message.startswith("rule b/crashes on Pod victim crashed: ValueError at ")
    assert "hunter2" not in problem.message
    assert "\n" not in problem.message
    assert problem.location is not None
    assert problem.location.line == 3
    assert messages(report) == [
        "pod 'victim' exists",
        "found before the crash",
        "pod 'other' exists",
        "'other' survived",
    ]
    assert exit_code(report, Severity.CRITICAL) == INCOMPLETE


class Unfindable:
    """A subject whose search fails, in a resource and among many."""

    kinds = None

    @classmethod
    def of(cls, resource: Resource) -> Iterator["Unfindable"]:
        raise ImportError("a module that this needs is missing")


class UnfindableTogether:
    @classmethod
    def among(cls, bundle: Bundle) -> Iterator["UnfindableTogether"]:
        raise ImportError("a module that this needs is missing")


def test_search_for_subjects_that_raises_is_contained_like_a_rule(tmp_path: Path, lint: Lint) -> None:
    (tmp_path / "a.yaml").write_text(pod("web"))
    rules: list[Rule[Any]] = [
        Row("d/one", Unfindable, DOC, lambda rule, subject: (), severity=Severity.LOW),
        Row("d/two", UnfindableTogether, DOC, lambda rule, subject: (), severity=Severity.LOW),
    ]
    report = lint(rules=Registry.of([*rules, POD_EXISTS]))
    assert [problem.message.partition(" crashed")[0] for problem in report.problems] == [
        "rule d/two",
        "rule d/one on Pod web",
    ]
    assert messages(report) == ["pod 'web' exists"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_hostile_tree_is_one_clear_line_each(
    tmp_path: Path, lint: Lint, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "WORTH_FORKING", 0)
    monkeypatch.setattr(runs, "WORTH_SPAWNING", 0)
    (tmp_path / "good.yaml").write_text(pod("good"))
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop/again").symlink_to(tmp_path / "loop")
    with (tmp_path / "large.yaml").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere")
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)) * 8)
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    )
    (tmp_path / "bomb.yaml").write_text("apiVersion: v1\nkind: ConfigMap\n" + bomb)
    (tmp_path / "deep.yaml").write_text("apiVersion: v1\nkind: ConfigMap\ndata: " + "[" * 100_000)
    report = lint(rules=Registry.of([POD_EXISTS]), jobs=jobs)
    assert_accounted(report)
    assert messages(report) == ["pod 'good' exists"]
    assert [problem.path for problem in report.problems] == [
        "binary.yaml",
        "bomb.yaml",
        "deep.yaml",
        "gone.yaml",
        "large.yaml",
        "pipe.yaml",
    ]
    assert all("\n" not in problem.message for problem in report.problems)
    assert {one.path: one.reason for one in report.skipped} == {
        "binary.yaml": SkipReason.BINARY,
        "bomb.yaml": SkipReason.BROKEN,
        "deep.yaml": SkipReason.BROKEN,
        "gone.yaml": SkipReason.LINK,
        "large.yaml": SkipReason.UNREADABLE,
        "loop/again": SkipReason.LINK,
        "pipe.yaml": SkipReason.NOT_REGULAR,
    }
    assert exit_code(report, Severity.CRITICAL) == INCOMPLETE


AS_NOBODY = """
import os, sys
from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.run import Request, run
from hullmark.linter.engine.verdict import exit_code
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.load.discover import File
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule
registry = Registry.of([])
lint_texts({"a.yaml": open(sys.argv[1] + "/open.yaml").read()}, registry)  # imports what another user cannot
if os.geteuid() == 0:  # whom nothing is denied
    os.setgid(65534)
    os.setuid(65534)
report = run(Request((".",), sys.argv[1], sys.argv[1], Settings(), "2026-01-15", jobs=1), registry)
print([(p.path, p.message) for p in report.problems], report.summary.linted, exit_code(report, None))
"""


def test_file_without_permission_is_one_clear_line() -> None:
    with TemporaryDirectory() as directory:  # pytest's own directories are closed to other users
        root = Path(directory).resolve()
        root.chmod(0o755)
        for name in ("closed.yaml", "open.yaml"):
            (root / name).write_text(pod("web"))
            (root / name).chmod(0o644)
        (root / "closed.yaml").chmod(0)
        done = subprocess.run([sys.executable, "-c", AS_NOBODY, str(root)], capture_output=True, text=True, check=False)
    assert done.stdout == "[('closed.yaml', 'cannot be read: permission denied')] 1 3\n", done.stderr


# Processes


def tree(root: Path, count: int = 60) -> None:
    for number in range(count):
        directory = root / f"d{number % 7}"
        directory.mkdir(exist_ok=True)
        text = pod(f"p{number}") + "".join("---\n" + pod(f"q{number}-{n}") for n in range(number % 5))
        (directory / f"{number}.yaml").write_text(text)
    (root / "broken.yaml").write_text("apiVersion: v1\nkind: [\n")


@pytest.mark.parametrize("jobs", [2, 5])
def test_report_is_the_same_for_any_number_of_processes(
    tmp_path: Path, lint: Lint, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path)
    alone = lint(jobs=1)
    monkeypatch.setattr(runs, "WORTH_FORKING", 0)
    monkeypatch.setattr(link, "WORTH_FORKING", 0)
    monkeypatch.setattr(parallel, "_CHUNK_BYTES", 500)
    together = lint(jobs=jobs)
    assert together == alone
    assert repr(together) == repr(alone)
    assert len(alone.findings) > 100


def test_spawned_processes_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What forks do not show: everything that a process needs has to be able to cross."""
    for number in range(12):
        (tmp_path / f"{number}.yaml").write_text(pod("web", "      securityContext: {privileged: true}"))
    root = str(tmp_path.resolve())
    request = runs.Request((".",), root, root, Settings(profile="all"), "2026-01-15", jobs=1)
    registry = Registry.packaged()
    alone = runs.run(request, registry)
    monkeypatch.setattr(parallel, "forks", lambda: False)
    monkeypatch.setattr(runs, "WORTH_FORKING", 0)
    monkeypatch.setattr(runs, "WORTH_SPAWNING", 0)
    assert runs.run(replace(request, jobs=2), registry) == alone
    assert alone.findings


@pytest.mark.parametrize("forks", [True, False])
@pytest.mark.parametrize("before", [None, "0"])
def test_processes_leave_the_environment_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forks: bool, before: str | None
) -> None:
    """Whoever calls the engine starts processes of its own, which look for modules where they always do."""
    tree(tmp_path, 4)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    if before is not None:
        monkeypatch.setenv("PYTHONSAFEPATH", before)
    monkeypatch.setattr(parallel, "forks", lambda: forks and sys.platform.startswith("linux"))
    monkeypatch.setattr(runs, "WORTH_FORKING", 0)
    monkeypatch.setattr(runs, "WORTH_SPAWNING", 0)
    root = str(tmp_path.resolve())
    request = runs.Request((".",), root, root, Settings(), "2026-01-15", jobs=2)
    assert runs.run(request, Registry.packaged()).summary.linted == 4
    assert os.environ.get("PYTHONSAFEPATH") == before


def test_process_that_dies_takes_one_file_with_it(tmp_path: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    if not parallel.forks():
        pytest.skip("processes are not forked here")
    tree(tmp_path, 30)
    (tmp_path / "killer.yaml").write_text(pod("killer"))
    real = runs.judge_on_disk

    def killed(intent: object, dispatch: object, known: object, file: File) -> object:
        if file.path == "killer.yaml":
            os.kill(os.getpid(), 9)
        return real(intent, dispatch, known, file)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "judge_on_disk", killed)
    monkeypatch.setattr(runs, "WORTH_FORKING", 0)
    report = lint(jobs=2, rules=Registry.of([POD_EXISTS]))
    crashed = [problem for problem in report.problems if problem.kind is ProblemKind.CRASH]
    assert [problem.path for problem in crashed] == ["killer.yaml"]
    assert "died" in crashed[0].message
    assert_accounted(report)
    assert report.summary.linted == 30
    assert exit_code(report, None) == INCOMPLETE


def test_progress_counts_every_file(tmp_path: Path) -> None:
    tree(tmp_path, 9)
    told: list[tuple[int, int]] = []
    root = str(tmp_path.resolve())
    runs.run(
        runs.Request((".",), root, root, Settings(), "2026-01-15", jobs=1), REGISTRY, lambda *step: told.append(step)
    )
    assert told == [(n, 10) for n in range(1, 11)]


def test_rules_about_several_files_see_all_of_them(tmp_path: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, 3)
    monkeypatch.setattr(runs, "WORTH_FORKING", 0)
    monkeypatch.setattr(link, "WORTH_FORKING", 0)
    for jobs in (1, 2):
        found = [finding for finding in lint(jobs=jobs).findings if finding.rule == "c/pods-together"]
        assert [finding.message for finding in found] == ["6 pods in ."]


# Verdicts


def test_exit_codes(tmp_path: Path, lint: Lint) -> None:
    (tmp_path / "a.yaml").write_text(pod("web"))
    report = lint(rules=Registry.of([POD_EXISTS]))
    assert exit_code(report, Severity.MEDIUM) == FOUND
    assert exit_code(report, Severity.INFO) == FOUND
    assert exit_code(report, Severity.HIGH) == CLEAN
    assert exit_code(report, None) == CLEAN
    (tmp_path / "b.yaml").write_bytes(b"\0binary")
    assert exit_code(lint(rules=Registry.of([POD_EXISTS])), Severity.MEDIUM) == INCOMPLETE
