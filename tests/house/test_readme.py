"""What the documents show is what happens. HULLMARK_ACCEPT=1 writes the README's run anew, to be read as a diff."""

import os
import re
import shlex
import subprocess
import sys
import types
from pathlib import Path

from hullmark.linter.dev.trial import example_faults
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.validation import validate

BEGIN, END = "<!-- run: begin -->\n", "<!-- run: end -->"
COMMAND = re.compile(r"^\$ hullmark (?P<arguments>[^\n]+)$", re.MULTILINE)


def _shown(command: str, repository: Path) -> str:
    """The command and what it prints, as a fenced block."""
    program = Path(sys.executable).parent / "hullmark"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HULLMARK_")}
    done = subprocess.run(
        [program, *shlex.split(command), "--today", "2026-01-15"],
        cwd=repository,
        env={**environment, "COLUMNS": "100", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    return f"```console\n$ hullmark {command}\n{done.stdout.rstrip()}\n```\n"


def test_readme_shows_a_real_run(repository: Path) -> None:
    readme = repository / "README.md"
    head, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    block, found, tail = rest.partition(END)
    command = COMMAND.search(block)
    assert found
    assert command
    shown = _shown(command["arguments"], repository)
    if os.environ.get("HULLMARK_ACCEPT"):
        readme.write_text(f"{head}{BEGIN}{shown}{END}{tail}", encoding="utf-8")
    assert block == shown or os.environ.get("HULLMARK_ACCEPT")


def test_rule_of_contributing_works(repository: Path) -> None:
    text = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    module = types.ModuleType("hullmark.checks.workload.privileged_container", '"""As if it were in a file."""')
    exec(compile(code, "CONTRIBUTING.md", "exec"), module.__dict__)
    rule = module.PrivilegedContainer()
    assert list(validate([rule])) == []
    registry = Registry.of([rule])
    faults = [fault for example in (*rule.bad, *rule.good) for fault in example_faults(rule, example, registry)]
    assert faults == []
