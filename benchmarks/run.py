"""Measures the budgets of hullmark against what the machine can do at best, in the same run.

    python benchmarks/run.py [--runs N] [--quick] [FOLDER]...

Without a folder it lints repositories that it makes up. Ratios to a budget say ok or MISSED; the exit
code is 1 when one was missed.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import measuring
import synthetic

PYTHON = (sys.executable, "-I")
HULLMARK = (*PYTHON, "-m", "hullmark.linter")
LINT = (*HULLMARK, "lint", "--no-progress", "--format", "json")
SIZES = (1_000, 4_000, 16_000, 64_000)

COLD = 2.5
VERSION = 4.0
SMALL = 12.0
EXPONENT = 1.1
MEMORY = 20.0


class Row(NamedTuple):
    """One budget: what was measured, the figure, its bound and how it came about."""

    name: str
    figure: float
    budget: float
    detail: str

    @property
    def kept(self) -> bool:
        """Whether the figure is within its bound."""
        return self.figure <= self.budget

    def __str__(self) -> str:
        bound = f"budget {self.budget:5.2f}   {'ok' if self.kept else 'MISSED':6}"
        told = bound if self.budget < math.inf else f"{'no budget':{len(bound)}}"
        return f"{self.name:40} {self.figure:7.2f}   {told}   {self.detail}"


def starting(runs: int, directory: Path) -> Iterator[Row]:
    """What is paid before anything is linted."""
    bare = measuring.best((*PYTHON, "-c", "pass"), directory, runs * 4)
    version = measuring.best((*HULLMARK, "--version"), directory, runs * 2)
    yield Row("--version / bare python", version.wall / bare.wall, VERSION, _times(version.wall, bare.wall))
    (directory / "small.yaml").write_text(next(iter(synthetic.documents(1))), encoding="utf-8")
    small = _linted((*LINT, "small.yaml"), directory, runs * 2, 1)
    yield Row("one small file / bare python", small.wall / bare.wall, SMALL, _times(small.wall, bare.wall))


def cold(folder: Path, runs: int, documents: int = 0) -> Iterator[Row]:
    """A first run over a folder, against the event scan of the same bytes on one processor."""
    files = measuring.contents(folder)
    size = sum(map(len, files))
    name = f"cold lint of {folder.name}"
    command = (*LINT, str(folder))
    cost, floor = measuring.against_floor(command, folder, files, runs)
    _check(command, cost, documents)
    detail = f"{size / 1e6:.1f} MB, {_times(cost.wall, floor)}; {cost.cpu:.2f} s of processors"
    yield Row(f"{name} / floor", cost.wall / floor, COLD, detail)
    alone = _linted((*LINT, "--jobs", "1", str(folder)), folder, 1, documents)
    bare = measuring.best((*PYTHON, "-c", "pass"), folder, runs)
    used = alone.memory - bare.memory
    detail = f"{used / 1e6:.0f} MB for {size / 1e6:.1f} MB, one process"
    yield Row(f"memory of {folder.name} / input", used / size, MEMORY, detail)


def growth(directory: Path, sizes: tuple[int, ...], runs: int) -> Iterator[Row]:
    """How the cost grows: the exponent between the smallest and the largest repository, without the start."""
    (directory / "empty").mkdir()
    start = measuring.best((*LINT, "empty"), directory, runs).cpu
    costs = []
    for count in sizes:
        folder = directory / f"documents-{count}"
        synthetic.write(folder, count)
        costs.append(_linted((*LINT, folder.name), directory, 2 if count < 20_000 else 1, count).cpu - start)
    exponent = math.log(costs[-1] / costs[0]) / math.log(sizes[-1] / sizes[0])
    detail = ", ".join(f"{count:,}: {cost:.2f} s" for count, cost in zip(sizes, costs, strict=True))
    yield Row(f"exponent, {sizes[0]:,} to {sizes[-1]:,} documents", exponent, EXPONENT, detail)


def _linted(command: tuple[str, ...], directory: Path, runs: int, documents: int) -> measuring.Cost:
    cost = measuring.best(command, directory, runs)
    _check(command, cost, documents)
    return cost


def _check(command: tuple[str, ...], cost: measuring.Cost, documents: int) -> None:
    """That a run did what it was asked for: a fast failure would be the best figure of all."""
    if cost.status not in (0, 1, 3):
        raise SystemExit(f"{' '.join(command)} ended with {cost.status}")
    seen = json.loads(cost.output)["summary"]["documents"]
    if seen < documents:  # values of charts come on top
        raise SystemExit(f"{' '.join(command)} saw {seen} documents of {documents}")


def _times(seconds: float, floor: float) -> str:
    return f"{seconds * 1000:,.0f} ms, floor {floor * 1000:,.0f} ms"


def rows(folders: list[Path], runs: int, quick: bool) -> Iterator[Row]:
    """Every budget, measured one after the other."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        yield from starting(runs, directory)
        for folder in folders:
            yield from cold(folder.resolve(), runs)
        if not folders:
            synthetic.write(directory / "repository", 4_000)
            yield from cold(directory / "repository", runs, 4_000)
            # The worst case, which no budget is about: nothing but documents that rules look into.
            synthetic.write(directory / "small-documents", 4_000, large=False)
            yield from (row._replace(budget=math.inf) for row in cold(directory / "small-documents", runs, 4_000))
        yield from growth(directory, SIZES[:2] if quick else SIZES, runs)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--runs", type=int, default=5, help="runs of which the best counts (default: 5)")
    parser.add_argument("--quick", action="store_true", help="leave out the large repositories")
    given = parser.parse_args()
    kept = True
    for row in rows(given.folders, given.runs, given.quick):
        print(row, flush=True)
        kept = kept and row.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
