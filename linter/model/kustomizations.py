"""What kustomizations of the input say about other files: read as data, never built.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/namespace/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath

from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.namespaces import Said

_GROUP = "kustomize.config.k8s.io"
KUSTOMIZATIONS = frozenset({(_GROUP, "Kustomization"), (_GROUP, "Component")})
"""What tells kustomize what to build."""
_REFERENCES = ("resources", "bases", "components", "crds")
_MOST = 2
_MOST_BUILDS = 64


class Kustomizations:
    """Who includes what. A file that several builds put into different namespaces has none for sure."""

    __slots__ = ("_answers", "_by_directory", "_includers")

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_directory: dict[str, Resource] = {}
        self._includers: dict[str, list[str]] = {}
        self._answers: dict[str, tuple[Said | None, ...]] = {}
        for resource in resources:
            if resource.gk in KUSTOMIZATIONS:
                self._by_directory.setdefault(dirname(resource.cursor.source.path) or ".", resource)
        for directory, resource in self._by_directory.items():
            for target in _targets(directory, resource):
                self._includers.setdefault(target, []).append(directory)

    @property
    def include_nothing(self) -> bool:
        """Whether no kustomization of the input says anything about other files."""
        return not self._includers

    def namespace(self, path: str) -> Said | None:
        """The namespace that every build of the file `path` gives to its objects."""
        includers = self._includers.get(normpath(path))
        if not includers:
            return None
        answers = _distinct(answer for directory in includers for answer in self._outcomes(directory))
        return answers[0] if len(answers) == 1 else None

    def builds(self, path: str) -> tuple[tuple[Resource, ...], ...]:
        """Kustomizations through which the file `path` goes, the innermost first, for every build that includes it.

        None where nothing includes the file, or too many builds do to be told apart.
        """
        found: list[tuple[Resource, ...]] = []
        waiting: list[tuple[str, ...]] = [(each,) for each in self._includers.get(normpath(path), ())]
        while waiting:
            chain = waiting.pop()
            outer = [each for each in self._includers.get(chain[-1], ()) if each not in chain]
            waiting += [(*chain, each) for each in outer]
            if not outer:
                found.append(tuple(self._by_directory[each] for each in chain))
            if len(found) + len(waiting) > _MOST_BUILDS:
                return ()
        return tuple(found)

    def taken_in(self, directories: Iterable[str]) -> frozenset[str] | None:
        """Paths and directories that builds of these directories take in; None where some are not in the input."""
        found: set[str] = set()
        waiting = list(directories)
        while waiting:
            directory = waiting.pop()
            resource = self._by_directory.get(directory)
            if resource is None or directory in found:
                continue
            found.add(directory)
            if any(is_remote(item.text or "") for field in _REFERENCES for item in resource.cursor.get(field).items()):
                return None
            inner = list(_targets(directory, resource))
            found.update(each for each in inner if each not in self._by_directory)
            waiting.extend(inner)
        return frozenset(found)

    def _outcomes(self, directory: str) -> tuple[Said | None, ...]:
        """Namespaces that builds give to what `directory` includes, at most two; None where a build names none."""
        waiting = [directory]
        while waiting:
            here = waiting[-1]
            if self._answers.setdefault(here, ()):
                waiting.pop()
                continue
            open_ones = [each for each in self._includers.get(here, ()) if each not in self._answers]
            if open_ones:
                waiting.extend(open_ones)
                continue
            self._answers[here] = self._decided(here)
            waiting.pop()
        return self._answers[directory]

    def _decided(self, directory: str) -> tuple[Said | None, ...]:
        own = self._said(directory)
        outer = [answer or own for each in self._includers.get(directory, ()) for answer in self._answers.get(each, ())]
        return _distinct(outer) or (own,)

    def _said(self, directory: str) -> Said | None:
        resource = self._by_directory.get(directory)
        if resource is None:
            return None
        at = resource.cursor.get("namespace")
        return Said(at.text, at.place) if at.text else None


def is_remote(text: str) -> bool:
    """Whether kustomize would fetch it: https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md"""
    return "://" in text or text.startswith(("git@", "github.com/"))


def _targets(directory: str, resource: Resource) -> Iterator[str]:
    for field in _REFERENCES:
        for item in resource.cursor.get(field).items():
            text = item.text
            if text and not is_remote(text) and not text.startswith("/"):
                yield normpath(join(directory, text.partition("?")[0]))


def _distinct(answers: Iterable[Said | None]) -> tuple[Said | None, ...]:
    found: dict[str, Said | None] = {}
    for answer in answers:
        found.setdefault(answer.name if answer else "", answer)
        if len(found) == _MOST:
            break
    return tuple(found.values())
