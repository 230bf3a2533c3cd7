"""Kustomizations, read before anything is judged: what other files are, only they tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname, join

from hullmark.linter.finding import Problem
from hullmark.linter.load.discover import File
from hullmark.linter.load.read import read
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.file import KUSTOMIZATION_NAMES
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.decode import decode
from hullmark.linter.yaml.documents import documents


def kustomizations(files: Iterable[File], beside: bool = True) -> Iterator[File]:
    """Kustomizations among the files, and `beside` files that were named one by one, whether they exist or not."""
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if name in KUSTOMIZATION_NAMES:
            yield file
        elif beside and file.named and file.content is None:
            # Who asks for one file has not said a word about the kustomization beside it.
            where = dirname(file.where)
            yield from (File(join(folder, other), join(where, other), 0) for other in KUSTOMIZATION_NAMES)


def roots(file: File, limit: int, word: bytes) -> Iterator[Cursor]:
    """Every document of a file that holds the word; nothing of one that cannot be read, which is told later."""
    data = read(file.where, file.path, limit) if file.content is None else file.content
    if isinstance(data, Problem) or word not in data:
        return
    source = Source(file.path, decode(data).text)
    for document in documents(source):
        root = document.root
        if root is not None:
            yield Cursor(source, root, None, Span(root.start, root.start))
