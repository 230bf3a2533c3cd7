"""`--base`: what is new since a commit, from git objects, without a checkout."""

from __future__ import annotations

from collections.abc import Callable

from hullmark.linter.cli.options import LintOptions
from hullmark.linter.cli.stop import StopError, say
from hullmark.linter.cli.work import Work
from hullmark.linter.engine.comparing import Earlier, Touched, compared
from hullmark.linter.engine.run import Progress, run
from hullmark.linter.finding import Report
from hullmark.linter.load.discover import Discovery, File
from hullmark.linter.load.git.changes import Changes, every_line, staged, touched, unstaged
from hullmark.linter.load.git.listing import Content, Wanted, discovered, listed
from hullmark.linter.load.git.reference import AUTO, UnknownBaseError, reference
from hullmark.linter.load.git.repository import GitError, Repository, opened
from hullmark.linter.records import replace


def since(work: Work, options: LintOptions, progress: Progress | None) -> Report:
    """The report of what is new. Where `auto` cannot tell since when, everything is, and that is said."""
    said = options.base or "HEAD"
    try:
        earlier = earlier_of(work, opened(work.request.root), said, options.staged)
        return compared(work.request, work.registry, earlier, options.changed_lines, progress)
    except UnknownBaseError as error:
        if said != AUTO:
            raise StopError(str(error)) from None
        note = f"nothing is known to compare with, so everything counts as new: {error}"
        if (options.format or "text") != "text":
            say(note)
        report = run(work.request, work.registry, progress)
        return replace(report, notes=(*report.notes, note))
    except GitError as error:
        raise StopError(str(error)) from None


def earlier_of(work: Work, repository: Repository, said: str, is_staged: bool) -> Earlier:
    """The state of the input in the commit that `said` means."""
    base = reference(repository, said)
    if base.commit is None:
        none = Discovery((), (), ())
        return Earlier(base.name, none, _nothing, lambda _path: False, {}, lambda _path, data: every_line(data))
    tree = base.commit.tree
    settings = work.request.settings
    wanted = Wanted(work.scopes, settings.exclude, work.request.force_exclude)
    found, content = discovered(listed(repository.index_of(tree)), wanted, repository)
    changes = staged(repository, tree) if is_staged else unstaged(repository, tree)
    return Earlier(
        name=base.name,
        found=found,
        content=content.of,
        same=lambda path: path not in changes.paths,
        renamed=changes.renamed,
        touched=_lines(repository, content, changes),
    )


def _nothing(file: File) -> File:
    return file


def _lines(repository: Repository, content: Content, changes: Changes) -> Callable[[str, bytes], Touched]:
    """Gives the lines of a present file that are not those of the earlier one."""
    origins = {new: old for old, new in changes.renamed.items()}

    def lines(path: str, data: bytes) -> Touched:
        entry = content.names.get(origins.get(path, path))
        if entry is None:
            return every_line(data)
        return touched(repository, repository.blob(entry.name, path), data)

    return lines
