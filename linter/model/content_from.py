"""Units, environment files and scripts whose content stands in a Secret or ConfigMap: what they say of components.

https://cluster-api.sigs.k8s.io/tasks/bootstrap/kubeadm-bootstrap/#additional-features
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.foreign import foreign_kind
from hullmark.linter.manifest.components.forms import ENVIRONMENT, UNIT
from hullmark.linter.manifest.components.host_files import from_environment, from_script, from_unit
from hullmark.linter.manifest.components.literals import decoded
from hullmark.linter.manifest.components.units import families, path_of, unit
from hullmark.linter.manifest.components.word import Word, scalar_word
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.file_sources import sources

_SHEBANG = "#!"


def from_elsewhere(bundle: Bundle) -> Iterator[tuple[Resource, Component]]:
    """Components of texts that are no documents, with the object that holds the text."""
    units: dict[tuple[int, str], tuple[Resource, Word]] = {}
    variables: dict[tuple[int, str], tuple[Resource, Word]] = {}
    seen: set[tuple[int, str, str]] = set()
    for source in sources(bundle):
        path = source.file.path
        for holder in bundle.by_kind("", source.kind):
            key = (id(holder), source.key, path)
            word = _entry(holder, source.key) if holder.name == source.name and key not in seen else None
            if word is None:
                continue
            seen.add(key)
            kind = foreign_kind(path, word.text)
            if kind == UNIT:
                units[id(source.holder), path] = (holder, word)
            elif kind == ENVIRONMENT:
                variables[id(source.holder), path] = (holder, word)
            elif word.text.startswith(_SHEBANG) or path.endswith(".sh"):
                for component in from_script(word, holder.context):
                    yield holder, component
    for node in dict.fromkeys(node for node, _ in (*units, *variables)):
        yield from _of_node(
            {path: each for (of, path), each in units.items() if of == node},
            {path: each for (of, path), each in variables.items() if of == node},
        )


def _of_node(
    units: Mapping[str, tuple[Resource, Word]], variables: Mapping[str, tuple[Resource, Word]]
) -> Iterator[tuple[Resource, Component]]:
    """Units with their drop-ins and environment files that one object brings to its nodes."""
    texts = {path: word for path, (_, word) in variables.items()}
    read: set[str] = set()
    for family in families((path, (path, holder, word)) for path, (holder, word) in units.items()):
        words = tuple(word for _, _, word in family)
        path, holder, _ = family[0]
        for component in from_unit(words, holder.context, path.endswith(".service"), texts.get):
            yield holder, component
        read |= {path_of(file) for file in unit(*words).files}
    for path, (holder, word) in variables.items():
        if path not in read:
            for component in from_environment(word, holder.context):
                yield holder, component


def _entry(holder: Resource, key: str) -> Word | None:
    """The text of an entry: of a Secret's `data` after decoding."""
    plain = holder.cursor.get("stringData" if holder.kind == "Secret" else "data", key)
    word = scalar_word(plain)
    if word is not None or holder.kind != "Secret":
        return word
    coded = scalar_word(holder.cursor.get("data", key))
    raw = None if coded is None else decoded(coded.text)
    return None if raw is None or coded is None else coded.renamed(raw.decode("utf-8", "replace"))
