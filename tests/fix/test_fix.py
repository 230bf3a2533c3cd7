"""`--fix`, `--diff` and `--unsafe`, as a user meets them."""

import json
import resource
import stat
from pathlib import Path
from typing import Any

import pytest

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web   # the shop
  namespace: shop
spec:
  containers:
    - name: app  # the program

      image: registry.example/shop/app:1.4.2
      securityContext:
        # for the debugger
        privileged: true  # really?
"""
FIXED = POD.replace("privileged: true", "privileged: false")
PRIVILEGED = ("--select", "workload/privileged-container")
WAIVED = POD.replace("privileged: true", "privileged: false").replace(
    "        # for",
    "        # hullmark: ignore[workload/privileged-container] -- needed by the debugger\n        # for",
)


def test_only_safe_fixes_are_made_unless_asked_for(scratch: Any) -> None:
    pod = scratch.write("pod.yaml", POD)
    done = scratch.hullmark("lint", *PRIVILEGED, "--fix")
    assert (done.returncode, pod.read_text()) == (1, POD)
    assert "fixed 0 findings in 0 files" in done.stderr
    assert "1 fix not made: it may change what runs (--unsafe" in done.stderr
    done = scratch.hullmark("lint", *PRIVILEGED, "--fix", "--unsafe")
    assert (done.returncode, pod.read_text()) == (0, FIXED)
    assert "fixed 1 finding in 1 file" in done.stderr
    assert "No findings" in done.stdout


def test_safe_fixes_are_made(scratch: Any) -> None:
    pod = scratch.write("pod.yaml", WAIVED)
    done = scratch.hullmark("lint", "--fix", "--fail-on", "low")
    assert pod.read_text() == FIXED, done.stderr
    assert done.returncode == 0


def test_diff_writes_nothing_and_is_a_patch(scratch: Any) -> None:
    pod = scratch.write("a dir/p\u00f6d.yaml", POD)
    done = scratch.hullmark("lint", *PRIVILEGED, "--diff", "--unsafe")
    assert (done.returncode, pod.read_text()) == (1, POD)
    assert "-        privileged: true  # really?\n+        privileged: false  # really?\n" in done.stdout
    patch = scratch.write("../change.patch", done.stdout)
    scratch.git("apply", "-p1", patch)
    assert pod.read_text() == FIXED


def test_diff_of_a_text_without_a_last_line_break_is_a_patch(scratch: Any) -> None:
    text = POD.rstrip("\n").removesuffix("  # really?")
    pod = scratch.write("pod.yaml", text)
    done = scratch.hullmark("lint", *PRIVILEGED, "--diff", "--unsafe")
    scratch.git("apply", "-p1", scratch.write("../change.patch", done.stdout))
    assert pod.read_text() == text.replace("true", "false")


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("plain", "utf-8"), ("marked", "utf-8-sig"), ("wide", "utf-16")],
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_encoding_and_line_breaks_are_kept(scratch: Any, name: str, encoding: str, line_break: str) -> None:
    text = POD.replace("\n", line_break).replace("shop\r", "sh\u00f6p\r")
    pod = scratch.write("pod.yaml", text.encode(encoding))
    assert scratch.hullmark("lint", *PRIVILEGED, "--fix", "--unsafe").returncode == 0
    assert pod.read_bytes() == text.replace("privileged: true", "privileged: false").encode(encoding)


def test_mode_is_kept_and_nothing_is_left_behind(scratch: Any) -> None:
    pod = scratch.write("pod.yaml", POD)
    pod.chmod(0o751)
    scratch.hullmark("lint", *PRIVILEGED, "--fix", "--unsafe")
    assert stat.S_IMODE(pod.stat().st_mode) == 0o751
    assert sorted(path.name for path in scratch.root.iterdir()) == [".git", "pod.yaml"]


def test_a_link_stays_one(scratch: Any) -> None:
    pod = scratch.write("real/pod.yaml", POD)
    (scratch.root / "link.yaml").symlink_to("real/pod.yaml")
    scratch.hullmark("lint", "link.yaml", "real", *PRIVILEGED, "--fix", "--unsafe")
    assert (scratch.root / "link.yaml").is_symlink()
    assert pod.read_text() == FIXED


def test_rendered_output_is_left_alone(scratch: Any) -> None:
    text = f"---\n# Source: shop/templates/pod.yaml\n{POD}"
    pod = scratch.write("pod.yaml", text)
    done = scratch.hullmark("lint", *PRIVILEGED, "--fix", "--unsafe")
    assert (done.returncode, pod.read_text()) == (1, text)
    assert "1 fix not made: the file was rendered from a chart" in done.stderr


def test_fixes_at_one_place_are_made_one_after_the_other(scratch: Any) -> None:
    pod = scratch.write("pod.yaml", POD)
    done = scratch.hullmark("lint", "--profile", "all", "--fix", "--unsafe", "--format", "json")
    left = [finding["rule"] for finding in json.loads(done.stdout)["findings"] if finding["fix"]]
    assert left == []
    text = pod.read_text()
    # Nothing is said of users: the first round makes the pod one of a user namespace, where root is nobody outside.
    for line in ("allowPrivilegeEscalation: false", "readOnlyRootFilesystem: true", "hostUsers: false"):
        assert text.count(line) == 1
    kept = [line for line in POD.splitlines() if "privileged" not in line]
    assert [line for line in text.splitlines() if line in kept] == kept
    again = scratch.hullmark("lint", "--profile", "all", "--diff", "--unsafe")
    assert again.stdout == ""


def test_several_files_and_the_report_afterwards(scratch: Any) -> None:
    for name in ("a", "b", "c"):
        scratch.write(f"{name}.yaml", POD.replace("name: web", f"name: {name}"))
    done = scratch.hullmark("lint", *PRIVILEGED, "--fix", "--unsafe", "--output", "sarif=out.sarif")
    assert "fixed 3 findings in 3 files" in done.stderr
    (run,) = json.loads((scratch.root / "out.sarif").read_text())["runs"]
    assert run["results"] == []


def test_standard_input_is_shown_not_fixed(scratch: Any) -> None:
    done = scratch.hullmark("lint", "-", *PRIVILEGED, "--diff", "--unsafe", "--stdin-filename", "x.yaml", stdin=POD)
    assert "--- a/x.yaml\n+++ b/x.yaml\n" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--unsafe"],
        ["--fix", "--diff"],
        ["--fix", "--staged"],
        ["--fix", "--base", "HEAD"],
        ["--diff", "--changed-lines"],
        ["-", "--fix"],
    ],
)
def test_what_excludes_each_other(scratch: Any, arguments: list[str]) -> None:
    done = scratch.hullmark("lint", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_file_that_cannot_be_written_stays_whole(scratch: Any) -> None:
    """The system refuses to write a single byte to any file: that binds root, too, unlike the mode of a folder."""
    pod = scratch.write("pod.yaml", POD)
    done = scratch.hullmark("lint", *PRIVILEGED, "--fix", "--unsafe", before=_refuse_writing)
    assert (done.returncode, done.stderr.count("\n"), pod.read_text()) == (2, 1, POD)
    assert "pod.yaml" in done.stderr
    assert list(pod.parent.glob("*pod*")) == [pod]


def _refuse_writing() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_the_insecure_example_differs_only_in_offending_lines(scratch: Any, repository: Path) -> None:
    """Lines that no finding with a fix points at, or that a fix does not add below one, stay as they are."""
    origin = repository / "examples" / "insecure"
    for path in origin.rglob("*"):
        if path.is_file():
            scratch.write(str(path.relative_to(origin)), path.read_bytes())
    before = scratch.report("--fail-on", "never")["findings"]
    done = scratch.hullmark("lint", "--fix", "--unsafe", "--fail-on", "never")
    assert done.returncode == 0
    fixable = {(each["location"]["path"], each["location"]["line"]) for each in before if each["fix"]}
    edited = {
        (part["path"], edit["line"] + extra)
        for each in before
        if each["fix"]
        for part in each["fix"]["files"]
        for edit in part["edits"]
        for extra in range(edit["endLine"] - edit["line"] + 1)
    }
    offending = 0
    for path in origin.rglob("*"):
        if path.is_file():
            name = str(path.relative_to(origin))
            lines = path.read_text().splitlines()
            others = [line for number, line in enumerate(lines, start=1) if (name, number) not in fixable | edited]
            left = iter((scratch.root / name).read_text().splitlines())
            assert [line for line in others if line not in left] == [], name  # each is found behind the one before
            offending += len(lines) - len(others)
    assert offending > 20


def test_insecure_example_can_be_read_by_others_afterwards(scratch: Any, repository: Path) -> None:
    from ruamel.yaml import YAML

    origin = repository / "examples" / "insecure" / "shop"
    for path in origin.glob("*.yaml"):
        scratch.write(path.name, path.read_bytes())
    scratch.hullmark("lint", "--profile", "all", "--fix", "--unsafe", "--fail-on", "never")
    for path in origin.glob("*.yaml"):
        before = list(YAML(typ="safe").load_all(path.read_text()))
        after = list(YAML(typ="safe").load_all((scratch.root / path.name).read_text()))
        assert [each.get("kind") for each in after] == [each.get("kind") for each in before]
