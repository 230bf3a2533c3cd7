"""Files of the index or of a tree: the same decisions as on disk, told by names and modes alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from hullmark.linter.finding import Problem, ProblemKind, Skipped, SkipReason
from hullmark.linter.load.discover import Discovery, File, has_manifest_name, printable
from hullmark.linter.load.git.repository import Repository
from hullmark.linter.manifest.globs import path_glob
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import replace

_LINK = 0o120000
_SUBMODULE = 0o160000
_POINTER = b"version https://git-lfs.github.com/spec/v1"
_EMPTY = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


class Listed(NamedTuple):
    """One entry: its path as git has it, its mode, and the name of its blob."""

    path: str
    mode: int
    name: Any


class Wanted(NamedTuple):
    """Which files are wanted: those called or below `scopes` (`.` is all), not matching `exclude`."""

    scopes: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False


class Content(NamedTuple):
    """Where the contents come from: blobs by the path that reports show."""

    repository: Repository
    names: Mapping[str, Listed]

    def of(self, file: File) -> File:
        """The file with its content."""
        entry = self.names[file.path]
        return replace(file, content=self.repository.blob(entry.name, file.path))


def listed(index: Any) -> list[Listed]:
    """Entries of an index."""
    return [Listed(entry.path, int(entry.mode), entry.id) for entry in index]


def discovered(entries: Iterable[Listed], wanted: Wanted, repository: Repository) -> tuple[Discovery, Content]:
    """What discovery on disk would find in a checkout of these entries, and where the contents are."""
    found = _Found(wanted, repository)
    known = list(entries)
    charts = {entry.path.rpartition("/")[0] for entry in known if entry.path.rpartition("/")[2] == "Chart.yaml"}
    for entry in known:
        if found.reaches(entry.path):
            found.take(entry, _chart(entry.path, charts))
    roots = tuple(scope for scope in wanted.scopes if scope == "." or scope not in found.names)
    return (
        Discovery(
            tuple(found.files[path] for path in sorted(found.files)),
            tuple(sorted(found.skipped, key=lambda each: each.path)),
            tuple(found.problems),
            roots,
        ),
        Content(repository, found.names),
    )


def with_contents(found: Discovery, content: Content) -> Discovery:
    """The files with what they hold; pointers to contents that are elsewhere are left out, and told."""
    files, skipped, problems = [], list(found.skipped), list(found.problems)
    for file in found.files:
        full = content.of(file)
        if full.content is not None and full.content.startswith(_POINTER):
            detail = "its content is in Git LFS"
            skipped.append(Skipped(file.path, SkipReason.NOT_REGULAR, detail))
            problems.append(Problem(ProblemKind.NOTE, f"not judged: {detail}, not in the repository", file.path))
        else:
            files.append(full)
    return replace(
        found,
        files=tuple(files),
        skipped=tuple(sorted(skipped, key=lambda each: each.path)),
        problems=tuple(problems),
    )


def _chart(path: str, charts: set[str]) -> str | None:
    """The directory of the chart whose template the file is."""
    parts = path.split("/")
    for position in range(len(parts) - 1):
        above = "/".join(parts[:position])
        if parts[position] == "templates" and above in charts:
            return above or "."
    return None


class _Found:
    def __init__(self, wanted: Wanted, repository: Repository) -> None:
        self.wanted = wanted
        self.repository = repository
        self.patterns = [path_glob(pattern) for pattern in wanted.exclude]
        self.named = frozenset(wanted.scopes)
        self.files: dict[str, File] = {}
        self.names: dict[str, Listed] = {}
        self.skipped: list[Skipped] = []
        self.problems: list[Problem] = []

    def reaches(self, path: str) -> bool:
        return any(scope in (".", path) or path.startswith(f"{scope}/") for scope in self.wanted.scopes)

    def take(self, entry: Listed, chart: str | None) -> None:
        path = printable(entry.path)
        named = entry.path in self.named
        self.names[path] = entry
        if (not named or self.wanted.force_exclude) and any(each.fullmatch(path) for each in self.patterns):
            self.leave(path, SkipReason.EXCLUDED)
        elif entry.mode == _SUBMODULE:
            self.leave(path, SkipReason.NOT_REGULAR, "a submodule, a repository of its own")
        elif entry.mode == _LINK:
            target = printable(os.fsdecode(self.repository.blob(entry.name, path)))
            self.leave(path, SkipReason.LINK, f"to {target}")
        elif not named and not has_manifest_name(path):
            self.leave(path, SkipReason.NOT_MANIFEST)
        elif chart is not None and has_manifest_name(path):
            self.leave(path, SkipReason.NOT_RENDERED, f"template of the Helm chart {printable(chart)}")
        elif str(entry.name) == _EMPTY:
            self.leave(path, SkipReason.NOT_MANIFEST, "empty, or only meant to be added (git add -N)")
        else:
            where = os.path.join(self.repository.root, entry.path)
            self.files[path] = File(path, where, self.repository.size(entry.name), named)

    def leave(self, path: str, reason: SkipReason, detail: str = "") -> None:
        self.skipped.append(Skipped(path, reason, detail))
