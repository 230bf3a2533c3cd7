"""How our code is written: sizes, names, and what it may not contain. Each measure is shown to fail on a bad sample."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for part in ("linter", "checks", "schemas", "benchmarks") for path in (ROOT / part).rglob("*.py"))
PYTHON = [*CODE, ROOT / "hatch_build.py", *sorted((ROOT / "tests").rglob("*.py"))]

MODULE_LINES = 400
RULE_LINES = 120
FUNCTION_LINES = 40
NAMELESS = {"util", "utils", "helper", "helpers", "common", "base", "misc", "manager", "managers", "processor", "stuff"}
# The one place that survives a defect of ours: it turns a rule's crash into a problem of the report.
CRASH_CONTAINMENT: dict[str, int] = {"linter/engine/crash.py": 1}


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _is_rule(path: Path, tree: ast.Module) -> bool:
    """Whether the module holds a rule as a class; a table of rows is bounded as a module."""
    return path.is_relative_to(ROOT / "checks") and any(
        isinstance(base, ast.Subscript) and isinstance(base.value, ast.Name) and base.value.id == "Rule"
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    )


def _long_functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Functions over the limit. Decorators and the docstring are not counted: explaining is not complexity."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if ast.get_docstring(node) is not None:
            lines -= (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
        if lines > FUNCTION_LINES:
            yield node.name, lines


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in WIDE) for kind in kinds)


WIDE = {"Exception", "BaseException"}


def _wide_handlers(tree: ast.Module) -> int:
    return sum(isinstance(node, ast.ExceptHandler) and _catches_everything(node) for node in ast.walk(tree))


def _conditional_typing(tree: ast.Module) -> bool:
    """Whether TYPE_CHECKING is used: it hides an import that the layers would forbid."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING") | ast.alias(name="TYPE_CHECKING"):
                return True
    return False


def _undocumented(tree: ast.Module) -> Iterator[str]:
    """The module, its public classes and its public functions, where they lack a docstring."""
    if ast.get_docstring(tree) is None:
        yield "module"
    for node in tree.body:
        if _lacks_docstring(node):
            yield node.name
        # The methods of a derived class may be documented by its parent.
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not node.bases:
            yield from (f"{node.name}.{each.name}" for each in node.body if _lacks_docstring(each))


def _lacks_docstring(node: ast.stmt) -> TypeGuard[ast.ClassDef | ast.FunctionDef]:
    """Whether this is a public definition without a docstring; overloads are documented by what they overload."""
    if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
        return False
    overload = any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list)
    return not overload and ast.get_docstring(node) is None


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def test_modules_are_short_enough() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON}
    rules = {path for path in CODE if _is_rule(path, _parse(path))}
    limits = {path: RULE_LINES if path in rules else MODULE_LINES for path in PYTHON}
    assert {_named(path): lines for path, lines in lengths.items() if lines > limits[path]} == {}


def test_functions_are_short_enough() -> None:
    assert {_named(path): long for path in CODE if (long := list(_long_functions(_parse(path))))} == {}


def test_modules_have_names_of_their_own() -> None:
    names = {path: {part.removesuffix(".py") for part in path.relative_to(ROOT).parts} for path in PYTHON}
    assert [_named(path) for path, parts in names.items() if NAMELESS & parts] == []


def test_no_import_is_hidden_from_the_layers() -> None:
    assert [_named(path) for path in PYTHON if _conditional_typing(_parse(path))] == []


def test_public_things_have_docstrings() -> None:
    assert {_named(path): bare for path in CODE if (bare := list(_undocumented(_parse(path))))} == {}


def test_every_exception_is_caught_in_one_place_only() -> None:
    found = {_named(path): count for path in CODE if (count := _wide_handlers(_parse(path)))}
    assert found == CRASH_CONTAINMENT


def test_measures_find_what_they_look_for() -> None:
    rule = ast.parse("class A(Rule[Container]): pass")
    assert _is_rule(ROOT / "checks/a/b.py", rule)
    assert not _is_rule(ROOT / "linter/rule/rule.py", rule)
    body = "\n".join(f"    x = {n}" for n in range(FUNCTION_LINES))
    assert list(_long_functions(ast.parse(f"def f():\n{body}"))) == [("f", FUNCTION_LINES + 1)]
    assert list(_long_functions(ast.parse(f'def f():\n    """Says.\n\n    More.\n    """\n{body[:-11]}'))) == []
    for clause in ("except:", "except Exception:", "except (ValueError, BaseException) as e:"):
        assert _wide_handlers(ast.parse(f"try: pass\n{clause} pass")) == 1
    assert _wide_handlers(ast.parse("try: pass\nexcept ValueError: pass")) == 0
    for line in ("from typing import TYPE_CHECKING", "import typing\nif typing.TYPE_CHECKING: pass"):
        assert _conditional_typing(ast.parse(line))
    assert list(_undocumented(ast.parse("class A:\n    def b(self): pass\n    def _c(self): pass\ndef d(): pass"))) == [
        "module",
        "A",
        "A.b",
        "d",
    ]


def test_house_rules_see_the_whole_tree() -> None:
    """A file that git tracks and the globs above miss would be judged by nobody."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    known = {_named(path) for path in PYTHON}
    present = {name for name in listed.stdout.split() if (ROOT / name).exists()}
    assert present - known == set()
