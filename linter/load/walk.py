"""What lies below one directory. Nothing is opened, links are not followed, what git ignores is not met."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto

from hullmark.linter.load.ignore import Ignored, ignored_in
from hullmark.linter.named_tuple import NamedTuple


class Sort(Enum):
    """What a thing in a directory is."""

    FILE = auto()
    LINK = auto()
    OTHER = auto()
    EXCLUDED = auto()
    CLOSED = auto()


class Met(NamedTuple):
    """One thing. `chart` is the directory of the Helm chart whose template it is; `error` why it is closed."""

    sort: Sort
    where: str
    size: int = 0
    mode: int = 0
    chart: str = ""
    error: OSError | None = None


class _Directory(NamedTuple):
    where: str
    ignored: Ignored | None
    chart: str


def walk(top: str, excluded: Callable[[str], bool], wanted: Callable[[str], bool], gitignore: bool) -> Iterator[Met]:
    """Everything below the real directory `top`, in no particular order; sizes only of files whose name is `wanted`."""
    pending = [_Directory(top, ignored_in(top) if gitignore else None, chart_of(os.path.join(top, "x")))]
    while pending:
        here = pending.pop()
        try:
            with os.scandir(here.where) as listing:
                entries = list(listing)
        except OSError as error:
            yield Met(Sort.CLOSED, here.where, error=error)
            continue
        names = {entry.name for entry in entries}
        ignored = here.ignored
        if gitignore and ".git" in names and (ignored is None or ignored.root != here.where):
            ignored = ignored_in(here.where)  # a submodule, or a repository inside another
        chart = here.where if "Chart.yaml" in names else ""
        for entry in entries:
            if entry.name == ".git":
                continue
            inner_chart = here.chart or (chart if entry.name == "templates" else "")
            match _look(entry, excluded, ignored, wanted, here.chart):
                case None:
                    continue
                case Met() as met:
                    yield met
                case _:
                    pending.append(_Directory(entry.path, ignored, inner_chart))


def _look(
    entry: os.DirEntry[str],
    excluded: Callable[[str], bool],
    ignored: Ignored | None,
    wanted: Callable[[str], bool],
    chart: str,
) -> Met | bool | None:
    """What the entry is; True: a directory to go into, None: ignored."""
    where = entry.path
    try:
        regular = entry.is_file(follow_symlinks=False)
        directory = not regular and entry.is_dir(follow_symlinks=False)
        if ignored is not None and ignored.covers(where, directory):
            return None
        if excluded(where):
            return Met(Sort.EXCLUDED, where)
        if directory:
            return True
        if not regular:
            if entry.is_symlink():
                return Met(Sort.LINK, where)
            return Met(Sort.OTHER, where, mode=entry.stat(follow_symlinks=False).st_mode)
        size = entry.stat(follow_symlinks=False).st_size if wanted(entry.name) else 0
    except OSError as error:
        return Met(Sort.CLOSED, where, error=error)
    return Met(Sort.FILE, where, size, chart=chart)


def chart_of(where: str) -> str:
    """The directory of the chart whose template the file at `where` is, or an empty string."""
    here = os.path.dirname(where)
    while True:
        above = os.path.dirname(here)
        if above == here:
            return ""
        if os.path.basename(here) == "templates" and os.path.isfile(os.path.join(above, "Chart.yaml")):
            return above
        here = above


def any_of(tests: Iterable[re.Pattern[str]], shown: Callable[[str], str]) -> Callable[[str], bool]:
    """Whether one of the patterns matches the shown form of a path."""
    patterns = tuple(tests)
    if not patterns:
        return lambda where: False
    return lambda where: any(pattern.fullmatch(shown(where)) for pattern in patterns)
