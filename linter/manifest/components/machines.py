"""Users and files that provisioning declares: a running node is out of reach, its recipe is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, ClassVar, NamedTuple

from hullmark.linter.manifest.components.catalogue import facts
from hullmark.linter.manifest.components.embedded import CARRIERS, documents
from hullmark.linter.manifest.components.files import DeclaredFile, declared_files
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource

_PRIVATE_KEY = "PRIVATE KEY-----"
_CREDENTIALS = re.compile(r"^\s*-?\s*(?:client-key-data|token|secret):[ \t]*\S", re.MULTILINE)


class Protected(NamedTuple):
    """A row of the table of protected files, as far as it is about one declared file."""

    control: str
    severity: str
    max_mode: str
    owner: str
    stig: tuple[str, ...]


class NodeFile:
    """A file that a recipe writes to a node, with the rows of the table that speak of it."""

    kinds: ClassVar[KindSet | None] = CARRIERS

    def __init__(self, file: DeclaredFile) -> None:
        self.file = file
        self.rows = tuple(_rows(file)) if not templated(file.path) else ()

    @classmethod
    def of(cls, resource: Resource) -> Iterable[NodeFile]:
        """Every declared file of a resource that the table protects."""
        files = (file for document in documents(resource) for file in declared_files(document))
        return (node for file in files if (node := cls(file)).rows)

    @property
    def controls(self) -> tuple[str, ...]:
        """Keys of the controls that are about this very file."""
        return tuple(row.control for row in self.rows if row.control)

    @property
    def place(self) -> Place:
        """The entry that declares it."""
        return self.file.at.place

    @property
    def mode(self) -> int | None:
        """The declared mode; None where there is none or a template writes it."""
        text = self.file.mode.text
        if text is None or templated(text):
            return None
        if self.file.decimal and re.fullmatch(r"[1-9][0-9]{0,9}", text):
            return int(text)
        return int(text.replace("o", ""), 8) if re.fullmatch(r"0?o?[0-7]{3,5}", text) else None

    @property
    def owners(self) -> Iterator[Cursor]:
        """Declared owner and group, where they are written."""
        return (owner for owner in self.file.owners if owner.text and not templated(owner.text))


class NodeUser:
    """A user that a recipe makes on a node."""

    kinds: ClassVar[KindSet | None] = CARRIERS

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


def _users(root: Cursor) -> Iterator[Cursor]:
    """Entries of `users`, wherever a format keeps them."""
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


def _rows(file: DeclaredFile) -> Iterator[Protected]:
    """Rows that speak of a file, the most specific one first."""
    found = sorted(_matching(file), key=lambda pair: -pair[0])
    return (row for _, row in found)


def _matching(file: DeclaredFile) -> Iterator[tuple[int, Protected]]:
    for row in facts()["protected_files"]:
        if "content" in row:
            text = file.text or ""
            if _PRIVATE_KEY in text or (_CREDENTIALS.search(text) and _holds_keys(text)):
                yield 0, _row(row)
            continue
        lengths = [len(glob) for glob in row["paths"] if _glob(glob).fullmatch(file.path)]
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
