"""Files that provisioning declares: path, content, mode and owner, in every format that writes files to nodes.

cloud-init, Cluster API, Ignition, Butane, MachineConfig, Talos and kOps; systemd units of Ignition count as files.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum

from hullmark.linter.manifest.components.forms import ANSIBLE, CLUSTER_CLASS
from hullmark.linter.manifest.components.glance import VALUES
from hullmark.linter.manifest.components.literals import decoded
from hullmark.linter.manifest.components.word import Word, scalar_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex
from hullmark.linter.yaml.nodes import Mapping, Scalar

_MAX_CONTENT = 1 << 20
_DATA_URL = regex(r"data:[^,]*?(;base64)?,", re.IGNORECASE)
_ESCAPE = regex(r"%([0-9A-Fa-f]{2})")
_UNITS = "/etc/systemd/system"
_HOLDING = frozenset({"write_files", "machine", "storage", "systemd"})
"""Keys of a document below which files may stand."""
_REMOTE = ("http://", "https://", "tftp://", "s3://", "gs://", "arn:")


class Notation(StrEnum):
    """How a format writes modes: octal digits, Ignition's decimal integers, or Ansible's mixture."""

    OCTAL = "octal"
    DECIMAL = "decimal"
    ANSIBLE = "ansible"


class DeclaredFile(NamedTuple):
    """One file. `content` is the cursor of its text; `text` the decoded text, None where it is not in the input.

    `mode` is None where none is declared. `elsewhere` is what names the place of the content where that is another
    object or a server.
    """

    path: str
    at: Cursor
    content: Cursor
    text: str | None
    mode: Word | None
    owners: tuple[Word, ...]
    notation: Notation = Notation.OCTAL
    directory: bool = False
    elsewhere: Cursor | None = None


def _said(*cursors: Cursor) -> tuple[Word, ...]:
    return tuple(word for cursor in cursors if (word := scalar_word(cursor)) is not None)


def declared_files(resource: Resource) -> Iterator[DeclaredFile]:
    """Every file that a resource writes to a node."""
    cursor = resource.cursor
    group = resource.group
    if resource.gk == VALUES:
        return
    if group.endswith(".cluster.x-k8s.io"):
        spec = cursor.get("spec")
        for holder in (spec, spec.get("template", "spec")):
            yield from _cloud(holder.get("files").items())
            yield from _cloud(holder.get("kubeadmConfigSpec", "files").items())
        return
    if resource.gk == CLUSTER_CLASS:
        from hullmark.linter.manifest.components.class_patches import written_files

        yield from _cloud(written_files(resource))
        return
    if group.startswith("kops"):
        yield from _kops(cursor.get("spec", "fileAssets"))
        return
    if group == "machineconfiguration.openshift.io":
        yield from _ignition(cursor.get("spec", "config"))
        return
    if resource.gk == ("", ANSIBLE):
        yield from _ansible(cursor)
        return
    node = cursor.node
    if isinstance(node, Mapping) and not _HOLDING.isdisjoint(node.index):
        yield from _cloud(cursor.get("write_files").items())
        yield from _talos(cursor.get("machine", "files"))
        yield from _ignition(cursor)


def _cloud(files: Iterable[Cursor]) -> Iterator[DeclaredFile]:
    """Entries of cloud-init's `write_files` and Cluster API's `files`."""
    for item in files:
        content = item.get("content")
        text = _decode(content.text, item.get("encoding").text or "")
        yield DeclaredFile(
            item.get("path").text or "",
            item,
            content,
            text,
            scalar_word(item.get("permissions")),
            _said(item.get("owner")),
            elsewhere=next((each for each in (item.get("contentFrom"), item.get("source")) if each.present), None),
        )


def _kops(files: Cursor) -> Iterator[DeclaredFile]:
    for item in files.items():
        content = item.get("content")
        text = _decode(content.text, "base64" if item.get("isBase64").text == "true" else "")
        yield DeclaredFile(item.get("path").text or "", item, content, text, scalar_word(item.get("mode")), ())


def _talos(files: Cursor) -> Iterator[DeclaredFile]:
    for item in files.items():
        content = item.get("content")
        mode = scalar_word(item.get("permissions"))
        yield DeclaredFile(item.get("path").text or "", item, content, content.text, mode, ())


def _ansible(root: Cursor) -> Iterator[DeclaredFile]:
    from hullmark.linter.manifest.components.ansible import written

    for task in written(root):
        content = task.content
        yield DeclaredFile(
            task.path, task.at, content, content.text, task.mode, task.owners, Notation.ANSIBLE, task.directory
        )


def _ignition(config: Cursor) -> Iterator[DeclaredFile]:
    storage = config.get("storage")
    directories = list(storage.get("directories").items())
    for item in (*storage.get("files").items(), *directories):
        contents = item.get("contents")
        inline, source = contents.get("inline"), contents.get("source")
        text = inline.text if inline.present else _data(source.text)
        owners = [item.get(who, key) for key in ("name", "id") for who in ("user", "group")]
        content = inline if inline.present else source
        yield DeclaredFile(
            item.get("path").text or "",
            item,
            content,
            text,
            scalar_word(item.get("mode")),
            _said(*owners),
            Notation.DECIMAL if config.get("variant").absent else Notation.OCTAL,
            item in directories,
            source if (source.text or "").startswith(_REMOTE) else None,
        )
    for unit in config.get("systemd", "units").items():
        name = unit.get("name").text or ""
        yield _unit(f"{_UNITS}/{name}", unit)
        for dropin in unit.get("dropins").items():
            yield _unit(f"{_UNITS}/{name}.d/{dropin.get('name').text or ''}", dropin)


def _unit(path: str, item: Cursor) -> DeclaredFile:
    content = item.get("contents")
    return DeclaredFile(path, item, content, content.text, scalar_word(item.get("mode")), ())


def _data(url: str | None) -> str | None:
    """Text of a `data:` URL."""
    match = _DATA_URL.match(url or "")
    if url is None or match is None or len(url) > 2 * _MAX_CONTENT:
        return None
    body = url[match.end() :]
    if not match[1]:
        return _ESCAPE.sub(lambda each: chr(int(each[1], 16)), body)
    raw = decoded(_ESCAPE.sub(lambda each: chr(int(each[1], 16)), body))
    return _text(raw)


def _decode(text: str | None, encoding: str) -> str | None:
    """Content as it reaches the node; None where the encoding or the text is not understood."""
    if text is None or not encoding or encoding in ("text/plain", "none"):
        return text
    parts = re.split(r"[+]", encoding.lower())
    raw: bytes | None = text.encode("utf-8", "surrogateescape")
    if "base64" in parts or "b64" in parts:
        try:
            raw = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            return None
    if raw is not None and ("gzip" in parts or "gz" in parts):
        try:
            raw = zlib.decompressobj(31).decompress(raw, _MAX_CONTENT)
        except zlib.error:
            return None
    return _text(raw)


def _text(raw: bytes | None) -> str | None:
    if raw is None or len(raw) > _MAX_CONTENT:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def content_scalar(cursor: Cursor, text: str) -> Scalar | None:
    """The scalar at `cursor` with `text` as its value: the same scalar where nothing had to be decoded."""
    node = cursor.node
    if not isinstance(node, Scalar):
        return None
    return node if node.value == text else Scalar(text, '"', None, node.start, node.end)
