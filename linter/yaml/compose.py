"""Text of one document to raw nodes by the C composer of ruamel.yaml, which only `library` and this module know.

Whatever the composer refuses though kubectl reads it is composed in another way: redefined anchors from events,
`[http://host]` after masking. Everything that stays refused becomes one `Problem` in our own words.
"""

from __future__ import annotations

from typing import Any

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.text import Span
from hullmark.linter.yaml import raws, repeats
from hullmark.linter.yaml.library import c_library
from hullmark.linter.yaml.limits import MAX_DEPTH, MAX_DIRECTIVES, MAX_NODES, RefusedError, too_deep, too_many
from hullmark.linter.yaml.parsed import composed
from hullmark.linter.yaml.problems import Kind, Problem
from hullmark.linter.yaml.raws import Origin, Raw

_RETRY_BUDGET = 1_000_000  # code points: small documents may be tried often, large ones twice
_AFTERWARDS = regex(r"(?:\s++|#[^\r\n]*+|\.\.\.(?=\s))*+")
_MARK = "\ufeff"  # a byte order mark; within a text it is a character for go-yaml, and nothing for libyaml
_DIRECTIVE = regex(rf"{raws.SKIPPED.pattern}%")
_LINE = regex(r"[^\r\n]*")
# A tag begins where a value may: not within a word, a comment or an expression (`#!/bin/sh`, `job!="a"`).
_TAGGED = regex(r"!(?<![\w#(/.=$]!)")
_NESTING = ":-?[{"
"""Each list and each mapping has at least one of these characters of its own."""
_NOTHING: Any = "".format
"""Takes whatever it is given, and says that there is no tag."""
_ALIASED = regex(r"\*(?<=[\s,\[{:?-]\*)[0-9A-Za-z_-]")
_ANCHORED = regex(r"&(?:(?<=\A&)|(?<=[\s,\[{:?-]&))[0-9A-Za-z_-]")


class Composed(NamedTuple):
    """Raw root of a document (None when it is empty or broken) and what is wrong with it."""

    root: Raw
    origin: Origin
    problems: tuple[Problem, ...]


class _Border(NamedTuple):
    """What is used of ruamel.yaml."""

    parser: Any
    error: type[Exception]


_border: _Border | None = None


def require_libyaml() -> None:
    """Raise `MissingLibraryError` with one clear sentence when the C parser is missing."""
    border()


def border() -> _Border:
    """The C parser, imported when it is first needed: the import costs 20 to 40 ms."""
    global _border
    if _border is None:
        _border = _imported()
    return _border


def _imported() -> _Border:
    library = c_library()
    base, names = library.CParser, vars(library)
    from ruamel.yaml.error import YAMLError

    class Parser(base):  # type: ignore[misc, valid-type]  # an untyped base
        """The composer without tag resolution, and with a limit of depth.

        It calls `descend_resolver(parent, position)` before and `ascend_resolver()` after every node, and `resolve`
        for the tag of an untagged one. Most texts cannot reach the limit: a function in C does nothing there.
        """

        descend_resolver = ascend_resolver = resolve = _NOTHING

        def __init__(self, text: str, base: int) -> None:
            super().__init__(text)
            if len(text) > MAX_NODES or sum(map(text.count, _NESTING)) >= MAX_DEPTH:
                _limit(self, text, base)

        def root(self) -> Raw:
            """Root of the first document, None where there is none."""
            return composed(self, names) if self.check_node() else None

    return _Border(Parser, YAMLError)


def _limit(parser: Any, text: str, base: int) -> None:
    """Makes a parser count levels, by methods of a dictionary where these can, and nodes where there may be many."""
    levels: dict[Any, object] = {}
    count = 0

    def resolve(kind: object, value: object, implicit: object) -> None:
        if len(levels) > MAX_DEPTH:
            raise too_deep(base + next(reversed(levels)).start_mark.index)

    def descend(parent: Any, position: object) -> None:
        nonlocal count
        count += 1
        levels[parent] = position
        if len(levels) > MAX_DEPTH:
            raise too_deep(base + parent.start_mark.index)
        if count > MAX_NODES:
            raise too_many(base + parent.start_mark.index)

    # Nodes with a tag are not resolved, and small documents cannot have too many nodes.
    parser.descend_resolver = descend if len(text) > MAX_NODES or _TAGGED.search(text) else levels.setdefault
    parser.ascend_resolver = levels.popitem
    parser.resolve = resolve


def is_syntax(chunk: str) -> bool:
    """Whether libyaml's parser goes through the text without a complaint; nothing is made of it."""
    parser_type, library_error = border()
    try:
        parser_type(chunk, 0).raw_parse()
    except (library_error, UnicodeEncodeError):
        return False
    return True


def compose(text: str, start: int, end: int) -> Composed:
    """Raw nodes of the first document in `text[start:end]`, as kubectl takes it."""
    for _ in range(2):  # one for the reader and one for the scanner; libyaml swallows them without counting
        start += text.startswith(_MARK, start, end)
    chunk = text[start:end]
    if chunk.count("\n%") > MAX_DIRECTIVES:  # libyaml compares each with every other
        directives = _DIRECTIVE.match(text, start, end)
        if directives is not None:
            first = Span(directives.end() - 1, directives.end())
            problem = Problem(Kind.SYNTAX, f"more than {MAX_DIRECTIVES} directives", first)
            return Composed(None, Origin(text, start), (problem,))
    if _MARK in chunk:
        return _composed_carefully(text, start, end, None)
    again = repeats.known(chunk)
    if again is not None:
        return Composed(again, Origin(text, start, root=again, end=end), ())
    parser_type, library_error = border()
    try:
        parser = parser_type(chunk, start)
        root = parser.root()
    except (library_error, UnicodeEncodeError, RefusedError) as error:
        return _composed_carefully(text, start, end, error)
    aliased = "*" in chunk and "&" in chunk and bool(_ALIASED.search(chunk) and _ANCHORED.search(chunk))
    origin = Origin(text, start, "&" in chunk or "!" in chunk, aliased, root, end)
    try:
        dropped = parser.check_node()
    except library_error:
        dropped = True
    if root is not None and not origin.decorated and not dropped:
        repeats.keep(chunk, root)
    return _checked(root, origin, end, dropped)


def _composed_carefully(text: str, start: int, end: int, error: Exception | None) -> Composed:
    """Composition from events where the composer gave up; `error` is why."""
    from hullmark.linter.yaml.events import Composer  # few documents need it
    from hullmark.linter.yaml.masks import Mask

    parser_type, library_error = border()
    mask = Mask(text[start:end])
    if _is_flow_colon(error):
        mask.hide_colons()
    elif error is not None and "duplicate anchor" not in str(getattr(error, "context", "")):
        return _refused(error, text, start, end)
    budget = max(2 * (end - start), _RETRY_BUDGET)
    while True:
        try:
            composer = Composer(parser_type(mask.text, start), text, start, mask.restored)
            root = composer.root()
            break
        except (library_error, UnicodeEncodeError, RefusedError) as failure:
            budget -= end - start
            if budget < 0 or not _is_flow_colon(failure) or not mask.hide(_offset(failure)):
                return _refused(failure, text, start, end)
    origin = Origin(text, 0, aliased=composer.aliased, root=root)
    try:
        dropped = composer.dropped()
    except library_error:
        dropped = True
    return _checked(root, origin, end, dropped)


def _is_flow_colon(error: Exception | None) -> bool:
    return str(getattr(error, "problem", "")) == "found unexpected ':'"


def _offset(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return -1 if mark is None else int(mark.index)


def _checked(root: Raw, origin: Origin, end: int, dropped: bool) -> Composed:
    """The composition with what is wrong beyond syntax."""
    problems = []
    if root is not None and origin.shared is not None:
        from hullmark.linter.yaml import aliases  # few documents have any

        fault = aliases.fault(root, origin)
        if fault is not None:
            return Composed(None, origin, (fault,))
    if dropped:
        problems.append(_dropped(origin.text, origin.base if root is None else raws.end(root, origin), end))
    return Composed(root, origin, tuple(problems))


def _refused(error: Exception, text: str, start: int, end: int) -> Composed:
    if isinstance(error, RefusedError):
        problem = error.problem
    else:
        from hullmark.linter.yaml import complaints  # 3 ms of patterns, for broken documents only

        problem = complaints.syntax(error, text, start, end)
    return Composed(None, Origin(text, start), (problem,))


def _dropped(text: str, here: int, end: int) -> Problem:
    """The problem of text after the end of a document, which kubectl does not read."""
    found = _AFTERWARDS.match(text, here, end)
    begin = found.end() if found else here
    line = _LINE.match(text, begin, end)
    span = Span(begin, line.end() if line else end)
    return Problem(Kind.DROPPED, "text after the end of the document is not read", span, fatal=False)
