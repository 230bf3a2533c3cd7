"""Definitions of custom resources: most bytes of many repositories, of which only names and scope are asked for."""

from __future__ import annotations

from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.patterns import regex
from hullmark.linter.yaml.documents import Document

DEFINITIONS: KindSet = frozenset({("apiextensions.k8s.io", "CustomResourceDefinition")})

# The first keys of a block mapping at the left edge, so that no text can pretend to be them.
_START = regex(
    r"(?:[ \t]*+(?:#[^\r\n]*+)?\n)*+"
    r"(?:apiVersion: apiextensions\.k8s\.io/v1\nkind: CustomResourceDefinition\n"
    r"|kind: CustomResourceDefinition\napiVersion: apiextensions\.k8s\.io/v1\n)"
)
_STARTS = (" ", "\t", "#", "\n", "apiVersion: apiextensions.k8s.io/", "kind: CustomResourceDefinition")
# Further lines at the left edge: keys, items of lists and comments. Another `kind` would count instead of the first.
_LEFT = regex(r"\n(?![ \n#-])(?!(?:metadata|spec|status):)")
_SPEC = regex(r"\nspec:\n( +)(?=\S)")
_ASKED = ("group", "names", "scope")
_OURS = "hullmark"


def headed(document: Document) -> Document:
    """The document, without its schemas where it is a definition that is written as generators do."""
    text, (start, end) = document.source.text, document.span
    first = _START.match(text, start, end) if text.startswith(_STARTS, start, end) else None
    if first is None or document.is_json:
        return document
    left = _LEFT.search(text, first.end() - 1, end)
    spec = _SPEC.search(text, first.end() - 1, end)
    if spec is None or (left is not None and left.end() < end) or text.find(_OURS, start, end) >= 0:
        return document
    versions = text.find(f"\n{spec[1]}versions:\n", spec.end(), end)
    if versions < 0 or text.find("\nmetadata:", start, versions) < 0:
        return document
    if any(f"\n{spec[1]}{name}:" not in text[spec.start() : versions] for name in _ASKED):
        return document
    from hullmark.linter.yaml.heads import HeadDocument

    return HeadDocument(document, versions + 1)
