"""Which files hold pieces of objects and no objects: patches of kustomizations, and assertions of tests.

What such a file leaves out says nothing. A file does not tell by itself: a patch that sets an image looks like a
whole Deployment. So it is asked before anything is judged, of the few small files that know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from posixpath import basename, dirname, join

from hullmark.linter.engine.generated import generator_files
from hullmark.linter.engine.plan import Plan
from hullmark.linter.finding import Problem
from hullmark.linter.load.discover import File
from hullmark.linter.load.read import read
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.file import KUSTOMIZATION_NAMES
from hullmark.linter.manifest.fragment import named_patches
from hullmark.linter.records import replace
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.decode import decode
from hullmark.linter.yaml.documents import documents

# https://kyverno.github.io/chainsaw/latest/quick-start/ and https://kuttl.dev/docs/testing/test-environments.html
_TESTS = frozenset({"chainsaw-test.yaml", "chainsaw-test.yml", "kuttl-test.yaml", "kuttl-test.yml"})
_ASSERTION = re.compile(r"[^/]*assert[^/]*\.ya?ml")


def informed(plan: Plan, files: Sequence[File]) -> Plan:
    """The plan of a run over `files`, which knows those that hold fragments, and those that objects are made of."""
    limit = plan.settings.limits.file_size
    found, made = frozenset(fragments(files, limit)), generator_files(files, limit)
    return replace(plan, context=replace(plan.context, fragments=found, generated=made)) if found or made else plan


def fragments(files: Sequence[File], limit: int) -> Iterator[str]:
    """Paths of the files that hold fragments; of those that do not exist as well."""
    tested = set()
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if name in KUSTOMIZATION_NAMES:
            yield from _patches(file, limit)
        elif name in _TESTS:
            tested.add(folder)
        elif file.named and file.content is None:
            # Who asks for one file has not said a word about the kustomization beside it.
            for other in KUSTOMIZATION_NAMES:
                where = join(dirname(file.where), other)
                yield from _patches(File(join(folder, other), where, 0), limit)
    if tested:
        yield from (file.path for file in files if dirname(file.path) in tested and _is_assertion(file.path))


def _is_assertion(path: str) -> bool:
    return _ASSERTION.fullmatch(basename(path)) is not None


def _patches(file: File, limit: int) -> Iterator[str]:
    data = read(file.where, file.path, limit) if file.content is None else file.content
    if isinstance(data, Problem) or b"patches" not in data:
        return
    source = Source(file.path, decode(data).text)
    for document in documents(source):
        root = document.root
        if root is not None:
            yield from named_patches(Cursor(source, root, None, Span(root.start, root.start)))
