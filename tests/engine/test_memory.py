"""A run collects no cycles: whatever is made of a file has to go with it by itself."""

import gc
from pathlib import Path

from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.judge import judge_bytes
from hullmark.linter.engine.plan import plan
from hullmark.linter.finding import Profile
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.records import replace
from hullmark.linter.rule.registry import Registry

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_nothing_of_a_file_is_left_once_it_is_judged() -> None:
    registry = Registry.packaged()
    intent = replace(plan(Settings(profile="all"), registry, "2026-01-15"), alone=True, tells_pods=True)
    dispatch = Dispatch(intent, registry)
    texts = [(str(path), path.read_bytes()) for path in sorted(EXAMPLES.rglob("*.yaml"))]
    found = [len(judge_bytes(path, data, intent, dispatch).findings) for path, data in texts]  # imports what it needs
    assert sum(found) > 150
    assert intent.level is Profile.ALL
    gc.collect()
    gc.disable()
    try:
        before = _cursors()
        for path, data in texts:
            judge_bytes(path, data, intent, dispatch)
        assert _cursors() <= before
    finally:
        gc.enable()


def _cursors() -> int:
    return sum(isinstance(each, Cursor) for each in gc.get_objects())
