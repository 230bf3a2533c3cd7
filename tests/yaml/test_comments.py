"""Comments and where they stand."""

import pytest

from hullmark.linter.text import Source
from hullmark.linter.yaml.comments import comments
from hullmark.linter.yaml.documents import Document, documents
from hullmark.linter.yaml.embedded import embedded
from hullmark.linter.yaml.nodes import Mapping, Scalar


def _found(text: str, needle: str | None = None) -> list[tuple[str, bool]]:
    return [(c.text, c.own_line) for d in documents(Source("x.yaml", text)) for c in comments(d, needle)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# one\na: 1 # two\n  #three\n", [("one", True), ("two", False), ("three", True)]),
        ("a: 'x # no' # yes\n", [("yes", False)]),
        ('a: "x # \\" # no" # yes\n', [("yes", False)]),
        ("a: 'x\n  # no\n  y'\n# yes\n", [("yes", True)]),
        ("a: | # head\n  # no\n  x # no\n# yes\n", [("head", False), ("yes", True)]),
        ("a: >-\n  # no\n\n  # no\n\n # yes\nb: 1\n", [("yes", True)]),
        ("a: b#c\nd: http://x/#y\n", []),
        ("a: x'y #yes\n", [("yes", False)]),
        ('["a #1", "b #2", c] # yes\n', [("yes", False)]),
        ("[#yes\n1,#yes too\n2]#last\n", [("yes", False), ("yes too", False), ("last", False)]),
        ("'# no': '# no'\n\"# no\" : 1 # yes\n", [("yes", False)]),
        ("? |\n  # no\n: 1 # yes\n", [("yes", False)]),
        ("a: &x '# no'\nb: *x # yes\n", [("yes", False)]),
        ("a: !t # yes\n  '# no'\n", [("yes", False)]),
        ("a: 1\r\n# yes\r\nb: '# no'\r\n", [("yes", True)]),
        ("a: 1\n--- # border\n# in\nb: 1\n", [("border", False), ("in", True)]),
        ("# only\n", [("only", True)]),
        ("#\n", [("", True)]),
        ("a: 1\n...\n# after\n", [("after", True)]),
        ("a: [b:c, '#no'] # yes\n", [("yes", False)]),
        ('{"a": "#no"}', []),
    ],
)
def test_comments_are_told_from_text(text: str, found: list[tuple[str, bool]]) -> None:
    assert _found(text) == found


def test_span_reaches_from_the_sign_to_the_end_of_the_line() -> None:
    source = Source("x.yaml", "a: 1  # b c \nd: 2\n")
    (comment,) = comments(documents(source)[0])
    assert source.slice(comment.span) == "# b c "
    assert comment.text == "b c"


def test_needle_selects_comments_and_not_text() -> None:
    text = "a: 'hullmark: no' # hullmark: ignore\nb: |\n  # hullmark: no\n# other\n"
    assert _found(text, "hullmark:") == [("hullmark: ignore", False)]


def test_nothing_is_composed_without_the_needle(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(document: Document) -> None:
        raise AssertionError

    monkeypatch.setattr(Document, "_compose", fail)
    (document,) = documents(Source("x.yaml", "a: 1 # comment\n"))
    assert list(comments(document, "hullmark:")) == []


def test_comments_of_a_broken_document_are_still_found() -> None:
    assert _found("a: [1 # one\n# hullmark: ignore\nb: }\n", "hullmark:") == [("hullmark: ignore", True)]


def test_comments_of_an_embedded_document_have_places_in_the_file() -> None:
    source = Source("x.yaml", "a: 1\ndata:\n  f: |\n    b: '# no'  # yes\n    # too\n# outer\n")
    (document,) = documents(source)
    assert [c.text for c in comments(document)] == ["outer"]
    data = document.root.get("data") if isinstance(document.root, Mapping) else None
    scalar = data.get("f") if isinstance(data, Mapping) else None
    assert isinstance(scalar, Scalar)
    (inner,) = embedded(scalar, source)
    assert [(c.text, source.slice(c.span), c.own_line) for c in comments(inner)] == [
        ("yes", "# yes", False),
        ("too", "# too", True),
    ]
