"""`python -I -m hullmark.linter.dev`: a new rule's file, generated files, and whether these are fresh."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.dev.facts import FactsError
from hullmark.linter.dev.outputs import Output, RootError, fact_outputs, repository, rule_outputs, section_faults
from hullmark.linter.dev.template import RuleNameError, new_rule
from hullmark.linter.rule.validation import validate


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status is 0, 1 for faults found, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -I -m hullmark.linter.dev", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new-rule", help="write the file of a new rule")
    new.add_argument("family")
    new.add_argument("name")
    commands.add_parser("generate", help="pack facts, write the index of rules, pages and tables")
    commands.add_parser("check", help="name generated files that are not fresh; 1 if there are any")
    said = parser.parse_args(arguments)
    try:
        root = repository()
        if said.command == "new-rule":
            return _new_rule(root, said.family, said.name)
        return _generate(root) if said.command == "generate" else _check(root)
    except (RootError, RuleNameError, FactsError) as error:
        print(error, file=sys.stderr)
        return 2


def _new_rule(root: Path, family: str, name: str) -> int:
    for path in new_rule(root, family, name):
        print(path.relative_to(root).as_posix())
    return 0


def _generate(root: Path) -> int:
    """Facts first: rules read them when they are imported. Rules with faults are written all the same, so that
    one unfinished rule does not keep the others from being tested."""
    written = _write(root, list(fact_outputs(root)))
    found = shelf()
    faults = [*found.faults, *validate(found.rules), *section_faults(root)]
    written += _write(root, list(rule_outputs(root, found)))
    for path in written:
        print(path)
    return _tell(faults)


def _check(root: Path) -> int:
    stale = [output.path for output in fact_outputs(root) if not output.fresh(root)]
    found = shelf()
    faults = [*found.faults, *validate(found.rules), *section_faults(root)]
    stale += [output.path for output in rule_outputs(root, found) if not output.fresh(root)]
    return _tell([*(f"{path} is not fresh: run `make docs`" for path in stale), *faults])


def _tell(faults: Sequence[str]) -> int:
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _write(root: Path, outputs: Sequence[Output]) -> list[str]:
    changed = [output for output in outputs if not output.fresh(root)]
    for output in changed:
        output.write(root)
    return [output.path for output in changed]


if __name__ == "__main__":
    sys.exit(main())
