"""The two ways of composing agree, and the C parser is asked for in one clear sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.text import Source
from hullmark.linter.yaml import compose, library
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.events import Composer
from hullmark.linter.yaml.nodes import frozen

PIECES = [
    "a",
    "b: ",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "? ",
    ": ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'x'",
    '"y"',
    "|\n  z\n",
    "&a ",
    "*a ",
    "!t ",
]
PIECES += ["!!str ", "# c", "<<: ", "\r\n", "  ", "é", ">-\n   f\n\n", "&b ", "*b", "!", "1", "~"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_nodes_of_the_c_composer_equal_those_from_events(text: str) -> None:
    found = documents(Source("x.yaml", text))
    if len(found) != 1 or found[0].root is None or found[0].is_json or found[0].problems:
        return
    span = found[0].span
    parser, _ = compose.border()
    composer = Composer(parser(text[span.start : span.end], span.start), text, span.start, str)
    assert composer.root() == frozen(found[0].root)


def test_missing_c_parser_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(compose, "_border", None)
    monkeypatch.setattr(library, "import_module", missing)
    with pytest.raises(library.MissingLibraryError, match=r"install ruamel\.yaml\[oldlibyaml\]"):
        compose.require_libyaml()


def test_c_parser_is_present() -> None:
    compose.require_libyaml()
