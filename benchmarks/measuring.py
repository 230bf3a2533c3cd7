"""What a program costs: started several times, the best run counts, since everything else on the machine only adds."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import _ruamel_yaml
from ruamel.yaml.error import YAMLError

EXTENSIONS = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of all processors together, and the largest process in bytes."""

    wall: float
    cpu: float
    memory: int
    output: bytes
    status: int


def started(command: Sequence[str], directory: Path) -> Cost:
    """One run of a program, its children included."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    scale = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale, output, process.returncode)


def best(command: Sequence[str], directory: Path, runs: int) -> Cost:
    """The best of several runs, for each of the figures."""
    return _best([started(command, directory) for _ in range(runs)])


def against_floor(command: Sequence[str], directory: Path, files: list[bytes], runs: int) -> tuple[Cost, float]:
    """The best of several runs, and the floor, taken in turns: a machine that is slow for a while is slow for both."""
    found, floors = [], []
    for _ in range(runs):
        floors.append(floor(files, 1))
        found.append(started(command, directory))
    return _best(found), min(floors)


def _best(found: Sequence[Cost]) -> Cost:
    return Cost(
        min(cost.wall for cost in found),
        min(cost.cpu for cost in found),
        min(cost.memory for cost in found),
        found[0].output,
        found[0].status,
    )


def fastest(action: Callable[[], object], runs: int) -> float:
    """Seconds of the best of several runs of a function."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def contents(folder: Path) -> list[bytes]:
    """What a linter has to look into: everything with the extension of a manifest, save templates of charts."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in EXTENSIONS and path.is_file() and not path.is_symlink() and not _is_template(path):
            found.append(path.read_bytes())
    return found


def _is_template(path: Path) -> bool:
    return any(above.name == "templates" and (above.parent / "Chart.yaml").exists() for above in path.parents)


def scan(files: list[bytes]) -> None:
    """The floor: libyaml's events of the files, thrown away."""
    for data in files:
        parser: Any = _ruamel_yaml.CParser(data)
        try:
            while parser.check_event():
                parser.get_event()
        except YAMLError:
            continue


def floor(files: list[bytes], runs: int) -> float:
    """Seconds that one processor takes for the floor, without garbage collection, which the linter does without too."""
    gc.collect()
    gc.disable()
    try:
        return fastest(lambda: scan(files), runs)
    finally:
        gc.enable()
