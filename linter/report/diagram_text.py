"""Names inside Mermaid and Graphviz sources, so that none ends a label or makes markup."""

from __future__ import annotations

from hullmark.linter.report.escape import visible


def mermaid_label(text: str) -> str:
    """Text of a quoted Mermaid label: whatever could end it or be markup is an entity."""
    return "".join(each if each.isalnum() or each in " -_./:,@" else f"#{ord(each)};" for each in visible(text))


def dot_string(text: str) -> str:
    """A quoted string of Graphviz, in which a backslash would begin an escape."""
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
