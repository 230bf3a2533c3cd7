"""Reading is bounded, never waits, and says in one line why it did not happen."""

import os
from pathlib import Path

import pytest

from hullmark.linter.finding import Problem, ProblemKind
from hullmark.linter.load.read import read

LIMIT = 1000


def test_bytes_come_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xff\x00\r\n" * 10)
    assert read(str(path), "a.yaml", LIMIT) == b"\xff\x00\r\n" * 10


def test_empty_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.touch()
    assert read(str(path), "a.yaml", LIMIT) == b""


def test_limit_is_inclusive(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"x" * LIMIT)
    assert read(str(path), "a.yaml", LIMIT) == b"x" * LIMIT
    path.write_bytes(b"x" * (LIMIT + 1))
    problem = read(str(path), "a.yaml", LIMIT)
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.message) == (ProblemKind.LIMIT, "not read: 1,001 bytes, more than the limit of 1,000")


@pytest.mark.parametrize("size", [200 * 1024**2, 1024**4])
def test_large_file_is_not_read(tmp_path: Path, size: int) -> None:
    """Nobody could hold the larger one in memory: this test would not end well if it was read."""
    path = tmp_path / "large.yaml"
    try:
        with path.open("wb") as file:
            file.truncate(size)
    except OSError:
        pytest.skip("this file system holds no such file")
    problem = read(str(path), "large.yaml", LIMIT)
    assert isinstance(problem, Problem)
    assert problem.kind is ProblemKind.LIMIT


def test_file_that_says_it_is_empty_is_read() -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc")
    assert read("/proc/self/status", "status", 1_000_000).startswith(b"Name:")  # type: ignore[union-attr]


def test_long_file_that_says_it_is_empty_is_bounded() -> None:
    if not Path("/proc/kallsyms").exists():
        pytest.skip("no /proc")
    problem = read("/proc/kallsyms", "kallsyms", LIMIT)
    assert isinstance(problem, Problem)


def test_pipe_without_writer_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    problem = read(str(tmp_path / "pipe"), "pipe", LIMIT)
    assert isinstance(problem, Problem)
    assert problem.message == "not read: a named pipe, not a file"


def test_missing_file_and_directory_are_problems(tmp_path: Path) -> None:
    for where, message in ((tmp_path / "no", "cannot be read: no such file or directory"), (tmp_path, "")):
        problem = read(str(where), "x", LIMIT)
        assert isinstance(problem, Problem)
        assert problem.kind is ProblemKind.UNREADABLE
        assert problem.message.startswith(message)
        assert "\n" not in problem.message


def test_denied_file_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    problem = read(str(tmp_path / "a.yaml"), "a.yaml", LIMIT)
    assert problem == Problem(ProblemKind.UNREADABLE, "cannot be read: permission denied", "a.yaml")
