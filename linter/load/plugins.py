"""Which installed distributions add rules, through the entry point group `hullmark.rules`.

Only folders in which Python itself installs distributions are looked at, never the current directory:
a scanned repository must not be able to add code to the run.
"""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterator

from hullmark.linter.rule.plugins import GROUP, Plugin


def installed_plugins() -> tuple[Plugin, ...]:
    """Every entry point of our group, sorted. Cheap where there is none: importlib.metadata is not imported."""
    found = [plugin for folder in _installed_in() for path in _entry_points(folder) for plugin in _plugins(path)]
    return tuple(sorted(set(found)))


def _installed_in() -> Iterator[str]:
    """Folders of installed distributions that this interpreter imports from."""
    folders = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    return (folder for folder in dict.fromkeys(folders) if folder in sys.path)


def _entry_points(folder: str) -> Iterator[str]:
    """Folders of distributions whose entry points mention our group."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))
    except OSError:
        return
    for name in names:
        path = os.path.join(folder, name)
        try:
            with open(os.path.join(path, "entry_points.txt"), "rb") as file:
                text = file.read()
        except OSError:
            continue
        if GROUP.encode() in text:
            yield path


def _plugins(path: str) -> Iterator[Plugin]:
    from importlib.metadata import Distribution  # 10 ms: imported only where a plugin is installed

    distribution = Distribution.at(path)
    for point in distribution.entry_points:
        if point.group == GROUP:
            yield Plugin(point.name, point.value, distribution.name)
