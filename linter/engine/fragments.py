"""Which files hold pieces of objects and no objects: patches of kustomizations, and assertions of tests.

What such a file leaves out says nothing. A file does not tell by itself: a patch that sets an image looks like a
whole Deployment. So it is asked before anything is judged, of the few small files that know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import basename, dirname

from hullmark.linter.engine.early import kustomizations, roots
from hullmark.linter.engine.generated import generator_files
from hullmark.linter.engine.plan import Plan
from hullmark.linter.load.discover import File
from hullmark.linter.manifest.fragment import named_patches
from hullmark.linter.patterns import regex
from hullmark.linter.records import replace

# https://kyverno.github.io/chainsaw/latest/quick-start/ and https://kuttl.dev/docs/testing/test-environments.html
_TESTS = ("chainsaw-test.yaml", "chainsaw-test.yml", "kuttl-test.yaml", "kuttl-test.yml")
_ASSERTION = regex(r"[^/]*assert[^/]*\.ya?ml")


def informed(plan: Plan, files: Sequence[File]) -> Plan:
    """The plan of a run over `files`, which knows those that hold fragments, and those that objects are made of."""
    limit = plan.settings.limits.file_size
    found, made = frozenset(fragments(files, limit)), generator_files(files, limit)
    return replace(plan, context=replace(plan.context, fragments=found, generated=made)) if found or made else plan


def fragments(files: Sequence[File], limit: int) -> Iterator[str]:
    """Paths of the files that hold fragments; of those that do not exist as well."""
    for file in kustomizations(files):
        for root in roots(file, limit, b"patches"):
            yield from named_patches(root)
    named = (file.path for file in files if file.path.endswith(_TESTS))
    tested = {dirname(path) for path in named if basename(path) in _TESTS}
    if tested:
        yield from (file.path for file in files if dirname(file.path) in tested and _is_assertion(file.path))


def _is_assertion(path: str) -> bool:
    return _ASSERTION.fullmatch(basename(path)) is not None
