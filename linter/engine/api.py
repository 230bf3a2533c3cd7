"""Linting texts in memory: no disk, no processes. Used by tests, by the documentation, and by programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.baseline import BASELINE, read_baseline
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.fragments import informed
from hullmark.linter.engine.judge import judge_bytes
from hullmark.linter.engine.memory import Memory
from hullmark.linter.engine.outcome import report
from hullmark.linter.engine.plan import Plan, plan
from hullmark.linter.engine.result import FileResult
from hullmark.linter.finding import Profile, Report
from hullmark.linter.load.discover import File
from hullmark.linter.manifest.context import Context
from hullmark.linter.records import replace
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Source


def lint_texts(
    files: Mapping[str, str | bytes],
    registry: Registry,
    *,
    profile: Profile | str = Profile.ALL,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    context: Context | None = None,
    settings: Settings | None = None,
    today: str = "2026-01-15",
    earlier: Mapping[str, str] | None = None,
) -> Report:
    """Lints texts by path. `settings` are what the other arguments change; `context` replaces the derived one.

    A text called like the baseline file is the baseline. Rules about changes compare with the texts of `earlier`.
    """
    wanted = replace(
        settings or Settings(),
        profile=profile.label if isinstance(profile, Profile) else profile,
        select=tuple(select),
        ignore=tuple(ignore),
    )
    intent = plan(wanted, registry, today)
    if context is not None:
        intent = replace(intent, context=context)
    held, before = _held(files), _held(earlier or {})
    intent = informed(intent, [File(path, path, len(data), content=data) for path, data in held.items()])
    dispatch = Dispatch(intent, registry)
    memory = Memory()
    if earlier is not None:
        report(intent, dispatch, _judged(before, intent, dispatch), roots=(".",), memory=memory)
        memory.compare()
    known = files.get(BASELINE)
    baseline = read_baseline(Source(BASELINE, known)) if isinstance(known, str) else None
    return report(intent, dispatch, _judged(held, intent, dispatch), roots=(".",), baseline=baseline, memory=memory)


def _held(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    return {
        path: text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        for path, text in sorted(files.items())
        if path != BASELINE
    }


def _judged(held: Mapping[str, bytes], intent: Plan, dispatch: Dispatch) -> list[FileResult]:
    return [judge_bytes(path, data, intent, dispatch) for path, data in held.items()]
