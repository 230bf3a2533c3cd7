"""Infrastructure that cannot work without access to its node: the table `known_workloads`, ready to be asked."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from hullmark.linter.manifest.commands import command_texts
from hullmark.linter.manifest.context import ExpectedPowers
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.globs import literal, path_glob
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.named_tuple import NamedTuple

_TUNING = frozenset({"sysctl", "mount", "ulimit", "echo", "true", "set", "modprobe"})
_GLOB = frozenset("*?[")
# Writing includes reading.
_INCLUDES = {"host-path-read": ("host-path-write",)}


class KnownWorkload(NamedTuple):
    """One row: a name, tails of image repositories, commands in certain namespaces, and ordinary powers."""

    name: str
    images: tuple[str, ...]
    commands: frozenset[str]
    namespaces: frozenset[str]
    init_only: bool
    expects: frozenset[str]
    own: bool = False


def expected(pod: PodSpec, container: Container | None, power: str) -> str:
    """Name of the known workload for which `power` is ordinary; empty where there is none.

    A power of the pod is ordinary if it is so for one of its containers.
    """
    for each in (container,) if container is not None else pod.containers:
        for row in known_as(each):
            if power in row.expects or any(wider in row.expects for wider in _INCLUDES.get(power, ())):
                return row.name
    return ""


def known_as(container: Container) -> tuple[KnownWorkload, ...]:
    """Every row that the container fits."""
    return container.derived(_known_as)


def _known_as(container: Container) -> tuple[KnownWorkload, ...]:
    reference = container.image_reference
    path = "" if reference is None else reference.path
    own = _configured(container.pod.resource.context.known_workloads)
    return tuple(row for row in (*own, *_possible(path)) if _fits(row, container, path))


def is_known_addon(name: str) -> bool:
    """Whether infrastructure of the table calls itself so."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(row.name for row in _rows())


def _fits(row: KnownWorkload, container: Container, path: str) -> bool:
    if row.init_only:
        return container.sort == "init container" and _only_tunes(container)
    # In the table, namespaces tell programs of one name apart; a user's namespaces hold for images as well.
    if row.own and row.namespaces and container.resource.namespace not in row.namespaces:
        return False
    if _has_image(row, path):
        return True
    if not row.commands or (row.namespaces and container.resource.namespace not in row.namespaces):
        return False
    return container.command.first.rpartition("/")[2] in row.commands


@lru_cache(maxsize=1024)
def _possible(path: str) -> tuple[KnownWorkload, ...]:
    """Rows that a container of this image may fit: the others are told by an image, and it is not theirs."""
    return tuple(row for row in _rows() if row.init_only or row.commands or _has_image(row, path))


def _has_image(row: KnownWorkload, path: str) -> bool:
    """Whether a repository ends with one of the row's tails, element by element."""
    return bool(path) and any(_has_tail(path, tail) for tail in row.images)


@lru_cache(maxsize=1024)
def _has_tail(path: str, tail: str) -> bool:
    if _GLOB.isdisjoint(tail):
        return path == tail or path.endswith(f"/{tail}")
    return literal(tail) in path and _pattern(tail).fullmatch(path) is not None


def _only_tunes(container: Container) -> bool:
    names = [program.name for text in command_texts(container) for program in text.programs]
    return bool(names) and "sysctl" in names and all(name in _TUNING for name in names)


@cache
def _configured(said: tuple[ExpectedPowers, ...]) -> tuple[KnownWorkload, ...]:
    """What the configuration adds to the table."""
    return tuple(
        KnownWorkload(
            each.name,
            each.images,
            frozenset(each.commands),
            frozenset(each.namespaces),
            False,
            frozenset(each.expects),
            True,
        )
        for each in said
    )


@cache
def _rows() -> tuple[KnownWorkload, ...]:
    return tuple(
        KnownWorkload(
            row["name"],
            tuple(row.get("image", ())),
            frozenset(row.get("command", ())),
            frozenset(row.get("namespace", ())),
            row.get("init_only", False),
            frozenset(row["expects"]),
        )
        for row in table("known_workloads")["workloads"]
    )


@cache
def _pattern(tail: str) -> re.Pattern[str]:
    """A pattern of whole paths that end with `tail`, element by element."""
    body = path_glob("/" + tail).pattern.removesuffix("(?:/.*)?")
    return re.compile(f"(?:.*/)?{body}")
