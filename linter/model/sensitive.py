"""Programs that an attacker looks for first, told by their image: the table `sensitive_services`, ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.image import image_reference
from hullmark.linter.manifest.pod import Container
from hullmark.linter.named_tuple import NamedTuple


class SensitiveSort(NamedTuple):
    """One sort of the table: images, images that only look like it, and ports (`weak_ports` say little alone)."""

    images: tuple[str, ...]
    not_images: tuple[str, ...]
    ports: frozenset[int]
    weak_ports: frozenset[int]
    own_login: tuple[str, ...]
    image_ports: Mapping[str, tuple[int, ...]]


@cache
def sensitive_sort(name: str) -> SensitiveSort:
    """The row of a sort, empty where the table has none."""
    facts: Any = table("sensitive_services")
    row = facts.get(name, {})
    return SensitiveSort(
        tuple(row.get("images", ())),
        tuple(row.get("not_images", ())),
        frozenset(row.get("ports", ())),
        frozenset(row.get("weak_ports", ())),
        tuple(row.get("own_login", ())),
        {image: tuple(ports) for image, ports in row.get("image_ports", {}).items()},
    )


def tail(container: Container | None) -> str:
    """The last element of the image's path, empty where there is no image."""
    text = None if container is None else container.image.value
    return "" if text is None else _tail(text)


@lru_cache(maxsize=4096)
def _tail(image: str) -> str:
    reference = image_reference(image)
    return "" if reference is None else reference.path.rpartition("/")[2]


def is_one_of(name: str, images: tuple[str, ...]) -> bool:
    """Whether the last element of an image's path is one of the names, or goes on after it with a separator."""
    return any(name == each or (name.startswith(each) and name[len(each)] in "-._") for each in images)


def by_image(container: Container | None, sort: str) -> bool:
    """Whether the image of a container is of a sort of the table."""
    return _named(tail(container), sort)


@lru_cache(maxsize=4096)
def _named(name: str, sort: str) -> bool:
    row = sensitive_sort(sort)
    return bool(name) and is_one_of(name, row.images) and not is_one_of(name, row.not_images)
