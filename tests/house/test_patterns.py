"""A pattern that is compiled when it is first asked has its mistakes found here, not in somebody's run."""

import re
from importlib import import_module
from pathlib import Path

from hullmark.linter.patterns import Regex, regex

ROOT = Path(__file__).parents[2]
MODULES = [
    ".".join(("hullmark", *path.relative_to(ROOT).with_suffix("").parts))
    for folder in ("linter", "checks")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.stem not in ("__init__", "__main__")
]


def _patterns() -> dict[str, Regex]:
    return {
        f"{module}.{name}": value
        for module in MODULES
        for name, value in vars(import_module(module)).items()
        if isinstance(value, Regex)
    }


def test_every_pattern_can_be_compiled() -> None:
    found = _patterns()
    assert len(found) > 200
    for name, pattern in found.items():
        assert pattern.compiled().pattern == pattern.pattern, name


def test_it_does_what_a_compiled_pattern_does() -> None:
    text = "a1 b2 c3"
    lazy, compiled = regex(r"([A-Z])(\d)", re.IGNORECASE), re.compile(r"([A-Z])(\d)", re.IGNORECASE)
    for _ in range(2):
        assert lazy.findall(text) == compiled.findall(text)
        assert lazy.sub("x", text) == compiled.sub("x", text)
        assert lazy.split(text) == compiled.split(text)
        assert [found.span() for found in lazy.finditer(text, 2)] == [(3, 5), (6, 8)]
        assert lazy.match(text, 3)
        assert lazy.search(text)
        assert not lazy.fullmatch(text)
        assert lazy.subn("x", text) == compiled.subn("x", text)
