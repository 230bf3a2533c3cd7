"""`--staged`: the index of git in the place of the files on disk."""

from __future__ import annotations

from hullmark.linter.cli.stop import StopError
from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.generated import with_generated
from hullmark.linter.load.discover import Discovery
from hullmark.linter.load.git.listing import Listed, Wanted, discovered, listed, with_contents
from hullmark.linter.load.git.repository import GitError, Repository, opened


class Index:
    """The files of the index."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._entries = repository.asked(lambda: listed(repository.raw.index))
        self._by_path = {entry.path: entry for entry in self._entries}

    def content(self, path: str) -> bytes | None:
        """What a file holds; None where it is not in the index."""
        entry: Listed | None = self._by_path.get(path)
        return None if entry is None else self._repository.blob(entry.name, path)

    def discovery(self, scopes: tuple[str, ...], settings: Settings, force_exclude: bool) -> Discovery:
        """The files below `scopes`, with their contents."""
        wanted = Wanted(scopes, settings.exclude, force_exclude)
        for scope in scopes:
            if scope != "." and not any(path == scope or path.startswith(f"{scope}/") for path in self._by_path):
                raise StopError(f"there is no file or folder {scope!r} in the index")
        try:
            found, content = discovered(self._entries, wanted, self._repository)
            limit = settings.limits.file_size
            return with_contents(with_generated(found, self._repository.root, limit, content.of), content)
        except GitError as error:
            raise StopError(str(error)) from None


def index_of(root: str) -> Index:
    """The index of the repository at `root`."""
    try:
        return Index(opened(root))
    except GitError as error:
        raise StopError(str(error)) from None
