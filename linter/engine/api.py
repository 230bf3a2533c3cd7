"""Linting texts in memory: no disk, no processes. Used by tests, by the documentation, and by programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.baseline import BASELINE, read_baseline
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.fragments import informed
from hullmark.linter.engine.judge import judge_bytes
from hullmark.linter.engine.outcome import report
from hullmark.linter.engine.plan import plan
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
) -> Report:
    """Lints texts by path. `settings` are what the other arguments change; `context` replaces the derived one.

    A text called like the baseline file is the baseline.
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
    held = {
        path: text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        for path, text in sorted(files.items())
        if path != BASELINE
    }
    intent = informed(intent, [File(path, path, len(data), content=data) for path, data in held.items()])
    dispatch = Dispatch(intent, registry)
    results = [judge_bytes(path, data, intent, dispatch) for path, data in held.items()]
    known = files.get(BASELINE)
    baseline = read_baseline(Source(BASELINE, known)) if isinstance(known, str) else None
    return report(intent, dispatch, results, roots=(".",), baseline=baseline)
