"""Hostile input ends early, in bounded time, with one clear problem."""

import time
from collections.abc import Callable

import pytest

from hullmark.linter.text import Source, Span
from hullmark.linter.yaml import limits
from hullmark.linter.yaml.decode import decode
from hullmark.linter.yaml.documents import Document, documents
from hullmark.linter.yaml.problems import Kind
from hullmark.linter.yaml.trees import to_python, walk

PATIENCE = 10.0  # seconds on a slow and busy machine; everything here takes less than half a second on an idle one


def _read(text: str) -> tuple[Document, ...]:
    return documents(Source("x.yaml", text))


NESTED: list[tuple[str, Callable[[int], str]]] = [
    ("flow sequences", lambda n: "[" * n + "]" * n),
    ("open flow sequences", lambda n: "[" * n),
    ("flow mappings", lambda n: "{a: " * n + "}" * n),
    ("JSON", lambda n: '{"a":' * n + "1" + "}" * n),
    ("JSON with a pair of surrogates", lambda n: '{"\\ud83d\\ude00":' * n + "1" + "}" * n),
    ("dashes", lambda n: "- " * n + "a"),
    ("question marks", lambda n: "? " * n + "a"),
    ("indentation", lambda n: "".join(f"{' ' * level}a:\n" for level in range(n))),
    ("tagged flow sequences", lambda n: "[!a " * n + "]" * n),
    ("anchored flow sequences", lambda n: "".join(f"&a{k} [" for k in range(n)) + "]" * n),
    ("colons between brackets", lambda n: "[a:b, " * n + "]" * n),
    ("redefined anchors", lambda n: "[&a 1, &a 2, " * n + "]" * n),
]


@pytest.mark.parametrize(("name", "text"), NESTED, ids=[name for name, _ in NESTED])
def test_nesting_is_limited(name: str, text: Callable[[int], str]) -> None:
    (document,) = _read(text(2000))
    (problem,) = document.problems
    assert (problem.kind, problem.message, problem.fatal) == (Kind.NESTING, "nested deeper than 200 levels", True)
    assert document.root is None
    (shallow,) = _read(text(150))
    assert all(problem.kind is not Kind.NESTING for problem in shallow.problems)


def test_limit_of_nesting_is_exact() -> None:
    for levels, broken in ((limits.MAX_DEPTH, False), (limits.MAX_DEPTH + 1, True)):
        for text in ("[" * levels + "]" * levels, "{a: " * (levels - 1) + "1" + "}" * (levels - 1)):
            assert _read(text)[0].broken is broken, levels


def test_very_deep_nesting_takes_no_time() -> None:
    before = time.process_time()
    for text in ("[" * 1_000_000, "{a: " * 500_000, '{"a":' * 500_000, "- " * 500_000, "!a [" * 500_000):
        assert _read(f"b: 1\n---\n{text}\n---\nc: 2")[1].broken
    assert time.process_time() - before < PATIENCE


def _laughs(levels: int, width: int) -> str:
    lines = ["l0: &l0 [x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize("text", [_laughs(9, 9), _laughs(190, 2), _laughs(3, 200)])
def test_document_that_is_huge_through_aliases_is_refused(text: str) -> None:
    before = time.process_time()
    source = Source("x.yaml", text)
    document = documents(source)[0]
    (problem,) = document.problems
    assert problem.kind is Kind.ALIASING
    assert problem.message == "aliases of this document stand for more than 10000 values"
    assert source.slice(problem.span) == "["
    assert document.root is None
    assert time.process_time() - before < PATIENCE


def test_nesting_through_aliases_is_limited() -> None:
    (document,) = _read("a0: &a0 1\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 300)))
    (problem,) = document.problems
    assert problem.kind is Kind.NESTING


def test_aliases_within_the_limit_are_read_and_shared() -> None:
    text = "a: &a [1, 2, 3]\nb: [" + ", ".join(["*a"] * 2000) + "]\n"
    (document,) = _read(text)
    assert document.problems == ()
    root = document.root
    assert root is not None
    assert len(list(walk(root))) == 6
    value = to_python(root)
    assert isinstance(value, dict)
    assert isinstance(value["b"], list)
    assert value["b"][0] is value["b"][1999] is value["a"]


def test_documents_of_a_file_are_limited() -> None:
    for text, rest in (("a\n---\n" * 100_010, 10), ("{}" * 100_010, 10)):
        found = _read(text)
        assert len(found) == limits.MAX_DOCUMENTS + 1
        (problem,) = found[-1].problems
        assert (problem.kind, problem.message) == (Kind.SIZE, "more than 100000 documents in one file")
        assert len(found[-1].text) >= rest * 2
        assert found[-2].problems == ()


def test_file_is_limited() -> None:
    decoded = decode(b"#" * (limits.MAX_BYTES + 1))
    (problem,) = decoded.problems
    assert (decoded.text, problem.kind, problem.message) == ("", Kind.SIZE, "larger than 20 MiB")
    assert decode(b"#" * limits.MAX_BYTES).problems == ()


@pytest.mark.parametrize("unit", ["- a\n", "- [a:b]\n", "- !a b\n"])
def test_values_of_a_document_are_limited(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_NODES", 1000)
    monkeypatch.setattr("hullmark.linter.yaml.compose.MAX_NODES", 1000)
    assert _read(unit * 300)[0].problems == ()
    (problem,) = _read(unit * 1100)[0].problems
    assert problem.kind is Kind.SIZE


def test_directives_are_limited() -> None:
    (document,) = _read("".join(f"%TAG !a{n}! tag:x\n" for n in range(1000)) + "---\na: 1\n")
    (problem,) = document.problems
    assert problem.message == "more than 100 directives"


@pytest.mark.parametrize(
    "text",
    [
        "#" * 3_000_000,
        "\n" * 3_000_000,
        " " * 3_000_000,
        "'" * 2_000_000,
        "&a " * 500_000,
        "!a " * 500_000,
        ": " * 500_000,
        "a: |\n" + " \n" * 1_000_000,
        "- ['a':b]\n" * 100_000,
        "[" + "a':b," * 20_000,
        "a: *a\n" * 200_000,
        '{"a": "' + "\\ud83d\\ude00" * 100_000 + '"}',
        "%" * 1_000_000,
        "---\n" * 500_000,
        "--- x\n" * 50_000,
        "\r" * 2_000_000,
        "{" * 10 + "}" * 2_000_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_odd_texts_take_bounded_time(text: str) -> None:
    before = time.process_time()
    for document in documents(Source("x.yaml", text))[:1000]:
        assert document.span.end <= len(text)
        assert isinstance(document.problems, tuple)
    assert time.process_time() - before < PATIENCE


def test_problem_of_size_stands_at_the_beginning_of_the_rest() -> None:
    text = "a\n---\n" * 100_010
    found = _read(text)
    assert found[-1].problems[0].span == Span(found[-1].span.start, found[-1].span.start + 1)
