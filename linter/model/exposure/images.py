"""Which images run in a bundle, looked at once: most questions about them are about a handful of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hullmark.linter.manifest.pod import Container
from hullmark.linter.model.bundle import Bundle

Images = Mapping[str, tuple[Container, ...]]


def containers_by_image(bundle: Bundle) -> Images:
    """Containers of all pods by the repository of their image: its registry and path."""
    return bundle.derived(_containers)


def _containers(bundle: Bundle) -> Images:
    found: dict[str, list[Container]] = {}
    for pod in bundle.pods:
        for container in pod.containers:
            reference = container.image_reference
            if reference is not None:
                found.setdefault(reference.repository, []).append(container)
    return {repository: tuple(members) for repository, members in found.items()}


def containers_with_image(bundle: Bundle, *tails: str) -> Iterator[Container]:
    """Containers that run an image whose path is one of `tails` or ends with it, whatever its registry."""
    ends = tuple(f"/{tail}" for tail in tails)
    for repository, containers in containers_by_image(bundle).items():
        if repository.endswith(ends):
            yield from containers


def runs_image(bundle: Bundle, *tails: str) -> bool:
    """Whether some container runs such an image."""
    return any(True for _ in containers_with_image(bundle, *tails))
