"""Opening the repository around the input. Whatever cannot be read is said in one line, with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from hullmark.linter.load.root import git_root

T = TypeVar("T")


class GitError(Exception):
    """What git cannot give, in one line that says what to do."""


class Repository:
    """A repository with a working tree at `root`; `raw` is pygit2's."""

    __slots__ = ("_git", "raw", "root")

    def __init__(self, raw: Any, root: str, git: Any) -> None:
        self.raw = raw
        self.root = root
        self._git = git

    def asked(self, what: Callable[[], T]) -> T:
        """The answer to a question to libgit2."""
        try:
            return what()
        except (self._git.GitError, KeyError, ValueError, OSError) as error:
            raise GitError(explained(error)) from None

    def commit(self, revision: str) -> Any:
        """The commit that a revision names; raises GitError where there is none."""
        try:
            return self.raw.revparse_single(revision).peel(self._git.Commit)
        except (self._git.GitError, KeyError, ValueError):
            hint = "; the clone is shallow: fetch it first, or check out with fetch-depth: 0" if self.is_shallow else ""
            raise GitError(f"there is no commit {revision!r} in this repository{hint}") from None

    @property
    def is_shallow(self) -> bool:
        """Whether the history ends somewhere because it was not fetched."""
        return bool(self.raw.is_shallow)

    @property
    def is_unborn(self) -> bool:
        """Whether there is no commit yet."""
        return bool(self.raw.head_is_unborn)

    def merge_base(self, one: Any, other: Any) -> Any:
        """The commit in which two histories part, or None where it is not known."""
        try:
            found = self.raw.merge_base(one.id, other.id)
            return None if found is None else self.raw[found]
        except (self._git.GitError, KeyError, ValueError):
            return None

    def blob(self, name: Any, path: str) -> bytes:
        """The content of a file."""
        try:
            data: bytes = self.raw[name].data
        except (self._git.GitError, KeyError, ValueError):
            raise GitError(
                f"the content of {path!r} is not in this clone (a partial clone?); "
                "`git fetch --refetch --no-filter` gets all of it"
            ) from None
        return data

    def size(self, name: Any) -> int:
        """The size of a blob; 0 where it is not known."""
        try:
            return int(self.raw.odb.read_header(name)[1])
        except (self._git.GitError, KeyError, ValueError, TypeError):
            return 0

    def index_of(self, tree: Any) -> Any:
        """The files of a tree as an index in memory."""

        def read() -> Any:
            index = self._git.Index()
            index.read_tree(tree)
            return index

        return self.asked(read)

    def patch(self, before: bytes, after: bytes) -> Any:
        """The difference of two texts without context."""
        return self._git.Patch.create_from(before, after, context_lines=0)


def opened(directory: str) -> Repository:
    """The repository around a directory; raises GitError where there is none that can be read."""
    try:
        import pygit2  # optional, and slow to import
    except ImportError:
        raise GitError("git needs pygit2: pip install 'hullmark[git]'") from None
    # Objects and the index are read, nothing that a repository configures is executed: its owner does not matter.
    pygit2.settings.owner_validation = False
    root = git_root(directory)
    if root is None:
        raise GitError(_none(pygit2, directory))
    try:
        with _environment(pygit2, root) as flags:
            raw = pygit2.Repository(root, flags)
    except (pygit2.GitError, KeyError, ValueError) as error:
        raise GitError(explained(error)) from None
    if raw.is_bare:
        raise GitError(_BARE)
    return Repository(raw, root, pygit2)


_BARE = "a bare repository has no files and no index: `git worktree add` makes a working tree to lint"


def _none(git: Any, directory: str) -> str:
    try:
        found = git.discover_repository(directory)
    except (git.GitError, KeyError, ValueError):
        found = None
    return _BARE if found else f"{directory!r} is not inside a git repository"


@contextmanager
def _environment(git: Any, root: str) -> Iterator[Any]:
    """Flags to open with. Hooks are told their index by GIT_INDEX_FILE: `git commit -a` makes one of its own.

    That holds for the repository whose hook it is. GIT_WORK_TREE, which libgit2 refuses, is put aside.
    """
    flag = git.enums.RepositoryOpenFlag
    if "GIT_INDEX_FILE" not in os.environ or not _is_ours(git, root):
        yield flag.NO_SEARCH
        return
    aside = {name: os.environ.pop(name) for name in ("GIT_WORK_TREE", "GIT_DIR") if name in os.environ}
    try:
        yield flag.NO_SEARCH | flag.FROM_ENV
    finally:
        os.environ.update(aside)


def _is_ours(git: Any, root: str) -> bool:
    """Whether the environment speaks of the repository at `root`, or of none in particular."""
    said = os.environ.get("GIT_DIR")
    if not said:
        return True
    try:
        found = git.discover_repository(root)
    except (git.GitError, KeyError, ValueError):
        return False
    return found is not None and os.path.realpath(found) == os.path.realpath(said)


def explained(error: BaseException) -> str:
    """What libgit2 says, and what to do about it."""
    said = str(error).strip("'\" ")
    if "sha256" in said:
        return "the repository names objects by SHA-256, which libgit2 cannot read; lint without --staged and --base"
    if "sdir" in said:
        return (
            "the index is sparse, which libgit2 cannot read; `git sparse-checkout reapply --no-sparse-index` cures it"
        )
    if "link" in said and "extension" in said:
        return "the index is split, which libgit2 cannot read; run `git update-index --no-split-index`"
    if "extension" in said or "repository version" in said or "format version" in said:
        return f"libgit2 cannot read this repository ({said}); lint without --staged and --base"
    return f"git: {said}"
