"""One file of manifests: its documents, and the objects in them."""

from __future__ import annotations

from collections.abc import Iterable

from hullmark.linter.manifest.components.foreign import foreign
from hullmark.linter.manifest.context import DEFAULT_CONTEXT, Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.definitions import headed
from hullmark.linter.manifest.generated import generated
from hullmark.linter.manifest.lists import expand
from hullmark.linter.manifest.resource import Envelope, Resource
from hullmark.linter.patterns import regex
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.documents import Document, documents
from hullmark.linter.yaml.problems import Problem

KUSTOMIZATION_NAMES = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})
_DOCUMENTS = regex(r"\.(?:ya?ml|json)$")
_KUSTOMIZATION = Envelope("kustomize.config.k8s.io/v1beta1", "Kustomization")


class ManifestFile:
    """Objects of one file, in order, with every List taken apart.

    `strangers` are documents that hold something, but no object: they are not judged, and whoever
    counts says so.
    """

    __slots__ = ("documents", "resources", "source", "strangers")

    def __init__(
        self,
        source: Source,
        read: tuple[Document, ...],
        resources: tuple[Resource, ...],
        strangers: tuple[Document, ...],
    ) -> None:
        self.source = source
        self.documents = read
        self.resources = resources
        self.strangers = strangers

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the documents as YAML, in order."""
        return tuple(problem for document in self.documents for problem in document.problems)


def read_manifest(
    source: Source, context: Context = DEFAULT_CONTEXT, problems: Iterable[Problem] = (), whole: bool = True
) -> ManifestFile:
    """The objects of `source`, which was decoded with `problems`; a broken document has none and hides no other.

    `whole` False leaves out the schemas of custom resources, where nobody asks for them.
    """
    made = generated(source, context) if context.generated else ()
    other = made if made and not _DOCUMENTS.search(source.path) else foreign(source, context)
    if other is not None:
        return ManifestFile(source, (), other, ())
    read = documents(source, problems)
    if not whole:
        read = tuple([headed(document) for document in read])
    resources: list[Resource] = []
    strangers = []
    for document in read:
        root = document.root
        if root is None:
            continue
        found = _objects(Cursor(source, root, None, Span(root.start, root.start)), context)
        resources += found
        if not found:
            strangers.append(document)
    if made and not resources and not any(document.broken for document in read):
        return ManifestFile(source, read, made, ())
    return ManifestFile(source, read, tuple(resources), tuple(strangers))


def _is_kustomization(path: str) -> bool:
    return path.rpartition("/")[2] in KUSTOMIZATION_NAMES


def _objects(at: Cursor, context: Context) -> list[Resource]:
    found = list(expand(at, context))
    # Kustomize fills in both fields: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
    if not found and at.is_mapping and at.source.tells(_is_kustomization):
        return [Resource(at, context, _KUSTOMIZATION)]
    if not found:
        # Configuration of components has no kind in several formats; their keys tell what they are.
        from hullmark.linter.manifest.components.kindless import envelope  # most documents have a kind

        kindless = envelope(at)
        return [] if kindless is None else [Resource(at, context, kindless)]
    return found
