"""Settings of a run: defaults, then the configuration file, then the command line."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from hullmark.linter.cli.options import LintOptions
from hullmark.linter.cli.stop import LocatedError, StopError, hinted
from hullmark.linter.config.settings import TODAY_OFF, Settings
from hullmark.linter.finding import Confidence, Problem, Severity
from hullmark.linter.records import replace
from hullmark.linter.rule.registry import Registry, UnknownNameError

NAMES = ("hullmark.yaml", ".hullmark.yaml", ".github/hullmark.yaml")
"""Where the configuration may lie below the root."""


Stored = Callable[[str], bytes | None]
"""Gives the content of a file by its path below the root, where files are not those on disk; None: there is none."""


def settings_of(options: LintOptions, registry: Registry, root: str, stored: Stored | None = None) -> Settings:
    """What was decided about this run; raises StopError where it makes no sense."""
    path = options.config or _beside(root, stored)
    settings = Settings()
    if path:
        shown = options.config or os.path.relpath(path, root)
        settings = _from_file(path, shown, registry, _stored(path, root, stored))
    changes: dict[str, object] = {}
    if options.profile:
        changes["profile"] = options.profile
    if options.pss:
        changes["profile"] = _level(options.pss)
        changes["select"] = ()
    if options.select:
        changes["select"] = _split(options.select)
    if options.ignore:
        changes["ignore"] = (*settings.ignore, *_split(options.ignore))
    if options.exclude:
        changes["exclude"] = (*settings.exclude, *options.exclude)
    if options.fail_on:
        changes["fail_on"] = None if options.fail_on == "never" else Severity[options.fail_on.upper()]
    if options.min_confidence:
        changes["min_confidence"] = Confidence[options.min_confidence.upper()]
    if options.kubernetes_version:
        changes["kubernetes"] = _minor(options.kubernetes_version)
    if options.today:
        changes["today"] = _day(options.today)
    if not changes:
        return settings
    settings = replace(settings, **changes)
    _check_names(settings, registry)
    return settings


def today_of(settings: Settings) -> str:
    """The day that dates are compared with, as an ISO date."""
    match settings.today:
        case "off":
            return TODAY_OFF
        case "data":
            from hullmark.linter.manifest.facts import table

            return str(table("k8s_releases")["as_of"])
        case "":
            return time.strftime("%Y-%m-%d", time.gmtime(_epoch()))
        case day:
            return day


def _epoch() -> float:
    """SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), else now."""
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return time.time()
    if not text.isascii() or not text.isdigit() or len(text) > 11:
        raise StopError(f"SOURCE_DATE_EPOCH is {text!r}, not a number of seconds since 1970")
    return int(text)


def _stored(path: str, root: str, stored: Stored | None) -> bytes | None:
    inner = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/") if stored is not None else ""
    return stored(inner) if stored is not None else None


def _beside(root: str, stored: Stored | None) -> str:
    """The configuration below `root`, or nothing."""
    if stored is None:
        found = [name for name in NAMES if os.path.lexists(os.path.join(root, name))]
    else:
        found = [name for name in NAMES if stored(name) is not None]
    if len(found) > 1:
        raise StopError(f"there are {' and '.join(found)} in {root!r}; keep one, or choose with --config")
    return os.path.join(root, found[0]) if found else ""


def _from_file(where: str, shown: str, registry: Registry, data: bytes | Problem | None) -> Settings:
    # Most repositories have no configuration: what reads one is imported where there is one.
    from hullmark.linter.config.read import Names, read_settings
    from hullmark.linter.load.read import read
    from hullmark.linter.text import Source
    from hullmark.linter.yaml.decode import decode
    from hullmark.linter.yaml.limits import MAX_BYTES

    shown = shown.replace(os.sep, "/")
    if data is None:
        data = read(where, shown, MAX_BYTES)
    if isinstance(data, Problem):
        raise LocatedError(f"{shown}: {data.message}")
    decoded = decode(data)
    names = Names((*registry.ids, *registry.renamed), registry.options, _objection(registry))
    source = Source(shown, decoded.text)
    settings, problems = read_settings(source, names)
    lines = [f"{shown}:{source.region(one.span).line}: {one.message}" for one in decoded.problems]
    if lines or problems:
        raise LocatedError(*lines, *map(str, problems))
    return settings


def _objection(registry: Registry) -> Callable[[str, str], str]:
    """Tells what is wrong with a profile or the name of a rule, empty where nothing is."""

    def objection(key: str, name: str) -> str:
        try:
            registry.select(name) if key == "profile" else registry.select(select=(name,))
        except UnknownNameError as error:
            return str(error)
        return ""

    return objection


def _check_names(settings: Settings, registry: Registry) -> None:
    try:
        registry.select(settings.profile, settings.select, settings.ignore)
    except UnknownNameError as error:
        raise StopError(hinted(str(error), "`hullmark rules` lists them")) from None


def _split(words: tuple[str, ...]) -> tuple[str, ...]:
    """Names that may be joined by commas."""
    return tuple(name.strip() for word in words for name in word.split(",") if name.strip())


def _level(text: str) -> str:
    """The profile that a Pod Security level is, as `restricted` or `baseline@v1.34`."""
    from hullmark.linter.rule.controls import framework_of

    profile = f"pss-{text}"
    if framework_of(profile):
        return profile
    raise StopError(f"--pss {text!r} is neither baseline nor restricted, with @v1.34 or @latest behind it or without")


def _minor(text: str) -> tuple[int, int]:
    from hullmark.linter.config.values import minor_of

    minor = minor_of(text)
    if minor is None:
        raise StopError(f"--kubernetes-version {text!r} is not a version such as 1.34")
    return minor


def _day(text: str) -> str:
    from hullmark.linter.config.values import is_date

    if text in ("data", "off") or is_date(text):
        return text
    raise StopError(f"--today {text!r} is neither a date such as 2027-01-31 nor `data` or `off`")
