"""Documents drawn together with their values and places: all that was written is read, exactly where it was written."""

import json
import pickle
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.text import Source
from hullmark.linter.yaml.comments import comments
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.nodes import Mapping, Scalar
from hullmark.linter.yaml.trees import faults, to_python, walk

WORDS = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_./-]{0,8}(:[a-z0-9/]{1,4})?( [a-z#]{1,3})?", fullmatch=True)
PRINTABLE = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), max_codepoint=0x1FFFF),
    max_size=10,
)
TYPED = {"true": True, "No": False, "~": None, "null": None, "12": 12, "0x1f": 31, "0644": 420, "1.5": 1.5, "1e3": 1000}
WORDLIKE = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


@dataclass
class Page:
    """A text that grows, and what stands in it."""

    line_break: str
    text: str = ""
    places: list[tuple[str, int, int]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def add(self, piece: str) -> tuple[int, int]:
        start = len(self.text)
        self.text += piece
        return start, len(self.text)

    def line(self, draw: st.DrawFn, indent: int) -> None:
        """End the line, perhaps with a comment, perhaps with another one below."""
        if draw(st.integers(0, 5)) == 0:
            self._comment(" ")
        self.add(self.line_break)
        if draw(st.integers(0, 8)) == 0:
            self._comment(" " * draw(st.integers(0, indent + 1)))
            self.add(self.line_break)

    def _comment(self, before: str) -> None:
        text = f"c{len(self.comments)} 'x"
        self.comments.append(text)
        self.add(f"{before}# {text}")


def scalar(draw: st.DrawFn, page: Page, in_flow: bool, is_key: bool = False) -> object:
    """One scalar in a drawn style; its value."""
    style = draw(st.sampled_from(["typed", "plain", "single", "double"]))
    if style == "typed" and not is_key:
        written = draw(st.sampled_from(sorted(TYPED)))
        page.places.append(("Scalar", *page.add(written)))
        return TYPED[written]
    if style in ("typed", "plain"):
        value = draw(WORDS.filter(lambda word: word.casefold() not in WORDLIKE and " #" not in word))
        if is_key and in_flow:
            value = value.replace(":", "_")
        span = page.add(value)
    else:
        value = draw(PRINTABLE)
        span = page.add("'" + value.replace("'", "''") + "'" if style == "single" else json.dumps(value))
        if style == "double" and any(ord(char) > 0xFFFF for char in value):  # YAML has no pairs of surrogates
            page.text = page.text[: span[0]]
            span = page.add(json.dumps(value, ensure_ascii=False))
    if not is_key:
        page.places.append(("Scalar", *span))
    return value


def literal(draw: st.DrawFn, page: Page, indent: int) -> str:
    """A literal block scalar; its value."""
    lines = draw(st.lists(WORDS | st.sampled_from(["# no comment", "  deeper", "a: b", "- c"]), min_size=1, max_size=3))
    lines[0] = lines[0].lstrip()
    chomp = draw(st.sampled_from(["", "-"]))
    start, _ = page.add(f"|{chomp}")
    end = start
    for line in lines:
        _, end = page.add(f"{page.line_break}{' ' * (indent + 2)}{line}")
    page.places.append(("Scalar", start, end))
    return "\n".join(lines) + ("" if chomp else "\n")


def flow(draw: st.DrawFn, page: Page, depth: int) -> object:
    """A collection between brackets; its value."""
    position = len(page.places)
    page.places.append(("", 0, 0))
    is_mapping = draw(st.booleans())
    start, _ = page.add("{" if is_mapping else "[")
    mapping: dict[str, object] = {}
    items: list[object] = []
    for number in range(draw(st.integers(0, 3))):
        page.add(", " if number else "")
        key = ""
        if is_mapping:
            key = str(scalar(draw, page, True, True))
            page.add(": ")
        value = flow(draw, page, depth - 1) if depth and draw(st.booleans()) else scalar(draw, page, True)
        mapping[key] = value
        items.append(value)
    _, end = page.add("}" if is_mapping else "]")
    page.places[position] = ("Mapping" if is_mapping else "Sequence", start, end)
    return mapping if is_mapping else items


def value(draw: st.DrawFn, page: Page, indent: int, depth: int, after_dash: bool) -> object:
    """Any value behind a colon or a dash, up to the end of its last line."""
    kind = draw(st.sampled_from(["scalar", "scalar", "literal", "flow", "mapping", "sequence"]))
    if depth and kind in ("mapping", "sequence"):
        if not after_dash or kind == "sequence":
            page.line(draw, indent)
        else:
            page.add(" ")
        return block(draw, page, indent + 2, depth - 1, kind == "mapping", after_dash and kind == "mapping")
    page.add(" ")
    if kind == "literal":
        found: object = literal(draw, page, indent)
        page.add(page.line_break)
        return found
    found = flow(draw, page, 2) if kind == "flow" else scalar(draw, page, False)
    page.line(draw, indent)
    return found


def block(draw: st.DrawFn, page: Page, indent: int, depth: int, is_mapping: bool, continued: bool) -> object:
    """A block collection; its value."""
    position = len(page.places)
    page.places.append(("", 0, 0))
    mapping: dict[str, object] = {}
    items: list[object] = []
    start = -1
    for number in range(draw(st.integers(1, 3))):
        if number or not continued:
            page.add(" " * indent)
        start = len(page.text) if start < 0 else start
        if is_mapping:
            key = str(scalar(draw, page, False, True))
            page.add(":")
            mapping[key] = value(draw, page, indent, depth, False)
        else:
            page.add("-")
            items.append(value(draw, page, indent, depth, True))
    end = max(place[2] for place in page.places[position + 1 :])
    page.places[position] = ("Mapping" if is_mapping else "Sequence", start, end)
    return mapping if is_mapping else items


@st.composite
def pages(draw: st.DrawFn) -> tuple[Page, object]:
    """A page with one document, and its value."""
    page = Page(draw(st.sampled_from(["\n", "\r\n"])))
    return page, block(draw, page, 0, 3, draw(st.booleans()), False)


@given(pages())
def test_what_was_written_is_read_where_it_was_written(drawn: tuple[Page, object]) -> None:
    page, expected = drawn
    (document,) = documents(Source("drawn.yaml", page.text))
    assert document.problems == ()
    root = document.root
    assert root is not None
    assert to_python(root) == expected
    assert [(type(node).__name__, node.start, node.end) for node in walk(root)] == page.places
    assert list(faults(root)) == []
    thawed = pickle.loads(pickle.dumps(root))
    assert to_python(thawed) == expected
    assert [node.span for node in walk(thawed)] == [node.span for node in walk(root)]


@given(pages())
def test_comments_are_found_and_nothing_else(drawn: tuple[Page, object]) -> None:
    page, _ = drawn
    source = Source("drawn.yaml", page.text)
    (document,) = documents(source)
    found = list(comments(document))
    assert [comment.text for comment in found] == page.comments
    assert all(source.slice(comment.span).startswith("# c") for comment in found)


@given(st.lists(pages(), min_size=1, max_size=4))
def test_documents_of_a_stream_do_not_disturb_each_other(drawn: list[tuple[Page, object]]) -> None:
    parts = [page.text for page, _ in drawn]
    broken = "a: [1\nb: }\n"
    text = f"---\n{broken}---\n".join(parts)
    found = documents(Source("stream.yaml", text))
    assert [document.broken for document in found] == [False, True] * (len(parts) - 1) + [False]
    whole = [to_python(document.root) for document in found[::2] if document.root is not None]
    assert whole == [expected for _, expected in drawn]


@given(pages())
def test_scalars_are_sliced_as_written(drawn: tuple[Page, object]) -> None:
    page, _ = drawn
    source = Source("drawn.yaml", page.text)
    (document,) = documents(source)
    assert document.root is not None
    nodes = list(walk(document.root))
    keys = [(entry.key, entry.value.start) for node in nodes if isinstance(node, Mapping) for entry in node.written]
    for scalar, limit in [*keys, *((node, node.end) for node in nodes if isinstance(node, Scalar))]:
        written = source.slice(scalar.span)
        assert scalar.end <= limit
        match scalar.style:
            case "":
                assert written == scalar.value
            case "'":
                assert written == "'" + scalar.value.replace("'", "''") + "'"
            case '"':
                assert json.loads(written) == scalar.value
            case style:
                assert style == "|"
                assert written.startswith("|")
