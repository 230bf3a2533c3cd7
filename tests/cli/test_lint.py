"""`hullmark lint` through the installed script: exit codes, streams, outputs, standard input."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
SELECT = ("--select", "rbac/wildcard-verb")


@pytest.fixture
def offender(repo: Path, wildcard: str) -> Path:
    path = repo / "roles" / "deployer.yaml"
    path.parent.mkdir()
    path.write_text(wildcard)
    return path


def test_nothing_found_is_0(hullmark: Run, repo: Path, harmless: str) -> None:
    (repo / "a.yaml").write_text(harmless)
    done = hullmark("lint")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No findings" in done.stdout


def test_findings_are_1_and_go_to_standard_output(hullmark: Run, offender: Path) -> None:
    done = hullmark("lint", *SELECT, "--fail-on", "info")
    assert (done.returncode, done.stderr) == (1, "")
    assert "roles/deployer.yaml:8:" in done.stdout


@pytest.mark.parametrize(("level", "code"), [("critical", 0), ("never", 0), ("info", 1)])
def test_fail_on_decides_about_the_exit_code(hullmark: Run, offender: Path, level: str, code: int) -> None:
    assert hullmark("lint", *SELECT, "--fail-on", level).returncode == code


def test_broken_file_is_3_and_the_rest_is_still_linted(hullmark: Run, repo: Path, offender: Path) -> None:
    (repo / "broken.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: [a}\n")
    done = hullmark("lint", *SELECT, "--fail-on", "info")
    assert done.returncode == 3
    assert "roles/deployer.yaml:8:" in done.stdout
    assert "broken.yaml:3:" in done.stdout


def test_problems_are_told_on_standard_error_when_output_is_for_programs(hullmark: Run, repo: Path) -> None:
    (repo / "broken.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: [a}\n")
    done = hullmark("lint", "--format", "json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["problems"]
    assert done.stderr.startswith("hullmark: broken.yaml")
    assert done.stderr.count("\n") == 1


def test_paths_in_reports_are_relative_to_the_root_of_git(hullmark: Run, offender: Path) -> None:
    inside = hullmark("lint", *SELECT, "--fail-on", "info", cwd=offender.parent)
    assert "roles/deployer.yaml:8:" in inside.stdout
    outside = hullmark("lint", *SELECT, "--fail-on", "info", offender, cwd=Path("/"))
    assert "\nroles/deployer.yaml:8:" in "\n" + outside.stdout.replace(" ", "\n")


def test_standard_input(hullmark: Run, wildcard: str) -> None:
    done = hullmark("lint", "-", "--stdin-filename", "roles/a.yaml", *SELECT, "--fail-on", "info", stdin=wildcard)
    assert (done.returncode, done.stderr) == (1, "")
    assert "roles/a.yaml:8:" in done.stdout
    assert "stdin.yaml:8:" in hullmark("lint", *SELECT, "-", stdin=wildcard).stdout


def test_standard_input_beside_files(hullmark: Run, offender: Path, wildcard: str) -> None:
    done = hullmark("lint", *SELECT, "--format", "json", ".", "-", stdin=wildcard)
    found = [finding["location"]["path"] for finding in json.loads(done.stdout)["findings"]]
    assert found == ["roles/deployer.yaml", "stdin.yaml"]


@pytest.mark.parametrize("name", ["json", "sarif", "gitlab"])
def test_formats_for_programs_are_json(hullmark: Run, offender: Path, name: str) -> None:
    assert json.loads(hullmark("lint", *SELECT, "--format", name).stdout)


def test_other_formats(hullmark: Run, offender: Path) -> None:
    assert ElementTree.fromstring(hullmark("lint", *SELECT, "--format", "junit").stdout).tag == "testsuites"
    assert "file=roles/deployer.yaml,line=8" in hullmark("lint", *SELECT, "--format", "github").stdout
    assert "deployer.yaml" in hullmark("lint", *SELECT, "--format", "markdown").stdout


def test_outputs_are_written_beside_what_is_printed(hullmark: Run, repo: Path, offender: Path) -> None:
    (repo / "out").mkdir()
    done = hullmark("lint", *SELECT, "--output", "sarif=out/a.sarif", "-o", "json=out/a.json", "-o", "text=out/a.txt")
    assert "roles/deployer.yaml:8:" in done.stdout
    assert sorted(path.name for path in (repo / "out").iterdir()) == ["a.json", "a.sarif", "a.txt"]
    (run,) = json.loads((repo / "out" / "a.sarif").read_text())["runs"]
    assert len(run["results"]) == 1
    assert "\x1b" not in (repo / "out" / "a.txt").read_text()


def test_an_output_keeps_its_mode_and_a_link_keeps_its_target(hullmark: Run, repo: Path, offender: Path) -> None:
    real = repo / "real.sarif"
    real.write_text("old")
    real.chmod(0o640)
    (repo / "link.sarif").symlink_to(real)
    hullmark("lint", *SELECT, "--output", "sarif=link.sarif")
    assert json.loads(real.read_text())["version"] == "2.1.0"
    assert real.stat().st_mode & 0o777 == 0o640
    assert (repo / "link.sarif").is_symlink()


def test_a_new_output_has_the_mode_that_the_user_wants(hullmark: Run, repo: Path) -> None:
    old = os.umask(0o027)
    try:
        hullmark("lint", "--output", "json=a.json")
    finally:
        os.umask(old)
    assert (repo / "a.json").stat().st_mode & 0o777 == 0o640


def test_an_output_may_be_a_device(hullmark: Run, repo: Path) -> None:
    assert hullmark("lint", "--quiet", "--output", "json=/dev/null").returncode == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux has a folder that root cannot write to")
def test_an_output_that_cannot_be_written_is_2(hullmark: Run, repo: Path) -> None:
    done = hullmark("lint", "--output", "json=/proc/a.json")
    assert done.returncode == 2
    assert done.stderr.startswith("hullmark: cannot write '/proc/a.json': ")
    assert done.stderr.count("\n") == 1


def test_runs_are_byte_identical_for_any_number_of_jobs(hullmark: Run, repo: Path, wildcard: str) -> None:
    for number in range(40):
        padding = f"# {'x' * 80}\n" * 500
        (repo / f"{number}.yaml").write_text(wildcard.replace("deployer", f"deployer-{number}") + padding)
    report = json.loads(hullmark("lint", "--format", "json", "--profile", "all").stdout)
    assert len(report["findings"]) >= 40
    for form in ("json", "text", "sarif"):
        options = ("--format", form, "--profile", "all", "--output", "text=../kept.txt")
        runs = []
        for jobs in ("1", "2", "2"):
            printed = hullmark("lint", *options, "--jobs", jobs).stdout
            runs.append((printed, (repo.parent / "kept.txt").read_text()))
        assert runs[0] == runs[1] == runs[2]


def test_quiet_prints_one_line_a_finding(hullmark: Run, offender: Path, repo: Path, harmless: str) -> None:
    assert hullmark("lint", *SELECT, "--quiet").stdout.count("\n") == 1
    offender.write_text(harmless)
    assert hullmark("lint", *SELECT, "--quiet").stdout == ""


def test_colours_only_where_they_are_wanted(hullmark: Run, offender: Path) -> None:
    assert "\x1b[" not in hullmark("lint", *SELECT).stdout
    assert "\x1b[" in hullmark("lint", *SELECT, "--color", "always", NO_COLOR="1").stdout
    assert "\x1b[" not in hullmark("lint", *SELECT, "--color", "auto").stdout


def test_statistics_and_verbose_say_more(hullmark: Run, offender: Path, repo: Path) -> None:
    (repo / "notes.yaml").write_text("just: text\n")
    assert "notes.yaml" in hullmark("lint", *SELECT, "--verbose").stdout
    plain, counted = hullmark("lint", *SELECT).stdout, hullmark("lint", *SELECT, "--statistics").stdout
    assert len(counted.splitlines()) > len(plain.splitlines())


def test_exclude(hullmark: Run, offender: Path) -> None:
    assert json.loads(hullmark("lint", "--format", "json", "--exclude", "roles/").stdout)["summary"]["linted"] == 0


def test_ignored_by_git_is_not_linted(hullmark: Run, tmp_path: Path, wildcard: str) -> None:
    pygit2 = pytest.importorskip("pygit2")
    pygit2.init_repository(str(tmp_path / "real"))
    folder = tmp_path / "real"
    (folder / ".gitignore").write_text("build/\n")
    (folder / "build").mkdir()
    (folder / "build" / "a.yaml").write_text(wildcard)
    assert json.loads(hullmark("lint", "--format", "json", cwd=folder).stdout)["summary"]["linted"] == 0


def test_broken_pipe_is_quiet(hullmark: Run, repo: Path, wildcard: str) -> None:
    text = "---\n".join(wildcard.replace("deployer", f"deployer-{number}") for number in range(2000))
    (repo / "many.yaml").write_text(text)
    script = Path(sys.executable).parent / "hullmark"
    command = f"{script} lint --select rbac/wildcard-verb --format json | head -n 1"
    done = subprocess.run(["bash", "-c", command], cwd=repo, capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_interrupt_is_quiet(repo: Path) -> None:
    script = Path(sys.executable).parent / "hullmark"
    pipe = subprocess.Popen(
        [script, "lint", "-"],
        cwd=repo,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # What is started in the background of a script ignores the signal, and so does everything below it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with pytest.raises(subprocess.TimeoutExpired):  # it waits for its input
        pipe.wait(timeout=2)
    pipe.send_signal(signal.SIGINT)
    out, err = pipe.communicate(timeout=30)
    assert (pipe.returncode, out, err) == (130, b"", b"")


def test_a_defect_is_one_line_and_3(repo: Path) -> None:
    code = (
        "import sys; sys.argv = ['hullmark', 'lint'];"
        "import hullmark.linter.cli.lint as lint; lint.outputs = None;"
        "from hullmark.linter.cli.main import main; sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("hullmark: a defect of hullmark: TypeError")
    assert done.stderr.count("\n") == 1
