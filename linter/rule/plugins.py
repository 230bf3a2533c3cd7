"""Rules that installed distributions add through the entry point group `hullmark.rules`.

Only folders in which Python itself installs distributions are looked at, never the current directory:
a scanned repository must not be able to add code to the run.
"""

from __future__ import annotations

import site
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, NamedTuple

from hullmark.linter.rule.modules import dashed, rules_in
from hullmark.linter.rule.rule import Row, Rule

GROUP = "hullmark.rules"


class Plugin(NamedTuple):
    """One family of a third party: entry point name, module that it names, distribution it comes from."""

    family: str
    module: str
    distribution: str


def installed_plugins() -> tuple[Plugin, ...]:
    """Every entry point of our group, sorted. Cheap where there is none: importlib.metadata is not imported."""
    found = [plugin for folder in _installed_in() for path in _entry_points(folder) for plugin in _plugins(path)]
    return tuple(sorted(set(found)))


def plugin_rules(plugin: Plugin) -> tuple[Rule[Any], ...]:
    """Rules of a plugin. Ids are `family/name`: rows say theirs, a class is named by its dashed class name."""
    module = import_module(plugin.module)
    rules = [rule for each in (module, *_below(module)) for rule in rules_in(each)]
    for rule in rules:
        if not isinstance(rule, Row):
            rule.id = f"{plugin.family}/{dashed(type(rule).__name__)}"
    return tuple(rules)


def _below(package: ModuleType) -> Iterator[ModuleType]:
    for module in walk_packages(getattr(package, "__path__", ()), f"{package.__name__}."):
        yield import_module(module.name)


def _installed_in() -> Iterator[Path]:
    """Folders of installed distributions that this interpreter imports from."""
    folders = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    return (Path(folder) for folder in dict.fromkeys(folders) if folder in sys.path)


def _entry_points(folder: Path) -> Iterator[Path]:
    """Files of entry points that mention our group."""
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix == ".dist-info")
    except OSError:
        return
    for path in names:
        try:
            text = (path / "entry_points.txt").read_bytes()
        except OSError:
            continue
        if GROUP.encode() in text:
            yield path


def _plugins(path: Path) -> Iterator[Plugin]:
    from importlib.metadata import PathDistribution  # 10 ms: imported only where a plugin is installed

    distribution = PathDistribution(path)
    for point in distribution.entry_points:
        if point.group == GROUP:
            yield Plugin(point.name, point.value, distribution.name)
