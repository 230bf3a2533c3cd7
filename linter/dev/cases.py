"""Case files: plain manifests under `tests/cases/<family>/<rule>/`, marked like examples.

    # kubernetes: 1.29
    # today: 2026-03-01
    # complete: cluster
    # options: images.allowed=[registry.example/**]

A case is one YAML file, or a folder of files that are judged together. Comments of this form in the first
lines of its first file set circumstances. `name.fixed.yaml` beside `name.yaml` is what the fix makes of it,
`name.earlier.yaml` its text in the state that it is compared with.
A case without marks demands silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.rule.examples import Example

_FIXED = ".fixed.yaml"
_EARLIER = ".earlier.yaml"
_SETTING = regex(r"# (?P<key>options|kubernetes|today|complete): *(?P<value>\S.*?) *$")


class Case(NamedTuple):
    """One case: the rule that it is about, its name, and what is judged."""

    rule: str
    name: str
    example: Example

    @property
    def label(self) -> str:
        """Rule and name, for lists of tests."""
        return f"{self.rule}/{self.name}"


class CaseError(ValueError):
    """A case that cannot be read; the message says which and why."""


def cases(folder: Path) -> Iterator[Case]:
    """Every case below `folder`, in the order of rules and names."""
    for rule in sorted(path for path in folder.glob("*/*") if path.is_dir()):
        name = rule.relative_to(folder).as_posix()
        for path in sorted(rule.iterdir()):
            if path.is_dir():
                files = {each.relative_to(path).as_posix(): each for each in sorted(path.rglob("*")) if each.is_file()}
                yield _case(name, path.name, files)
            elif not path.name.endswith((_FIXED, _EARLIER)):
                yield _case(name, path.name, {path.name: path})


def _case(rule: str, name: str, files: dict[str, Path]) -> Case:
    plain = {path: file for path, file in files.items() if not path.endswith((_FIXED, _EARLIER))}
    if not plain:
        raise CaseError(f"{rule}/{name} is empty")
    texts = {path: _text(file) for path, file in plain.items()}
    first = next(iter(texts))
    fixed, earlier = (plain[first].with_name(plain[first].stem + each) for each in (_FIXED, _EARLIER))
    said = dict(_settings(f"{rule}/{name}", texts[first]))
    example = Example(
        texts[first],
        _text(fixed) if fixed.is_file() else None,
        path=first,
        others={path: text for path, text in texts.items() if path != first},
        earlier=_text(earlier) if earlier.is_file() else "",
        **said,
        frame="",
    )
    return Case(rule, name, example)


def _text(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def _settings(case: str, text: str) -> Iterator[tuple[str, Any]]:
    """Circumstances that the first lines state; the first line of another form ends them."""
    options: dict[str, object] = {}
    for line in text.splitlines():
        found = _SETTING.fullmatch(line)
        if found is None:
            break
        if found["key"] == "options":
            options.update(_options(case, found["value"]))
        else:
            yield found["key"], found["value"]
    if options:
        yield "options", options


def _options(case: str, text: str) -> Iterator[tuple[str, object]]:
    """`key=value`, separated by semicolons; a value is YAML."""
    for part in text.split(";"):
        key, equals, value = part.strip().partition("=")
        if not equals:
            raise CaseError(f"{case}: options are written key=value, not {part.strip()!r}")
        yield key.strip(), YAML(typ="safe", pure=True).load(value)
