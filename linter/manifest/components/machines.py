"""Users and files that provisioning declares: a running node is out of reach, its recipe is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, ClassVar

from hullmark.linter.manifest.components.catalogue import facts
from hullmark.linter.manifest.components.embedded import CARRIERS, documents
from hullmark.linter.manifest.components.files import Notation, declared_files
from hullmark.linter.manifest.components.glance import may_carry
from hullmark.linter.manifest.components.node_texts import host_texts
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place, Placed
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.yaml.nodes import Mapping

_PRIVATE_KEY = "PRIVATE KEY-----"
_CREDENTIALS = regex(r"^\s*-?\s*(?:client-key-data|token|secret):[ \t]*\S", re.MULTILINE)


class Protected(NamedTuple):
    """A row of the table of protected files, as far as it is about one declared file."""

    control: str
    severity: str
    max_mode: str
    owner: str
    stig: tuple[str, ...]


class NodeFile:
    """A file that a recipe writes to a node or changes there, with the rows of the table that speak of it.

    `place` is the entry or the word that names it; `made` says that the recipe writes its content, `declared` that
    mode and owner are fields beside the path.
    """

    kinds: ClassVar[KindSet | None] = CARRIERS
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_carry)
    by_content: ClassVar[bool] = True

    def __init__(
        self,
        path: str,
        at: Placed,
        mode: Word | None,
        bits: int | None,
        owners: tuple[Word, ...],
        text: str | None,
        notation: Notation = Notation.ANSIBLE,
    ) -> None:
        self.path = path
        self.place = at.place
        self.mode = mode
        self.bits = bits
        self.owners = tuple(owner for owner in owners if owner.text and not templated(owner.text))
        self.made = text is not None
        self.notation = notation
        self.declared = notation is not Notation.ANSIBLE
        self.rows = tuple(_rows(path, text or "")) if path and not templated(path) else ()

    @classmethod
    def of(cls, resource: Resource) -> Iterable[NodeFile]:
        """Every file of a resource that the table protects."""
        return (node for node in cls._all(resource) if node.rows)

    @classmethod
    def _all(cls, resource: Resource) -> Iterator[NodeFile]:
        files = [file for document in documents(resource) for file in declared_files(document)]
        scripts = [script for script, path in host_texts(resource) if not path or path.endswith(".sh")]
        if not files and not scripts:
            return
        from hullmark.linter.manifest.components.modes import changes, mode_of

        for file in files:
            text = file.text if file.content.present else None
            # What letters leave alone is as the umask of 022 makes it.
            usual = 0o755 if file.directory else 0o644
            bits = mode_of(file.mode, file.notation, usual)
            yield cls(file.path, file.at, file.mode, bits, file.owners, text, file.notation)
        for script in scripts:
            for change in changes(script):
                yield cls(change.path.text, change.path, change.mode, mode_of(change.mode), change.owners, None)

    @property
    def controls(self) -> tuple[str, ...]:
        """Keys of the controls that are about this very file."""
        return tuple(row.control for row in self.rows if row.control)


class NodeUser:
    """A user that a recipe makes on a node."""

    kinds: ClassVar[KindSet | None] = CARRIERS
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_carry)
    by_content: ClassVar[bool] = True

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor

    @classmethod
    def of(cls, resource: Resource) -> Iterable[NodeUser]:
        """Users of cloud-init, Cluster API and Ignition."""
        return [cls(user) for document in documents(resource) for user in _users(document.cursor)]

    @property
    def place(self) -> Place:
        """The entry."""
        return self.cursor.place


_HOLDING = frozenset({"users", "passwd", "spec"})
"""Keys of a document below which users may stand."""


def _users(root: Cursor) -> Iterator[Cursor]:
    """Entries of `users`, wherever a format keeps them."""
    node = root.node
    if not isinstance(node, Mapping) or _HOLDING.isdisjoint(node.keys):
        return
    spec = root.get("spec")
    holders = (
        root.get("users"),
        root.get("passwd", "users"),
        spec.get("users"),
        spec.get("kubeadmConfigSpec", "users"),
        spec.get("template", "spec", "users"),
        spec.get("template", "spec", "kubeadmConfigSpec", "users"),
        spec.get("config", "passwd", "users"),
    )
    for holder in holders:
        yield from holder.items()


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    """`*` stays inside a part of the path, `**` does not."""
    parts = re.split(r"(\*\*/|\*\*|\*)", pattern)
    means = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return re.compile("".join(means.get(part, re.escape(part)) for part in parts), re.DOTALL)


def _rows(path: str, text: str) -> Iterator[Protected]:
    """Rows that speak of a file, the most specific one first."""
    found = sorted(_matching(path, text), key=lambda pair: -pair[0])
    return (row for _, row in found)


def _matching(path: str, text: str) -> Iterator[tuple[int, Protected]]:
    for row in facts()["protected_files"]:
        if "content" in row:
            if _PRIVATE_KEY in text or (_CREDENTIALS.search(text) and _holds_keys(text)):
                yield 0, _row(row)
            continue
        lengths = [len(glob) for glob in row["paths"] if _glob(glob).fullmatch(path)]
        if lengths:
            yield max(lengths), _row(row)


def _holds_keys(text: str) -> bool:
    return "kind: Config" in text or "EncryptionConfig" in text


def _row(row: dict[str, Any]) -> Protected:
    return Protected(
        row.get("control") or "",
        row["severity"],
        str(row.get("max_mode") or ""),
        row.get("owner") or "",
        tuple(row.get("stig", ())),
    )
