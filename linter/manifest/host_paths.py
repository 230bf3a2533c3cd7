"""Paths of a node, and what a pod that reaches them can do: the table `host_paths`, ready to be asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache, lru_cache

from hullmark.linter.manifest.facts import table
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

# Folders that hold nothing but a socket: whoever mounts one of them wants the socket.
_SOCKET_FOLDERS = ("/run/containerd", "/run/crio", "/run/docker", "/run/podman", "/run/k3s/containerd", "/run/k0s")
_DRIVE = regex(r"[A-Za-z]:[\\/]?")


class HostPlace(NamedTuple):
    """One row of the table: a path by parts, whether all below it counts, and whether only reading does."""

    parts: tuple[str, ...]
    tree: bool = False
    read_only: bool = False


class Reach(NamedTuple):
    """What a path of the node leads to. `ordinary`: mounting it is no defect; `read`: as long as it is only read."""

    socket: bool = False
    takeover: bool = False
    secrets: bool = False
    ordinary: bool = False
    read: bool = False


def normal(path: str) -> str:
    """`path` without `.`, `..`, doubled and trailing slashes; Windows paths in lower case."""
    windows = (":" in path and _DRIVE.match(path) is not None) or path.startswith("\\\\")
    if windows:
        path = path.lower().replace("/", "\\")
        if path.startswith("\\\\"):
            return path.rstrip("\\")
    separator = "\\" if windows else "/"
    parts: list[str] = []
    for part in path.split(separator):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return separator.join(parts) + ("\\" if len(parts) < 2 else "") if windows else "/" + "/".join(parts)


@lru_cache(maxsize=1024)
def reach(path: str) -> Reach:
    """What a volume or mount of the normal `path` leads to."""
    parts = _parts(path)
    rows = _rows()
    ordinary = [row for row in rows["benign"] if _within(parts, row)]
    return Reach(
        socket=any(_exactly(parts, row) for row in rows["sockets"]) or path_of_socket_folder(parts),
        takeover=not ordinary and any(_touches(parts, row) for row in rows["takeover_write"]),
        secrets=not ordinary and any(_touches(parts, row) for row in rows["secrets_read"]),
        ordinary=bool(ordinary),
        read=bool(ordinary) and all(row.read_only for row in ordinary),
    )


def path_of_socket_folder(parts: tuple[str, ...]) -> bool:
    """Whether the path is a folder that holds nothing else than a runtime's socket."""
    return any(parts == _parts(folder) for folder in _SOCKET_FOLDERS)


def lies_below(path: str, other: str) -> bool:
    """Whether `path` is `other` or below it."""
    inner, outer = _parts(path), _parts(other)
    return inner[: len(outer)] == outer


def _parts(path: str) -> tuple[str, ...]:
    """Parts of a path; `/var/run` is a link to `/run` on every current system."""
    parts = tuple(part for part in re.split(r"[\\/]", path) if part)
    return parts[1:] if parts[:2] == ("var", "run") else parts


@cache
def _rows() -> dict[str, tuple[HostPlace, ...]]:
    facts = table("host_paths")
    sockets = (*facts["runtime_sockets"], *facts["host_control_sockets"])
    found = {"sockets": tuple(HostPlace(_parts(normal(path))) for path in sockets)}
    for name in ("benign", "takeover_write", "secrets_read"):
        found[name] = tuple(_read(facts[name]))
    return found


def _read(rows: Iterable[dict[str, object]]) -> Iterable[HostPlace]:
    for row in rows:
        yield HostPlace(_parts(normal(str(row["path"]))), row.get("tree") is True, row.get("read_only") is True)


def _same(part: str, pattern: str) -> bool:
    return part == pattern if "*" not in pattern else fnmatchcase(part, pattern)


def _exactly(parts: tuple[str, ...], row: HostPlace) -> bool:
    return len(parts) == len(row.parts) and all(map(_same, parts, row.parts))


def _within(parts: tuple[str, ...], row: HostPlace) -> bool:
    if row.tree and len(parts) > len(row.parts):
        parts = parts[: len(row.parts)]
    return _exactly(parts, row)


def _touches(parts: tuple[str, ...], row: HostPlace) -> bool:
    """Whether the path is the row's, in its tree, or an ancestor through which it can be reached."""
    if _within(parts, row):
        return True
    return len(parts) < len(row.parts) and all(map(_same, parts, row.parts))
