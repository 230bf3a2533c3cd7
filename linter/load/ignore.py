"""What git would not see: .gitignore through libgit2, where there is a repository and pygit2 is installed.

No git program is started, and nothing that a repository configures is executed.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import Any

from hullmark.linter.load.root import git_root


class Ignored:
    """Answers for paths of one working tree. Tracked files are never ignored, as in git."""

    def __init__(self, repository: Any, root: str) -> None:
        self._repository = repository
        self.root = root

    @cached_property
    def _tracked(self) -> frozenset[bytes]:
        """Tracked paths and the directories above them."""
        found = set()
        for entry in self._repository.index:
            path = os.fsencode(entry.path)
            while path and path not in found:
                found.add(path)
                path = path.rpartition(b"/")[0]
        return frozenset(found)

    def covers(self, path: str, directory: bool) -> bool:
        """Whether git ignores the file or the whole directory at this real path."""
        inner = os.path.relpath(path, self.root).replace(os.sep, "/")
        try:
            # The slash tells libgit2 that patterns for directories apply.
            if not self._repository.path_is_ignored(f"{inner}/" if directory else inner):
                return False
            return os.fsencode(inner) not in self._tracked
        except (UnicodeError, ValueError):  # a name that libgit2's binding cannot take: better read than left out
            return False


def ignored_in(directory: str) -> Ignored | None:
    """The ignore rules that hold in `directory`, or None where there are none to be had."""
    root = git_root(directory)
    if root is None:
        return None
    try:
        import pygit2  # optional, and slow to import
    except ImportError:
        return None
    # Reading ignore files executes nothing, so that their owner does not matter; containers often run as another user.
    pygit2.settings.owner_validation = False
    try:
        return Ignored(pygit2.Repository(root), root)
    except (pygit2.GitError, KeyError, ValueError):
        return None
