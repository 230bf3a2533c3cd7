"""Text edits that add a missing setting where its format would have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hullmark.linter.manifest.components.catalogue import setting
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.patterns import regex
from hullmark.linter.text import Edit, Source, Span
from hullmark.linter.yaml import nodes
from hullmark.linter.yaml.trees import Plain

Added = tuple[Source, Edit] | None
Adder = Callable[[str, str], Added]
"""The edit that gives a setting a value, None where it is not one small edit."""

_REST_OF_LINE = regex(r"[^\r\n]*")


def before(here: Cursor, lines: tuple[str, ...]) -> Added:
    """A further item of a block list before the one at `here`."""
    node, text = here.node, here.source.text
    if node is None:
        return None
    start = text.rfind("\n", 0, node.start) + 1
    dash = text[start : node.start]
    if dash.strip() != "-":
        return None
    indent = dash[: dash.index("-")]
    gap = dash[len(indent) + 1 :]
    body = f"\n{indent} {gap}".join(lines)
    return here.source, Edit(Span(start, start), f"{indent}-{gap}{body}\n")


def item(holder: Cursor, lines: tuple[str, ...]) -> Added:
    """A further item behind the last one of a block list."""
    node = holder.node
    if not isinstance(node, nodes.Sequence) or node.flow or not node.items:
        return None
    text = holder.source.text
    last = node.items[-1]
    start = text.rfind("\n", 0, last.start) + 1
    dash = text[start : last.start]
    if dash.strip() != "-" or (isinstance(last, nodes.Scalar) and last.style in ("|", ">")):
        return None
    indent = dash[: dash.index("-")]
    gap = dash[len(indent) + 1 :]
    end = _end_of_line(text, last.end)
    body = f"\n{indent} {gap}".join(lines)
    return holder.source, Edit(Span(end, end), f"\n{indent}-{gap}{body}")


def _end_of_line(text: str, here: int) -> int:
    match = _REST_OF_LINE.match(text, here)
    return here if match is None else match.end()


def flag(holder: Cursor | None) -> Adder:
    """Adds `--name=value` to a list of words."""
    return lambda name, text: None if holder is None else item(holder, (f"--{name}={text}",))


def argument(holder: Cursor) -> Adder:
    """Adds to kubeadm's arguments, a map or a list of name and value; nothing where there are none yet."""

    def add(name: str, text: str) -> Added:
        if holder.is_sequence:
            return item(holder, (f"name: {name}", f'value: "{text}"'))
        return _entry(holder, name, text)

    return add


def field(component: str, root: Cursor, paths: Mapping[str, tuple[str, ...]]) -> Adder:
    """Adds a typed field below the deepest key of its path that is there."""

    def add(name: str, text: str) -> Added:
        path = paths.get(name)
        if path is None:
            return None
        here = root
        depth = 0
        while depth < len(path) - 1 and here.get(path[depth]).is_mapping:
            here = here.get(path[depth])
            depth += 1
        value: Plain = _typed(component, name, text)
        for key in reversed(path[depth + 1 :]):
            value = {key: value}
        return _entry(here, path[depth], value)

    return add


def _typed(component: str, name: str, text: str) -> Plain:
    match setting(component, name).type:
        case "bool":
            return text == "true"
        case "int":
            return int(text)
    return text


def _entry(holder: Cursor, key: str, value: Plain) -> Added:
    node = holder.node
    if not isinstance(node, nodes.Mapping) or not node.entries:
        return None
    first = node.entries[0]
    # In text that was decoded or unescaped, offsets are not those of the keys.
    if holder.source.slice(first.key.span).strip("\"'") != first.name:
        return None
    from hullmark.linter.yaml.edit import inserted_entry  # what edits is imported when there is something to edit

    edit = inserted_entry(holder.source, node, key, value)
    return None if edit is None else (holder.source, Edit(edit.span, edit.replacement))
