"""Measures what it costs to tell only what is new, against a full lint of the same files.

    python benchmarks/since.py [--runs N] [--files N]

A repository of 3,000 files with one changed file; the budget of the design is 1.3 times a warm full lint.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import measuring
import synthetic

BUDGET = 1.3
LINT = (
    sys.executable,
    "-I",
    "-m",
    "hullmark.linter",
    "lint",
    "--no-progress",
    "--fail-on",
    "never",
    "--format",
    "json",
)


def repository(folder: Path, files: int) -> None:
    """So many files, committed; one of them is changed afterwards, which brings in a finding."""
    for number, text in enumerate(synthetic.documents(files)):
        path = folder / f"team-{number // 200}" / f"app-{number // 10 % 20}" / f"{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    names = {
        f"GIT_{role}_{part}": "bench@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "base")):
        subprocess.run(("git", *command), cwd=folder, env=environment, check=True)
    changed = next(path for path in sorted(folder.rglob("*.yaml")) if "kind: Deployment" in path.read_text())
    text = changed.read_text(encoding="utf-8").replace(
        "      containers:\n", "      hostPID: true\n      containers:\n", 1
    )
    changed.write_text(text, encoding="utf-8")


def main() -> int:
    """Print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of which the best counts (default: 5)")
    parser.add_argument("--files", type=int, default=3000, help="files of the repository (default: 3000)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        repository(folder, given.files)
        full = measuring.best(LINT, folder, given.runs)
        new = measuring.best((*LINT, "--base", "HEAD"), folder, given.runs)
    found = [finding["rule"] for finding in json.loads(new.output)["findings"]]
    if "workload/host-pid" not in found or len(found) > 3:
        print(f"expected the finding that was brought in, got {found}")
        return 1
    ratio = new.wall / full.wall
    verdict = "ok" if ratio <= BUDGET else "MISSED"
    detail = f"{new.wall:.2f} s against {full.wall:.2f} s"
    print(f"{'--base / full lint':34} {ratio:7.2f}   budget {BUDGET:5.2f}   {verdict:6}   {detail}")
    return 0 if ratio <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
