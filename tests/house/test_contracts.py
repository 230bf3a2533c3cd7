"""The import contracts of pyproject.toml hold here, and each of them can fail."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

CONTRACTS = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]
(LAYERS,) = [contract["layers"] for contract in CONTRACTS["contracts"] if contract["id"] == "layers"]
TOP = {name for layer in LAYERS for name in re.findall(r"\w+", layer)}
MODULES = (
    *("__main__", "finding", "records", "text", "engine/parallel", "load/disk", "cli/main"),
    *("manifest/pod", "model/grants", "rule/hit"),
)
RULES = ("rbac/wildcard_verb", "rbac/powers", "network/allow_all")

OFFENCES = [
    ("layers", "linter/text.py", "import hullmark.linter.finding"),
    ("layers", "linter/yaml/__init__.py", "from hullmark.linter.manifest import pod"),
    ("layers", "linter/manifest/pod.py", "def f():\n    import hullmark.linter.model.grants"),
    ("layers", "linter/rule/hit.py", "import hullmark.linter.engine"),
    ("layers", "linter/load/disk.py", "import hullmark.linter.config"),
    ("layers", "linter/report/__init__.py", "import hullmark.linter.docs"),
    ("layers", "linter/engine/parallel.py", "import hullmark.linter.report"),
    ("layers", "linter/utils.py", ""),
    (
        "layers",
        "linter/manifest/pod.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import hullmark.linter.model",
    ),
    ("cycles", "checks/rbac/wildcard_verb.py", "import hullmark.checks.rbac.powers"),
    ("rules", "checks/rbac/wildcard_verb.py", "import hullmark.linter.engine"),
    ("rules", "checks/rbac/wildcard_verb.py", "from hullmark.linter.yaml import compose"),
    ("rules", "checks/rbac/wildcard_verb.py", "import hullmark.schemas"),
    ("families", "checks/rbac/wildcard_verb.py", "import hullmark.checks.network.allow_all"),
    ("registry", "linter/engine/parallel.py", "import hullmark.checks.rbac.wildcard_verb"),
    ("registry", "linter/rule/hit.py", "def f():\n    import hullmark.checks"),
    ("schemas", "schemas/__init__.py", "import hullmark.linter.text"),
    ("offline", "linter/load/disk.py", "import urllib.request"),
    ("offline", "linter/cli/main.py", "def f():\n    from http import client"),
    ("offline", "checks/rbac/wildcard_verb.py", "import socket"),
    ("unpickling", "linter/engine/parallel.py", "import pickle"),
    ("effects", "linter/manifest/pod.py", "import os.path"),
    ("effects", "linter/engine/__init__.py", "def f():\n    import subprocess"),
    ("effects", "linter/report/__init__.py", "import multiprocessing.pool"),
    ("effects", "checks/rbac/wildcard_verb.py", "import pygit2"),
]

HARMLESS = [
    ("linter/cli/main.py", "import os, subprocess, hullmark.checks.rbac.powers, hullmark.linter.report"),
    ("linter/load/disk.py", "import os, pygit2, hullmark.linter.finding"),
    ("linter/engine/parallel.py", "import os, multiprocessing, hullmark.linter.load.disk"),
    ("checks/rbac/wildcard_verb.py", "import re, hullmark.linter.rule.hit, hullmark.linter.model.grants"),
]


def _skeleton(root: Path) -> Path:
    """A package of our shape in which one rule imports another of its family, and nothing else imports anything."""
    for package in (
        "linter",
        "checks",
        "schemas",
        *(f"linter/{name}" for name in TOP.difference(MODULES)),
        "checks/rbac",
    ):
        folder = root / "hullmark" / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
    (root / "hullmark/checks/network").mkdir()
    (root / "hullmark/checks/network/__init__.py").touch()
    for module in (*(f"linter/{name}" for name in MODULES), *(f"checks/{name}" for name in RULES)):
        (root / "hullmark" / f"{module}.py").touch()
    (root / "hullmark/checks/rbac/powers.py").write_text("import hullmark.checks.rbac.wildcard_verb", encoding="utf-8")
    return root / "hullmark"


def _verdicts(repository: Path, where: Path) -> Mapping[str, bool]:
    """Whether each contract, by id, is kept by the package `hullmark` found first under `where`."""
    program = (
        "import sys\n"
        "from importlinter.api import configuration\n"
        "from importlinter.application import use_cases\n"
        "configuration.configure()\n"
        "use_cases._register_built_in_contract_types()\n"
        "options = use_cases.read_user_options(sys.argv[1])\n"
        "report = use_cases.create_report(options, cache_dir=None)\n"
        "names = {contract['name']: contract['id'] for contract in options.contracts_options}\n"
        "for contract, check in report.get_contracts_and_checks():\n"
        "    print('verdict', names[contract.name], check.kept)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(repository / "pyproject.toml")],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(where)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = dict(re.findall(r"^verdict (\S+) (True|False)$", done.stdout, re.MULTILINE))
    return {name: kept == "True" for name, kept in found.items()}


def test_contracts_hold(repository: Path) -> None:
    verdicts = _verdicts(repository, repository / ".dev")
    assert len(verdicts) >= 9
    assert [name for name, kept in verdicts.items() if not kept] == []


def test_every_contract_has_an_offence() -> None:
    assert {contract["id"] for contract in CONTRACTS["contracts"]} == {offence[0] for offence in OFFENCES}


def test_skeleton_keeps_every_contract(repository: Path, tmp_path: Path) -> None:
    package = _skeleton(tmp_path)
    for path, code in HARMLESS:
        (package / path).write_text(code, encoding="utf-8")
    assert set(_verdicts(repository, tmp_path).values()) == {True}


@pytest.mark.parametrize(("contract", "path", "code"), OFFENCES, ids=lambda part: part.replace("\n", " "))
def test_offence_breaks_its_contract(repository: Path, tmp_path: Path, contract: str, path: str, code: str) -> None:
    package = _skeleton(tmp_path)
    (package / path).write_text(code, encoding="utf-8")
    assert not _verdicts(repository, tmp_path)[contract]
