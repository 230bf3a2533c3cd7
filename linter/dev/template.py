"""The one file of a new rule."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class RuleNameError(ValueError):
    """A rule cannot be called so; the message says why."""


def new_rule(root: Path, family: str, name: str) -> list[Path]:
    """Writes the file of the rule `family/name`, and the family's `__init__.py` where it is a new one."""
    family, name = family.replace("_", "-"), name.replace("_", "-")
    for part in (family, name):
        if not _NAME.fullmatch(part):
            raise RuleNameError(f"{part!r} is no name: lower case letters, digits and dashes")
    folder = root / "checks" / family.replace("-", "_")
    path = folder / f"{name.replace('-', '_')}.py"
    if path.exists():
        raise RuleNameError(f"{path.relative_to(root).as_posix()} exists")
    written = []
    folder.mkdir(exist_ok=True)
    package = folder / "__init__.py"
    if not package.exists():
        package.write_text(f'"""TODO: one sentence that says what family {family} is about."""\n', encoding="utf-8")
        written.append(package)
    path.write_text(text(name), encoding="utf-8")
    return [*written, path]


def text(name: str) -> str:
    """The file's text."""
    return _TEMPLATE.substitute(name="".join(part.capitalize() for part in name.split("-")))


_TEMPLATE = Template('''\
"""$name: TODO say what the rule judges, in one line."""

from collections.abc import Iterator

from hullmark.linter.manifest.pod import Container
from hullmark.linter.rule import Hit, Rule, Severity, in_container


class $name(Rule[Container]):
    """TODO state the fact in at most 60 characters, with a full stop.

    TODO say what an attacker gains.

    TODO say what to type instead.
    """

    severity = Severity.MEDIUM
    controls = ()
    mentions = ()  # TODO words without one of which a file gives no reason for a hit ("hostPID"); none if absence does
    bad = (in_container("securityContext: {TODO: true}  # ! part of the message"),)
    good = (in_container("securityContext: {TODO: false}"),)

    def check(self, container: Container) -> Iterator[Hit]:
        """Every offence of one container."""
        field = container.privileged
        if field.is_true:
            yield self.hit(field, f"{container} TODO says what is wrong, lower case, no full stop")
''')
