"""Patterns of paths and names, as users know them from .gitignore."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.manifest.globs import literal, name_glob, path_glob


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("values.yaml", "values.yaml", True),
        ("values.yaml", "a/b/values.yaml", True),
        ("/values.yaml", "values.yaml", True),
        ("/values.yaml", "a/values.yaml", False),
        ("vendor/", "vendor/a.yaml", True),
        ("vendor/", "a/vendor/b/c.yaml", True),
        ("vendor", "vendored/a.yaml", False),
        ("a/vendor", "a/vendor/x.yaml", True),
        ("a/vendor", "b/a/vendor/x.yaml", False),
        ("*.yaml", "a/b.yaml", True),
        ("a/*.yaml", "a/b.yaml", True),
        ("a/*.yaml", "a/b/c.yaml", False),
        ("a/**", "a/b/c.yaml", True),
        ("a/**/c.yaml", "a/c.yaml", True),
        ("a/**/c.yaml", "a/b/d/c.yaml", True),
        ("**/test", "x/y/test/a.yaml", True),
        ("a?.yaml", "ab.yaml", True),
        ("a?.yaml", "a/.yaml", False),
        ("[ab].yaml", "a.yaml", True),
        ("[!ab].yaml", "c.yaml", True),
        ("[!ab].yaml", "a.yaml", False),
        ("[a-c]*.yaml", "b1.yaml", True),
        ("[", "[", True),
        ("[z-a].yaml", "m.yaml", False),
        ("a.yaml", "axyaml", False),
        ("a\nb", "a\nb", True),
        ("(a|b)+$", "(a|b)+$", True),
    ],
)
def test_path_patterns(pattern: str, path: str, matches: bool) -> None:
    assert (path_glob(pattern).fullmatch(path) is not None) == matches


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [("web-*", "web-1/2", True), ("*", "", True), ("w?b", "web", True), ("web", "web2", False), ("[a-c]x", "bx", True)],
)
def test_name_patterns(pattern: str, name: str, matches: bool) -> None:
    assert (name_glob(pattern).fullmatch(name) is not None) == matches


@given(st.text(alphabet="ab*?[]!^-\\&|~/.()", max_size=12))
def test_any_text_is_a_pattern(pattern: str) -> None:
    path_glob(pattern)
    name_glob(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("*", ""), ("a/**", "a"), ("**/node", "node"), ("csi-*-plugin", "-plugin"), ("a?bc", "bc"), ("ab[cd]efg", "ab")],
)
def test_what_matches_holds_the_longest_literal(pattern: str, text: str) -> None:
    assert literal(pattern) == text


@given(st.text("ab/*?[]", max_size=6), st.text("ab/", max_size=6))
def test_nothing_matches_without_its_literal(pattern: str, text: str) -> None:
    if name_glob(pattern).fullmatch(text) or path_glob(pattern).fullmatch(text):
        assert literal(pattern) in text
