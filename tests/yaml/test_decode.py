"""Bytes to text."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.decode import MAX_FAULTS, Decoded, decode, looks_binary
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.problems import Kind


@pytest.mark.parametrize(
    ("mark", "encoding", "marked"),
    [
        (b"", "utf-8", False),
        (codecs.BOM_UTF8, "utf-8", True),
        (codecs.BOM_UTF16_LE, "utf-16-le", True),
        (codecs.BOM_UTF16_BE, "utf-16-be", True),
    ],
)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\ufeff\0")))
def test_text_survives_every_encoding(mark: bytes, encoding: str, marked: bool, text: str) -> None:
    assert decode(mark + text.encode(encoding)) == Decoded(text, encoding, marked, ())


def test_line_breaks_stay_as_written() -> None:
    assert decode(b"a\r\nb\rc\n").text == "a\r\nb\rc\n"


def test_utf32_is_not_read() -> None:
    for encoding in ("utf-32-le", "utf-32-be"):
        decoded = decode("\ufeffa: 1".encode(encoding))
        (problem,) = decoded.problems
        assert (decoded.text, problem.kind, problem.message) == ("", Kind.ENCODING, "UTF-32 is not read by Kubernetes")


@pytest.mark.parametrize(
    ("data", "text", "message", "span"),
    [
        (b"a: \xff", "a: \ufffd", "the byte at offset 3 of the file is not UTF-8", Span(3, 4)),
        (b"a: \xc3\xa9\xe2\x82 x", "a: é\ufffd\ufffd x", "the byte at offset 5 of the file is not UTF-8", Span(4, 6)),
        (b"\xef\xbb\xbfa\x80", "a\ufffd", "the byte at offset 4 of the file is not UTF-8", Span(1, 2)),
        (b"\xff\xfea\x00\x00\xd8b\x00", "a\ufffdb", "the byte at offset 4 of the file is not UTF-16", Span(1, 2)),
        (b"\xfe\xff\x00a\x00", "a\ufffd", "the byte at offset 4 of the file is not UTF-16", Span(1, 2)),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd", "the byte at offset 0 of the file is not UTF-8", Span(0, 3)),
    ],
)
def test_undecodable_bytes_are_told_with_their_place(data: bytes, text: str, message: str, span: Span) -> None:
    decoded = decode(data)
    assert decoded.text == text
    assert [(problem.message, problem.span) for problem in decoded.problems] == [(message, span)]


def test_undecodable_bytes_break_their_document_only() -> None:
    decoded = decode(b"a: 1\n---\nb: \xff\n---\nc: 1\n---\nd: \xfe\xfe\ne: \xfd\n")
    found = documents(Source("x.yaml", decoded.text), decoded.problems)
    assert [document.broken for document in found] == [False, True, False, True]
    assert [len(document.problems) for document in found] == [0, 1, 0, 2]


def test_genuine_replacement_characters_are_text() -> None:
    assert decode("a: \ufffd".encode()).problems == ()


def test_problems_of_a_file_full_of_bad_bytes_are_limited() -> None:
    decoded = decode(b"a\xff\n---\n" * 5000)
    assert len(decoded.problems) == MAX_FAULTS
    assert decoded.problems[-1].span.end == len(decoded.text)
    assert all(document.broken for document in documents(Source("x.yaml", decoded.text), decoded.problems))


@pytest.mark.parametrize(
    ("data", "binary"),
    [
        (b"", False),
        (b"a: 1\n", False),
        (b"a: \x1b[0m\n", False),
        ("é".encode("latin-1") * 100, False),
        ("\ufeffa".encode("utf-16-le"), False),
        (b"\x7fELF\x02\x01\x01\x00", True),
        (b"\x89PNG\r\n\x1a\n\x00\x00", True),
        (b"\x01\x02\x03abc", True),
        (b"\x1f\x8b\x08\x00abc", True),
    ],
)
def test_binary_data_is_recognised(data: bytes, binary: bool) -> None:
    assert looks_binary(data) is binary


@given(st.binary())
def test_any_bytes_become_text(data: bytes) -> None:
    decoded = decode(data)
    decoded.text.encode()
    for problem in decoded.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(decoded.text)
