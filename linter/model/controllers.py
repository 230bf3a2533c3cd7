"""Well-known controllers: which pods they are, and which powers are part of their job."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.globs import name_glob
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.named_tuple import NamedTuple


class Controller(NamedTuple):
    """A well-known controller and the powers that are part of its job (rule ids)."""

    name: str
    images: tuple[str, ...]
    accounts: tuple[str, ...]
    labels: tuple[str, ...]
    powers: frozenset[str]
    gateway: bool


@cache
def controllers() -> tuple[Controller, ...]:
    """Controllers of the facts table."""
    facts: Any = table("known_controllers")
    return tuple(
        Controller(
            row["name"],
            tuple(row.get("images", ())),
            tuple(row.get("accounts", ())),
            tuple(row.get("labels", ())),
            frozenset(row.get("powers", ())),
            row.get("gateway") is True,
        )
        for row in facts["controllers"]
    )


def controller_of(pod: PodSpec, account_name: str) -> Controller | None:
    """The controller that a pod is: by the image of a container, or by account and label together."""
    references = (each.image_reference for each in pod.containers)
    repositories = tuple(each.repository for each in references if each is not None)
    return _controller(repositories, account_name, pod.labels.get("app.kubernetes.io/name").text)


@cache
def _patterns() -> tuple[tuple[Controller, tuple[tuple[str, str], ...]], ...]:
    """Every controller with the patterns of its images, each behind its longest part without a star."""
    return tuple(
        (row, tuple((max(pattern.split("*"), key=len), pattern) for pattern in row.images)) for row in controllers()
    )


@lru_cache(maxsize=4096)
def _controller(repositories: tuple[str, ...], account_name: str, label: str | None) -> Controller | None:
    paths = ["/" + repository for repository in repositories]
    for row, patterns in _patterns():
        for literal, pattern in patterns:
            # The longest part without a star tells at a tenth of the cost that most patterns do not match.
            if any(literal in path and name_glob(pattern).fullmatch(path) for path in paths):
                return row
        if account_name in row.accounts and label is not None and label in row.labels:
            return row
    return None
