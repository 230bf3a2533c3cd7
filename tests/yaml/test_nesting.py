"""Whether levels are counted or a text has too few signs for them, the same texts are refused."""

import pytest

from hullmark.linter.yaml.compose import compose
from hullmark.linter.yaml.limits import MAX_DEPTH

COUNTED = "\n# " + ":" * MAX_DEPTH
"""A comment that makes the parser count levels."""


def _lines(levels: int, sign: str) -> str:
    return "".join(f"{' ' * level}{sign}\n" for level in range(levels))


@pytest.mark.parametrize("levels", [1, 2, 60, *range(MAX_DEPTH // 2 - 2, MAX_DEPTH // 2 + 3)])
@pytest.mark.parametrize("doubled", [False, True])
@pytest.mark.parametrize(
    "style",
    ["[", "{a: ", "- ", "? ", "a:", "-", "?", "[a: ", "- a:", "- ? ", "{? ", "[? ", "- &x ", "- !!seq [", '["a":['],
)
def test_counting_levels_changes_no_answer(style: str, levels: int, doubled: bool) -> None:
    levels = levels * 2 if doubled else levels
    closing = "".join({"[": "]", "{": "}"}.get(sign, "") for sign in reversed(style))
    for text in (style * levels + "x" + closing * levels, _lines(levels, style) + " " * levels + "x"):
        plain, counted = compose(text, 0, len(text)), compose(text + COUNTED, 0, len(text + COUNTED))
        assert (plain.root is None) == (counted.root is None)
        assert [(each.kind, each.message) for each in plain.problems] == [
            (each.kind, each.message) for each in counted.problems
        ]
