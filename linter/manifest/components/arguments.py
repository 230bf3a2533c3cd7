"""kubeadm's arguments of a component as its wording: what a text of arguments says is found out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property, lru_cache

from hullmark.linter.manifest.components.command_line import key_of
from hullmark.linter.manifest.components.precedence import shadow_of
from hullmark.linter.manifest.components.same_text import same_text
from hullmark.linter.manifest.components.setting import Occurrence
from hullmark.linter.manifest.components.wording import Brief, Wording
from hullmark.linter.manifest.components.written import Written, extra_args, open_arguments
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.yaml.nodes import Scalar

_NOWHERE = "nothing"
"""Stands for arguments that are not written; no list and no mapping reads like it."""


class Read(NamedTuple):
    """What a block of arguments says; `open`: a template may write any argument.

    `key` is that of the wording, `shadow` says which settings another one makes dead.
    """

    briefs: tuple[Brief, ...]
    names: frozenset[str]
    open: bool
    key: Hashable
    shadow: Callable[[str], bool] | None


class Arguments(Wording):
    """`extraArgs` of one component."""

    briefs: tuple[Brief, ...]

    def __init__(self, component: str, cursor: Cursor, read: Read) -> None:
        self.key = read.key
        self.briefs = read.briefs
        self.open = read.open
        self.shadow = read.shadow
        self._names = read.names
        self._component = component
        self._cursor = cursor

    @cached_property
    def _written(self) -> tuple[Written, ...]:
        return tuple(extra_args(self._component, self._cursor))

    def all(self) -> tuple[Written, ...]:
        """Names and occurrences, in the order in which kubeadm passes them."""
        return self._written

    def of(self, name: str) -> list[Occurrence]:
        """Occurrences of one setting."""
        return [occurrence for each, occurrence in self._written if each == name]

    def says(self, name: str) -> bool:
        """Whether a setting is written."""
        return name in self._names


def arguments_of(component: str, cursor: Cursor, genuine: bool) -> Arguments:
    """The arguments at `cursor`; `genuine`: the document stands in the file as it is, and was not decoded."""
    node = cursor.node
    text = ""
    if node is None:
        text = "" if cursor.instead else _NOWHERE
    elif genuine and type(node) is not Scalar:
        text = same_text(node, cursor.source)
    if not text:
        return Arguments(component, cursor, _read(component, cursor))
    known = _known(component, text)
    if not known:
        known.append(_read(component, cursor))
    return Arguments(component, cursor, known[0])


def _read(component: str, cursor: Cursor) -> Read:
    briefs = tuple([(name, each.text, each.joint) for name, each in extra_args(component, cursor)])
    return Read(
        briefs,
        frozenset([name for name, _, _ in briefs]),
        open_arguments(cursor),
        key_of(component, briefs),
        shadow_of(component, briefs),
    )


@lru_cache(maxsize=256)
def _known(component: str, text: str) -> list[Read]:
    """What is known of a text; nothing yet for a new one."""
    return []
