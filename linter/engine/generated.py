"""Which files kustomizations make Secrets and ConfigMaps of: they hold secrets, and look like no manifests.

Their names tell nothing. So kustomizations are asked before anything is judged, and what they name is looked into.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname, join

from hullmark.linter.finding import Problem, SkipReason
from hullmark.linter.load.discover import Discovery, File
from hullmark.linter.load.read import read
from hullmark.linter.manifest.context import Generated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.file import KUSTOMIZATION_NAMES
from hullmark.linter.manifest.generated import generator_inputs
from hullmark.linter.records import replace
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.decode import decode
from hullmark.linter.yaml.documents import documents

Content = Callable[[File], File]
"""Gives a file with what it holds, where that is not on disk."""


def generator_files(files: Iterable[File], limit: int, content: Content | None = None) -> dict[str, Generated]:
    """Paths of the files that generators read, and what becomes of each; a Secret counts over a ConfigMap."""
    found: dict[str, Generated] = {}
    for file in _kustomizations(files, beside=content is None):
        for path, made in _inputs(file if content is None else content(file), limit):
            if path not in found or (made.secret and not found[path].secret):
                found[path] = made
    return found


def _kustomizations(files: Iterable[File], beside: bool) -> Iterator[File]:
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if name in KUSTOMIZATION_NAMES:
            yield file
        elif beside and file.named and file.content is None:
            # Who asks for one file has not said a word about the kustomization beside it.
            where = dirname(file.where)
            yield from (File(join(folder, other), join(where, other), 0) for other in KUSTOMIZATION_NAMES)


def _inputs(file: File, limit: int) -> Iterator[tuple[str, Generated]]:
    data = read(file.where, file.path, limit) if file.content is None else file.content
    if isinstance(data, Problem) or b"Generator" not in data:
        return
    source = Source(file.path, decode(data).text)
    for document in documents(source):
        root = document.root
        if root is not None:
            yield from generator_inputs(Cursor(source, root, None, Span(root.start, root.start)))


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
