"""Where documents begin and end, and that a broken one stays alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.decode import decode
from hullmark.linter.yaml.documents import Document, documents
from hullmark.linter.yaml.nodes import Scalar
from hullmark.linter.yaml.problems import Kind
from hullmark.linter.yaml.trees import faults, to_python, walk


def _read(text: str) -> tuple[Document, ...]:
    return documents(Source("x.yaml", text))


def _values(text: str) -> list[object]:
    return [None if document.root is None else to_python(document.root) for document in _read(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        (" \n\n", []),
        ("---\n---\n", []),
        ("a: 1", [{"a": 1}]),
        ("---\na: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}]),
        ("a: 1\r---\rb: 2\r", [{"a": 1}, {"b": 2}]),
        ("# only a comment\n---\na: 1\n", [None, {"a": 1}]),
        ("---   # named\na: 1\n---\t#x\nb: 2", [{"a": 1}, {"b": 2}]),
        ("a: |\n  x\n  ---\n  y\n", [{"a": "x\n---\ny\n"}]),
        ("a: x\n ---\n", [{"a": "x ---"}]),
        ("\ufeffa: 1\n---\n\ufeffb: 2\n", [{"a": 1}, {"b": 2}]),
        ("%YAML 1.1\n---\na: 1\n", [{"a": 1}]),
        ("# c\n%TAG !e! tag:e,2000:\n---\na: !e!x 1\n---\nb: 2\n", [{"a": "1"}, {"b": 2}]),
        ("null\n---\n~\n", [None, None]),
    ],
)
def test_text_is_split_where_kubectl_splits_it(text: str, values: list[object]) -> None:
    assert _values(text) == values
    assert all(not document.broken for document in _read(text))


def test_index_counts_documents_and_span_excludes_borders() -> None:
    text = "a: 1\n---\n\n---\nb: 2\n"
    first, second = _read(text)
    assert (first.index, second.index) == (0, 1)
    assert (first.text, second.text) == ("a: 1\n", "b: 2\n")
    assert second.span == Span(14, 19)


def test_released_document_is_composed_again() -> None:
    (document,) = _read("a: [1, 2]\n")
    before = document.root
    document.release()
    assert document.root is not before
    assert document.root is not None
    assert before is not None
    assert to_python(document.root) == to_python(before) == {"a": [1, 2]}


def test_document_of_comments_is_empty_and_not_broken() -> None:
    (document,) = _read("# nothing here\n")
    assert document.empty
    assert not document.broken


@pytest.mark.parametrize(
    ("text", "kind", "message", "place"),
    [
        ("a: b: c", Kind.SYNTAX, "unexpected ':': quote the text or check the indentation", ":"),
        ("a: 1\n b: 2", Kind.SYNTAX, "unexpected ':': quote the text or check the indentation", ":"),
        ("- a\nb: 1", Kind.SYNTAX, "expected a list item: check the indentation", "b"),
        ("a: 1\n- b", Kind.SYNTAX, "expected a key: check quotes and indentation", "-"),
        ("a: [1, 2", Kind.SYNTAX, "expected ',' or ']'", ""),
        ("a: {b: 1\nc: 2", Kind.SYNTAX, "expected ',' or '}'", ":"),
        ("a: @b", Kind.SYNTAX, "a value cannot begin with '@': quote it", "@"),
        ("a: %b", Kind.SYNTAX, "a value cannot begin with '%': quote it", "%"),
        ("a: 'b\nc: 1\n", Kind.SYNTAX, "the quoted text is not closed", "'"),
        ('a: "\\x"', Kind.SYNTAX, "expected a hexadecimal digit in the escape sequence", '"'),
        ('a: "\\q"', Kind.SYNTAX, "unknown escape sequence", "\\"),
        ('a: "\\ud83d\\ude00"', Kind.SYNTAX, "the escape sequence stands for no character", "d"),
        ("a: *b", Kind.SYNTAX, "no anchor of this name stands before the alias", "*"),
        ("a: &a 1\nb: &a 2\nc: *d", Kind.SYNTAX, "no anchor of this name stands before the alias", "*d"),
        ("a: !x!y 1", Kind.SYNTAX, "unknown tag handle", "!"),
        ("a: b\x00", Kind.SYNTAX, "control character U+0000 is not allowed", "\x00"),
        ("a: b\x1b[0m", Kind.SYNTAX, "control character U+001B is not allowed", "\x1b"),
        ("a: \ud800", Kind.SYNTAX, "control character U+D800 is not allowed", "\ud800"),
        ("\ta: 1", Kind.TAB, "tab where indentation by spaces is expected", "\t"),
        ("a: 1\n\tb: 2", Kind.TAB, "tab where indentation by spaces is expected", "\t"),
        ("a: |\n\tb", Kind.TAB, "tab where indentation by spaces is expected", "\t"),
        ("%YAML 1.2\n---\na: 1", Kind.SYNTAX, "Kubernetes reads YAML 1.1 only", "%YAML 1.2"),
        ("a: 1\n--- b: 2\n", Kind.SEPARATOR, "text after '---' on the same line", "b: 2"),
        ("----\na: 1\n", Kind.SEPARATOR, "text after '---' on the same line", "-"),
        ("---{a: 1}\n", Kind.SEPARATOR, "text after '---' on the same line", "{a: 1}"),
        ("a: &a [*a]", Kind.ALIASING, "an anchored value contains itself", "*a"),
        ("a: &a\n  b: *a\n", Kind.ALIASING, "an anchored value contains itself", "*a"),
        ("a: &a\n  - b: *a\n", Kind.ALIASING, "an anchored value contains itself", "*a"),
        ("a: &b 1\nc: &b [*b, &d {e: *d}]", Kind.ALIASING, "an anchored value contains itself", "*b"),
    ],
)
def test_broken_document_says_what_is_wrong_and_where(text: str, kind: Kind, message: str, place: str) -> None:
    source = Source("x.yaml", text)
    (problem,) = [problem for document in documents(source) for problem in document.problems]
    assert (problem.kind, problem.message) == (kind, message)
    assert problem.fatal
    assert source.slice(problem.span) == place


@pytest.mark.parametrize("text", ["a: [\n", "a: 'x\n", "a: b: c\n", "\ta\n", "a: *b\n", "[" * 500, "a: \x07\n"])
def test_broken_document_does_not_hide_its_neighbours(text: str) -> None:
    found = _read(f"a: 1\n---\n{text}\n---\nb: 2\n")
    assert [document.broken for document in found] == [False, True, False]
    assert [document.root is None for document in found] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "dropped"),
    [("a: 1\n...\nb: 2\n", "b: 2"), ("a: 1\n... # end\n\nb\n", "b"), ('"a" b\n', "b"), ("[1]\n[2]\n", "[2]")],
)
def test_text_after_the_end_of_a_document_is_dropped_aloud(text: str, dropped: str) -> None:
    source = Source("x.yaml", text)
    (document,) = documents(source)
    (problem,) = document.problems
    assert (problem.kind, problem.fatal) == (Kind.DROPPED, False)
    assert source.slice(problem.span) == dropped
    assert document.root is not None


def test_end_mark_without_text_behind_it_is_no_problem() -> None:
    (document,) = _read("a: 1\n...\n# comment\n")
    assert document.problems == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[http://a:80/b, x:y]", ["http://a:80/b", "x:y"]),
        ("{image: nginx:1.27, b: {c: d:e}}", {"image": "nginx:1.27", "b": {"c": "d:e"}}),
        ("args: [--a=b:c, 'd:e', \"f:g\"] # x:y", {"args": ["--a=b:c", "d:e", "f:g"]}),
        ('{"a":b:c, d: ["x":1]}', {"a": "b:c", "d": [{"x": 1}]}),
        ("[it's:x, a\":b]", ["it's:x", 'a":b']),
        ("a: &x:y 1\nb: [c:d]\n", {"a": ":y 1", "b": ["c:d"]}),
        ("a: &x b:c\nd: [*x, e:f]\n", {"a": "b:c", "d": ["b:c", "e:f"]}),
        ("a: !x:y {b: c:d}\n", {"a": {"b": "c:d"}}),
        ("a: '\ue000 x'\nb: [c:d]\n", {"a": "\ue000 x", "b": ["c:d"]}),
        ("a: [b:c]\nb: |\n  x:y [z:w]\n", {"a": ["b:c"], "b": "x:y [z:w]\n"}),
    ],
)
def test_colons_within_words_between_brackets_are_text(text: str, value: object) -> None:
    """go-yaml reads them; libyaml below 0.2 does not."""
    source = Source("x.yaml", text)
    (document,) = documents(source)
    assert document.root is not None
    assert to_python(document.root) == value
    for node in walk(document.root):
        assert not isinstance(node, Scalar) or node.style or source.slice(node.span) == node.value


def test_anchor_may_be_defined_again() -> None:
    source = Source("x.yaml", "a: &x 1\nb: *x\nc: &x {d: 2}\ne: [*x, *x]\n")
    root = documents(source)[0].root
    assert root is not None
    assert to_python(root) == {"a": 1, "b": 1, "c": {"d": 2}, "e": [{"d": 2}, {"d": 2}]}


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a: .inf", "infinity and NaN cannot become JSON", ".inf"),
        ("a: [.NaN]", "infinity and NaN cannot become JSON", ".NaN"),
        ("~: 1", "a key cannot be null, a list, a mapping or above 64 bits", "~"),
        ("? [a]\n: 1", "a key cannot be null, a list, a mapping or above 64 bits", "[a]"),
        ("18446744073709551615: 1", "a key cannot be null, a list, a mapping or above 64 bits", "18446744073709551615"),
        ("<<: 1", "only mappings can be merged with '<<'", "<<"),
        ("<<: [{}, 1]", "only mappings can be merged with '<<'", "<<"),
        ("a: !!int x", "the text does not fit its tag", "x"),
        ("!!bool a: 1", "the text does not fit its tag", "a"),
    ],
)
def test_values_that_kubectl_refuses_are_faults(text: str, message: str, place: str) -> None:
    source = Source("x.yaml", text)
    root = documents(source)[0].root
    assert root is not None
    assert [(fault.message, source.slice(fault.span)) for fault in faults(root)] == [(message, place)]


ANYTHING = st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))
PIECES = [
    *(
        "- ",
        ": ",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\n",
        "\n  ",
        "  ",
        "\t",
        "#",
        " #",
        "'",
        '"',
        "|",
        ">",
        "- - ",
        "''",
        "{}",
        "[]",
    ),
    *(
        "&a ",
        "*a",
        "!t ",
        "!!str ",
        "!!int ",
        "<<: ",
        "a",
        "b",
        "1",
        "~",
        "---",
        "...",
        "%",
        "@",
        "`",
        "\\",
        "\r\n",
        "\r",
    ),
    *(
        "\x85",
        "\u2028",
        "\xa0",
        "é",
        "😀",
        "\ufeff",
        "a: ",
        "b: ",
        ":x",
        "=",
        "on",
        "08",
        "-",
        "--",
        "::",
        "\x00",
        "\x1b",
        "\\ud83d",
    ),
]
TOKENS = st.lists(st.sampled_from(PIECES), max_size=25).map(lambda tokens: "".join(tokens).encode())


@given(ANYTHING | TOKENS)
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    decoded = decode(data)
    source = Source("x.yaml", decoded.text)
    size = len(source.text)
    for document in documents(source, decoded.problems):
        for problem in document.problems:
            assert 0 <= problem.span.start <= problem.span.end <= size
            assert re.fullmatch(r"[ -~]+", problem.message)
        assert document.broken == any(problem.fatal for problem in document.problems)
        root = document.root
        if root is None:
            continue
        list(faults(root))
        to_python(root)
        for node in walk(root):
            assert document.span.start <= node.start <= node.end <= document.span.end


@given(TOKENS)
def test_reading_is_repeatable(data: bytes) -> None:
    text = decode(data).text
    first, second = _read(text), _read(text)
    assert [document.problems for document in first] == [document.problems for document in second]
    assert [document.span for document in first] == [document.span for document in second]
