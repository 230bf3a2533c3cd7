"""Which files there are: every one that is met is either to be looked into or said to be left out, with the reason."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence

from hullmark.linter.finding import Problem, ProblemKind, Skipped, SkipReason
from hullmark.linter.load.read import sort_of, unreadable
from hullmark.linter.load.root import is_below
from hullmark.linter.load.walk import Met, Sort, any_of, chart_of, walk
from hullmark.linter.manifest.globs import path_glob
from hullmark.linter.patterns import regex
from hullmark.linter.records import record

_NAME = regex(
    r"\.(?:ya?ml|json|kubeconfig)$"
    r"|(?:kube|etcd|k3s|rke2)[^/]*(?:\.(?:service|conf|env)|\.service\.d/[^/]+\.conf)$"
    r"|(?:^|/)(?:default|sysconfig)/kubelet$|kubelet[^/]*(?:/[^/]*)?\.d/(?:[^/]+/)*[^/]+\.conf$",
    re.IGNORECASE,
)
_ENDINGS = (".yaml", ".yml", ".json")


def has_manifest_name(path: str) -> bool:
    """Whether a file is looked into without having been asked for: manifests, and what starts components on nodes."""
    return path.endswith(_ENDINGS) or _NAME.search(path) is not None


@record
class File:
    """A file to look into: `path` is what reports show, `where` is what the system knows.

    `named`: the user asked for this very file. `content` is set where the bytes are at hand.
    """

    path: str
    where: str
    size: int
    named: bool = False
    content: bytes | None = None


@record
class Discovery:
    """Everything that was met, sorted by path; `files` and `skipped` have no path in common.

    `roots` are the shown paths of the directories that the user named.
    """

    files: tuple[File, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    roots: tuple[str, ...] = ()


@record
class Reach:
    """How far discovery goes. `root` is the real directory that shown paths are relative to.

    `exclude` are globs of shown paths; what the user names is not excluded, unless `force_exclude` is set.
    """

    root: str
    current: str
    exclude: tuple[str, ...] = ()
    gitignore: bool = True
    force_exclude: bool = False


def discover(paths: Sequence[str], reach: Reach) -> Discovery:
    """The files called `paths` and those below directories called so, each once."""
    search = _Search(reach)
    for path in paths:
        search.argument(os.path.join(reach.current, path))
    for link, named in search.links:
        search.resolve(link, named)
    return Discovery(
        tuple(search.files[path] for path in sorted(search.files)),
        tuple(search.skipped[path] for path in sorted(search.skipped)),
        tuple(sorted(set(search.problems), key=lambda problem: problem.sort_key)),
        tuple(search.shown(top) for top in search.tops[1:]),
    )


def printable(path: str) -> str:
    """A file name that every report can hold: bytes that are no UTF-8 are shown as escapes."""
    if not path.isascii():
        path = os.fsencode(path).decode("utf-8", "backslashreplace")
    return path if os.sep == "/" else path.replace(os.sep, "/")


class _Search:
    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.files: dict[str, File] = {}
        self.skipped: dict[str, Skipped] = {}
        self.problems: list[Problem] = []
        self.links: list[tuple[str, bool]] = []
        self.tops = [reach.root]
        self._folder, self._before = "", ""

    def argument(self, where: str) -> None:
        """Whatever the user named. The directory around it is resolved, it itself only later."""
        where = os.path.join(os.path.realpath(os.path.dirname(where)), os.path.basename(where))
        try:
            facts = os.stat(where)
        except OSError as error:
            self.closed(where, error)
            return
        if self.reach.force_exclude and self.excluded(where):
            self.leave(self.shown(where), SkipReason.EXCLUDED)
        elif stat.S_ISDIR(facts.st_mode):
            self.tree(os.path.realpath(where))
        elif os.path.islink(where):
            self.links.append((where, True))
        elif stat.S_ISREG(facts.st_mode):
            self.file(where, facts.st_size, chart_of(where), named=True)
        else:
            self.other(where, facts.st_mode, named=True)

    def excluded(self, where: str) -> bool:
        """Whether a pattern covers the place or a directory above it."""
        path = self.shown(where)
        return any(path_glob(pattern).fullmatch(path) for pattern in self.reach.exclude)

    def tree(self, top: str) -> None:
        """Everything below a real directory."""
        self.tops.append(top)
        excluded = any_of(map(path_glob, self.reach.exclude), self.shown)
        for met in walk(top, excluded, has_manifest_name, self.reach.gitignore):
            self.take(met)

    def take(self, met: Met) -> None:
        match met.sort:
            case Sort.FILE:
                self.file(met.where, met.size, met.chart, named=False)
            case Sort.LINK:
                self.links.append((met.where, False))
            case Sort.OTHER:
                self.other(met.where, met.mode, named=False)
            case Sort.EXCLUDED:
                self.leave(self.shown(met.where), SkipReason.EXCLUDED)
            case Sort.CLOSED if met.error is not None:
                self.problems.append(unreadable(self.shown(met.where), met.error))

    def file(self, where: str, size: int, chart: str, named: bool) -> None:
        path = self.shown_file(where)
        wanted = has_manifest_name(path)
        if not named and not wanted:
            self.leave(path, SkipReason.NOT_MANIFEST)
        elif chart and wanted:
            self.leave(path, SkipReason.NOT_RENDERED, f"template of the Helm chart {self.shown(chart)}")
        elif named or path not in self.files:
            self.skipped.pop(path, None)
            self.files[path] = File(path, where, size, named)

    def other(self, where: str, mode: int, named: bool) -> None:
        path = self.shown(where)
        self.leave(path, SkipReason.NOT_REGULAR, sort_of(mode))
        if named or has_manifest_name(path):
            self.problems.append(Problem(ProblemKind.UNREADABLE, f"not opened: a {sort_of(mode)}, not a file", path))

    def closed(self, where: str, error: OSError) -> None:
        """What cannot even be looked at: missing, forbidden, or a link to nothing."""
        path = self.shown(where)
        if not os.path.islink(where):
            self.problems.append(unreadable(path, error))
            return
        target = printable(os.readlink(where))
        self.leave(path, SkipReason.LINK, f"broken, leads to {target}")
        self.problems.append(Problem(ProblemKind.UNREADABLE, f"broken symbolic link to {target!r}", path))

    def leave(self, path: str, reason: SkipReason, detail: str = "") -> None:
        if path not in self.files:
            self.skipped.setdefault(path, Skipped(path, reason, detail))

    def shown(self, where: str) -> str:
        """What reports call a place below a real directory."""
        root = self.reach.root
        if where == root:
            return "."
        inner = where[len(root) :].lstrip(os.sep) if is_below(where, root) else os.path.relpath(where, root)
        return printable(inner)

    def shown_file(self, where: str) -> str:
        """The same of a file; those of one directory are met together."""
        folder, _, name = where.rpartition(os.sep)
        if not folder:
            return self.shown(where)
        if folder != self._folder:
            self._folder, self._before = folder, "" if folder == self.reach.root else f"{self.shown(folder)}/"
        return self._before + printable(name)

    def resolve(self, link: str, named: bool) -> None:
        """A link to a file inside the input stands for its target, which is looked into once, under its own name."""
        path = self.shown(link)
        if not named and not has_manifest_name(path):
            self.leave(path, SkipReason.LINK)
            return
        try:
            facts = os.stat(link)
        except OSError as error:
            self.closed(link, error)
            return
        real = os.path.realpath(link)
        if stat.S_ISDIR(facts.st_mode):
            self.leave(path, SkipReason.LINK, "a directory, not followed")
        elif not stat.S_ISREG(facts.st_mode):
            self.other(link, facts.st_mode, named)
        elif not self.inside(real):
            self.outside(path, named)
        else:
            self.leave(path, SkipReason.LINK, f"to {self.shown(real)}")
            self.file(real, facts.st_size, chart_of(real), named=True)

    def inside(self, real: str) -> bool:
        """Whether the input holds the file. A repository may link to secrets of the machine that lints it."""
        return any(is_below(real, top) for top in self.tops) and f"{os.sep}.git{os.sep}" not in real

    def outside(self, path: str, named: bool) -> None:
        self.leave(path, SkipReason.LINK, "leads outside of the input, not followed")
        if named:
            message = "not read: a symbolic link that leads outside of the input; name its target"
            self.problems.append(Problem(ProblemKind.UNREADABLE, message, path))
