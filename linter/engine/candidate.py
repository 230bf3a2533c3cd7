"""Whether a text that cannot be read might have been a manifest: whatever else a repository holds may be broken."""

from __future__ import annotations

import re

from hullmark.linter.patterns import regex

# Keys may be written with escapes in double quotes; a word that is folded over lines ends with a backslash.
_ESCAPED = regex(r"\\[xuU\r\n]")
# Formats of component configuration that have no kind.
_KINDLESS = regex(
    r"#cloud-config|^[\"']?(?:listen-client-urls|initial-cluster|client-transport-security|ignition|machine)[\"']?\s*:",
    re.MULTILINE,
)


def may_be_manifest(text: str) -> bool:
    """Whether Kubernetes, or one of its components, might be meant to read the text."""
    return "apiVersion" in text or _KINDLESS.search(text) is not None or _ESCAPED.search(text) is not None
