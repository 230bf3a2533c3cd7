"""Which files kustomizations make Secrets and ConfigMaps of: they hold secrets, and look like no manifests.

Their names tell nothing. So kustomizations are asked before anything is judged, and what they name is looked into.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from posixpath import join

from hullmark.linter.engine.early import kustomizations, roots
from hullmark.linter.finding import SkipReason
from hullmark.linter.load.discover import Discovery, File
from hullmark.linter.manifest.context import Generated
from hullmark.linter.manifest.generated import generator_inputs
from hullmark.linter.records import replace

Content = Callable[[File], File]
"""Gives a file with what it holds, where that is not on disk."""


def generator_files(files: Iterable[File], limit: int, content: Content | None = None) -> dict[str, Generated]:
    """Paths of the files that generators read, and what becomes of each; a Secret counts over a ConfigMap."""
    found: dict[str, Generated] = {}
    for file in kustomizations(files, beside=content is None):
        for root in roots(file if content is None else content(file), limit, b"Generator"):
            for path, made in generator_inputs(root):
                if path not in found or (made.secret and not found[path].secret):
                    found[path] = made
    return found


def with_generated(found: Discovery, root: str, limit: int, content: Content | None = None) -> Discovery:
    """What was found, with the files that generators read among those to look into.

    Only what discovery has met and left for its name is taken up: nothing that is excluded or ignored by git.
    """
    wanted = generator_files(found.files, limit, content)
    left = {each.path for each in found.skipped if each.reason is SkipReason.NOT_MANIFEST and each.path in wanted}
    if not left:
        return found
    files = [File(path, join(root, path), 0) for path in left]
    return replace(
        found,
        files=tuple(sorted([*found.files, *files], key=lambda file: file.path)),
        skipped=tuple(each for each in found.skipped if each.path not in left),
    )
