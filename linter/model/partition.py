"""Which manifests are applied together, when nobody says so.

Loose manifests below one input argument belong together until two directories define the same
object; then every subdirectory that is free of such conflicts stands for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from posixpath import dirname

from hullmark.linter.manifest.fields import is_templated
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.kustomizations import KUSTOMIZATIONS

Identity = tuple[str, str, str, str]


class _Directory:
    """A directory below a root: what its files define, and what lies below it."""

    __slots__ = ("clash", "identities", "inner", "own", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.inner: dict[str, _Directory] = {}
        self.own: list[int] = []
        self.identities: set[Identity] = set()
        self.clash = False


def parts(resources: Sequence[Resource], root: str) -> Iterator[tuple[str, list[int]]]:
    """Directory and positions of the members of every part of `resources`, all of which lie below `root`."""
    top = _Directory(root)
    known = {root: top}
    path, directory = root, top
    for number, resource in enumerate(resources):
        source = resource.cursor.source
        if source.path != path:
            path = source.path
            directory = _at(dirname(path), known, root)
        directory.own.append(number)
        identity = _identity(resource)
        if identity is not None:
            directory.identities.add(identity)
    # Children come after their parents: backwards, everything below a directory is settled before it.
    for directory in reversed(known.values()):
        _settle(directory)
    yield from _split(top)


def _at(path: str, known: dict[str, _Directory], root: str) -> _Directory:
    missing = []
    while path not in known:
        missing.append(path)
        above = dirname(path)
        path = root if above == path or not above.startswith(root) else above
    directory = known[path]
    for each in reversed(missing):
        inner = _Directory(each)
        directory.inner[each] = inner
        known[each] = inner
        directory = inner
    return directory


def _settle(directory: _Directory) -> None:
    """Collects what is defined below `directory`; small sets are poured into large ones, so that depth costs little."""
    sets = [directory.identities, *(inner.identities for inner in directory.inner.values())]
    directory.clash = any(inner.clash for inner in directory.inner.values())
    largest = max(sets, key=len)
    for each in sets:
        if each is largest:
            continue
        directory.clash = directory.clash or not largest.isdisjoint(each)
        if directory.clash:
            break  # what is split is not compared any more
        largest |= each
    directory.identities = largest


def _split(top: _Directory) -> Iterator[tuple[str, list[int]]]:
    waiting = [top]
    while waiting:
        directory = waiting.pop()
        if not directory.clash:
            members = sorted(_members(directory))
            if members:
                yield directory.path, members
            continue
        if directory.own:
            yield directory.path, directory.own
        waiting.extend(reversed(directory.inner.values()))


def _members(top: _Directory) -> Iterator[int]:
    waiting = [top]
    while waiting:
        directory = waiting.pop()
        yield from directory.own
        waiting.extend(directory.inner.values())


def _identity(resource: Resource) -> Identity | None:
    """What must not be defined twice; None for files of tools and for names that are not known."""
    if not resource.is_named or resource.gk in KUSTOMIZATIONS or is_templated(resource.ref.name):
        return None
    ref = resource.ref
    return (resource.group, resource.kind, ref.namespace, ref.name)


def deepest_root(path: str, roots: Iterable[str]) -> str:
    """The root that a file lies below, the longest of several; empty where there is none."""
    return max((root for root in roots if path == root or path.startswith(root.rstrip("/") + "/")), key=len, default="")
