"""Realistic installers in `examples`: every finding at its exact line and column, nothing else."""

import os
from pathlib import Path

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.rule.registry import Registry

# Other families have a say on these files too, and tests of their own.
FAMILIES = (
    *("admission", "apiserver", "audit", "controller-manager", "encryption", "etcd", "kube-proxy", "kubeadm"),
    *("kubeconfig", "kubelet", "provider", "scheduler", "schema", "version"),
)


def _rows(folder: Path) -> list[str]:
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    report = lint_texts(files, Registry.of(shelf().rules), select=FAMILIES)
    assert report.problems == ()
    rows = []
    for finding in report.findings:
        at = finding.location
        line = files[at.path].decode().split("\n")[at.line - 1]
        end = at.end_column - 1 if at.end_line == at.line else None
        rows.append(
            f"{at.path}:{at.line}:{at.column}: {finding.severity.label} {finding.rule} | {line[at.column - 1 : end]}"
        )
    return rows


@pytest.mark.parametrize("name", ["kubeadm-ha", "cluster-api"])
def test_every_finding_is_where_it_should_be(repository: Path, name: str) -> None:
    expected = Path(__file__).with_name(f"{name}.txt")
    rows = _rows(repository / "examples" / name)
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text("".join(f"{row}\n" for row in rows))
    assert rows == expected.read_text().splitlines()
