"""The C parser comes without the rest of ruamel.yaml, which is whole for whoever asks for it."""

import subprocess
import sys

import pytest

BEFORE = """
import sys
from hullmark.linter.yaml.compose import border
border()
for name in ("main", "cyaml", "reader", "scanner", "parser", "composer", "constructor", "emitter", "representer"):
    assert f"ruamel.yaml.{name}" not in sys.modules, sorted(sys.modules)
"""
WHOLE = """
import io
import ruamel.yaml
from ruamel.yaml import YAML
from hullmark.linter.yaml.compose import border
assert YAML().load("a: [1, b]") == {"a": [1, "b"]} == YAML(typ="safe", pure=False).load("a: [1, b]")
YAML().dump({"a": 1}, io.StringIO())
try:
    YAML(typ="safe").load("a: [")
except border().error as error:
    assert error.problem_mark is not None
else:
    raise AssertionError
from hullmark.linter.yaml.compose import compose
for text in ("a: [1, b]", "a: [", "a: !x {b: *c}"):
    compose(text, 0, len(text))
node = ruamel.yaml.YAML(typ="safe", pure=False).compose("a: [1, b]")
assert type(node) is ruamel.yaml.nodes.MappingNode and type(node.value[0][0]) is ruamel.yaml.nodes.ScalarNode
import ruamel.yaml.parser, ruamel.yaml.scanner
assert ruamel.yaml.parser.Parser is not None and ruamel.yaml.parser.ParserError is not None
assert ruamel.yaml.scanner.RoundTripScanner is not None
assert ruamel.yaml.__version__ and ruamel.yaml.error.YAMLError is border().error
"""


@pytest.mark.parametrize("script", [BEFORE, BEFORE + WHOLE, WHOLE, WHOLE + WHOLE])
def test_the_package_is_imported_for_those_who_ask(script: str) -> None:
    subprocess.run([sys.executable, "-I", "-c", script], check=True)
