"""Images of a pod: one entry for one text, whoever uses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.image import ImageReference, image_reference
from hullmark.linter.manifest.pod import Container, PodSpec

TAG, DIGEST = "tag", "digest"
"""What a finding about an image is about, where a build that sets it would make the finding untrue."""


class PodImage(NamedTuple):
    """A reference as the pod writes it: its first place, the containers that run it, the volume that mounts it."""

    field: StrField
    text: str
    containers: tuple[Container, ...]
    volume: str = ""

    @property
    def reference(self) -> ImageReference | None:
        """The reference taken apart, None where it is none."""
        return image_reference(self.text)

    @property
    def user(self) -> str:
        """Who uses it, for messages."""
        if self.volume:
            return f"volume {self.volume!r}"
        first = self.containers[0]
        return str(first) if len(self.containers) == 1 else f"{first} and {len(self.containers) - 1} more"


def pod_images(pod: PodSpec) -> Iterator[PodImage]:
    """Every image of a pod whose reference is known, in file order."""
    found: dict[str, list[Container]] = {}
    for container in pod.containers:
        text = container.image.value
        if text:
            found.setdefault(text, []).append(container)
    for text, containers in found.items():
        yield PodImage(containers[0].image, text, tuple(containers))
    for volume in pod.volumes:
        text = volume.image_reference.value
        if text and text not in found:
            yield PodImage(volume.image_reference, text, (), volume.name.text or "")
