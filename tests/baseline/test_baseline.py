"""`hullmark baseline` and `lint --baseline`: what is known is hidden and counted, what is new is told."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hullmark.linter.engine.baseline import BaselineError, read_baseline, written
from hullmark.linter.text import Source

SELECT = ("--select", "workload/privileged-container")
PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: shop}
spec:
  containers:
    - name: app
      image: registry.example/shop/app:1.4.2
      securityContext: {privileged: true}
"""


def _pod(name: str) -> str:
    return PODS.replace("NAME", name)


@pytest.fixture
def known(scratch: Any) -> Any:
    """A repository with two known findings."""
    scratch.write("web.yaml", _pod("web"))
    scratch.write("agent.yaml", _pod("agent"))
    done = scratch.hullmark("baseline")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ("hullmark-baseline.json knows 2 findings; lint with --baseline hullmark-baseline.json\n")
    return scratch


LINT = ("lint", "--baseline", "hullmark-baseline.json", "--today", "2026-01-15")


def test_what_is_known_is_hidden_and_counted(known: Any) -> None:
    done = known.hullmark(*LINT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "No findings" in done.stdout
    assert "Suppressed  2 by baseline" in done.stdout


def test_what_is_new_is_told(known: Any) -> None:
    known.write("new.yaml", _pod("new"))
    done = known.hullmark(*LINT)
    assert done.returncode == 1
    assert "new.yaml:8:" in done.stdout
    assert "web.yaml:8:" not in done.stdout


def test_one_more_of_a_kind_is_new(scratch: Any) -> None:
    scratch.write("web.yaml", _pod("web"))
    scratch.hullmark("baseline")
    scratch.write("copy.yaml", _pod("web"))
    done = scratch.hullmark(*LINT)
    assert done.stdout.count("critical workload/privileged-container") == 1


def test_it_survives_edits_elsewhere(known: Any) -> None:
    text = _pod("web").replace("    - name: app", "    - name: log\n      image: a/b:1\n    - name: app")
    (known.root / "web.yaml").rename(known.root / "moved.yaml")
    known.write("moved.yaml", f"# a comment\n{text}".replace("1.4.2", "1.4.3"))
    assert known.found("--baseline", "hullmark-baseline.json", *SELECT) == []


def test_file_is_sorted_one_entry_a_line_and_the_same_every_time(known: Any) -> None:
    path = known.root / "hullmark-baseline.json"
    first = path.read_text()
    data = json.loads(first)
    assert data["schema"] == "hullmark-baseline/1"
    keys = [(each["rule"], each["resource"], each["fingerprint"]) for each in data["findings"]]
    assert keys == sorted(keys)
    assert len(first.splitlines()) == len(keys) + 2
    known.hullmark("baseline")
    assert path.read_text() == first
    known.write("new.yaml", _pod("b"))
    known.hullmark("baseline")
    assert len(set(path.read_text().splitlines()) - set(first.splitlines())) <= 2


def test_entries_that_no_longer_occur_are_reported_and_pruned(known: Any) -> None:
    (known.root / "web.yaml").unlink()
    done = known.hullmark(*LINT, "--profile", "strict", "--fail-on", "never")
    assert "info waiver/baseline-stale" in done.stdout
    assert "'Pod shop/web: " in " ".join(done.stdout.split())
    assert "baseline-stale" not in known.hullmark(*LINT).stdout
    known.write("new.yaml", _pod("new"))
    done = known.hullmark("baseline", "--prune")
    assert "1 of 2 are gone and taken out, 1 more were found and are not in it" in done.stdout
    assert "shop/web" not in (known.root / "hullmark-baseline.json").read_text()
    assert "shop/new" not in (known.root / "hullmark-baseline.json").read_text()
    assert "baseline-stale" not in known.hullmark(*LINT, "--profile", "strict").stdout


@pytest.mark.parametrize(
    "arguments", [["web.yaml"], ["--select", "rbac"], ["--min-confidence", "high"], ["--ignore", "workload"]]
)
def test_nothing_is_called_stale_by_a_run_that_could_not_find_it(known: Any, arguments: list[str]) -> None:
    (known.root / "agent.yaml").unlink()
    known.write("hullmark.yaml", "profile: strict\n")
    assert "baseline-stale" not in known.hullmark(*LINT, *arguments).stdout


def test_a_broken_file_keeps_entries_from_being_stale_and_pruned(known: Any) -> None:
    text = (known.root / "hullmark-baseline.json").read_text()
    known.write("web.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: [a}\n")
    assert "baseline-stale" not in known.hullmark(*LINT, "--profile", "strict").stdout
    done = known.hullmark("baseline", "--prune")
    assert done.returncode == 3
    assert "nothing is taken out" in done.stderr
    assert (known.root / "hullmark-baseline.json").read_text() == text


def test_prune_wants_the_whole_repository(known: Any) -> None:
    done = known.hullmark("baseline", "--prune", "web.yaml")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_waivers_come_before_the_baseline(known: Any) -> None:
    known.write(
        "web.yaml", _pod("web").replace("{privileged: true}", "{privileged: true}  # hullmark: ignore[workload]")
    )
    report = known.report("--baseline", "hullmark-baseline.json", "--show-suppressed", *SELECT)
    assert report["summary"]["suppressed"] == {"baseline": 1, "comment": 1}


def test_suppressed_by_the_baseline_in_sarif_only_when_asked_for(known: Any) -> None:
    lint = (*LINT, "--format", "sarif")
    (run,) = json.loads(known.hullmark(*lint).stdout)["runs"]
    assert run["results"] == []
    (run,) = json.loads(known.hullmark(*lint, "--sarif-include-suppressed").stdout)["runs"]
    assert {each["suppressions"][0]["kind"] for each in run["results"]} == {"external"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "hullmark-baseline/2", "findings": []}',
        '{"schema": "hullmark-baseline/1"}',
        '{"schema": "hullmark-baseline/1", "findings": {}}',
        '{"schema": "hullmark-baseline/1", "findings": [1]}',
        '{"schema": "hullmark-baseline/1", "findings": [{"rule": "a/b", "fingerprint": "x", "count": 0}]}',
        '{"schema": "hullmark-baseline/1", "findings": [{"rule": "a/b", "count": 1}]}',
        '{"schema": "hullmark-baseline/1", "findings": [',
        "{",
        "\x00",
    ],
)
def test_what_is_no_baseline_is_an_error_with_its_place(scratch: Any, text: str) -> None:
    scratch.write("known.json", text)
    done = scratch.hullmark("lint", "--baseline", "known.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("known.json:1:")
    assert done.stderr.count("\n") == 1


def test_a_missing_baseline_is_an_error(scratch: Any) -> None:
    done = scratch.hullmark("lint", "--baseline", "none.json")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_an_entry_that_two_branches_added_counts_once() -> None:
    row = ("a/b", "Pod web", "f" * 32, 2)
    text = written([row, row])
    assert read_baseline(Source("x.json", text)).entries["f" * 32].count == 2
    with pytest.raises(BaselineError):
        read_baseline(Source("x.json", text.replace('"count": 2', '"count": "many"')))


def test_hostile_names_stay_inside_their_entry(scratch: Any, tmp_path: Path) -> None:
    read: Callable[[str], Any] = json.loads
    name = '"a\\"}, {\\u001b[31m"'
    scratch.write("web.yaml", PODS.replace("NAME", name))
    scratch.hullmark("baseline")
    text = (scratch.root / "hullmark-baseline.json").read_text()
    assert text.isascii()
    assert len(read(text)["findings"]) == 1
    assert scratch.found("--baseline", "hullmark-baseline.json", *SELECT) == []
